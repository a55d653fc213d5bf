/// The conversation of the Conversations API in which customer and agents write, `CH…`.
///
/// Source: `conversations_v1` of Twilio's OpenAPI documents.
package enum Conversation {
  /// The values of `state`.
  package static let states = ["initializing", "inactive", "active", "closed"]

  /// The resource.
  package static let resource = ResourceDefinition(
    .conversation, of: .conversations, in: nil, segment: "Conversations", preposition: "of",
    placeRule: .found,
    fields: [
      .init("account_sid", .sid(nil)), .init("chat_service_sid", .sid(nil)),
      .init("messaging_service_sid", .sid(nil)), .init("sid", .sid(.conversation)),
      .init("friendly_name", .text), .init("unique_name", .text), .init("attributes", .jsonText),
      .init("state", .word(states)), .init("date_created", .date), .init("date_updated", .date),
      .init("timers", .json), .init("url", .text), .init("links", .json),
      .init("bindings", .json),
    ],
    help: .init(
      "What customer and agents write to each other, CH….", example: "show conversation CH…"))

  /// `show conversation CH…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .one, help: .init("Shows a conversation.", example: "show conversation CH…"))

  /// Its operations, in the order in which help lists them.
  package static let operations = [fetch]
}
