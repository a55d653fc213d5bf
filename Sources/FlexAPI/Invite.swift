/// A task that is routed to an agent for a channel, `KG…`.
package struct Invite: Resource {
  package let fields: JSONObject

  package init(fields: JSONObject) {
    self.fields = fields
  }

  package static let schema = ResourceSchema(
    noun: "invite",
    fields: [
      ("sid", .sid(.invite)), ("interaction_sid", .sid(.interaction)),
      ("channel_sid", .sid(.channel)), ("routing", .json), ("url", .text),
    ])
}
