/// Finds secrets in bytes from outside, and hides them.
///
/// A secret is found in plain form, in Base64 and in hexadecimal; each of its characters may be
/// written as an escape of JSON (`\u0073`, `\/`, with any number of backslashes, as in JSON within
/// JSON), of a URL (`%73`, `%2573`), of HTML (`&#115;`, `&amp;`), or be surrounded by zero bytes,
/// as in UTF-16. What is hidden before a reply is decoded therefore stays hidden afterwards.
///
/// Secrets shorter than ``minimum`` are not hidden: they would be found in harmless words. Twilio's
/// have 32 bytes.
package struct Redaction: Sendable, CustomReflectable {
  /// The minimum length of a secret that is hidden, in bytes.
  package static let minimum = 8

  /// For each byte, the forms of secrets that begin with it unescaped.
  private let forms: [[[UInt8]]]
  /// Every form.
  private let all: [[UInt8]]
  /// Rules out nearly every place.
  private let probe: SecretProbe

  /// Hides these byte sequences.
  package init(_ secrets: [[UInt8]]) {
    let all = secrets.filter { $0.count >= Redaction.minimum }
    self.all = all
    forms = (0...255).map { byte in all.filter { $0[0] == UInt8(byte) } }
    probe = SecretProbe(all)
  }

  /// Hides these secrets, in every form.
  package init(_ secrets: [Secret]) {
    self.init(secrets.flatMap { Redaction.forms(of: Array($0.revealed.utf8)) })
  }

  /// Shows nothing of the secrets.
  package var customMirror: Mirror { Mirror(self, children: []) }

  /// A secret, its hexadecimal digits, and its Base64 form, also within that of a longer text.
  static func forms(of secret: [UInt8]) -> [[UInt8]] {
    guard secret.count >= minimum else { return [] }
    let digits = secret.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    var forms = [secret, Array(digits.utf8), Array(digits.uppercased().utf8)]
    for before in 0..<3 {
      // Three bytes make four characters; those that depend on a neighbour are omitted.
      let padded = [UInt8](repeating: 0, count: before) + secret
      let first = before == 0 ? 0 : before + 1
      let base64 = Array(Base64.encode(padded).utf8)[first..<(padded.count * 8 / 6)]
      forms.append(Array(base64))
      let forURLs = base64.map { byte in
        byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? 0x5F : byte
      }
      if !forURLs.elementsEqual(base64) { forms.append(forURLs) }
    }
    return forms.filter { $0.count >= minimum }
  }

  /// Whether no secret is long enough to be hidden.
  package var isEmpty: Bool { all.isEmpty }

  /// Replaces every byte of every secret with a star; the length does not change.
  package func hide(in bytes: inout [UInt8]) {
    let ranges = bytes.withUnsafeBufferPointer { self.ranges(in: $0) }
    for range in ranges {
      for index in range { bytes[index] = UInt8(ascii: "*") }
    }
  }

  /// A text with every secret replaced by stars; `nil` if it contains none.
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

  /// The ranges of secrets, in ascending order.
  func ranges(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    guard !isEmpty else { return [] }
    var ranges: [Range<Int>] = []
    var candidates = SecretProbe.Candidates(probe, in: bytes)
    var index = 0
    while let places = candidates.next(from: index) {
      index = places.lowerBound
      while index <= places.upperBound {
        if let end = end(ofFormAt: index, in: bytes) {
          ranges.append(index..<end)
          index = end
        } else {
          index += 1
        }
      }
    }
    return ranges
  }

  /// The end of the longest form that begins at an index.
  func end(ofFormAt start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let candidates: [[UInt8]]
    if Redaction.isEscape(bytes[start]) {
      // It usually encodes a character with which no secret begins.
      let isBeginning = Redaction.readings(at: start, in: bytes).contains { character, _ in
        Redaction.isEncoding(character) || !forms[Int(character)].isEmpty
      }
      candidates = isBeginning ? all : []
    } else {
      candidates = forms[Int(bytes[start])]
    }
    var longest: Int?
    for form in candidates {
      if let isThere = isThereAsItIs(form, at: start, in: bytes) {
        if isThere { longest = max(longest ?? 0, start + form.count) }
        continue
      }
      // There are several ends while a character is ambiguous: `%25` may be a percent sign, or the
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

  /// Whether a form is there unescaped; `nil` if that is undecided because something is encoded.
  private func isThereAsItIs(
    _ form: [UInt8], at start: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool? {
    for (index, byte) in form.enumerated() {
      guard start + index < bytes.count else { return false }
      let found = bytes[start + index]
      if Redaction.isEscape(found) { return nil }
      if found != byte { return false }
    }
    return true
  }

  private static func isEscape(_ byte: UInt8) -> Bool {
    byte == 0 || byte == UInt8(ascii: "\\") || isEncoding(byte)
  }

  /// Whether a character begins an encoding that may itself be escaped.
  private static func isEncoding(_ character: UInt8) -> Bool {
    character == UInt8(ascii: "%") || character == UInt8(ascii: "&")
  }

  /// The characters that the bytes at an index may represent, each with the index after it.
  private static func readings(
    at start: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> [(UInt8, Int)] {
    var index = start
    // Skips the zero bytes between the characters of UTF-16.
    while index < bytes.count, index - start < 3, bytes[index] == 0 { index += 1 }
    guard index < bytes.count else { return [] }
    let itself = [(bytes[index], index + 1)]
    return bytes[index] == UInt8(ascii: "\\")
      ? itself + afterBackslashes(at: index, in: bytes) : itself
  }

  /// The possible indices after one character of a secret, however it is written there.
  private static func indices(
    after byte: UInt8, at start: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> [Int] {
    var found: [Int] = []
    // A character may itself begin an encoding, as in `\u0025` followed by `73`.
    for (character, next) in readings(at: start, in: bytes) {
      if character == byte { found.append(next) }
      if character == UInt8(ascii: "%") {
        var digits = next
        if hexadecimal(at: digits, 2, in: bytes) == Int(byte) { found.append(digits + 2) }
        // `%25` is a percent sign that was encoded again.
        while hexadecimal(at: digits, 2, in: bytes) == 0x25 {
          digits += 2
          if hexadecimal(at: digits, 2, in: bytes) == Int(byte) { found.append(digits + 2) }
        }
      } else if character == UInt8(ascii: "&"), let end = afterEntity(byte, at: next, in: bytes) {
        found.append(end)
      }
    }
    return found
  }

  /// The ASCII characters that backslashes may represent, each with the index after it.
  private static func afterBackslashes(
    at start: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> [(UInt8, Int)] {
    var index = start
    while index < bytes.count, bytes[index] == UInt8(ascii: "\\") { index += 1 }
    var found: [(UInt8, Int)] = []
    if index - start >= 2 { found.append((UInt8(ascii: "\\"), start + 2)) }
    guard index < bytes.count else { return found }
    switch bytes[index] {
    case UInt8(ascii: "u"):
      if let value = hexadecimal(at: index + 1, 4, in: bytes), value < 0x80 {
        found.append((UInt8(value), index + 5))
      }
    case UInt8(ascii: "x"):
      if let value = hexadecimal(at: index + 1, 2, in: bytes), value < 0x80 {
        found.append((UInt8(value), index + 3))
      }
    default: break
    }
    found.append((bytes[index], index + 1))
    return found
  }

  private static let entities: [(name: StaticString, byte: UInt8)] = [
    ("amp;", UInt8(ascii: "&")), ("quot;", UInt8(ascii: "\"")), ("lt;", UInt8(ascii: "<")),
    ("gt;", UInt8(ascii: ">")), ("apos;", UInt8(ascii: "'")),
  ]

  /// The index after an HTML entity that encodes a byte; `nil` if there is none.
  ///
  /// `start`: the index after the `&`.
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
    guard start + 1 < bytes.count, bytes[start] == UInt8(ascii: "#") else { return nil }
    let isHexadecimal = bytes[start + 1] | 0x20 == UInt8(ascii: "x")
    var index = start + (isHexadecimal ? 2 : 1)
    let first = index
    var value = 0
    while index < bytes.count, value < 0x11_0000, let digit = digit(bytes[index]),
      isHexadecimal || digit < 10
    {
      value = value * (isHexadecimal ? 16 : 10) + digit
      index += 1
    }
    guard index > first, value == Int(byte) else { return nil }
    return index < bytes.count && bytes[index] == UInt8(ascii: ";") ? index + 1 : index
  }

  /// The value of `count` hexadecimal digits; `nil` if there are fewer.
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
