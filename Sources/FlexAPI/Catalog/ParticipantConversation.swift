/// A conversation in which an address or an identity takes part.
///
/// Exactly one of `Address` and `Identity` is sent, and compared exactly. Source: `conversations_v1`
/// of Twilio's OpenAPI documents.
package enum ParticipantConversation {
  /// The resource.
  package static let resource = ResourceDefinition(
    .chatParticipant, of: .conversations, in: nil, segment: "ParticipantConversations",
    preposition: "of", placeRule: .found, pageKey: "conversations", pageSize: 50,
    sidField: "conversation_sid",
    fields: [
      .init("account_sid", .sid(nil)), .init("chat_service_sid", .sid(nil)),
      .init("participant_sid", .sid(nil)), .init("participant_user_sid", .sid(nil)),
      .init("participant_identity", .text), .init("participant_messaging_binding", .json),
      .init("conversation_sid", .sid(.conversation)), .init("conversation_unique_name", .text),
      .init("conversation_friendly_name", .text), .init("conversation_attributes", .jsonText),
      .init("conversation_date_created", .date), .init("conversation_date_updated", .date),
      .init("conversation_created_by", .text),
      .init("conversation_state", .word(["inactive", "active", "closed"])),
      .init("conversation_timers", .json), .init("links", .json),
    ],
    help: .init("A conversation in which an address takes part.", example: #"find "+15550100""#))

  /// What `find` asks for an address or an identity.
  package static let list = OperationDefinition.list(resource, help: nil)

  /// Its operations.
  package static let operations = [list]
}

extension Operation {
  /// `GET /v1/ParticipantConversations?Address=…`, one page.
  package static func conversations(ofAddress address: String) -> Operation {
    Operation(
      ParticipantConversation.list,
      filters: [OperationRequest.Field(name: "Address", value: address)])
  }

  /// `GET /v1/ParticipantConversations?Identity=…`, one page.
  package static func conversations(ofIdentity identity: String) -> Operation {
    Operation(
      ParticipantConversation.list,
      filters: [OperationRequest.Field(name: "Identity", value: identity)])
  }
}
