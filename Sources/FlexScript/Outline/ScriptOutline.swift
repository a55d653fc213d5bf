package import FlexAPI

/// What an editor shows of a script: its names and where each is used, its sentences, its blocks,
/// and the files and SIDs that it names.
///
/// It comes from the lexemes alone, so that it is there for a script with mistakes, too. For one
/// that checks it is exact.
package struct ScriptOutline: Sendable {
  /// A name that the script declares.
  package struct Name: Sendable {
    /// The kinds of declarations.
    package enum Kind: Sendable {
      case parameter, value, loop
    }

    /// How it is declared: `param`, `let` or `for`.
    package let kind: Kind
    /// The name, without its `$`.
    package let text: String
    /// Where it is declared.
    package let declaration: SourceRange
    /// Where it is used: the name alone, without its `$`.
    package fileprivate(set) var references: [SourceRange] = []
    /// What a parameter's description says.
    package fileprivate(set) var documentation: String?
    /// How a parameter's type and default are written, or what a value is: `channel = UO…`.
    package fileprivate(set) var definition: SourceRange?

    /// Where it is declared, and then where it is used.
    package var occurrences: [SourceRange] { [declaration] + references }
  }

  /// A sentence, without the sentences in its block.
  package struct Sentence: Sendable {
    /// Its first word.
    package let verb: Keyword
    /// The range of that word.
    package let verbRange: SourceRange
    /// From its first word to its last, with its blocks.
    package fileprivate(set) var range: SourceRange
    /// From its first word to the last one before its block.
    package fileprivate(set) var head: SourceRange
    /// The index of the sentence whose block holds it; `nil` at the top level.
    package let parent: Int?
    /// The index of the name that it declares.
    package fileprivate(set) var name: Int?
  }

  /// A file that the script names.
  package struct File: Sendable {
    /// The path as written, without what is interpolated.
    package let path: String
    /// The range of the text, with its quotes.
    package let range: SourceRange
    /// Whether it is a script, after `run`, and not a data file.
    package let isScript: Bool
  }

  /// The name of another script's parameter, in `run … with`.
  package struct Argument: Sendable {
    /// The path of that script, as written.
    package let script: String
    /// The name.
    package let name: NameSyntax
  }

  /// A SID that is written out.
  package struct WrittenSID: Sendable {
    /// The SID.
    package let sid: AnySID
    /// Where it is.
    package let range: SourceRange
    /// The index of the sentence that it is in.
    package let sentence: Int?
  }

  /// The names, in the order of their declarations.
  package fileprivate(set) var names: [Name] = []
  /// The sentences, in order.
  package fileprivate(set) var sentences: [Sentence] = []
  /// The files, in order.
  package fileprivate(set) var files: [File] = []
  /// The parameters of other scripts, in order.
  package fileprivate(set) var arguments: [Argument] = []
  /// The SIDs that are words, in order; those in texts are not among them.
  package fileprivate(set) var sids: [WrittenSID] = []
  /// What brackets of every kind enclose, from one to the other, in the order of their ends.
  package fileprivate(set) var brackets: [SourceRange] = []
  /// The workers, queues, workflows and workspaces that are named, in order.
  package fileprivate(set) var named: [(type: SIDType, text: String)] = []
  /// The comments, in order.
  package fileprivate(set) var comments: [SourceRange] = []
  /// The words of the language, in order.
  package fileprivate(set) var keywords: [(keyword: Keyword, range: SourceRange)] = []

  /// Reads a script.
  package init(_ bytes: [UInt8]) {
    var reader = OutlineReader(bytes)
    reader.read()
    self = reader.outline
  }

  fileprivate init() {}

  /// The index of the name at an offset, where it is declared or used.
  package func name(at offset: Int) -> Int? {
    names.firstIndex { name in name.occurrences.contains { $0.touches(offset) } }
  }
}

extension SourceRange {
  /// Whether an offset is in it or just after it, as a cursor is after the word that was typed.
  package func touches(_ offset: Int) -> Bool { start.offset <= offset && offset <= end.offset }
}

/// Reads the lexemes of a script, once.
private struct OutlineReader {
  var outline = ScriptOutline()
  private var lexer: Lexer
  /// Splits texts into their parts.
  private let parser: Parser

  /// A block or a bracket that is open.
  private struct Level {
    let opening: SourceRange
    /// Whether it is a block of sentences.
    let isBlock: Bool
    /// The sentence that it is part of.
    let sentence: Int?
  }

  private var levels: [Level] = []
  /// The names that are visible, by the blocks that declare them, outermost first.
  private var scopes: [[String: Int]] = [[:]]
  /// Whether a `for` has opened a scope whose block has not begun.
  private var loopScopeIsPending = false
  /// The sentence that is being read.
  private var sentence: Int?
  private var isAtStart = true
  /// Whether the next brace opens a block.
  private var expectsBlock = false
  /// Whether the last lexeme is a `}` that ends a block on this line.
  private var endedBlock: Level?
  private var previous: Token?
  /// What the sentence is about to declare or to name.
  private var wants = Wanted.nothing
  /// The script of the `run` that is being read.
  private var script: String?

  private enum Wanted {
    case nothing, nameOfLoop, nameOfValue, nameOfParameter, pathOfScript, pathOfData
    case nameOfArgument
  }

  init(_ bytes: [UInt8]) {
    let window = SourceWindow(bytes: bytes)
    lexer = Lexer(window: window)
    parser = Parser(lexer: Lexer(window: window))
  }

  mutating func read() {
    while true {
      let token = lexer.next()
      switch token.kind {
      case .end:
        endSentence()
        return
      case .space, .continuation: continue
      case .comment:
        outline.comments.append(token.range)
        continue
      case .newline where !isInBrackets, .semicolon where !isInBrackets:
        endSentence()
        endedBlock = nil
      case .newline: continue
      default: lexeme(token)
      }
      previous = token
    }
  }

  private var isInBrackets: Bool { levels.last.map { !$0.isBlock } ?? false }

  private mutating func endSentence() {
    isAtStart = true
    expectsBlock = false
    sentence = levels.last?.sentence
    wants = .nothing
    script = nil
    if loopScopeIsPending {
      loopScopeIsPending = false
      scopes.removeLast()
    }
  }

  private mutating func lexeme(_ token: Token) {
    if isAtStart, token.kind != .closeBrace { begin(token) }
    // After a dot it is a field, whatever it is called.
    if let keyword = token.keyword, previous?.kind != .dot {
      outline.keywords.append((keyword, token.range))
    }
    defer {
      if let sentence, token.kind != .closeBrace || isInBrackets {
        outline.sentences[sentence].range.end = token.range.end
        if !expectsBlock || token.kind != .openBrace, endedBlock == nil {
          outline.sentences[sentence].head.end = token.range.end
        }
      }
    }
    switch token.kind {
    case .openBrace, .openBracket, .openParenthesis: open(token)
    case .closeBrace, .closeBracket, .closeParenthesis: close(token)
    case .word, .foreignWord: word(token)
    case .reference: reference(token)
    case .text, .plainText: text(token)
    case .comma where script != nil && !isInBrackets: wants = .nameOfArgument
    case .number, .duration, .rate: extendDefinition(to: token)
    default: break
    }
  }

  /// Begins a sentence, or continues the one whose block has just ended: `} else {`.
  private mutating func begin(_ token: Token) {
    isAtStart = false
    if token.keyword == .else, let endedBlock {
      sentence = endedBlock.sentence
      expectsBlock = true
      return
    }
    endedBlock = nil
    guard let verb = token.keyword, verb.isVerb else {
      sentence = levels.last?.sentence
      return
    }
    outline.sentences.append(
      ScriptOutline.Sentence(
        verb: verb, verbRange: token.range, range: token.range, head: token.range,
        parent: levels.last?.sentence))
    sentence = outline.sentences.count - 1
    expect(after: verb)
  }

  /// What a verb makes of the words after it.
  private mutating func expect(after verb: Keyword) {
    switch verb {
    case .for:
      expectsBlock = true
      wants = .nameOfLoop
    case .if: expectsBlock = true
    case .let: wants = .nameOfValue
    case .param: wants = .nameOfParameter
    case .run: wants = .pathOfScript
    default: wants = .nothing
    }
  }

  // MARK: Brackets

  private mutating func open(_ token: Token) {
    let isBlock = token.kind == .openBrace && expectsBlock && !isInBrackets
    levels.append(Level(opening: token.range, isBlock: isBlock, sentence: sentence))
    guard isBlock else {
      if token.kind == .openBrace { lexer.readsJSON = true }
      return
    }
    if loopScopeIsPending { loopScopeIsPending = false } else { scopes.append([:]) }
    endSentence()
  }

  private mutating func close(_ token: Token) {
    guard let level = levels.popLast() else { return }
    outline.brackets.append(level.opening...token.range)
    if !levels.contains(where: { !$0.isBlock }) { lexer.readsJSON = false }
    guard level.isBlock else { return }
    // What its last sentence has begun ends with it.
    levels.append(level)
    endSentence()
    levels.removeLast()
    if scopes.count > 1 { scopes.removeLast() }
    if let owner = level.sentence { outline.sentences[owner].range.end = token.range.end }
    sentence = level.sentence
    endedBlock = level
  }

  // MARK: Words

  private mutating func word(_ token: Token) {
    let spelling = lexer.window.text(token.range)
    switch wants {
    case .nameOfLoop where token.kind == .word && previous?.keyword == .for:
      scopes.append([:])
      loopScopeIsPending = true
      declare(.loop, spelling, token)
    case .nameOfValue where previous?.keyword == .let: declare(.value, spelling, token)
    case .nameOfParameter where previous?.keyword == .param: declare(.parameter, spelling, token)
    case .nameOfArgument:
      wants = .nothing
      if let script {
        outline.arguments.append(
          ScriptOutline.Argument(
            script: script, name: NameSyntax(text: spelling, range: token.range)))
      }
    default: keyword(token, spelling)
    }
    extendDefinition(to: token)
  }

  private mutating func keyword(_ token: Token, _ spelling: String) {
    if token.kind == .word, let sid = AnySID(spelling) {
      outline.sids.append(
        ScriptOutline.WrittenSID(sid: sid, range: token.range, sentence: sentence))
    }
    switch token.keyword {
    case .of where previous?.keyword == .rows: wants = .pathOfData
    case .with where script != nil: wants = .nameOfArgument
    case .run where previous?.keyword == .try: wants = .pathOfScript
    default: break
    }
  }

  private mutating func declare(_ kind: ScriptOutline.Name.Kind, _ text: String, _ token: Token) {
    if kind != .parameter { wants = .nothing }
    outline.names.append(ScriptOutline.Name(kind: kind, text: text, declaration: token.range))
    let index = outline.names.count - 1
    if let sentence { outline.sentences[sentence].name = index }
    // The first declaration counts, as it does for the check.
    let isTaken = scopes.contains { $0[text] != nil }
    if !isTaken { scopes[scopes.count - 1][text] = index }
  }

  /// Notes what is written after the name of a parameter.
  private mutating func extendDefinition(to token: Token) {
    guard case .nameOfParameter = wants, let sentence, let name = outline.sentences[sentence].name,
      outline.names[name].declaration != token.range
    else { return }
    let start = outline.names[name].definition ?? token.range
    outline.names[name].definition = start...token.range
  }

  private mutating func reference(_ token: Token) {
    let start = SourcePosition(
      offset: token.range.start.offset + 1, line: token.range.start.line,
      column: token.range.start.column + 1)
    refer(to: SourceRange(start: start, end: token.range.end))
    if case .pathOfData = wants { wants = .nothing }
  }

  private mutating func refer(to range: SourceRange) {
    let name = lexer.window.text(range)
    guard let index = scopes.reversed().lazy.compactMap({ $0[name] }).first else { return }
    outline.names[index].references.append(range)
  }

  // MARK: Texts

  private mutating func text(_ token: Token) {
    let isPlain = token.kind == .plainText
    let inner = SourceRange(
      start: parser.shifted(token.range.start, bytes: 1, scalars: 1),
      end: parser.shifted(token.range.end, bytes: -1, scalars: -1))
    var parts: [TextSyntax.Part] = [.literal(lexer.window.text(inner))]
    if !isPlain {
      var reader = TextReader(
        parser: parser, range: inner, escapes: lexer.readsJSON ? .json : .language)
      parts = reader.parts()
    }
    var literal: String? = ""
    for part in parts {
      switch part {
      case .literal(let text): literal = literal.map { $0 + text }
      case .reference(let reference):
        literal = nil
        refer(to: reference.name.range)
      }
    }
    note(literal, at: token)
  }

  /// Notes what a text is for, if it is written out as a whole.
  private mutating func note(_ literal: String?, at token: Token) {
    if let literal, let noun = previous?.keyword?.rawValue,
      let type = SIDType.allCases.first(where: { $0.isNameable && $0.noun == noun })
    {
      outline.named.append((type, literal))
    }
    switch wants {
    case .pathOfScript, .pathOfData:
      let isScript = if case .pathOfScript = wants { true } else { false }
      wants = .nothing
      if isScript { script = literal }
      guard let literal else { return }
      outline.files.append(
        ScriptOutline.File(path: literal, range: token.range, isScript: isScript))
    case .nameOfParameter:
      if previous?.kind == .equals {
        extendDefinition(to: token)
      } else if let sentence, let name = outline.sentences[sentence].name {
        outline.names[name].documentation = literal
      }
    case .nothing, .nameOfLoop, .nameOfValue, .nameOfArgument: break
    }
  }
}
