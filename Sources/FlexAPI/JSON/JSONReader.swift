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

  /// The text.
  let text: [UInt8]
  /// The memory of ``text``.
  let bytes: UnsafeBufferPointer<UInt8>
  /// Up to which depth objects are built; deeper ones stay text.
  private let builtDepth: Int
  /// The index of the next byte.
  var position: Int
  private var depth = 0
  /// Which rows of a page are not kept.
  private var unwanted: UnwantedRows?
  /// Whether the elements of an array are read.
  private var isInArray = false
  private var rows = RowTemplates()
  /// The members of the objects that are being read, those of the innermost at the end.
  private var places: [JSONText.Place] = []

  private init(
    _ text: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, at position: Int = 0,
    builtDepth: Int = .max
  ) {
    (self.text, self.bytes, self.position) = (text, bytes, position)
    self.builtDepth = bytes.count > JSONText.maximumSize ? .max : builtDepth
  }

  /// Reads text that is one JSON value and nothing else but white space.
  ///
  /// The objects inside it are read when they are asked for their members, see ``JSONObject``; that they
  /// can be is made sure of at once. `builds`: whether an object that is all of the text is read at once.
  package static func read(_ text: [UInt8], builds: Bool = true) throws(Failure) -> JSON {
    try text.withUnsafeBufferPointer { bytes throws(Failure) in
      var reader = JSONReader(text, bytes, builtDepth: builds ? 1 : 0)
      return try reader.whole { reader throws(Failure) in try reader.value() }
    }
  }

  /// Reads the answer to an operation, as ``read(_:builds:)``: of most, a few members are looked at.
  ///
  /// Rows of a page are not there if the operation's ``Operation/rowFilter`` excludes them.
  package static func read(_ text: [UInt8], of operation: Operation) throws(Failure) -> JSON {
    guard operation.listKey != nil else { return try read(text, builds: false) }
    return try text.withUnsafeBufferPointer { bytes throws(Failure) in
      var reader = JSONReader(text, bytes, builtDepth: 1)
      reader.unwanted = UnwantedRows(operation)
      return try reader.whole { reader throws(Failure) in try reader.value() }
    }
  }

  /// Reads text that is one JSON value and nothing else but white space.
  package static func read(_ text: String) throws(Failure) -> JSON {
    try read(Array(text.utf8))
  }

  /// Reads text that is exactly one JSON object, and returns where each value begins.
  ///
  /// - Returns: The members, each with the offset of its value's first byte.
  package static func readMembers(
    _ text: [UInt8]
  ) throws(Failure) -> [(member: JSONObject.Member, offset: Int)] {
    try text.withUnsafeBufferPointer { bytes throws(Failure) in
      var reader = JSONReader(text, bytes, builtDepth: 1)
      return try reader.whole { reader throws(Failure) in
        guard reader.current == UInt8(ascii: "{") else {
          throw reader.failure("a JSON object should be here")
        }
        let members = try reader.members()
        return Array(zip(members, reader.places.map(\.value)))
      }
    }
  }

  /// Builds a value of a text that was read before.
  static func value(in text: [UInt8], at offset: Int) -> JSON {
    text.withUnsafeBufferPointer { bytes in
      var reader = JSONReader(text, bytes, at: offset)
      do throws(Failure) {
        return try reader.value()
      } catch {
        preconditionFailure("what was read once can be read again: \(error.reason)")
      }
    }
  }

  /// The name of a member in a text that was read before.
  static func name(_ place: JSONText.Place, in text: [UInt8]) -> String {
    text.withUnsafeBufferPointer { name(place, in: $0) }
  }

  /// The name of a member in the memory of a text that was read before.
  static func name(_ place: JSONText.Place, in bytes: UnsafeBufferPointer<UInt8>) -> String {
    JSONReader([], bytes).decoded(place.name)
  }

  private mutating func whole<Value>(
    _ body: (inout JSONReader) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    skipSpace()
    let value = try body(&self)
    skipSpace()
    guard position == bytes.count else { throw failure("something follows the JSON value") }
    return value
  }

  func failure(_ reason: String, at offset: Int? = nil) -> Failure {
    Failure(reason: reason, offset: offset ?? position)
  }

  /// The next byte; `nil` at the end.
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// Passes a byte if it is the next one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  // MARK: Values

  private mutating func value() throws(Failure) -> JSON {
    guard let first = current else { throw failure("the text ends where a value should be") }
    switch first {
    case UInt8(ascii: "{"):
      guard depth >= builtDepth else {
        let outer = places.count
        defer { places.removeLast(places.count - outer) }
        return .object(JSONObject(try members()))
      }
      return .object(try objectAsText())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(decoded(try passString()))
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let start = position
      try passNumber()
      return .number(
        String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self))
    default: throw failure("this begins no JSON value")
    }
  }

  /// Passes a value without building it.
  private mutating func passValue() throws(Failure) {
    guard let first = current else { throw failure("the text ends where a value should be") }
    switch first {
    case UInt8(ascii: "\""): _ = try passString()
    case UInt8(ascii: "{"):
      let outer = places.count
      try passMembers { reader throws(Failure) in try reader.passValue() }
      places.removeLast(places.count - outer)
    case UInt8(ascii: "["): try passElements { reader throws(Failure) in try reader.passValue() }
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try passNumber()
    default: _ = try value()
    }
  }

  /// Builds the members of an object, and leaves them in ``places``.
  private mutating func members() throws(Failure) -> [JSONObject.Member] {
    var members: [JSONObject.Member] = []
    // Most of the API's resources have no more.
    members.reserveCapacity(8)
    reservePlaces()
    try passMembers { reader throws(Failure) in
      let name = reader.decoded(reader.lastName)
      let isOfRows = reader.unwanted?.key.isSpelled(name) ?? false
      let value =
        isOfRows && reader.current == UInt8(ascii: "[")
        ? JSON.array(try reader.array(unless: reader.unwanted)) : try reader.value()
      members.append(JSONObject.Member(name: name, value: value))
    }
    return members
  }

  private mutating func objectAsText() throws(Failure) -> JSONObject {
    try keptRow(unless: nil) ?? JSONObject()
  }

  /// Passes an object; `nil` for one that is unwanted.
  private mutating func keptRow(unless unwanted: UnwantedRows?) throws(Failure) -> JSONObject? {
    let start = position
    let plain = withUnsafeTemporaryAllocation(
      of: JSONText.Place.self, capacity: PlainObject.capacity
    ) { memory -> PlainRow in
      guard let count = plainObject(noting: memory) else {
        return .unusual
      }
      guard count > 0 else { return .passed(JSONObject()) }
      let places = UnsafeBufferPointer(rebasing: memory[..<count])
      return .passed(row(places, at: start..<position, unless: unwanted))
    }
    if case .passed(let row) = plain { return row }
    let outer = places.count
    reservePlaces()
    try passMembers { reader throws(Failure) in try reader.passValue() }
    defer { places.removeLast(places.count - outer) }
    guard places.count > outer else { return JSONObject() }
    return places[outer...].withUnsafeBufferPointer {
      row($0, at: start..<position, unless: unwanted)
    }
  }

  /// A row that was passed; `nil` for one that is unwanted.
  @inline(__always)
  private func row(
    _ places: UnsafeBufferPointer<JSONText.Place>, at range: Range<Int>,
    unless unwanted: UnwantedRows?
  ) -> JSONObject? {
    if let unwanted, unwanted.contains(JSONTextMembers(bytes, places)) { return nil }
    return JSONObject(JSONText(text, at: range, places))
  }

  private enum PlainRow {
    case passed(JSONObject?)
    /// It has to be read byte by byte.
    case unusual
  }

  /// Passes an object that is written like nearly all are; gives the number of its members.
  private mutating func plainObject(
    noting memory: UnsafeMutableBufferPointer<JSONText.Place>
  ) -> Int? {
    if let row = rows.pass(bytes, from: position, depth: depth + 1, noting: memory) {
      position = row.end
      return row.count
    }
    let start = position
    let (end, count) = PlainObject(bytes, noting: memory).pass(from: start, depth: depth + 1)
    guard end != PlainObject.unusual else { return nil }
    position = end
    if isInArray, count > 0 { rows.note(memory[..<count], at: start..<end, depth: depth + 1) }
    return count
  }

  /// Makes room for the places of most objects, once: to reserve a few more each time would copy all of
  /// them each time.
  private mutating func reservePlaces() {
    if places.capacity == 0 { places.reserveCapacity(32) }
  }

  /// Builds the elements of an array but for rows that are unwanted.
  private mutating func array(unless unwanted: UnwantedRows? = nil) throws(Failure) -> [JSON] {
    let wasInArray = isInArray
    defer { isInArray = wasInArray }
    var elements: [JSON] = []
    try passElements { reader throws(Failure) in
      reader.isInArray = true
      guard reader.current == UInt8(ascii: "{"), reader.depth >= reader.builtDepth else {
        return elements.append(try reader.value())
      }
      if let row = try reader.keptRow(unless: unwanted) { elements.append(.object(row)) }
    }
    return elements
  }

  /// Passes the bracket that opens a value.
  private mutating func open() throws(Failure) {
    depth += 1
    guard depth <= JSONReader.maximumDepth else {
      throw failure("nested more than \(JSONReader.maximumDepth) deep")
    }
    position += 1
    skipSpace()
  }

  /// Passes an array, with what passes an element of it.
  @inline(__always)
  private mutating func passElements(
    _ passElement: (inout JSONReader) throws(Failure) -> Void
  ) throws(Failure) {
    try open()
    defer { depth -= 1 }
    if take(UInt8(ascii: "]")) { return }
    repeat {
      skipSpace()
      try passElement(&self)
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("`,` or `]` should be here") }
  }

  /// Passes an object, with what passes a member's value, and leaves its members in ``places``.
  @inline(__always)
  private mutating func passMembers(
    _ passValue: (inout JSONReader) throws(Failure) -> Void
  ) throws(Failure) {
    try open()
    defer { depth -= 1 }
    if take(UInt8(ascii: "}")) { return }
    var names = Names(first: places.count)
    repeat {
      skipSpace()
      let start = position
      guard current == UInt8(ascii: "\"") else { throw failure("a member's name should be here") }
      let name = try passString()
      guard names.insert(name, &self) else {
        throw failure("the name \"\(decoded(name))\" appears twice in one object", at: start)
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure("`:` should follow the name") }
      skipSpace()
      // The members of what is inside come and go above it.
      places.append(JSONText.Place(name: name, value: position))
      try passValue(&self)
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("`,` or `}` should be here") }
  }

  /// The name of the member whose value is next.
  private var lastName: JSONText.Spelling { places[places.count - 1].name }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(Failure) -> JSON {
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { throw failure("this begins no JSON value") }
    for index in 0..<length where bytes[position + index] != word.utf8Start[index] {
      throw failure("this begins no JSON value")
    }
    position += length
    return value
  }

  private mutating func passNumber() throws(Failure) {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try passDigits() }
    if take(UInt8(ascii: ".")) { try passDigits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try passDigits()
    }
  }

  private mutating func passDigits() throws(Failure) {
    let start = position
    while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    guard position > start else { throw failure("a digit should be here") }
  }
}

// MARK: Names

extension JSONReader {
  /// The names of the object that is being read: each may occur once, compared byte for byte.
  private struct Names {
    /// The place of the object's first member.
    let first: Int
    /// One of 256 bits for each name: one whose bit is not set is new.
    private var marks = SIMD4<UInt64>()
    /// Whether a name has escapes: the same may be written in another way.
    private var hasEscapes = false
    // Few members: comparing is quicker than hashing. Many: comparing would be quadratic.
    private var all: Set<[UInt8]> = []

    init(first: Int) { self.first = first }

    /// Whether a name is new.
    @inline(__always)
    mutating func insert(_ name: JSONText.Spelling, _ reader: inout JSONReader) -> Bool {
      let hash = reader.hash(of: name)
      let (word, mark) = (Int(hash >> 6), 1 as UInt64 &<< UInt64(hash & 63))
      let count = reader.places.count - first
      let isMarked = marks[word] & mark != 0 || name.hasEscapes || hasEscapes
      marks[word] |= mark
      hasEscapes = hasEscapes || name.hasEscapes
      if !isMarked, count < JSONReader.fewMembers { return true }
      return insertSlowly(name, count, reader)
    }

    private mutating func insertSlowly(
      _ name: JSONText.Spelling, _ count: Int, _ reader: JSONReader
    ) -> Bool {
      if count < JSONReader.fewMembers {
        for index in first..<first + count where reader.areSame(reader.places[index].name, name) {
          return false
        }
        return true
      }
      let earlier = reader.places[first...]
      if all.isEmpty { all = Set(earlier.map { Array(reader.decoded($0.name).utf8) }) }
      return all.insert(Array(reader.decoded(name).utf8)).inserted
    }
  }

  /// A number below 256 that depends on how a name is written.
  @inline(__always)
  private func hash(of name: JSONText.Spelling) -> UInt8 {
    let length = name.count
    var sum = UInt64(truncatingIfNeeded: length)
    if length >= 8 {
      let memory = UnsafeRawBufferPointer(bytes)
      let last = memory.loadUnaligned(fromByteOffset: name.start + length - 8, as: UInt64.self)
      let first = memory.loadUnaligned(fromByteOffset: name.start, as: UInt64.self)
      sum = (sum &+ first) &* 0x9E37_79B9_7F4A_7C15 &+ last
    } else {
      for index in name.range { sum = sum << 8 &+ UInt64(bytes[index]) &+ sum >> 56 }
    }
    return UInt8(truncatingIfNeeded: (sum &* 0x9E37_79B9_7F4A_7C15) >> 56)
  }

  @inline(__always)
  private func areSame(_ left: JSONText.Spelling, _ right: JSONText.Spelling) -> Bool {
    guard !left.hasEscapes, !right.hasEscapes else {
      return decoded(left).isSpelled(decoded(right))
    }
    guard left.count == right.count else { return false }
    for index in 0..<left.count where bytes[left.start + index] != bytes[right.start + index] {
      return false
    }
    return true
  }
}
