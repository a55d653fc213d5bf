/// The text of a valid JSON object, with the positions of its members.
///
/// Most of what the API answers is only compared in part and printed: a value becomes one of its own
/// when it is read.
final class LazyJSONObject: Sendable {
  /// A name and its value as offsets into the text.
  struct Member: Sendable {
    /// The letters of the name, without its quotes; there is no escape in it.
    let name: Range<Int>
    /// Where its value begins.
    let value: Int
  }

  let bytes: [UInt8]
  let members: [Member]
  /// The whole object if it is in its shortest form: then it is written unchanged.
  private let shortest: Range<Int>?

  init(_ bytes: [UInt8], _ members: [Member], shortest: Range<Int>?) {
    self.bytes = bytes
    self.members = members
    self.shortest = shortest
  }

  /// The member with this name, compared byte for byte.
  func member(named name: String) -> Member? {
    var name = name
    return name.withUTF8 { name in
      bytes.withUnsafeBytes { bytes in
        members.first { member in
          member.name.count == name.count
            && bytes[member.name].elementsEqual(UnsafeRawBufferPointer(name))
        }
      }
    }
  }

  func value(of member: Member) -> JSON {
    JSONReader.value(in: bytes, at: member.value)
  }

  /// The members, made.
  var allMembers: [JSONObject.Member] {
    members.map { member in
      JSONObject.Member(
        name: String(decoding: bytes[member.name], as: UTF8.self), value: value(of: member))
    }
  }

  /// The SID that is a member's value; `nil` for any other value.
  func sid(of member: Member) -> AnySID? {
    bytes.withUnsafeBufferPointer { bytes in
      let (start, end) = (member.value + 1, member.value + 1 + AnySID.length)
      guard end < bytes.count, bytes[member.value] == UInt8(ascii: "\""),
        bytes[end] == UInt8(ascii: "\"")
      else { return nil }
      return AnySID(memory: UnsafeBufferPointer(rebasing: bytes[start..<end]))
    }
  }

  /// Appends the object unchanged, if that is its shortest form.
  func writeShortest(into target: inout [UInt8]) -> Bool {
    guard let shortest else { return false }
    bytes.withUnsafeBufferPointer {
      target.append(contentsOf: UnsafeBufferPointer(rebasing: $0[shortest]))
    }
    return true
  }
}
