extension JSON {
  /// Appends the value in its shortest form, on one line, as UTF-8.
  package func write(into bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let spelling): bytes.append(contentsOf: spelling.utf8)
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
    var bytes: [UInt8] = []
    write(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
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
    guard number >= 0 else { return bytes.append(contentsOf: String(number).utf8) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (start, rest) = (digits.count, UInt(number))
      repeat {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  /// Appends text as a JSON string, quotes included.
  ///
  /// Escaped beyond what RFC 8259 asks for: U+007F…U+009F, the bidirectional controls, U+2028 and
  /// U+2029, so that a terminal that shows the line obeys nothing in it.
  package static func write(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    // Nearly all text needs no escape.
    let isPlain =
      text.utf8.withContiguousStorageIfAvailable { utf8 in
        guard utf8.plainJSONCount(from: 0) == utf8.count else { return false }
        bytes.append(contentsOf: utf8)
        return true
      } ?? false
    if isPlain { return }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: bytes.append(contentsOf: "\\\"".utf8)
      case 0x5C: bytes.append(contentsOf: "\\\\".utf8)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0x20..<0x7F: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
        let digits = String(scalar.value, radix: 16)
        bytes.append(contentsOf: "\\u".utf8)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        bytes.append(contentsOf: digits.utf8)
      default: bytes.append(contentsOf: String(scalar).utf8)
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
