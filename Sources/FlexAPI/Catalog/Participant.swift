/// A person or a bot in a channel's conversation, `UT…`.
///
/// The resource has no status: a response does not show that a participant was closed, and the API
/// cannot return a single participant. Source: `flex_v1_interactions` of Twilio's OpenAPI documents.
package enum Participant {
  /// The value of `type` for those who can be closed.
  package static let agent = "agent"
  /// The values of `type`.
  package static let types = ["agent", "customer", "supervisor", "external", "unknown"]

  /// The resource.
  package static let resource = ResourceDefinition(
    .participant, of: .flex, in: Channel.resource, segment: "Participants", preposition: "of",
    collection: "participants",
    fields: [
      .init("sid", .sid(.participant)), .init("type", .word(types)),
      .init("interaction_sid", .sid(.interaction)), .init("channel_sid", .sid(.channel)),
      .init("url", .text), .init("routing_properties", .json),
    ],
    columns: [
      .init("WORKER", "routing_properties", "worker_sid"), .init("TYPE", "type"),
      .init("SID", "sid"),
      .init("TASK", "routing_properties", "task_sid"),
      .init("RESERVATION", "routing_properties", "reservation_sid"),
    ],
    help: .init("A person or a bot in a conversation, UT….", example: "param who: participant"))

  /// `list participants on UO… in KD…`.
  package static let list = OperationDefinition.list(
    resource,
    help: .init(
      "The participants of a channel's conversation.", example: "list participants on UO… in KD…"))

  /// `close UT… on UO… in KD…`.
  package static let close = OperationDefinition.sets(
    resource, [.init("Status", "closed")], form: SentenceForm(["close"], .participants),
    verb: "close", effect: "agent left, task completed, conversation open",
    undo: .final("only a new task brings an agent back: invite on UO… in KD… routing {…}"),
    readBack: .isNotListed, precondition: .listedAgent, repetition: .ends,
    record: "update participant", ["to": .string("closed")],
    help: .init(
      "Closes participants: the agent leaves, the task completes, the conversation stays open.",
      example: "close every agent on UO… in KD…"))

  /// `wrapup UT… on UO… in KD…`.
  package static let wrapup = OperationDefinition.sets(
    resource, [.init("Status", "wrapup")], form: SentenceForm(["wrapup"], .participants),
    verb: "wrapup", effect: "reservation wrapping, conversation open",
    undo: .final(
      "a wrapping reservation only completes; a new task brings an agent back: "
        + "invite on UO… in KD… routing {…}"),
    readBack: .reservation(is: ["wrapping", "completed"]), precondition: .listedAgent,
    repetition: .sets, record: "update participant", ["to": .string("wrapup")],
    help: .init(
      "Moves participants' reservations to wrapping; the conversation stays open.",
      example: "wrapup UT… on UO… in KD…"))

  /// `add customer on UO… in KD… media {…}`.
  package static let create = OperationDefinition.creates(
    resource,
    [
      OperationParameter("Type", as: "type", keyword: nil, .word(types), answeredAs: "type"),
      OperationParameter("MediaProperties", as: "media", keyword: "media", .json),
      OperationParameter(
        "RoutingProperties", as: "routing", keyword: "routing", .json, isRequired: false),
    ],
    form: SentenceForm(["add"], .none), verb: "add", effect: "{type} added",
    undo: .compensable(
      "an agent who was added can be closed", "close {created} on {channel} in {interaction}"),
    precondition: .openChannel, record: "add",
    help: .init(
      "Adds a participant.", example: #"add customer on UO… in KD… media {"name": "Jo"}"#))

  /// Its operations, in the order in which help lists them.
  package static let operations = [list, close, wrapup, create]
}

extension Operation {
  /// `GET …/Channels/{UO}/Participants`, one page.
  package static func listParticipants(on channel: Scope, page: PageQuery = .first) -> Operation {
    Operation(Participant.list, in: channel, page: page)
  }

  /// `POST …/Channels/{UO}/Participants/{UT}`, `Status=closed`.
  package static func close(_ participant: ParticipantSID, on channel: Scope) -> Operation {
    Operation(Participant.close, in: channel, sid: participant.any)
  }

  /// `POST …/Channels/{UO}/Participants/{UT}`, `Status=wrapup`.
  package static func wrapup(_ participant: ParticipantSID, on channel: Scope) -> Operation {
    Operation(Participant.wrapup, in: channel, sid: participant.any)
  }

  /// `POST …/Channels/{UO}/Participants`.
  package static func addParticipant(
    on channel: Scope, type: String, media: JSON, routing: JSON?
  ) -> Operation {
    Operation(
      Participant.create, in: channel, [.text(type), .json(media), routing.map { .json($0) }])
  }
}
