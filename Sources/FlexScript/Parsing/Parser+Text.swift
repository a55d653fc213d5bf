import FlexAPI

extension Parser {
  /// Reads the next text.
  mutating func text() throws(Unreadable) -> TextSyntax {
    let token = advance()
    let inner = SourceRange(
      start: shifted(token.range.start, bytes: 1, scalars: 1),
      end: shifted(token.range.end, bytes: -1, scalars: -1))
    var parts: [TextSyntax.Part]
    if token.kind == .plainText {
      parts = [.literal(text(inner))]
    } else {
      var reader = TextReader(parser: self, range: inner, escapes: .language)
      parts = reader.parts()
      problems += reader.problems
    }
    if parts.isEmpty { parts = [.literal("")] }
    for case .literal(let literal) in parts where TextReader.holdsSecret(literal) {
      report(.credential, at: token.range)
      break
    }
    return TextSyntax(parts: parts, range: token.range)
  }

  func shifted(_ position: SourcePosition, bytes: Int, scalars: Int) -> SourcePosition {
    SourcePosition(
      offset: position.offset + bytes, line: position.line, column: position.column + scalars)
  }

  // MARK: JSON

  /// Reads the JSON object that a sentence takes.
  mutating func json() throws(Unreadable) -> JSONSyntax {
    guard current.kind == .openBrace else { throw unexpected(["a JSON object, `{ … }`"]) }
    lexer.readsJSON = true
    let object = try jsonObject()
    return object
  }

  private mutating func openJSON() throws(Unreadable) {
    try deepen()
    openBrackets += 1
    advance()
  }

  /// Closes a JSON bracket; after the last one, the language's own lexemes begin again.
  private mutating func closeJSON() {
    openBrackets -= 1
    depth -= 1
    if openBrackets == 0 { lexer.readsJSON = false }
    advance()
  }

  private mutating func jsonObject() throws(Unreadable) -> JSONSyntax {
    let brace = current.range
    try openJSON()
    var members: [JSONMemberSyntax] = []
    // Names are compared byte for byte, as in JSON that is parsed.
    var names: Set<[UInt8]> = []
    if current.kind == .closeBrace {
      closeJSON()
      return .object([])
    }
    while true {
      guard current.kind == .text else {
        throw invalidJSON("a member's name in double quotes should be here", opened: brace)
      }
      let range = current.range
      guard let name = try jsonText().literal else {
        throw fail(.invalidJSON("a member's name cannot be interpolated"), at: range)
      }
      if !names.insert(Array(name.utf8)).inserted {
        report(.invalidJSON("the name \"\(name)\" appears twice in one object"), at: range)
      }
      guard take(.colon) else { throw invalidJSON("`:` should be here", opened: brace) }
      let start = current.range
      let value = try jsonValue()
      members.append(
        JSONMemberSyntax(
          name: name, nameRange: range, value: value, valueRange: start...previousEnd))
      if take(.comma) { continue }
      guard current.kind == .closeBrace else {
        throw invalidJSON("`,` or `}` should be here", opened: brace)
      }
      closeJSON()
      return .object(members)
    }
  }

  private mutating func jsonArray() throws(Unreadable) -> JSONSyntax {
    let bracket = current.range
    try openJSON()
    var elements: [JSONSyntax] = []
    if current.kind == .closeBracket {
      closeJSON()
      return .array([])
    }
    while true {
      elements.append(try jsonValue())
      if take(.comma) { continue }
      guard current.kind == .closeBracket else {
        throw invalidJSON("`,` or `]` should be here", opened: bracket)
      }
      closeJSON()
      return .array(elements)
    }
  }

  private mutating func jsonValue() throws(Unreadable) -> JSONSyntax {
    let token = current
    switch token.kind {
    case .openBrace: return try jsonObject()
    case .openBracket: return try jsonArray()
    case .text:
      let text = try jsonText()
      return text.literal.map { .literal(.string($0)) } ?? .text(text)
    case .reference: return .reference(try reference())
    case .number, .badNumber:
      let spelling = text(token.range)
      guard case .number? = try? JSONReader.read(spelling) else {
        throw fail(
          Parser.looksLikeSecret(spelling)
            ? .credential : .invalidJSON("this is not a JSON number"), at: token.range)
      }
      advance()
      return .literal(.number(spelling))
    case .word where startsNamedValue: return .named(try value(.comparand))
    case .word:
      switch text(token.range) {
      case "true":
        advance()
        return .literal(.bool(true))
      case "false":
        advance()
        return .literal(.bool(false))
      case "null":
        advance()
        return .literal(.null)
      default: break
      }
    default: break
    }
    throw invalidJSON("a JSON value should be here", opened: token.range)
  }

  private mutating func invalidJSON(_ reason: String, opened: SourceRange) -> Unreadable {
    if current.kind == .invalid { return Unreadable() }
    if current.kind == .end {
      return fail(.invalidJSON("this is never closed"), at: opened)
    }
    return fail(.invalidJSON(reason), at: current.range)
  }

  private mutating func jsonText() throws(Unreadable) -> TextSyntax {
    let token = advance()
    let inner = SourceRange(
      start: shifted(token.range.start, bytes: 1, scalars: 1),
      end: shifted(token.range.end, bytes: -1, scalars: -1))
    var reader = TextReader(parser: self, range: inner, escapes: .json)
    let parts = reader.parts()
    problems += reader.problems
    for case .literal(let literal) in parts where TextReader.holdsSecret(literal) {
      report(.credential, at: token.range)
      break
    }
    return TextSyntax(parts: parts.isEmpty ? [.literal("")] : parts, range: token.range)
  }
}
