/// Somebody in a channel's conversation, `UT…`.
///
/// The resource has no status: that a participant was closed cannot be read from it.
package struct Participant: Resource {
  package let fields: JSONObject

  package init(fields: JSONObject) {
    self.fields = fields
  }

  /// Its own SID.
  package var sid: ParticipantSID? { fields.sid("sid") }
  /// Who it is in the conversation.
  package var type: Role? { fields["type"]?.text.map(Role.init(rawValue:)) }

  /// The `type` of a participant.
  package struct Role: OpenEnumeration {
    package let rawValue: String

    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    package static let supervisor = Role(rawValue: "supervisor")
    package static let customer = Role(rawValue: "customer")
    package static let external = Role(rawValue: "external")
    package static let agent = Role(rawValue: "agent")
    package static let unknown = Role(rawValue: "unknown")
  }

  package static let schema = ResourceSchema(
    noun: "participant",
    fields: [
      ("sid", .sid(.participant)), ("type", .text), ("interaction_sid", .sid(.interaction)),
      ("channel_sid", .sid(.channel)), ("url", .text), ("routing_properties", .json),
    ])
}
