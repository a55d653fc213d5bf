/// The members of an object that stays text, for as long as its memory is at hand.
struct JSONTextMembers {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let places: UnsafeBufferPointer<JSONText.Place>

  /// `places`: those of the members, without the one that says where the object is.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ places: UnsafeBufferPointer<JSONText.Place>) {
    (self.bytes, self.places) = (bytes, places)
  }

  /// Where the value of a member begins.
  func offset(of name: String) -> Int? { Self.withBytes(of: name) { place(of: $0)?.value } }

  /// The SID that is the value of a member, and written without escapes.
  func anySID(_ name: String) -> AnySID? { Self.withBytes(of: name) { anySID($0) } }

  @inline(__always)
  private static func withBytes<Result>(
    of name: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    var name = name
    return name.withUTF8(body)
  }

  /// The SID that is the value of a member, and written without escapes.
  func anySID(_ name: UnsafeBufferPointer<UInt8>) -> AnySID? {
    guard let offset = place(of: name)?.value else { return nil }
    let end = offset &+ 1 &+ AnySID.length
    guard end < bytes.count, bytes[offset] == UInt8(ascii: "\""), bytes[end] == UInt8(ascii: "\"")
    else { return nil }
    return AnySID(memory: UnsafeBufferPointer(rebasing: bytes[offset &+ 1..<end]))
  }

  /// The value of a member that is a text without anything that would have to be escaped.
  func plainText(_ name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    guard let range = place(of: name)?.plainRanges?.value, range.count >= 2,
      bytes[range.lowerBound] == UInt8(ascii: "\"")
    else { return nil }
    return UnsafeBufferPointer(rebasing: bytes[range.lowerBound &+ 1..<range.upperBound &- 1])
  }

  /// The value of a member that is written as a whole number of at most 15 digits without a sign.
  func smallNumber(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let start = place(of: name)?.value else { return nil }
    var (index, number) = (start, 0)
    // After a number there is at least the end of the object.
    while bytes[index] &- UInt8(ascii: "0") < 10, index < start &+ 16 {
      number = number &* 10 &+ Int(bytes[index] &- UInt8(ascii: "0"))
      index &+= 1
    }
    switch bytes[index] {
    case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return nil
    default: return index > start && index <= start &+ 15 ? number : nil
    }
  }

  /// Where a member is.
  private func place(of name: UnsafeBufferPointer<UInt8>) -> JSONText.Place? {
    for place in places
    where place.name.isPlain(count: name.count) && name.isSpelled(in: bytes, at: place.name.start) {
      return place
    }
    return places.first { place in
      place.name.hasEscapes && JSONReader.name(place, in: bytes).utf8.elementsEqual(name)
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether a text has the same bytes from an index on, where it has at least as many.
  @inline(__always)
  func isSpelled(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    guard count >= 8 else {
      for index in 0..<count where self[index] != text[start &+ index] { return false }
      return true
    }
    let (left, right) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(text))
    func isSame(_ index: Int) -> Bool {
      left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        == right.loadUnaligned(fromByteOffset: start &+ index, as: UInt64.self)
    }
    var index = 0
    while index &+ 8 <= count {
      guard isSame(index) else { return false }
      index &+= 8
    }
    return isSame(count &- 8)
  }
}
