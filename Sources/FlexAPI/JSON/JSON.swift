/// A JSON value that loses nothing: members keep their order and numbers their spelling.
///
/// Source: RFC 8259.
package enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number as it was written, for instance `1`, `0.5` or `1e9`; always of RFC 8259's form.
  case number(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)

  /// A whole number.
  package static func number(_ value: some BinaryInteger) -> JSON { .number(String(value)) }

  /// An object of members in this order; each name may occur only once.
  package static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
    .object(JSONObject(members.map { JSONObject.Member(name: $0.key, value: $0.value) }))
  }

  /// A string, or `null` for none.
  package static func string(orNull text: String?) -> JSON { text.map(JSON.string) ?? .null }

  /// The text of a string; `nil` for every other value.
  package var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value of a whole number that fits; `nil` for every other value.
  package var integer: Int? {
    if case .number(let spelling) = self { Int(spelling) } else { nil }
  }

  /// The members of an object; `nil` for every other value.
  package var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The elements of an array; `nil` for every other value.
  package var array: [JSON]? {
    if case .array(let elements) = self { elements } else { nil }
  }
}

/// The members of a JSON object, in the order in which they were written.
package struct JSONObject: Hashable, Sendable {
  /// A name and its value.
  package struct Member: Hashable, Sendable {
    /// The name, its escapes decoded.
    package var name: String
    /// The value.
    package var value: JSON

    /// Pairs a name with a value.
    package init(name: String, value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The members; no name occurs twice.
  package private(set) var members: [Member]

  /// Takes members as they are; the caller guarantees that no name occurs twice.
  package init(_ members: [Member] = []) {
    self.members = members
  }

  /// Whether it has no member.
  package var isEmpty: Bool { members.isEmpty }

  /// The value with this name, compared byte for byte; setting `nil` removes the member.
  package subscript(name: String) -> JSON? {
    get { members.first { $0.name.isSpelled(name) }?.value }
    set {
      let index = members.firstIndex { $0.name.isSpelled(name) }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// The SID of any kind that has this name; `nil` when there is none, or something else.
  package func anySID(_ name: String) -> AnySID? {
    self[name]?.text.flatMap { AnySID(ofAnyShape: $0) }
  }

  /// Appends the object in its shortest form, on one line, as UTF-8.
  package func write(into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      JSON.write(member.name, into: &bytes)
      bytes.append(UInt8(ascii: ":"))
      member.value.write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

extension String {
  /// Whether it has the same bytes as another text; `==` takes different spellings of a letter for
  /// the same.
  @inline(__always)
  func isSpelled(_ other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { left in
      other.utf8.withContiguousStorageIfAvailable { right in
        UnsafeRawBufferPointer(left).elementsEqual(UnsafeRawBufferPointer(right))
      }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}
