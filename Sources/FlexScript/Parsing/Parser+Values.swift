import FlexAPI

extension Parser {
  /// Reads a value.
  ///
  /// `role`: the purpose of the value, which the error names if there is no value.
  mutating func value(_ role: ValueRole) throws(Unreadable) -> ValueSyntax {
    note(.value(role))
    let token = current
    if startsNamedValue, let type = token.keyword.flatMap(Parser.namedType) {
      advance()
      let inner = try self.value(.sid(type))
      return ValueSyntax(kind: .named(type, inner), range: token.range...previousEnd)
    }
    func value(_ kind: ValueSyntax.Kind) -> ValueSyntax {
      ValueSyntax(kind: kind, range: token.range)
    }
    switch token.kind {
    case .word, .foreignWord:
      guard let kind = sid(token) else { throw unexpected([role.description]) }
      advance()
      return value(kind)
    case .reference:
      let reference = try reference()
      return ValueSyntax(kind: .reference(reference), range: reference.range)
    case .text, .plainText:
      return value(.text(try text()))
    case .number:
      advance()
      guard let number = Number(spelling: text(token.range)) else { return badNumber(token) }
      return value(.number(number))
    case .duration:
      advance()
      guard let duration = Duration(flexSpelling: text(token.range)) else {
        return badNumber(token)
      }
      return value(.duration(duration))
    case .badNumber:
      advance()
      return badNumber(token)
    case .openBracket:
      return try list()
    default:
      throw unexpected([role.description])
    }
  }

  /// The kind of resource that has a name, after this word.
  private static func namedType(_ word: Keyword) -> SIDType? {
    switch word {
    case .worker: .worker
    case .queue: .queue
    case .workflow: .workflow
    case .workspace: .workspace
    default: nil
    }
  }

  /// Whether a word such as `worker` is next, and a SID, a text or a reference after it.
  var startsNamedValue: Bool {
    guard let word = current.keyword, Parser.namedType(word) != nil else { return false }
    let next = peek()
    switch next.kind {
    case .text, .plainText, .reference: return true
    case .word:
      return AnySID(bytes: lexer.window.slice(next.range)) != nil
        || AnySID(ofAnyShape: text(next.range)) != nil
    // Completion offers what may come next.
    case .end: return expectations != nil
    default: return false
    }
  }

  /// The lexeme after the next one.
  func peek() -> Token {
    var ahead = lexer
    var token = ahead.next()
    while token.kind.isTrivia || (token.kind == .newline && openBrackets > 0) {
      token = ahead.next()
    }
    return token
  }

  private mutating func badNumber(_ token: Token) -> ValueSyntax {
    let spelling = text(token.range)
    report(
      Parser.looksLikeSecret(spelling) ? .credential : .invalidNumber(spelling), at: token.range)
    return ValueSyntax(kind: .malformed, range: token.range)
  }

  private mutating func list() throws(Unreadable) -> ValueSyntax {
    let start = current.range
    try open()
    var values: [ValueSyntax] = []
    while current.kind != .closeBracket {
      values.append(try value(.listElement))
      guard take(.comma) else { break }
    }
    guard current.kind == .closeBracket else { throw unexpected(["`,`", "`]`"]) }
    try close(.closeBracket)
    return ValueSyntax(kind: .list(values), range: start...previousEnd)
  }

  /// Reads a word as a SID; `nil` for a word that cannot have been meant as one.
  private mutating func sid(_ token: Token) -> ValueSyntax.Kind? {
    if token.kind == .word, let sid = AnySID(bytes: lexer.window.slice(token.range)) {
      return .sid(sid)
    }
    let word = text(token.range)
    if Parser.looksLikeSecret(word) {
      report(.credential, at: token.range)
      return .malformed
    }
    // The checker warns of it.
    if let sid = AnySID(ofAnyShape: word) { return .sid(sid) }
    guard let defect = SIDDefect(word: word) else { return nil }
    report(.malformedSID(word: word, defect), at: token.range)
    return .malformed
  }

  /// Reads `$name.field.field`.
  mutating func reference() throws(Unreadable) -> ReferenceSyntax {
    let token = advance()
    let start = token.range.start
    let nameStart = SourcePosition(
      offset: start.offset + 1, line: start.line, column: start.column + 1)
    let name = NameSyntax(
      text: String(text(token.range).dropFirst()),
      range: SourceRange(start: nameStart, end: token.range.end))
    let path = try path()
    return ReferenceSyntax(name: name, path: path, range: token.range...previousEnd)
  }

  /// Reads the fields that follow dots without spaces.
  ///
  /// `owner`: the kind of resource at which the path begins, if known. `isListing`: whether it
  /// begins at a listing.
  mutating func path(
    of owner: SIDType? = nil, isListing: Bool = false
  ) throws(Unreadable) -> [NameSyntax] {
    var path: [NameSyntax] = []
    while current.kind == .dot, current.range.start == previousEnd.end {
      advance()
      note(isListing && path.isEmpty ? .count : .field(of: path.isEmpty ? owner : nil))
      path.append(try segment())
    }
    return path
  }

  /// Reads what follows a dot: a word, or a text that is taken as it is.
  private mutating func segment() throws(Unreadable) -> NameSyntax {
    let range = current.range
    guard range.start == previousEnd.end else { throw unexpected(["a field's name"]) }
    if atText {
      let name = try text()
      guard let literal = name.literal, !literal.isEmpty else {
        throw fail(.invalidSegment(text(range)), at: range)
      }
      return NameSyntax(text: literal, range: range)
    }
    guard current.kind == .word else { throw unexpected(["a field's name"]) }
    let word = text(range)
    guard NameSyntax.isSegment(word) else { throw fail(.invalidSegment(word), at: range) }
    advance()
    return NameSyntax(text: word, range: range)
  }

  /// Reads a name at its declaration.
  mutating func name() throws(Unreadable) -> NameSyntax {
    guard current.kind == .word || current.kind == .foreignWord || current.kind == .reference else {
      throw unexpected(["a name"])
    }
    let word = text(current.range)
    if current.kind == .foreignWord { throw failForeignWord() }
    if !Parser.isName(word) {
      report(.invalidName(word), at: current.range)
    }
    // The intended meaning is clear, so the rest of the sentence can be read.
    let name = NameSyntax(text: word, range: current.range)
    advance()
    return name
  }

  static func isName(_ word: String) -> Bool {
    guard let first = word.utf8.first, Lexer.isNameStart(first) else { return false }
    return word.utf8.allSatisfy(Lexer.isNameByte)
  }

  /// Whether a word consists of exactly 32 hexadecimal digits, like Twilio's auth tokens.
  static func looksLikeSecret(_ word: String) -> Bool {
    word.utf8.count == 32
      && word.utf8.allSatisfy { Lexer.isDigit($0) || ($0 >= 0x61 && $0 <= 0x66) }
  }
}

extension SIDDefect {
  /// Finds what is wrong with a word that is not a SID; `nil` if it was not meant as a SID.
  init?(word: String) {
    let scalars = Array(word.unicodeScalars)
    guard scalars.count >= 2 else { return nil }
    let prefix = scalars.prefix(2).map { scalar in
      scalar.isASCII ? scalar : LookAlike.latin(scalar) ?? scalar
    }
    let known = SIDType(rawValue: String(String.UnicodeScalarView(prefix)).uppercased())
    let isCapital = prefix.allSatisfy { $0.isASCII && $0.properties.isUppercase }
    guard isCapital || (known != nil && scalars.count >= 20) else { return nil }
    if let index = scalars.prefix(2).firstIndex(where: { !$0.isASCII }) {
      self = .prefix(scalars[index], meant: LookAlike.latin(scalars[index]).map(String.init))
      return
    }
    guard isCapital else {
      self = .lowerCasePrefix
      return
    }
    let digits = scalars.dropFirst(2)
    if let index = digits.firstIndex(where: { !$0.isASCII || !$0.properties.isASCIIHexDigit }) {
      self = .notHexadecimal(
        digits[index], digit: index - 1, meant: LookAlike.digit(digits[index]))
    } else {
      self = .length(digits.count)
    }
  }
}
