/// A conversation on its way from one agent to another, `UX…`.
package struct Transfer: Resource {
  package let fields: JSONObject

  package init(fields: JSONObject) {
    self.fields = fields
  }

  /// Its own SID.
  package var sid: TransferSID? { fields.sid("sid") }

  package static let schema = ResourceSchema(
    noun: "transfer",
    fields: [
      ("sid", .sid(.transfer)), ("instance_sid", .sid(nil)), ("account_sid", .sid(nil)),
      ("interaction_sid", .sid(.interaction)), ("channel_sid", .sid(.channel)),
      ("execution_sid", .sid(nil)), ("type", .text), ("status", .text),
      ("from", .sid(.participant)), ("to", .text), ("note_sid", .sid(nil)),
      ("summary_sid", .sid(nil)), ("date_created", .text), ("date_updated", .text), ("url", .text),
    ])
}
