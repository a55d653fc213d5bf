import FlexAPI

/// SIDs that are written out: they are of one account, so a script for several accounts has none.
///
/// Source: CLI.md, §11.
extension Checker {
  /// Reports the SIDs in a statement, wherever they are written but in comments.
  mutating func refuseLiteralSIDs(in range: SourceRange) {
    var lexer = Lexer(window: window, at: range.start)
    while true {
      let token = lexer.next()
      guard token.kind != .end, token.range.start.offset < range.end.offset else { return }
      let bytes = window.slice(token.range)
      var found: [AnySID] = []
      switch token.kind {
      case .word:
        found = AnySID.all(in: bytes)
        // Names and keywords begin with a small letter; with `--lenient-sids` the rest may be one.
        if found.isEmpty, bytes.first.map({ (0x41...0x5A).contains($0) }) ?? false,
          let other = AnySID(ofAnyShape: String(decoding: bytes, as: UTF8.self))
        {
          found = [other]
        }
      case .foreignWord, .plainText: found = AnySID.all(in: bytes)
      case .text: found = AnySID.all(in: Self.unescaped(bytes)[...])
      case .reference, .number, .duration, .rate, .badNumber, .comma, .colon, .equals, .dot, .less,
        .lessOrEqual, .greater, .greaterOrEqual, .openBrace, .closeBrace, .openBracket,
        .closeBracket, .openParenthesis, .closeParenthesis, .semicolon, .newline, .space, .comment,
        .continuation, .end, .invalid:
        break
      }
      for sid in found { report(.literalSID(sid, .script), at: token.range) }
    }
  }

  /// The bytes that a text stands for, as far as they may be those of a SID: its escapes are those of the
  /// language or, in JSON, of JSON; every other character is a space.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        result.append(byte)
        continue
      }
      guard escape == UInt8(ascii: "u") else {
        result.append(UInt8(ascii: " "))
        continue
      }
      let isInBraces = rest.first == UInt8(ascii: "{")
      if isInBraces { rest.removeFirst() }
      let digits = rest.prefix(isInBraces ? 8 : 4).prefix { $0 != UInt8(ascii: "}") }
      rest = rest.dropFirst(digits.count)
      if isInBraces, rest.first == UInt8(ascii: "}") { rest.removeFirst() }
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0x20
      result.append(code < 0x80 ? UInt8(code) : UInt8(ascii: " "))
    }
    return result
  }

  /// Reports the SIDs in the value of a parameter.
  mutating func refuseLiteralSIDs(inArgument value: String, of syntax: ParamSyntax) {
    for sid in AnySID.all(in: Array(value.utf8)[...]) {
      report(.literalSID(sid, .argument(syntax.name.text)), at: syntax.name.range)
    }
  }
}

extension DataRow {
  /// What is wrong with its cells in a script for several accounts.
  var literalSIDs: [(message: DiagnosticMessage, field: Field)] {
    fields.flatMap { field in
      let texts = [field.name] + field.value.texts
      return texts.flatMap { AnySID.all(in: Array($0.utf8)[...]) }.map { sid in
        (CheckError.literalSID(sid, .row).message, field)
      }
    }
  }
}

extension JSON {
  /// Every text in it, names included.
  fileprivate var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.texts)
    case .object(let object): object.members.flatMap { [$0.name] + $0.value.texts }
    case .null, .bool, .number: []
    }
  }
}
