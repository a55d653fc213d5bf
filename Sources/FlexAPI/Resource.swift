/// A resource as Flex answered it: every field kept, every field allowed to be missing.
///
/// Twilio adds fields and lets enumerations grow without a new version, and its schema requires no
/// field at all, so the typed properties of the conforming types are readings of ``fields``: `nil`
/// when a field is absent, null or of another shape.
package protocol Resource: Sendable, Hashable {
  /// The object as answered.
  var fields: JSONObject { get }
  /// Takes any object; nothing is required of it.
  init(fields: JSONObject)
  /// The fields that Twilio's schema names, in its order.
  static var schema: ResourceSchema { get }
}

/// The fields that Twilio's schema gives a resource.
package struct ResourceSchema: Sendable {
  /// What a field holds.
  package enum FieldType: Hashable, Sendable {
    /// A SID; `nil` when it may be of several kinds.
    case sid(SIDType?)
    case text
    case number
    /// An object of a known shape is not promised: any path may be asked.
    case json
  }

  /// What the resource is called in scripts and messages: `participant`.
  package let noun: String
  /// Field names in the order of Twilio's schema, with what each holds.
  package let fields: [(name: String, type: FieldType)]

  /// What the field of this name holds; `nil` for a field that the schema does not name.
  package func type(of name: String) -> FieldType? {
    fields.first { $0.name == name }?.type
  }
}

/// An enumeration of the API that may have grown since this was written.
package protocol OpenEnumeration: RawRepresentable<String>, Hashable, Sendable {}

extension JSONObject {
  /// The SID in this field; `nil` when it is absent, null, malformed or of another kind.
  package func sid<Kind>(_ name: String) -> SID<Kind>? {
    anySID(name).flatMap { SID<Kind>($0) }
  }
}
