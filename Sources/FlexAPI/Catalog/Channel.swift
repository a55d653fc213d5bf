/// The medium of an interaction and its conversation, `UO…`.
///
/// Source: `flex_v1_interactions` of Twilio's OpenAPI documents.
package enum Channel {
  /// The resource.
  package static let resource = ResourceDefinition(
    .channel, of: .flex, in: Interaction.resource, segment: "Channels", preposition: "on",
    collection: "channels",
    fields: [
      .init("sid", .sid(.channel)), .init("interaction_sid", .sid(.interaction)),
      .init(
        "type", .word(["voice", "sms", "email", "web", "whatsapp", "chat", "messenger", "gbm"])),
      .init("status", .word(statuses)), .init("error_code", .number),
      .init("error_message", .text), .init("url", .text), .init("links", .json),
    ],
    itemOrigins: [.task, .reservation, .worker],
    columns: [
      .init("SID", "sid"), .init("STATUS", "status"), .init("TYPE", "type"),
      .init("ERROR", "error_message"),
    ],
    help: .init("The medium of an interaction, UO….", example: "show channel UO… in KD…"))

  /// The values of `status` that Twilio names.
  package static let statuses = [
    "setup", "active", "failed", "closed", "inactive", "pause", "transfer",
  ]

  /// `list channels in KD…`.
  package static let list = OperationDefinition.list(
    resource,
    help: .init("The channels of an interaction.", example: "list channels in KD…"))

  /// `show channel UO… in KD…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .oneOrInUse, help: .init("Shows a channel.", example: "show channel UO… in KD…"))

  /// `close channel UO… in KD…`: without routing, its tasks go to wrapping.
  package static let close = OperationDefinition.sets(
    resource, [.init("Status", "closed", answeredAs: "status")],
    form: SentenceForm(["close", "channel"], .oneOrInUse), verb: "close channel",
    effect: "tasks wrapping, conversation closed",
    undo: .final("a closed conversation stays closed; the customer's next message begins another"),
    readBack: .field("status", is: "closed"),
    precondition: .openChannel, repetition: .ends,
    record: "update channel", ["to": .string("closed"), "completing_tasks": .bool(false)],
    help: .init(
      "`close channel` closes the conversation.", example: "close channel UO… in KD…"))

  /// `close channel UO… in KD… completing tasks`.
  ///
  /// The routing's only value is documented in the schema's description of `Routing`.
  package static let closeCompletingTasks = OperationDefinition.sets(
    resource,
    [
      .init("Status", "closed", answeredAs: "status"), .init("Routing", #"{"status":"closed"}"#),
    ],
    form: SentenceForm(["close", "channel"], .oneOrInUse, suffix: ["completing", "tasks"]),
    verb: "close channel", effect: "tasks completed, conversation closed",
    undo: .final("a closed conversation stays closed; the customer's next message begins another"),
    readBack: .field("status", is: "closed"), precondition: .openChannel, repetition: .ends,
    record: "update channel", ["to": .string("closed"), "completing_tasks": .bool(true)],
    help: .init(
      "With `completing tasks`, its tasks complete.",
      example: "close channel UO… in KD… completing tasks"))

  /// `deactivate channel UO… in KD…`: the API requires the routing.
  package static let deactivate = OperationDefinition.sets(
    resource,
    [
      .init("Status", "inactive", answeredAs: "status"), .init("Routing", #"{"status":"closed"}"#),
    ],
    form: SentenceForm(["deactivate", "channel"], .oneOrInUse), verb: "deactivate",
    effect: "tasks completed, channel asleep until the customer writes",
    undo: .compensable(
      "the customer's next message wakes the channel; a new task routes it: "
        + "invite on UO… in KD… routing {…}"),
    readBack: .field("status", is: "inactive"), precondition: .openChannel, repetition: .sets,
    record: "update channel", ["to": .string("inactive")],
    help: .init(
      "Completes the tasks of a channel, which stays inactive until the customer writes.",
      example: "deactivate channel UO… in KD…"))

  /// Its operations, in the order in which help lists them.
  package static let operations = [list, fetch, close, closeCompletingTasks, deactivate]
}

extension Operation {
  /// `GET /v1/Interactions/{KD}/Channels`, one page.
  package static func listChannels(
    in interaction: InteractionSID, page: PageQuery = .first
  ) -> Operation {
    Operation(Channel.list, in: Scope(interaction: interaction), page: page)
  }

  /// `GET /v1/Interactions/{KD}/Channels/{UO}`.
  package static func fetchChannel(_ channel: Scope) -> Operation {
    Operation(Channel.fetch, item: channel)
  }

  /// `POST /v1/Interactions/{KD}/Channels/{UO}`, `Status=closed`.
  package static func closeChannel(
    _ channel: Scope, completingTasks: Bool = false
  ) -> Operation {
    Operation(completingTasks ? Channel.closeCompletingTasks : Channel.close, item: channel)
  }

  /// `POST /v1/Interactions/{KD}/Channels/{UO}`, `Status=inactive`.
  package static func deactivateChannel(_ channel: Scope) -> Operation {
    Operation(Channel.deactivate, item: channel)
  }
}
