/// A row that others are compared with: the rows of a page are written alike, but for some values.
///
/// What of a row equals the template was found right before. Only values that differ are read: texts,
/// numbers and words at any depth.
///
/// Slow counterpart: `JSONReader.passMembers(_:)`. Compared by `rowsAreReadAsEachAlone`.
/// Gain: 33 % of the instructions of a row that is left out.
struct RowTemplate {
  /// A text, number or word.
  private struct Scalar {
    /// Where it is in the text.
    let start, end: Int
    /// The index of the member whose value it is; -1 for one that is deeper inside.
    let member: Int
    /// Whether it is a text without anything that would have to be escaped.
    let isPlainText: Bool
  }

  /// A row that ``PlainObject`` passed.
  struct Row {
    /// Where it is in the text.
    let range: Range<Int>
    /// How many objects and arrays it is in, itself included.
    let depth: Int
    let places: [JSONText.Place]
  }

  let row: Row
  /// In the order in which they are written.
  private let scalars: [Scalar]

  init(_ row: Row, in bytes: UnsafeBufferPointer<UInt8>) {
    self.row = row
    let places = row.places
    var scalars: [Scalar] = []
    var (index, member) = (row.range.lowerBound, 0)
    while index < row.range.upperBound {
      let start = index
      guard !Self.isPunctuation(bytes[index]) else {
        index += 1
        continue
      }
      let isText = bytes[index] == UInt8(ascii: "\"")
      if isText {
        index = Self.end(ofStringAt: index, in: bytes)
        if Self.isName(endingAt: index, in: bytes) { continue }
      } else {
        while !Self.isPunctuation(bytes[index]) { index += 1 }
      }
      while member < places.count, places[member].value < start { member += 1 }
      let isMember = member < places.count && places[member].value == start
      let isPlainText = isText && start + 1 + bytes.plainJSONCount(from: start + 1) == index - 1
      scalars.append(
        Scalar(
          start: start, end: index, member: isMember ? member : -1, isPlainText: isPlainText))
    }
    self.scalars = scalars
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: ","), UInt8(ascii: ":"):
      true
    default: byte <= 0x20
    }
  }

  private static func end(ofStringAt start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var index = start + 1
    while bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return index + 1
  }

  /// Whether a string is followed by a colon.
  private static func isName(endingAt end: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = end
    while bytes[index] <= 0x20 { index += 1 }
    return bytes[index] == UInt8(ascii: ":")
  }

  /// Passes a row, and notes where its members are.
  ///
  /// `bytes`: the memory of the text, in which the template is as well; `start`: the index of the row's
  /// first byte.
  ///
  /// - Returns: The index after it, or ``PlainObject/unusual`` if it is written in another way.
  func pass(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int,
    noting memory: UnsafeMutableBufferPointer<JSONText.Place>
  ) -> Int {
    row.places.withUnsafeBufferPointer { places in
      scalars.withUnsafeBufferPointer { scalars in
        pass(bytes, from: start, places, scalars, noting: memory)
      }
    }
  }

  @inline(__always)
  private func pass(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int,
    _ places: UnsafeBufferPointer<JSONText.Place>, _ scalars: UnsafeBufferPointer<Scalar>,
    noting memory: UnsafeMutableBufferPointer<JSONText.Place>
  ) -> Int {
    let range = row.range
    let reader = PlainObject(bytes, noting: UnsafeMutableBufferPointer(start: nil, count: 0))
    // How much farther in the text the row is than the template.
    var offset = start &- range.lowerBound
    var (index, member, scalar) = (range.lowerBound, 0, 0)
    while true {
      let difference = self.difference(from: index, offset, bytes)
      guard difference < range.upperBound else { break }
      // What differs after a number may be another digit of it.
      while scalar < scalars.count, scalars[scalar].end < difference { scalar &+= 1 }
      guard scalar < scalars.count, scalars[scalar].start <= difference else {
        return PlainObject.unusual
      }
      let value = scalars[scalar]
      scalar &+= 1
      while member < places.count, places[member].value <= value.start {
        memory[member] = JSONText.Place(places[member], movedBy: offset)
        member &+= 1
      }
      let start = value.start &+ offset
      let plainEnd = value.isPlainText ? min(difference, value.end &- 1) &+ offset : start
      let (end, isPlain) = reader.passScalar(from: start, plainUpTo: plainEnd)
      guard end != PlainObject.unusual else { return PlainObject.unusual }
      if value.member >= 0 {
        memory[value.member] = JSONText.Place(
          name: memory[value.member].name, value: start, plainSize: isPlain ? end &- start : 0)
      }
      index = value.end
      offset = end &- index
    }
    while member < places.count {
      memory[member] = JSONText.Place(places[member], movedBy: offset)
      member &+= 1
    }
    return range.upperBound &+ offset
  }

  /// The first index of the template, from one on, where the text is another; its end or a later one for
  /// none.
  @inline(__always)
  private func difference(
    from start: Int, _ offset: Int, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Int {
    guard let memory = UnsafeRawPointer(bytes.baseAddress) else { return start }
    let end = row.range.upperBound
    let last = bytes.count &- offset
    /// The bytes that differ among eight, the first one in the lowest bits.
    @inline(__always)
    func difference(_ index: Int) -> UInt64 {
      let left = memory.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let right = memory.loadUnaligned(fromByteOffset: index &+ offset, as: UInt64.self)
      return (left ^ right).littleEndian
    }
    @inline(__always)
    func first(_ difference: UInt64, _ index: Int) -> Int {
      index &+ difference.trailingZeroBitCount / 8
    }
    var index = start
    // What is compared may go beyond the template, but not beyond the text.
    let lastBlock = min(end &- 1, last &- 32)
    while index <= lastBlock {
      let words = (
        difference(index), difference(index &+ 8), difference(index &+ 16), difference(index &+ 24)
      )
      if words.0 != 0 { return first(words.0, index) }
      if words.1 != 0 { return first(words.1, index &+ 8) }
      if words.2 != 0 { return first(words.2, index &+ 16) }
      if words.3 != 0 { return first(words.3, index &+ 24) }
      index &+= 32
    }
    let lastWord = min(end &- 1, last &- 8)
    while index <= lastWord {
      let word = difference(index)
      if word != 0 { return first(word, index) }
      index &+= 8
    }
    while index < end, index < last, bytes[index] == bytes[index &+ offset] { index &+= 1 }
    return index
  }
}

/// The template that the objects of a text are compared with.
struct RowTemplates {
  /// The last object that was not like the template.
  private var lastRow: RowTemplate.Row?
  private var template: RowTemplate?
  /// How many more are made: if no two objects are alike, not each is made a template.
  private var left = 16

  /// Notes an object that ``PlainObject`` passed; `places`: where its members are.
  mutating func note(
    _ places: Slice<UnsafeMutableBufferPointer<JSONText.Place>>, at range: Range<Int>, depth: Int
  ) {
    guard left > 0 else { return }
    lastRow = RowTemplate.Row(range: range, depth: depth, places: Array(places))
  }

  /// Passes an object that is written like one before it, as ``RowTemplate/pass(_:from:noting:)`` does.
  ///
  /// `depth`: how many objects and arrays it is in, itself included.
  ///
  /// - Returns: The index after it, and the number of its members; `nil` for another one.
  @inline(__always)
  mutating func pass(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, depth: Int,
    noting memory: UnsafeMutableBufferPointer<JSONText.Place>
  ) -> (end: Int, count: Int)? {
    if let lastRow {
      template = RowTemplate(lastRow, in: bytes)
      left -= 1
      self.lastRow = nil
    }
    guard let template, template.row.depth == depth else { return nil }
    let end = template.pass(bytes, from: start, noting: memory)
    return end == PlainObject.unusual ? nil : (end, template.row.places.count)
  }
}
