/// Reads one JSON value, strictly: what two readers could understand differently is refused.
///
/// Rejected beyond RFC 8259: a byte-order mark, a name that occurs twice in one object, more than
/// ``maximumDepth`` levels, a lone surrogate. A reply decides whether an agent was removed, so a
/// reply that is not beyond doubt must not be read at all.
package struct JSONReader {
  /// How deep arrays and objects may be nested.
  package static let maximumDepth = 64

  /// Up to this number, names are compared one by one.
  private static let fewMembers = 32

  /// What was wrong, and where.
  package struct Failure: Error, Hashable, Sendable {
    /// What was wrong, lower case, without a full stop.
    package let reason: String
    /// The offset of the first byte that could not be accepted, from 0.
    package let offset: Int
  }

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  /// Where the values of the outermost object begin, when that is asked for.
  private var offsets: [Int] = []
  private var recordsOffsets = false

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads text that is one JSON value and nothing else but white space.
  package static func read(_ bytes: [UInt8]) throws(Failure) -> JSON {
    var reader = JSONReader(bytes)
    reader.skipSpace()
    let value = try reader.value()
    reader.skipSpace()
    guard reader.position == bytes.count else {
      throw reader.failure("something follows the JSON value")
    }
    return value
  }

  /// Reads text that is one JSON value and nothing else but white space.
  package static func read(_ text: String) throws(Failure) -> JSON {
    try read(Array(text.utf8))
  }

  /// Reads text that is exactly one JSON object, and returns where each value begins.
  ///
  /// - Returns: The members, each with the offset of its value's first byte.
  package static func readMembers(
    _ bytes: [UInt8]
  ) throws(Failure) -> [(member: JSONObject.Member, offset: Int)] {
    var reader = JSONReader(bytes)
    reader.recordsOffsets = true
    reader.skipSpace()
    guard reader.current == UInt8(ascii: "{") else {
      throw reader.failure("a JSON object should be here")
    }
    let value = try reader.value()
    reader.skipSpace()
    guard reader.position == bytes.count else {
      throw reader.failure("something follows the JSON value")
    }
    return Array(zip(value.object?.members ?? [], reader.offsets))
  }

  private func failure(_ reason: String, at offset: Int? = nil) -> Failure {
    Failure(reason: reason, offset: offset ?? position)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func value() throws(Failure) -> JSON {
    guard let first = current else { throw failure("the text ends where a value should be") }
    switch first {
    case UInt8(ascii: "{"): return try nested { reader throws(Failure) in try reader.object() }
    case UInt8(ascii: "["): return try nested { reader throws(Failure) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw failure("this begins no JSON value")
    }
  }

  private mutating func nested(
    _ body: (inout JSONReader) throws(Failure) -> JSON
  ) throws(Failure) -> JSON {
    depth += 1
    defer { depth -= 1 }
    guard depth <= JSONReader.maximumDepth else {
      throw failure("nested more than \(JSONReader.maximumDepth) deep")
    }
    position += 1
    return try body(&self)
  }

  private mutating func object() throws(Failure) -> JSON {
    var members: [JSONObject.Member] = []
    // Few members: comparing is quicker than hashing. Many: comparing would be quadratic.
    var names = Set<[UInt8]>()
    // One bit for each name: one whose bit is not set is new.
    var marks: UInt64 = 0
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
    // Most of the API's resources have no more.
    members.reserveCapacity(8)
    repeat {
      skipSpace()
      let start = position
      guard current == UInt8(ascii: "\"") else { throw failure("a member's name should be here") }
      let name = try string()
      let mark = self.mark(from: start + 1, to: position - 1)
      defer { marks |= mark }
      guard
        marks & mark == 0 && members.count < JSONReader.fewMembers
          || isNew(name, among: members, &names)
      else {
        throw failure("the name \"\(name)\" appears twice in one object", at: start)
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure("`:` should follow the name") }
      skipSpace()
      if recordsOffsets, depth == 1 { offsets.append(position) }
      members.append(JSONObject.Member(name: name, value: try value()))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("`,` or `}` should be here") }
    return .object(JSONObject(members))
  }

  /// A number with one bit set, the same for every spelling of a name; all bits for a name with escapes.
  private func mark(from start: Int, to end: Int) -> UInt64 {
    bytes.withUnsafeBufferPointer { bytes in
      var sum = UInt64(truncatingIfNeeded: end - start)
      for index in start..<end {
        if bytes[index] == UInt8(ascii: "\\") { return .max }
        sum = sum &* 31 &+ UInt64(bytes[index])
      }
      return 1 << (sum & 63)
    }
  }

  /// Whether no member has this name yet, compared byte for byte.
  private func isNew(
    _ name: String, among members: [JSONObject.Member], _ names: inout Set<[UInt8]>
  ) -> Bool {
    if members.count < JSONReader.fewMembers {
      return !members.contains { $0.name.isSpelled(name) }
    }
    if names.isEmpty { names = Set(members.map { Array($0.name.utf8) }) }
    return names.insert(Array(name.utf8)).inserted
  }

  private mutating func array() throws(Failure) -> JSON {
    var elements: [JSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    repeat {
      skipSpace()
      elements.append(try value())
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("`,` or `]` should be here") }
    return .array(elements)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(Failure) -> JSON {
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { throw failure("this begins no JSON value") }
    for index in 0..<length where bytes[position + index] != word.utf8Start[index] {
      throw failure("this begins no JSON value")
    }
    position += length
    return value
  }

  private mutating func number() throws(Failure) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(Failure) {
    let start = position
    while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    guard position > start else { throw failure("a digit should be here") }
  }
}

extension JSONReader {
  private mutating func string() throws(Failure) -> String {
    // Nearly all strings are ASCII without an escape, which needs no second look.
    if let plain = plainString() {
      return bytes.withUnsafeBufferPointer {
        String(decoding: UnsafeBufferPointer(rebasing: $0[plain]), as: UTF8.self)
      }
    }
    let start = position
    position += 1
    var run = start + 1
    var decoded: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        decoded.append(contentsOf: bytes[run..<position])
        position += 1
        guard let text = String(validating: decoded, as: UTF8.self) else {
          throw failure("the string is not UTF-8", at: start)
        }
        return text
      case UInt8(ascii: "\\"):
        decoded.append(contentsOf: bytes[run..<position])
        position += 1
        try escape(into: &decoded)
        run = position
      case 0..<0x20: throw failure("a control character in a string must be escaped")
      default: position += 1
      }
    }
    throw failure("the string is not closed", at: start)
  }

  /// Passes a string that is visible ASCII without an escape; `nil`, and nothing is passed, for any
  /// other text.
  ///
  /// - Returns: The range of its letters, without the quotes.
  private mutating func plainString() -> Range<Int>? {
    let start = position + 1
    let end = bytes.withUnsafeBufferPointer { bytes -> Int? in
      guard start < bytes.count, bytes[start - 1] == UInt8(ascii: "\"") else { return nil }
      let end = start + bytes.plainJSONCount(from: start)
      return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end : nil
    }
    guard let end else { return nil }
    position = end + 1
    return start..<end
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(Failure) {
    let start = position - 1
    guard let byte = current else { throw failure("the string is not closed", at: start) }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw failure("a lone surrogate is not a character", at: start)
        }
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
          throw failure("a lone surrogate is not a character", at: start)
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure("a lone surrogate is not a character", at: start)
      }
      decoded.append(contentsOf: String(scalar).utf8)
    default: throw failure("JSON knows no such escape", at: start)
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits should follow \\u")
      }
      position += 1
      code = code << 4 | UInt32(digit)
    }
    return code
  }
}
