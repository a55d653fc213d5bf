import FlexAPI

/// Reads statements from a window of a script.
///
/// `expect…` reports the user's mistake. Recovery is simple: a statement that cannot be read is
/// skipped to its end, including the block that it opens, and reading resumes after it.
///
/// It performs no I/O and prints nothing. The grammar is in `Grammar.md`.
package struct Parser {
  /// The maximum nesting depth of blocks, brackets and JSON together.
  package static let maximumDepth = 64

  var lexer: Lexer
  /// The words of the catalogue.
  let vocabulary: Vocabulary
  /// The next lexeme that is not trivia.
  var current: Token
  /// The range of the last lexeme that was consumed.
  var previousEnd: SourceRange
  /// The mistakes in the statement being read.
  var problems: [(error: SyntaxError, range: SourceRange)] = []
  /// The number of open `(`, `[` and JSON braces; inside them, line endings are spaces.
  var openBrackets = 0
  /// The number of open levels of blocks and brackets.
  var depth = 0
  /// Whether a `where` condition is being read, in which a bare word is a field.
  var readsWhere = false
  /// The kind of resource that `where` examines, if known.
  var filtered: SIDType?
  /// Whether a ``PlainSentence`` is read as one, and not like any other statement.
  var readsPlainSentences = true
  /// What can come at the end of the text; `nil` unless completion needs it.
  var expectations: [Expectation]?
  /// The number of lexical mistakes that have already been added to ``problems``.
  var lexicalErrorsTaken = 0

  /// The statement being read cannot be understood; its mistake has been reported.
  struct Unreadable: Error {}

  /// Creates a parser that begins at the lexer's position.
  package init(lexer: Lexer, vocabulary: Vocabulary = .standard) {
    self.lexer = lexer
    self.vocabulary = vocabulary
    let here = SourceRange(start: lexer.position, end: lexer.position)
    current = Token(kind: .newline, keyword: nil, range: here)
    previousEnd = here
    current = nextToken()
  }

  /// The result of ``nextStatement()``.
  package enum Item: Sendable {
    indirect case statement(StatementSyntax)
    case plain(PlainSentence)
    /// Something that could not be read and was skipped; its mistakes are among the problems.
    ///
    /// `began`: its first word, which indicates what it may have been meant to do. `range`: what
    /// was skipped; empty if it is not kept.
    case skipped(began: String, range: SourceRange)
    case endOfFile
  }

  /// Reads the next statement at the top level of the file.
  package mutating func nextStatement() -> Item {
    while current.kind == .newline || current.kind == .semicolon {
      if current.kind == .newline { lexer.skipEmptyLines() }
      advance()
    }
    if current.kind == .end {
      // Inside an open block, what can come next has already been recorded.
      if expectations?.isEmpty ?? false { noteSentence() }
      takeLexicalErrors()
      return .endOfFile
    }
    if current.kind == .closeBrace {
      report(.unexpectedClose("}"), at: current.range)
      advance()
      return .skipped(began: "}", range: previousEnd)
    }
    if readsPlainSentences, let sentence = plainSentence() { return .plain(sentence) }
    let first = current.range
    guard let statement = statementRecovering() else {
      return .skipped(began: text(first), range: first...previousEnd)
    }
    return .statement(statement)
  }

  // MARK: Moving

  mutating func nextToken() -> Token {
    while true {
      let token = lexer.next()
      if token.kind.isTrivia { continue }
      if token.kind == .newline, openBrackets > 0 { continue }
      return token
    }
  }

  /// Consumes the next lexeme.
  @discardableResult
  mutating func advance() -> Token {
    let token = current
    previousEnd = token.range
    current = nextToken()
    return token
  }

  /// Consumes the next bracket and opens it; the caller closes it with ``close(_:)``.
  mutating func open() throws(Unreadable) {
    try deepen()
    openBrackets += 1
    advance()
  }

  /// Consumes the closing bracket that is expected.
  mutating func close(_ kind: Token.Kind) throws(Unreadable) {
    guard current.kind == kind else { throw unexpected(["`\(kind.rawValue)`"]) }
    openBrackets -= 1
    depth -= 1
    advance()
  }

  mutating func deepen() throws(Unreadable) {
    guard depth < Parser.maximumDepth else {
      throw fail(.nestingTooDeep, at: current.range)
    }
    depth += 1
  }

  func text(_ range: SourceRange) -> String { lexer.window.text(range) }

  /// Whether the next word is this one.
  func at(_ keyword: Keyword) -> Bool { current.keyword == keyword }

  /// Consumes the word if it is next.
  mutating func take(_ keyword: Keyword) -> Bool {
    guard current.keyword == keyword else {
      note(.keyword(keyword))
      return false
    }
    advance()
    return true
  }

  /// Consumes the mark if it is next.
  mutating func take(_ kind: Token.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  /// Consumes the word that is expected.
  @discardableResult
  mutating func expect(_ keyword: Keyword) throws(Unreadable) -> SourceRange {
    guard at(keyword) else {
      note(.keyword(keyword))
      throw unexpected(["`\(keyword.rawValue)`"])
    }
    return advance().range
  }

  // MARK: Mistakes

  mutating func report(_ error: SyntaxError, at range: SourceRange) {
    problems.append((error, range))
  }

  mutating func fail(_ error: SyntaxError, at range: SourceRange) -> Unreadable {
    report(error, at: range)
    return Unreadable()
  }

  /// Reports that the next lexeme is not what is expected.
  mutating func unexpected(_ expected: [String], among candidates: [String] = []) -> Unreadable {
    switch current.kind {
    case .invalid: return Unreadable()
    case .newline, .semicolon, .end:
      return fail(.missingWord(expected: expected), at: previousEnd.atEnd)
    case .closeBrace where openBrackets == 0:
      return fail(.missingWord(expected: expected), at: previousEnd.atEnd)
    case .foreignWord:
      return failForeignWord()
    default:
      let found = text(current.range)
      for word in expected where word == "`\(found.lowercased())`" && found != found.lowercased() {
        return fail(.wrongCase(word: found, keyword: found.lowercased()), at: current.range)
      }
      return fail(
        .unexpectedWord(found: found, expected: expected, candidates: candidates),
        at: current.range)
    }
  }

  /// Reports the first scalar of the next word that is not allowed outside a text.
  mutating func failForeignWord() -> Unreadable {
    var position = current.range.start
    for scalar in text(current.range).unicodeScalars {
      let end = SourcePosition(
        offset: position.offset + UTF8.width(scalar), line: position.line,
        column: position.column + 1)
      if !scalar.isASCII {
        return fail(.invalidCharacter(scalar), at: SourceRange(start: position, end: end))
      }
      position = end
    }
    return Unreadable()
  }

  /// Adds the lexer's errors to ``problems``.
  mutating func takeLexicalErrors() {
    problems += lexer.errors.dropFirst(lexicalErrorsTaken)
    lexicalErrorsTaken = lexer.errors.count
  }
}
