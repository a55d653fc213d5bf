/// The medium of an interaction, and its conversation: `UO…`.
package struct Channel: Resource {
  package let fields: JSONObject

  package init(fields: JSONObject) {
    self.fields = fields
  }

  /// Its own SID.
  package var sid: ChannelSID? { fields.sid("sid") }
  /// The interaction that it belongs to.
  package var interaction: InteractionSID? { fields.sid("interaction_sid") }
  /// Where it stands in its life.
  package var status: Status? { fields["status"]?.text.map(Status.init(rawValue:)) }

  /// Where a channel stands in its life.
  package struct Status: OpenEnumeration {
    package let rawValue: String

    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    package static let setup = Status(rawValue: "setup")
    package static let active = Status(rawValue: "active")
    package static let failed = Status(rawValue: "failed")
    package static let closed = Status(rawValue: "closed")
    package static let inactive = Status(rawValue: "inactive")
  }

  package static let schema = ResourceSchema(
    noun: "channel",
    fields: [
      ("sid", .sid(.channel)), ("interaction_sid", .sid(.interaction)), ("type", .text),
      ("status", .text), ("error_code", .number), ("error_message", .text), ("url", .text),
      ("links", .json),
    ])
}
