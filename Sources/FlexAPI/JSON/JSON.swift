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
///
/// An object that was read inside another value remains the text it was read from: of the thousand rows of
/// a page, a condition may ask for two members each.
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

  private enum Storage {
    case members([Member])
    case text(JSONText)
  }

  private var storage: Storage

  /// Takes members as they are; the caller guarantees that no name occurs twice.
  package init(_ members: [Member] = []) {
    storage = .members(members)
  }

  /// Takes an object as text.
  init(_ text: JSONText) {
    storage = .text(text)
  }

  /// The members; no name occurs twice.
  package var members: [Member] {
    switch storage {
    case .members(let members): members
    case .text(let text): text.members
    }
  }

  /// Whether it has no member.
  package var isEmpty: Bool {
    switch storage {
    case .members(let members): members.isEmpty
    case .text: false
    }
  }

  /// The same object, without the text around the one it was read from.
  package var detached: JSONObject {
    switch storage {
    case .members: self
    case .text(let text): JSONObject(text.detached)
    }
  }

  /// The value with this name, compared byte for byte; setting `nil` removes the member.
  package subscript(name: String) -> JSON? {
    get {
      switch storage {
      case .members(let members): members.first { $0.name.isSpelled(name) }?.value
      case .text(let text): text[name]
      }
    }
    set {
      var members = members
      // Nothing else holds the members while one of them changes.
      storage = .members([])
      let index = members.firstIndex { $0.name.isSpelled(name) }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
      storage = .members(members)
    }
  }

  /// The SID of any kind that has this name; `nil` when there is none, or something else.
  package func anySID(_ name: String) -> AnySID? {
    if case .text(let text) = storage, let sid = text.anySID(name) { return sid }
    return self[name]?.text.flatMap { AnySID(ofAnyShape: $0) }
  }

  /// Whether there is a member with a value other than null.
  package func hasValue(_ name: String) -> Bool {
    if case .text(let text) = storage { return text.hasValue(name) }
    return (self[name] ?? .null) != .null
  }

  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members == right.members
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(members)
  }

  /// Appends the object in its shortest form, on one line, as UTF-8.
  package func write(into bytes: inout [UInt8]) {
    var output = OutputBytes()
    write(into: &output)
    output.append(to: &bytes)
  }

  /// Appends the object in its shortest form, on one line, as UTF-8.
  func write(into bytes: inout OutputBytes) {
    if case .text(let text) = storage { return text.write(into: &bytes) }
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
  package func isSpelled(_ other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { left in
      other.utf8.withContiguousStorageIfAvailable { right in
        UnsafeRawBufferPointer(left).elementsEqual(UnsafeRawBufferPointer(right))
      }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}
