/// A Twilio SID of any kind: two capital letters and 32 hexadecimal digits.
///
/// Held in 32 bytes without an allocation. A SID of another shape, which only ``OtherSIDs`` admit, is
/// held as a number: its place in their table. Two SIDs are equal when their prefixes and their digits
/// are, whatever the case of the digits; ``description`` gives the SID as it was written, and that
/// is what is sent. Source: pattern `^XX[0-9a-fA-F]{32}$` of Twilio's OpenAPI documents.
package struct AnySID: Sendable {
  /// The length of every SID, in ASCII characters.
  package static let length = 34

  /// The two letters of the prefix, the first in the high byte.
  package let prefixCode: UInt16
  private let high: UInt64
  private let low: UInt64
  /// One bit for each of the 32 digits, the first in the highest bit: set for `A`…`F`.
  private let upperCase: UInt32
  /// The kind that the SID is taken for although its prefix denotes another; seldom set.
  private var takenFor: SIDType?

  /// Reads a SID from exactly 34 ASCII bytes.
  ///
  /// Not generic, and over memory: this is read twice a sentence, and a generic reader cost fifty
  /// times as much across the border of the module.
  ///
  /// - Returns: `nil` for any other length, prefix or digit.
  package init?(bytes: ArraySlice<UInt8>) {
    guard bytes.count == AnySID.length else { return nil }
    let read = bytes.withUnsafeBufferPointer { AnySID(memory: $0) }
    guard let read else { return nil }
    self = read
  }

  private init(prefixCode: UInt16, high: UInt64, low: UInt64, upperCase: UInt32) {
    self.prefixCode = prefixCode
    self.high = high
    self.low = low
    self.upperCase = upperCase
  }

  /// Reads a SID from memory that holds exactly 34 ASCII bytes; `nil` as for ``init(bytes:)``.
  package init?(memory bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count == AnySID.length, AnySID.isCapital(bytes[0]), AnySID.isCapital(bytes[1])
    else { return nil }
    let prefixCode = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    let memory = UnsafeRawBufferPointer(bytes)
    if let high = SixteenDigits(memory.loadUnaligned(fromByteOffset: 2, as: SIMD16.self)),
      let low = SixteenDigits(memory.loadUnaligned(fromByteOffset: 18, as: SIMD16.self))
    {
      self.init(prefixCode: prefixCode, high: high.value, low: low.value, upperCase: 0)
      return
    }
    var digits: (UInt64, UInt64) = (0, 0)
    var upper: UInt32 = 0
    for group in 0..<4 {
      let text = memory.loadUnaligned(fromByteOffset: 2 + group * 8, as: UInt64.self)
      guard let read = EightDigits(text: text.bigEndian) else { return nil }
      upper = upper << 8 | read.upperCase
      if group < 2 {
        digits.0 = digits.0 << 32 | read.value
      } else {
        digits.1 = digits.1 << 32 | read.value
      }
    }
    self.init(
      prefixCode: prefixCode, high: digits.0, low: digits.1, upperCase: upper)
  }

  /// Reads a SID from text; `nil` unless all of it is one SID.
  ///
  /// A SID of another shape counts if it has been admitted before.
  package init?(_ text: String) {
    if text.utf8.count == AnySID.length {
      let sid = text.utf8.withContiguousStorageIfAvailable { AnySID(memory: $0) }
      if let sid = sid ?? AnySID(bytes: Array(text.utf8)[...]) {
        self = sid
        return
      }
    }
    guard let place = OtherSIDs.place(of: text) else { return nil }
    self.init(place: place)
  }

  /// Reads a SID of any shape that ``OtherSIDs`` admit; `nil` for other texts, and unless they do.
  package init?(ofAnyShape text: String) {
    if let sid = AnySID(text) {
      self = sid
      return
    }
    guard let place = OtherSIDs.admit(text) else { return nil }
    self.init(place: place)
  }

  private init(place: Int) {
    self.init(prefixCode: 0, high: UInt64(place), low: 0, upperCase: 0)
  }

  /// Whether it is no SID as Twilio documents them.
  package var isOfOtherShape: Bool { prefixCode == 0 }

  /// Every SID in a text that is not part of a longer word.
  package static func all(in bytes: ArraySlice<UInt8>) -> [AnySID] {
    var found: [AnySID] = []
    for word in bytes.split(whereSeparator: { !isWordByte($0) }) where word.count == length {
      if let sid = AnySID(bytes: word) { found.append(sid) }
    }
    return found
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isCapital(byte) || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
      || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: "_")
  }

  /// The prefix, for instance `KD`.
  package var prefix: String {
    if isOfOtherShape { return String(description.prefix(2)) }
    return String(
      decoding: [UInt8(prefixCode >> 8), UInt8(truncatingIfNeeded: prefixCode)], as: UTF8.self)
  }

  /// The kind that the prefix denotes; `nil` for a kind that the language does not name.
  package var type: SIDType? { takenFor ?? SIDType(prefixCode: prefixCode) }

  /// The SID as one of a kind; `nil` for one of another kind, unless ``OtherSIDs`` are admitted.
  package func of(_ type: SIDType) -> AnySID? {
    if self.type == type { return self }
    guard OtherSIDs.areAdmitted else { return nil }
    var sid = self
    sid.takenFor = type
    return sid
  }

  /// Whether it begins with a prefix; any does where ``OtherSIDs`` are admitted.
  package func begins(with prefix: String) -> Bool {
    self.prefix == prefix || OtherSIDs.areAdmitted
  }

  /// How many of the 32 digits differ from those of another SID.
  package func digitsDiffering(from other: AnySID) -> Int {
    func count(_ word: UInt64) -> Int {
      let any = (word | word >> 1 | word >> 2 | word >> 3) & 0x1111_1111_1111_1111
      return any.nonzeroBitCount
    }
    return count(high ^ other.high) + count(low ^ other.low)
  }

  /// Hands out the ASCII bytes of the SID as it was written, for as long as the body runs.
  package func withSpelling<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if isOfOtherShape {
      return Array(OtherSIDs.spelling(at: Int(high)).utf8).withUnsafeBufferPointer(body)
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: AnySID.length) { spelling in
      if let start = spelling.baseAddress { spell(at: start) }
      return body(UnsafeBufferPointer(spelling))
    }
  }

  /// Writes the 34 ASCII bytes of a SID that is not of another shape.
  func spell(at start: UnsafeMutablePointer<UInt8>) {
    start[0] = UInt8(prefixCode >> 8)
    start[1] = UInt8(truncatingIfNeeded: prefixCode)
    for group in 0..<4 {
      let word = (group < 2 ? high : low) &>> (group % 2 == 0 ? 32 : 0)
      let capitals = upperCase &>> UInt32(24 &- group &* 8)
      let text = EightDigits(value: word & 0xFFFF_FFFF, upperCase: capitals & 0xFF).text
      UnsafeMutableRawPointer(start)
        .storeBytes(of: text.bigEndian, toByteOffset: 2 &+ group &* 8, as: UInt64.self)
    }
  }

  private static func isCapital(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
  }
}

extension AnySID: Hashable {
  package static func == (left: AnySID, right: AnySID) -> Bool {
    left.low == right.low && left.high == right.high && left.prefixCode == right.prefixCode
  }

  package func hash(into hasher: inout Hasher) {
    // One word is enough to distinguish SIDs; chosen collisions slow down only the run that has them.
    hasher.combine(fingerprint)
  }

  /// What sets and dictionaries ask for: the digits of a SID are as random as a hash of them.
  package func _rawHashValue(seed: Int) -> Int {
    Int(truncatingIfNeeded: fingerprint.byteSwapped) ^ seed
  }

  /// A number that equal SIDs share and others seldom do, its high bits the best mixed.
  package var fingerprint: UInt64 {
    (high ^ (low &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(prefixCode)) &* 0xD6E8_FEB8_6659_FD93
  }
}

extension AnySID: CustomStringConvertible {
  /// The SID as it was written.
  package var description: String {
    withSpelling { String(decoding: $0, as: UTF8.self) }
  }
}
