extension JSON {
  /// Appends the value in its shortest form, on one line, as UTF-8.
  package func write(into bytes: inout [UInt8]) {
    var output = OutputBytes()
    write(into: &output)
    output.append(to: &bytes)
  }

  /// Appends the value in its shortest form, on one line, as UTF-8.
  func write(into bytes: inout OutputBytes) {
    switch self {
    case .null: bytes.append("null" as StaticString)
    case .bool(let flag): bytes.append(flag ? "true" : "false" as StaticString)
    case .number(let spelling): bytes.append(spelling)
    case .string(let text): JSON.write(text, into: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object): object.write(into: &bytes)
    }
  }

  /// The value in its shortest form, on one line.
  package var serialized: String {
    var bytes = OutputBytes()
    write(into: &bytes)
    return bytes.text
  }

  /// The value on one line with a space after every comma and colon, where a window may wrap it.
  package var spaced: String {
    switch self {
    case .array(let elements): "[" + elements.map(\.spaced).joined(separator: ", ") + "]"
    case .object(let object):
      "{"
        + object.members.map { JSON.string($0.name).serialized + ": " + $0.value.spaced }
        .joined(separator: ", ") + "}"
    case .null, .bool, .number, .string: serialized
    }
  }

  /// Appends a whole number.
  package static func write(_ number: Int, into bytes: inout [UInt8]) {
    withSpelling(of: number) { bytes.append(contentsOf: $0) }
  }

  /// Hands out the ASCII bytes of a whole number, for as long as the body runs.
  static func withSpelling(of number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (start, rest) = (digits.count, number.magnitude)
      repeat {
        start &-= 1
        digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        start &-= 1
        digits[start] = UInt8(ascii: "-")
      }
      body(UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  /// Appends text as a JSON string, quotes included.
  ///
  /// Escaped beyond what RFC 8259 asks for: U+007F…U+009F, the bidirectional controls, U+2028 and
  /// U+2029, so that a terminal that shows the line obeys nothing in it.
  static func write(_ text: String, into bytes: inout OutputBytes) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    var text = text
    // Nearly all text needs no escape.
    let isPlain = text.withUTF8 { utf8 in
      guard utf8.plainJSONCount(from: 0) == utf8.count else { return false }
      bytes.append(utf8)
      return true
    }
    if isPlain { return }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: bytes.append("\\\"" as StaticString)
      case 0x5C: bytes.append("\\\\" as StaticString)
      case 0x0A: bytes.append("\\n" as StaticString)
      case 0x0D: bytes.append("\\r" as StaticString)
      case 0x09: bytes.append("\\t" as StaticString)
      case 0x20..<0x7F: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
        let digits = String(scalar.value, radix: 16)
        bytes.append("\\u" as StaticString)
        bytes.append(String(repeating: "0", count: 4 - digits.utf8.count) + digits)
      default: bytes.append(String(scalar))
      }
    }
  }
}

extension UInt8 {
  /// Whether it needs no escape in a JSON string: visible ASCII other than `"` and `\`.
  var isPlainInJSON: Bool {
    self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\") && self &- 0x20 < 0x5F
  }
}
