/// One contact of a customer: the resource that holds channels, `KD…`.
package struct Interaction: Resource {
  package let fields: JSONObject

  package init(fields: JSONObject) {
    self.fields = fields
  }

  /// Its own SID.
  package var sid: InteractionSID? { fields.sid("sid") }

  package static let schema = ResourceSchema(
    noun: "interaction",
    fields: [
      ("sid", .sid(.interaction)), ("channel", .json), ("routing", .json), ("url", .text),
      ("links", .json), ("interaction_context_sid", .sid(nil)), ("webhook_ttid", .text),
    ])
}
