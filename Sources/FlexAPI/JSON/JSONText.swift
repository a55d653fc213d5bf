/// A JSON object that stays the text it was read from, until its members are asked for.
///
/// That the text is an object, and one whose names differ, was made sure of when it was read.
struct JSONText: Sendable {
  /// The size of the longest text whose places can be noted, in bytes.
  static let maximumSize = Int(Int32.max)

  /// A string as it is written, without its quotes.
  struct Spelling: Sendable {
    private let offset: UInt32
    /// The length in bytes, and above it one bit for whether there are escapes.
    private let size: UInt32

    init(_ range: Range<Int>, hasEscapes: Bool) {
      offset = UInt32(truncatingIfNeeded: range.lowerBound)
      size = UInt32(truncatingIfNeeded: range.count) | (hasEscapes ? 1 << 31 : 0)
    }

    @inline(__always)
    fileprivate init(_ other: Spelling, movedBy distance: Int) {
      offset = other.offset &+ UInt32(truncatingIfNeeded: distance)
      size = other.size
    }

    /// The offset of its first byte.
    var start: Int { Int(offset) }
    /// Its length in bytes.
    var count: Int { Int(size & ~(1 << 31)) }
    var range: Range<Int> { Range(uncheckedBounds: (start, start + count)) }
    var hasEscapes: Bool { size >> 31 != 0 }
    /// Whether it has this number of bytes, and no escape.
    @inline(__always)
    func isPlain(count: Int) -> Bool { Int(size) == count }
  }

  /// Where a member is.
  struct Place: Sendable {
    /// Its name.
    let name: Spelling
    private let offset: UInt32
    /// The length of its value, if name and value are written as they would be written here; else 0.
    private let plainSize: UInt32

    init(name: Spelling, value: Int, plainSize: Int = 0) {
      self.name = name
      offset = UInt32(truncatingIfNeeded: value)
      self.plainSize = UInt32(truncatingIfNeeded: plainSize)
    }

    /// What the last place says: where the object is.
    init(range: Range<Int>) {
      self.init(name: Spelling(range, hasEscapes: false), value: 0)
    }

    /// Takes a member that is as many bytes after another.
    @inline(__always)
    init(_ other: Place, movedBy distance: Int) {
      name = Spelling(other.name, movedBy: distance)
      offset = other.offset &+ UInt32(truncatingIfNeeded: distance)
      plainSize = other.plainSize
    }

    /// Where it is with the quotation mark before its name, if that is how it would be written here but for
    /// white space.
    var plainRanges: (name: Range<Int>, value: Range<Int>)? {
      guard plainSize > 0 else { return nil }
      return (
        Range(uncheckedBounds: (name.start &- 1, name.start &+ name.count &+ 1)),
        Range(uncheckedBounds: (value, value &+ Int(plainSize)))
      )
    }

    /// The offset of its value.
    var value: Int { Int(offset) }
  }

  /// A text that contains the object.
  private let bytes: [UInt8]
  /// Its members; the last one is no member, but says where the object is.
  let places: [Place]

  /// Takes an object that has members.
  init(_ bytes: [UInt8], at range: Range<Int>, _ members: UnsafeBufferPointer<Place>) {
    self.bytes = bytes
    places = [Place](unsafeUninitializedCapacity: members.count + 1) { memory, count in
      count = memory.update(fromContentsOf: members)
      memory[count] = Place(range: range)
      count += 1
    }
  }

  /// Takes an object that has members, with their places and its own as the last one.
  init(_ bytes: [UInt8], _ places: [Place]) {
    (self.bytes, self.places) = (bytes, places)
  }

  /// Where the object is in the text.
  var range: Range<Int> { places[places.count - 1].name.range }
  /// The number of its members.
  var count: Int { places.count - 1 }

  /// Its members, in the order in which they are written.
  var members: [JSONObject.Member] {
    places.dropLast().map { place in
      JSONObject.Member(
        name: JSONReader.name(place, in: bytes), value: JSONReader.value(in: bytes, at: place.value)
      )
    }
  }

  /// The value of a member.
  subscript(name: String) -> JSON? {
    withMembers { $0.offset(of: name) }.map { JSONReader.value(in: bytes, at: $0) }
  }

  /// The SID that is the value of a member, and written without escapes.
  func anySID(_ name: String) -> AnySID? {
    withMembers { $0.anySID(name) }
  }

  /// Whether there is a member with a value other than null.
  func hasValue(_ name: String) -> Bool {
    withMembers { $0.offset(of: name) }.map { bytes[$0] != UInt8(ascii: "n") } ?? false
  }

  /// Hands out its members, for as long as the body runs.
  @inline(__always)
  func withMembers<Result>(_ body: (JSONTextMembers) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { bytes in
      places.withUnsafeBufferPointer { places in
        body(JSONTextMembers(bytes, UnsafeBufferPointer(rebasing: places.dropLast())))
      }
    }
  }

  /// Appends the object in its shortest form, on one line, as ``JSONObject/write(into:)`` does.
  ///
  /// Nearly every name and value is written as it was read: nothing in it is escaped, or has to be.
  func write(into output: inout OutputBytes) {
    output.append(UInt8(ascii: "{"))
    bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<places.count - 1 {
        let place = places[index]
        if index > 0 { output.append(UInt8(ascii: ",")) }
        if let ranges = place.plainRanges {
          output.append(UnsafeBufferPointer(rebasing: bytes[ranges.name]))
          output.append(UInt8(ascii: ":"))
          output.append(UnsafeBufferPointer(rebasing: bytes[ranges.value]))
          continue
        }
        if bytes.plainJSONCount(from: place.name.start) == place.name.count {
          // With its quotes.
          let range = place.name.start - 1...place.name.range.upperBound
          output.append(UnsafeBufferPointer(rebasing: bytes[range]))
        } else {
          JSON.write(JSONReader.name(place, in: self.bytes), into: &output)
        }
        output.append(UInt8(ascii: ":"))
        if let range = Self.plainValue(in: bytes, at: place.value) {
          output.append(UnsafeBufferPointer(rebasing: bytes[range]))
        } else {
          JSONReader.value(in: self.bytes, at: place.value).write(into: &output)
        }
      }
    }
    output.append(UInt8(ascii: "}"))
  }

  /// Where a value is, if it is written as it would be written here, and no array or object.
  private static func plainValue(
    in bytes: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> Range<Int>? {
    switch bytes[start] {
    case UInt8(ascii: "\""):
      let end = start + 1 + bytes.plainJSONCount(from: start + 1)
      return bytes[end] == UInt8(ascii: "\"") ? start..<end + 1 : nil
    case UInt8(ascii: "{"), UInt8(ascii: "["): return nil
    default:
      // A word or a number, after which there is at least the end of the object.
      var end = start
      while bytes[end] > 0x20, bytes[end] != UInt8(ascii: ","), bytes[end] != UInt8(ascii: "}") {
        end += 1
      }
      return start..<end
    }
  }

  /// The same object in a text of its own: of a page, nothing else is kept.
  var detached: JSONText {
    guard range.count < bytes.count else { return self }
    let moved = places.dropLast().map { Place($0, movedBy: -range.lowerBound) }
    return JSONText(Array(bytes[range]), moved + [Place(range: 0..<range.count)])
  }
}
