/// One contact of a customer, `KD…`; it holds channels.
///
/// Source: `flex_v1_interactions` of Twilio's OpenAPI documents.
package enum Interaction {
  /// The resource.
  package static let resource = ResourceDefinition(
    .interaction, of: .flex, in: nil, segment: "Interactions", preposition: "in",
    fields: [
      .init("sid", .sid(.interaction)), .init("channel", .json), .init("routing", .json),
      .init("url", .text), .init("links", .json), .init("interaction_context_sid", .sid(nil)),
      .init("webhook_ttid", .text),
    ],
    help: .init("A contact of a customer, KD….", example: "show interaction KD…"))

  /// `show interaction KD…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .oneOrInUse, help: .init("Shows an interaction.", example: "show interaction KD…"))

  /// `create interaction channel {…}`.
  ///
  /// The response says only that the interaction was accepted; its channel is set up afterwards.
  package static let create = OperationDefinition.creates(
    resource,
    [
      OperationParameter("Channel", as: "with_channel", keyword: "channel", .json),
      OperationParameter("Routing", as: "routing", keyword: "routing", .json, isRequired: false),
      OperationParameter(
        "InteractionContextSid", as: "context", keyword: "context",
        .sid(prefix: "HQ", noun: "interaction context"), isRequired: false,
        description: "an interaction context (HQ…)"),
      OperationParameter(
        "WebhookTtid", as: "webhook", keyword: "webhook", .text, isRequired: false,
        description: "a webhook's identifier"),
    ],
    form: SentenceForm(["create", "interaction"], .none), verb: "create",
    effect: "interaction accepted; the channel says when it is active",
    undo: .compensable(
      "its channels can be closed",
      "for c in channels in {created} {\n  close channel $c completing tasks\n}"),
    record: "create interaction",
    help: .init(
      "Creates an interaction.", example: #"create interaction channel {"type": "sms"}"#))

  /// `update interaction KD… webhook …`.
  ///
  /// The webhook, a `flex_interactionwebhook_…` identifier and no SID, is all that can be updated.
  package static let update = OperationDefinition.sets(
    resource, [],
    [
      OperationParameter(
        "WebhookTtid", as: "webhook", keyword: "webhook", .text,
        description: "a webhook's identifier")
    ],
    form: SentenceForm(["update", "interaction"], .oneOrInUse), verb: "update",
    effect: "webhook set",
    undo: .reversible("set the webhook that it had before: update interaction KD… webhook \"…\""),
    precondition: .exists,
    record: "update interaction",
    help: .init(
      "Sets the webhook of an interaction.",
      example: #"update interaction KD… webhook "flex_interactionwebhook_1""#))

  /// Its operations, in the order in which help lists them.
  package static let operations = [fetch, create, update]
}

extension Operation {
  /// `GET /v1/Interactions/{KD}`.
  package static func fetchInteraction(_ sid: InteractionSID) -> Operation {
    Operation(Interaction.fetch, sid: sid.any)
  }

  /// `POST /v1/Interactions`.
  package static func createInteraction(
    channel: JSON, routing: JSON?, context: AnySID?, webhook: String?
  ) -> Operation {
    Operation(
      Interaction.create,
      [
        .json(channel), routing.map { .json($0) }, context.map { .sid($0) },
        webhook.map { .text($0) },
      ])
  }

  /// `POST /v1/Interactions/{KD}`.
  package static func updateInteraction(_ sid: InteractionSID, webhook: String) -> Operation {
    Operation(Interaction.update, sid: sid.any, [.text(webhook)])
  }
}
