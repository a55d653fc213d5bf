/// The passing of a conversation from one agent to another, `UX…`.
///
/// The contract of its request bodies is not published: they are sent as the script has them.
/// Source: `flex_v1_interactions` of Twilio's OpenAPI documents.
package enum Transfer {
  /// The resource.
  package static let resource = ResourceDefinition(
    .transfer, of: .flex, in: Channel.resource, segment: "Transfers", preposition: "of",
    fields: [
      .init("sid", .sid(.transfer)), .init("instance_sid", .sid(nil)),
      .init("account_sid", .sid(nil)), .init("interaction_sid", .sid(.interaction)),
      .init("channel_sid", .sid(.channel)), .init("execution_sid", .sid(nil)),
      .init("type", .word(["warm", "cold", "external"])),
      .init("status", .word(["active", "failed", "completed"])), .init("from", .sid(.participant)),
      .init("to", .text), .init("note_sid", .sid(nil)), .init("summary_sid", .sid(nil)),
      .init("date_created", .text), .init("date_updated", .text), .init("url", .text),
    ],
    help: .init(
      "The passing of a conversation to another agent, UX….",
      example: "show transfer UX… on UO… in KD…"))

  /// `show transfer UX… on UO… in KD…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .one,
    help: .init("Shows a transfer.", example: "show transfer UX… on UO… in KD…"))

  /// `transfer on UO… in KD… {…}`.
  package static let create = OperationDefinition.creates(
    resource, [OperationParameter("", as: "body", keyword: nil, .jsonBody)],
    form: SentenceForm(["transfer"], .none), verb: "transfer", effect: "transfer begun",
    undo: .compensable(
      "a transfer that has begun can be updated: update transfer UX… on UO… in KD… {…}"),
    precondition: .openChannel, record: "transfer",
    help: .init(
      "Begins a transfer; the JSON is sent as it is.",
      example: #"transfer on UO… in KD… {"to": "WK…"}"#))

  /// `update transfer UX… on UO… in KD… {…}`: what a second request would do is not known.
  package static let update = OperationDefinition.creates(
    resource, [OperationParameter("", as: "body", keyword: nil, .jsonBody)], at: .item,
    form: SentenceForm(["update", "transfer"], .one), verb: "update", effect: "transfer updated",
    undo: .final("what an update changed is not known"),
    precondition: .openChannel, record: "update transfer",
    help: .init(
      "Updates a transfer.", example: #"update transfer UX… on UO… in KD… {"status": "completed"}"#
    ))

  /// Its operations, in the order in which help lists them.
  package static let operations = [fetch, create, update]
}

extension Operation {
  /// `GET …/Channels/{UO}/Transfers/{UX}`.
  package static func fetchTransfer(_ transfer: TransferSID, on channel: Scope) -> Operation {
    Operation(Transfer.fetch, in: channel, sid: transfer.any)
  }

  /// `POST …/Channels/{UO}/Transfers`.
  package static func transfer(on channel: Scope, body: JSON) -> Operation {
    Operation(Transfer.create, in: channel, [.json(body)])
  }

  /// `POST …/Channels/{UO}/Transfers/{UX}`.
  package static func updateTransfer(
    _ transfer: TransferSID, on channel: Scope, body: JSON
  ) -> Operation {
    Operation(Transfer.update, in: channel, sid: transfer.any, [.json(body)])
  }
}
