/// Finds secrets in bytes that came from outside, and hides them.
///
/// A secret is found as it is, in base 64 and in hexadecimal digits; each of its characters may be
/// written as an escape of JSON (`\u0073`, `\/`, with any number of backslashes, as in JSON within
/// JSON), of a URL (`%73`, `%2573`), of HTML (`&#115;`, `&amp;`), or be surrounded by zero bytes, as in
/// UTF-16. What is hidden before a reply is decoded therefore stays hidden after it.
///
/// Secrets shorter than ``minimum`` stay: they would be found in harmless words. Twilio's have 32 bytes.
package struct Redaction: Sendable, CustomReflectable {
  /// The length from which a secret is hidden, in bytes.
  package static let minimum = 8

  /// The forms of every secret that are looked for.
  private let forms: [[UInt8]]
  /// Whether a form, or an escape, can begin with a byte.
  private let canBegin: [Bool]

  /// Hides these byte sequences.
  package init(_ secrets: [[UInt8]]) {
    forms = secrets.filter { $0.count >= Redaction.minimum }
    var canBegin = [Bool](repeating: false, count: 256)
    if !forms.isEmpty {
      for byte in "\\%&".utf8 { canBegin[Int(byte)] = true }
    }
    for form in forms { canBegin[Int(form[0])] = true }
    self.canBegin = canBegin
  }

  /// Hides these secrets, in every form.
  package init(_ secrets: [Secret]) {
    self.init(secrets.flatMap { Redaction.forms(of: Array($0.revealed.utf8)) })
  }

  /// Shows nothing of the secrets.
  package var customMirror: Mirror { Mirror(self, children: []) }

  /// A secret, its base 64 (also the form for URLs) and its hexadecimal digits.
  static func forms(of secret: [UInt8]) -> [[UInt8]] {
    guard secret.count >= minimum else { return [] }
    let base64 = Array(Base64.encode(secret).utf8.prefix { $0 != UInt8(ascii: "=") })
    let forURLs = base64.map { byte in
      byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? 0x5F : byte
    }
    let digits = secret.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    var forms = [secret, base64, Array(digits.utf8), Array(digits.uppercased().utf8)]
    if forURLs != base64 { forms.append(forURLs) }
    return forms
  }

  /// Whether no secret is long enough to be hidden.
  package var isEmpty: Bool { forms.isEmpty }

  /// Replaces every byte of every secret by a star; the length stays.
  package func hide(in bytes: inout [UInt8]) {
    let ranges = bytes.withUnsafeBufferPointer { self.ranges(in: $0) }
    for range in ranges {
      for index in range { bytes[index] = UInt8(ascii: "*") }
    }
  }

  /// A text with stars in the place of every secret; `nil` if it contains none.
  package func hiding(_ text: String) -> String? {
    var text = text
    let ranges = text.withUTF8 { self.ranges(in: $0) }
    guard !ranges.isEmpty else { return nil }
    var bytes = Array(text.utf8)
    for range in ranges {
      for index in range { bytes[index] = UInt8(ascii: "*") }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Matching

  /// Where secrets are, in ascending order.
  private func ranges(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    guard !forms.isEmpty else { return [] }
    var ranges: [Range<Int>] = []
    var index = 0
    canBegin.withUnsafeBufferPointer { canBegin in
      while index < bytes.count {
        guard canBegin[Int(bytes[index])], let end = end(ofFormAt: index, in: bytes) else {
          index += 1
          continue
        }
        ranges.append(index..<end)
        index = end
      }
    }
    return ranges
  }

  /// The end of the longest form that begins at an index.
  private func end(ofFormAt start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var longest: Int?
    for form in forms {
      // Most positions are no beginning, and not worth a list.
      if bytes[start] != form[0], !Redaction.isEscape(bytes[start]) { continue }
      if start + 1 < bytes.count, bytes[start + 1] != form[1],
        !Redaction.isEscape(bytes[start]), !Redaction.isEscape(bytes[start + 1])
      {
        continue
      }
      // Several ends while it is open how a character is to be read: `%25` may be a percent sign, or the
      // beginning of one that was encoded twice.
      var ends = [start]
      for byte in form {
        var next: [Int] = []
        for end in ends {
          for index in Redaction.indices(after: byte, at: end, in: bytes)
          where !next.contains(index) {
            next.append(index)
          }
        }
        ends = next
        if ends.isEmpty { break }
      }
      if let end = ends.max() { longest = max(longest ?? 0, end) }
    }
    return longest
  }

  /// The indices after one character of a secret, in whatever ways it may be written there.
  private static func indices(
    after byte: UInt8, at start: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> [Int] {
    var index = start
    // Zero bytes between the characters of UTF-16.
    while index < bytes.count, index - start < 3, bytes[index] == 0 { index += 1 }
    guard index < bytes.count else { return [] }
    var found: [Int] = bytes[index] == byte ? [index + 1] : []
    switch bytes[index] {
    case UInt8(ascii: "\\"):
      if let end = afterBackslashes(byte, at: index, in: bytes) { found.append(end) }
    case UInt8(ascii: "%"):
      var digits = index + 1
      if hexadecimal(at: digits, 2, in: bytes) == Int(byte) { found.append(digits + 2) }
      // `%25` is a percent sign that was encoded once more.
      while hexadecimal(at: digits, 2, in: bytes) == 0x25 {
        digits += 2
        if hexadecimal(at: digits, 2, in: bytes) == Int(byte) { found.append(digits + 2) }
      }
    case UInt8(ascii: "&"):
      if let end = afterEntity(byte, at: index, in: bytes) { found.append(end) }
    default: break
    }
    return found
  }

  /// Whether a byte may begin the encoding of another one.
  private static func isEscape(_ byte: UInt8) -> Bool {
    switch byte {
    case 0, UInt8(ascii: "\\"), UInt8(ascii: "%"), UInt8(ascii: "&"): true
    default: false
    }
  }

  private static func afterBackslashes(
    _ byte: UInt8, at start: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    var index = start
    while index < bytes.count, bytes[index] == UInt8(ascii: "\\") { index += 1 }
    let letter = index < bytes.count ? bytes[index] : 0
    if letter == UInt8(ascii: "u"), hexadecimal(at: index + 1, 4, in: bytes) == Int(byte) {
      return index + 5
    }
    if letter == UInt8(ascii: "x"), hexadecimal(at: index + 1, 2, in: bytes) == Int(byte) {
      return index + 3
    }
    if byte == UInt8(ascii: "\\") { return index - start >= 2 ? start + 2 : nil }
    return index < bytes.count && bytes[index] == byte ? index + 1 : nil
  }

  private static let entities: [(name: StaticString, byte: UInt8)] = [
    ("&amp;", UInt8(ascii: "&")), ("&quot;", UInt8(ascii: "\"")), ("&lt;", UInt8(ascii: "<")),
    ("&gt;", UInt8(ascii: ">")), ("&apos;", UInt8(ascii: "'")),
  ]

  private static func afterEntity(
    _ byte: UInt8, at start: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    for (name, meaning) in entities where meaning == byte {
      let end = start + name.utf8CodeUnitCount
      if end <= bytes.count,
        (start..<end).allSatisfy({ bytes[$0] == name.utf8Start[$0 - start] })
      {
        return end
      }
    }
    guard start + 2 < bytes.count, bytes[start + 1] == UInt8(ascii: "#") else { return nil }
    let isHexadecimal = bytes[start + 2] | 0x20 == UInt8(ascii: "x")
    var index = start + (isHexadecimal ? 3 : 2)
    let first = index
    var value = 0
    while index < bytes.count, index - first < 8,
      let digit = digit(bytes[index]), isHexadecimal || digit < 10
    {
      value = value * (isHexadecimal ? 16 : 10) + digit
      index += 1
    }
    guard index > first, value == Int(byte) else { return nil }
    return index < bytes.count && bytes[index] == UInt8(ascii: ";") ? index + 1 : index
  }

  /// The value of hexadecimal digits; `nil` if there are fewer.
  private static func hexadecimal(
    at start: Int, _ count: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    guard start + count <= bytes.count else { return nil }
    var value = 0
    for index in start..<start + count {
      guard let digit = digit(bytes[index]) else { return nil }
      value = value * 16 + digit
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x37
    case 0x61...0x66: Int(byte) - 0x57
    default: nil
    }
  }
}
