/// Passes objects in machine words and blocks of bytes, as long as they are written like nearly all are.
///
/// What it does not pass is not wrong: the reader passes it byte by byte, and tells what is wrong.
///
/// Slow counterpart: `JSONReader.passMembers(_:)`. Compared by `textIsReadAsItIsBuilt`.
/// Gain: 15 % of the instructions of a row that is left out. Rows that follow others are compared by
/// `rowsAreReadWhateverIsBeforeThem`.
struct PlainObject {
  /// The number of members, those of the objects inside included, that are passed at most.
  static let capacity = 64
  /// What the methods return for what is not passed.
  static let unusual = -1

  private let bytes: UnsafeBufferPointer<UInt8>
  private let memory: UnsafeMutableBufferPointer<JSONText.Place>
  /// The members of the object before it: the rows of a page have the same names in the same order.
  private let expected: UnsafeBufferPointer<JSONText.Place>

  /// `memory`: where the places of the members are noted, ``capacity`` of them; `expected`: the members of
  /// another object in the text, whose names are expected first.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, noting memory: UnsafeMutableBufferPointer<JSONText.Place>,
    after expected: UnsafeBufferPointer<JSONText.Place>
  ) {
    (self.bytes, self.memory, self.expected) = (bytes, memory, expected)
  }

  /// The byte at an index; 0, which is in no JSON text, after the end.
  @inline(__always)
  private func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

  @inline(__always)
  private func passSpace(from start: Int) -> Int {
    var index = start
    while byte(index) <= 0x20, index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index &+= 1
      default: return index
      }
    }
    return index
  }

  /// Passes an object.
  ///
  /// `start`: the index of its first byte; `depth`: how many objects and arrays it is in, itself included;
  /// `first`: where in the memory the place of its first member is noted.
  ///
  /// - Returns: The index after it, or ``unusual``; and the index after its last place.
  func pass(from start: Int, depth: Int, noting first: Int = 0) -> (end: Int, places: Int) {
    guard depth <= JSONReader.maximumDepth else { return (Self.unusual, first) }
    var index = passSpace(from: start &+ 1)
    if byte(index) == UInt8(ascii: "}") { return (index &+ 1, first) }
    var count = first
    var names = MarkedNames()
    // Expected names differ from one another, so that each need not be compared with those before it.
    var areExpected = first == 0
    while true {
      guard byte(index) == UInt8(ascii: "\""), count < Self.capacity else { break }
      let spelling: JSONText.Spelling
      if areExpected, count < expected.count, isSpelled(expected[count].name, at: index &+ 1) {
        let start = index &+ 1
        spelling = JSONText.Spelling(
          Range(uncheckedBounds: (start, start &+ expected[count].name.count)), hasEscapes: false)
      } else {
        if areExpected {
          for place in first..<count { _ = names.insert(memory[place].name, in: bytes) }
          areExpected = false
        }
        let name = passString(from: index)
        guard name.end >= 0, name.isPlain else { break }
        spelling = JSONText.Spelling(index &+ 1..<name.end, hasEscapes: false)
        if names.insert(spelling, in: bytes), isName(spelling, ofOneIn: first..<count) { break }
      }
      index = passSpace(from: spelling.start &+ spelling.count &+ 1)
      guard byte(index) == UInt8(ascii: ":") else { break }
      index = passSpace(from: index &+ 1)
      let value = passValue(from: index, depth: depth, noting: count &+ 1)
      guard value.end >= 0 else { break }
      memory[count] = JSONText.Place(
        name: spelling, value: index, plainSize: value.isPlain ? value.end &- index : 0)
      count &+= 1
      index = passSpace(from: value.end)
      switch byte(index) {
      case UInt8(ascii: ","): index = passSpace(from: index &+ 1)
      case UInt8(ascii: "}"): return (index &+ 1, count)
      default: return (Self.unusual, first)
      }
    }
    return (Self.unusual, first)
  }

  /// Whether a name of the text is what is at an index, with a quotation mark after it.
  @inline(__always)
  private func isSpelled(_ name: JSONText.Spelling, at start: Int) -> Bool {
    let (other, size) = (name.start, name.count)
    guard !name.hasEscapes, byte(start &+ size) == UInt8(ascii: "\"") else { return false }
    let memory = UnsafeRawBufferPointer(bytes)
    func word(_ index: Int) -> UInt64 {
      memory.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }
    var place = 0
    guard size >= 8 else {
      while place < size, bytes[start &+ place] == bytes[other &+ place] { place &+= 1 }
      return place == size
    }
    while place &+ 8 <= size {
      guard word(start &+ place) == word(other &+ place) else { return false }
      place &+= 8
    }
    return word(start &+ size &- 8) == word(other &+ size &- 8)
  }

  /// Whether a name is that of one of these places.
  private func isName(_ name: JSONText.Spelling, ofOneIn places: Range<Int>) -> Bool {
    for index in places where memory[index].name.count == name.count {
      let other = memory[index].name.start
      var place = 0
      while place < name.count, bytes[other &+ place] == bytes[name.start &+ place] { place &+= 1 }
      if place == name.count { return true }
    }
    return false
  }

  /// Passes a value.
  ///
  /// - Returns: The index after it, or ``unusual``; and whether it is written as it would be written here.
  @inline(__always)
  private func passValue(
    from start: Int, depth: Int, noting first: Int
  ) -> (end: Int, isPlain: Bool) {
    guard byte(start) != UInt8(ascii: "\"") else {
      let string = passString(from: start)
      return (string.end >= 0 ? string.end &+ 1 : string.end, string.isPlain)
    }
    return passOther(from: start, depth: depth, noting: first)
  }

  /// Passes a value that is no string.
  private func passOther(
    from start: Int, depth: Int, noting first: Int
  ) -> (end: Int, isPlain: Bool) {
    switch byte(start) {
    case UInt8(ascii: "{"): return (pass(from: start, depth: depth &+ 1, noting: first).end, false)
    case UInt8(ascii: "["): return (passArray(from: start, depth: depth &+ 1, noting: first), false)
    case UInt8(ascii: "t"): return (passWord("true", from: start), true)
    case UInt8(ascii: "f"): return (passWord("false", from: start), true)
    case UInt8(ascii: "n"): return (passWord("null", from: start), true)
    default: return (passNumber(from: start), true)
    }
  }

  private func passArray(from start: Int, depth: Int, noting first: Int) -> Int {
    guard depth <= JSONReader.maximumDepth else { return Self.unusual }
    var index = passSpace(from: start &+ 1)
    if byte(index) == UInt8(ascii: "]") { return index &+ 1 }
    while true {
      let value = passValue(from: index, depth: depth, noting: first)
      guard value.end >= 0 else { return Self.unusual }
      index = passSpace(from: value.end)
      switch byte(index) {
      case UInt8(ascii: ","): index = passSpace(from: index &+ 1)
      case UInt8(ascii: "]"): return index &+ 1
      default: return Self.unusual
      }
    }
  }

  @inline(__always)
  private func passWord(_ word: StaticString, from start: Int) -> Int {
    for place in 0..<word.utf8CodeUnitCount where byte(start &+ place) != word.utf8Start[place] {
      return Self.unusual
    }
    return start &+ word.utf8CodeUnitCount
  }

  /// Passes a whole number, or one with a fraction.
  private func passNumber(from start: Int) -> Int {
    var index = start
    if byte(index) == UInt8(ascii: "-") { index &+= 1 }
    let first = byte(index)
    let digits = passDigits(from: index)
    guard digits > index, first != UInt8(ascii: "0") || digits == index &+ 1 else {
      return Self.unusual
    }
    guard byte(digits) == UInt8(ascii: ".") else {
      return byte(digits) | 0x20 == UInt8(ascii: "e") ? Self.unusual : digits
    }
    let end = passDigits(from: digits &+ 1)
    return end > digits &+ 1 && byte(end) | 0x20 != UInt8(ascii: "e") ? end : Self.unusual
  }

  @inline(__always)
  private func passDigits(from start: Int) -> Int {
    var index = start
    while byte(index) &- UInt8(ascii: "0") < 10 { index &+= 1 }
    return index
  }

  /// Passes a string.
  ///
  /// - Returns: The index of the quotation mark that ends it, or ``unusual``; and whether it is written as
  ///   it would be written here.
  @inline(__always)
  private func passString(from start: Int) -> (end: Int, isPlain: Bool) {
    let end = start &+ 1 &+ bytes.plainJSONCount(from: start &+ 1)
    return byte(end) == UInt8(ascii: "\"") ? (end, true) : (passRest(from: end, of: start), false)
  }

  /// Passes the rest of a string from the first byte that is not plain.
  private func passRest(from offset: Int, of start: Int) -> Int {
    var (index, isASCII) = (offset, true)
    while true {
      switch byte(index) {
      case UInt8(ascii: "\""):
        guard
          isASCII || String(validating: bytes[start &+ 1..<index], as: UTF8.self) != nil
        else { return Self.unusual }
        return index
      case UInt8(ascii: "\\"):
        switch byte(index &+ 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "n"),
          UInt8(ascii: "r"), UInt8(ascii: "t"):
          index &+= 2
        default: return Self.unusual
        }
      case 0..<0x20: return Self.unusual
      case let byte:
        isASCII = isASCII && byte < 0x80
        index &+= 1
      }
      index &+= bytes.plainJSONCount(from: index)
    }
  }
}

/// Which names may have occurred in an object: one of 256 bits for each.
private struct MarkedNames {
  private var (first, second, third, fourth): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// Marks a name; whether one with its bit occurred before.
  @inline(__always)
  mutating func insert(_ name: JSONText.Spelling, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let memory = UnsafeRawBufferPointer(bytes)
    let (start, length) = (name.start, name.count)
    var sum = UInt64(truncatingIfNeeded: length)
    if length >= 8 {
      let last = memory.loadUnaligned(fromByteOffset: start &+ length &- 8, as: UInt64.self)
      sum =
        (sum &+ memory.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        &* 0x9E37_79B9_7F4A_7C15 &+ last
    } else {
      for index in start..<start &+ length { sum = sum << 8 &+ UInt64(bytes[index]) }
    }
    let hash = (sum &* 0x9E37_79B9_7F4A_7C15) >> 56
    let mark = 1 as UInt64 &<< (hash & 63)
    let marked: UInt64
    switch hash >> 6 {
    case 0: (marked, first) = (first & mark, first | mark)
    case 1: (marked, second) = (second & mark, second | mark)
    case 2: (marked, third) = (third & mark, third | mark)
    default: (marked, fourth) = (fourth & mark, fourth | mark)
    }
    return marked != 0
  }
}
