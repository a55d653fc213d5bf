/// Reads the contents of a text in double quotes: its escapes and its references.
struct TextReader {
  /// The set of escapes that are recognized.
  enum Escapes {
    /// `\" \\ \$ \n \t \u{1F600}`.
    case language
    /// The escapes of RFC 8259, and `\$`.
    case json
  }

  private let bytes: ArraySlice<UInt8>
  private var position: SourcePosition
  private var index: Int
  private let escapes: Escapes
  private let parser: Parser
  private(set) var problems: [(error: SyntaxError, range: SourceRange)] = []
  private var literal: [UInt8] = []

  init(parser: Parser, range: SourceRange, escapes: Escapes) {
    self.parser = parser
    bytes = parser.lexer.window.slice(range)
    position = range.start
    index = bytes.startIndex
    self.escapes = escapes
  }

  /// Reads the whole text, and returns its parts.
  mutating func parts() -> [TextSyntax.Part] {
    var parts: [TextSyntax.Part] = []
    func flush(_ literal: inout [UInt8]) {
      guard !literal.isEmpty else { return }
      parts.append(.literal(String(decoding: literal, as: UTF8.self)))
      literal.removeAll()
    }
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "\\"): escape()
      case UInt8(ascii: "$"):
        guard let reference = reference() else { continue }
        flush(&literal)
        parts.append(.reference(reference))
      default:
        literal.append(bytes[index])
        step()
      }
    }
    flush(&literal)
    return parts
  }

  /// Advances past one byte.
  private mutating func step() {
    if bytes[index] & 0xC0 != 0x80 { position.column += 1 }
    index += 1
    position.offset += 1
  }

  private mutating func report(from start: SourcePosition, _ text: String) {
    problems.append((.invalidEscape(text), SourceRange(start: start, end: position)))
  }

  private var byte: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

  private mutating func escape() {
    let start = position
    let startIndex = index
    step()
    guard let code = byte else { return report(from: start, "\\") }
    while index < bytes.endIndex {
      step()
      if byte.map({ $0 & 0xC0 != 0x80 }) ?? true { break }
    }
    switch (code, escapes) {
    case (UInt8(ascii: "\""), _), (UInt8(ascii: "\\"), _), (UInt8(ascii: "$"), _):
      literal.append(code)
    case (UInt8(ascii: "n"), _): literal.append(0x0A)
    case (UInt8(ascii: "t"), _): literal.append(0x09)
    case (UInt8(ascii: "/"), .json): literal.append(code)
    case (UInt8(ascii: "b"), .json): literal.append(0x08)
    case (UInt8(ascii: "f"), .json): literal.append(0x0C)
    case (UInt8(ascii: "r"), .json): literal.append(0x0D)
    case (UInt8(ascii: "u"), .language): braced(from: start, startIndex)
    case (UInt8(ascii: "u"), .json): surrogates(from: start, startIndex)
    default: report(from: start, String(decoding: bytes[startIndex..<index], as: UTF8.self))
    }
  }

  /// Reads `{1F600}`.
  private mutating func braced(from start: SourcePosition, _ startIndex: Int) {
    var digits: [UInt8] = []
    if byte == UInt8(ascii: "{") {
      step()
      while let next = byte, next != UInt8(ascii: "}"), digits.count < 9 {
        digits.append(next)
        step()
      }
    }
    let value = digits.count <= 8 ? UInt32(String(decoding: digits, as: UTF8.self), radix: 16) : nil
    if byte == UInt8(ascii: "}"), digits.first != UInt8(ascii: "+"), let value,
      let scalar = Unicode.Scalar(value)
    {
      step()
      literal.append(contentsOf: String(scalar).utf8)
    } else {
      if byte == UInt8(ascii: "}") { step() }
      report(from: start, String(decoding: bytes[startIndex..<index], as: UTF8.self))
    }
  }

  /// Reads four digits, and the second half of a surrogate pair.
  private mutating func surrogates(from start: SourcePosition, _ startIndex: Int) {
    func scalar(_ high: UInt32, _ low: UInt32?) -> Unicode.Scalar? {
      guard let low else { return Unicode.Scalar(high) }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }
    var low: UInt32?
    if let high = fourDigits() {
      if (0xD800..<0xDC00).contains(high), byte == UInt8(ascii: "\\") {
        step()
        if byte == UInt8(ascii: "u") {
          step()
          low = fourDigits().flatMap { (0xDC00..<0xE000).contains($0) ? $0 : nil }
        }
      }
      if let scalar = scalar(high, low) {
        literal.append(contentsOf: String(scalar).utf8)
        return
      }
    }
    report(from: start, String(decoding: bytes[startIndex..<index], as: UTF8.self))
  }

  private mutating func fourDigits() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let next = byte, let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
        return nil
      }
      value = value << 4 | UInt32(digit)
      step()
    }
    return value
  }

  /// Reads `$name.field` or `${name.field}`.
  private mutating func reference() -> ReferenceSyntax? {
    let start = position
    step()
    let braced = byte == UInt8(ascii: "{")
    if braced { step() }
    guard let first = byte, Lexer.isNameStart(first) else {
      report(from: start, braced ? "${" : "$")
      return nil
    }
    // Read to their ends: `$chatSid` is one name, and `$row.Agent` has one segment.
    let name = word(Lexer.isSegmentByte)
    var path: [NameSyntax] = []
    while byte == UInt8(ascii: "."), index + 1 < bytes.endIndex {
      let next = bytes[index + 1]
      if braced, next == UInt8(ascii: "'") {
        step()
        guard let segment = quoted() else {
          report(from: start, "${\(name.text).'")
          return nil
        }
        path.append(segment)
      } else if Lexer.isSegmentByte(next), !Lexer.isDigit(next) {
        step()
        path.append(word(Lexer.isSegmentByte))
      } else {
        break
      }
    }
    if braced {
      guard byte == UInt8(ascii: "}") else {
        report(from: start, "${\(name.text)")
        return nil
      }
      step()
    }
    return ReferenceSyntax(
      name: name, path: path, range: SourceRange(start: start, end: position), isInText: true)
  }

  /// Reads a segment in single quotes, as it is; `nil` if it is empty or not closed.
  private mutating func quoted() -> NameSyntax? {
    let start = position
    step()
    let first = index
    while let next = byte, next != UInt8(ascii: "'") { step() }
    guard byte != nil, index > first else { return nil }
    let text = String(decoding: bytes[first..<index], as: UTF8.self)
    step()
    return NameSyntax(text: text, range: SourceRange(start: start, end: position))
  }

  private mutating func word(_ belongs: (UInt8) -> Bool) -> NameSyntax {
    let start = position
    let first = index
    while let next = byte, belongs(next) { step() }
    return NameSyntax(
      text: String(decoding: bytes[first..<index], as: UTF8.self),
      range: SourceRange(start: start, end: position))
  }

  /// Whether a text contains something that looks like a Twilio secret.
  static func holdsSecret(_ text: String) -> Bool {
    if Parser.looksLikeSecret(text) { return true }
    guard text.utf8.count >= 17 else { return false }
    for name in ["TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET"] {
      guard let start = text.utf8Range(of: name) else { continue }
      let rest = text.utf8[start.upperBound...].drop { $0 == UInt8(ascii: " ") }
      if rest.first == UInt8(ascii: "=") || rest.first == UInt8(ascii: ":") { return true }
    }
    return false
  }
}

extension String {
  /// Returns the range of the first occurrence of these bytes.
  func utf8Range(of wanted: String) -> Range<Index>? {
    var index = startIndex
    while index < endIndex {
      if utf8[index...].starts(with: wanted.utf8) {
        return index..<utf8.index(index, offsetBy: wanted.utf8.count)
      }
      utf8.formIndex(after: &index)
    }
    return nil
  }
}
