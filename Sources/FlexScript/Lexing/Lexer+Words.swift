extension Lexer {
  mutating func word() -> Token.Kind {
    var isForeign = false
    advance(asLongAs: Lexer.isWordByte)
    while let byte = peek() {
      if Lexer.isWordByte(byte) {
        advance()
      } else if byte >= 0x80, let (scalar, length) = scalar(), !Lexer.isRefused(scalar) {
        isForeign = true
        advance(scalarOf: length)
      } else {
        break
      }
    }
    return isForeign ? .foreignWord : .word
  }

  /// Reads a word that begins with a non-ASCII scalar, or a scalar that is rejected.
  mutating func foreign() -> Token.Kind {
    guard let (scalar, length) = scalar() else {
      refuseInvalidUTF8()
      return .invalid
    }
    if Lexer.isRefused(scalar) {
      refuse(
        Lexer.isBidirectionalControl(scalar) ? .bidiControl(scalar) : .invalidCharacter(scalar),
        length: length)
      return .invalid
    }
    return word()
  }

  mutating func reference() -> Token.Kind {
    guard let next = peek(1), Lexer.isNameStart(next) else {
      refuse(.invalidCharacter("$"))
      return .invalid
    }
    advance()
    // Read to its end: `$chatSid` is one name, not `$chat` and a rest.
    while let byte = peek(), Lexer.isSegmentByte(byte) { advance() }
    return .reference
  }

  /// Reads a number, a duration, a rate, or something that looks like one but is not.
  mutating func number() -> Token.Kind {
    let start = index
    if peek() == UInt8(ascii: "-") { advance() }
    while let byte = peek() {
      if Lexer.isWordByte(byte) || (readsJSON && byte == UInt8(ascii: "+")) {
        advance()
      } else if byte == UInt8(ascii: "."), let next = peek(1), Lexer.isDigit(next) {
        advance()
      } else if byte == UInt8(ascii: "/"), let next = peek(1), Lexer.isNameStart(next) {
        advance()
      } else {
        break
      }
    }
    return Lexer.numberKind(window.bytes[start..<index])
  }

  private static func numberKind(_ bytes: ArraySlice<UInt8>) -> Token.Kind {
    var rest = bytes.drop(while: isDigit)
    guard rest.startIndex > bytes.startIndex else { return .badNumber }
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().drop(while: isDigit)
      guard fraction.startIndex > rest.startIndex + 1 else { return .badNumber }
      rest = fraction
    }
    switch String(decoding: rest, as: UTF8.self) {
    case "": return .number
    case "ms", "s", "m", "h", "d": return .duration
    case "/s", "/m", "/h": return .rate
    default: return .badNumber
    }
  }

  mutating func text(closing quote: UInt8, escapes: Bool) -> Token.Kind {
    let start = position
    let errorsBefore = errorCount
    advance()
    while let byte = peek() {
      switch byte {
      case quote:
        advance()
        return errorCount == errorsBefore ? (escapes ? .text : .plainText) : .invalid
      case UInt8(ascii: "\\") where escapes:
        advance()
        if let next = peek(), next >= 0x20, next < 0x7F { advance() }
      case 0x20..<0x7F, UInt8(ascii: "\t"): advance()
      case UInt8(ascii: "\n"):
        return unterminated(from: start)
      case 0x0D where peek(1) == UInt8(ascii: "\n"):
        return unterminated(from: start)
      default: passForeign()
      }
    }
    return unterminated(from: start)
  }

  private mutating func unterminated(from start: SourcePosition) -> Token.Kind {
    add(.unterminatedText, SourceRange(start: start, end: position))
    return .invalid
  }

  mutating func comment() -> Token.Kind {
    advance { $0 >= 0x20 && $0 < 0x7F }
    while let byte = peek() {
      switch byte {
      case 0x20..<0x7F, UInt8(ascii: "\t"): advance()
      case UInt8(ascii: "\n"): return .comment
      case 0x0D where peek(1) == UInt8(ascii: "\n"): return .comment
      default: passForeign()
      }
    }
    return .comment
  }

  mutating func continuation() -> Token.Kind {
    let length: Int
    switch (peek(1), peek(1) == 0x0D ? peek(2) : nil) {
    case (UInt8(ascii: "\n"), _): length = 1
    case (0x0D, UInt8(ascii: "\n")): length = 2
    case (nil, _):
      let start = position
      advance()
      add(.nothingToContinue, SourceRange(start: start, end: position))
      return .invalid
    default:
      let start = position
      advance()
      add(.backslashInside, SourceRange(start: start, end: position))
      return .invalid
    }
    advance()
    // A `\` with no line after it joins the sentence to nothing.
    if peek(length) == nil {
      let end = position
      let start = SourcePosition(offset: end.offset - 1, line: end.line, column: end.column - 1)
      add(.nothingToContinue, SourceRange(start: start, end: end))
      return .invalid
    }
    _ = newline(length: length)
    return .continuation
  }
}

// MARK: - Non-ASCII scalars

extension Lexer {
  /// Advances past one scalar in a text or a comment, which may contain all but the rejected ones.
  private mutating func passForeign() {
    guard let byte = peek() else { return }
    if byte < 0x80 {
      refuse(.invalidCharacter(Unicode.Scalar(byte)))
    } else if let (scalar, length) = scalar() {
      if Lexer.isBidirectionalControl(scalar) {
        refuse(.bidiControl(scalar), length: length)
      } else if Lexer.isRefused(scalar) {
        refuse(.invalidCharacter(scalar), length: length)
      } else {
        advance(scalarOf: length)
      }
    } else {
      refuseInvalidUTF8()
    }
  }

  /// Rejects the longest run of bytes that is not a scalar, as a single error.
  private mutating func refuseInvalidUTF8() {
    var length = 1
    while length < 4, let byte = peek(length), byte & 0xC0 == 0x80 { length += 1 }
    refuse(.invalidUTF8, length: length)
  }

  /// Returns the next scalar and its length in bytes; `nil` for invalid UTF-8.
  private mutating func scalar() -> (Unicode.Scalar, Int)? {
    guard let first = peek() else { return nil }
    let length: Int
    var value: UInt32
    switch first {
    case 0xC2...0xDF: (length, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, value) = (4, UInt32(first & 0x07))
    default: return nil
    }
    for ahead in 1..<length {
      guard let byte = peek(ahead), byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    // Overlong forms and surrogates are not scalars.
    let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard value >= least, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }

  static func isBidirectionalControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// Whether a scalar is rejected even in texts and comments.
  static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF: scalar != "\t"
    default: isBidirectionalControl(scalar)
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// Returns the names in every `$name` and `${name}` of a text, regardless of the rest of it.
  static func names(in text: ArraySlice<UInt8>) -> [String] {
    let pieces = text.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
    return pieces.dropFirst().map { piece in
      let rest = piece.first == UInt8(ascii: "{") ? piece.dropFirst() : piece
      return String(decoding: rest.prefix(while: isSegmentByte), as: UTF8.self)
    }
  }

  static func isNameStart(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    isNameStart(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
  }

  /// Whether a byte belongs to a word after a dot; the first one is no digit.
  static func isSegmentByte(_ byte: UInt8) -> Bool {
    isNameByte(byte) || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    isNameByte(byte) || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
      || byte == UInt8(ascii: "-")
  }
}
