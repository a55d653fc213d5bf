/// A task that is routed to an agent for a channel, `KG…`.
///
/// Source: `flex_v1_interactions` of Twilio's OpenAPI documents.
package enum Invite {
  /// The resource.
  package static let resource = ResourceDefinition(
    .invite, of: .flex, in: Channel.resource, segment: "Invites", preposition: "of",
    collection: "invites",
    fields: [
      .init("sid", .sid(.invite)), .init("interaction_sid", .sid(.interaction)),
      .init("channel_sid", .sid(.channel)), .init("routing", .json), .init("url", .text),
    ],
    columns: [
      .init("SID", "sid"), .init("TASK", "routing", "properties", "sid"),
      .init("QUEUE", "routing", "properties", "queue_sid"),
      .init("WORKER", "routing", "properties", "worker_sid"),
    ],
    help: .init("A task that is routed to an agent, KG….", example: "param it: invite"))

  /// `list invites on UO… in KD…`.
  package static let list = OperationDefinition.list(
    resource,
    help: .init("The invites of a channel.", example: "list invites on UO… in KD…"))

  /// `invite on UO… in KD… routing {…}`.
  package static let create = OperationDefinition.creates(
    resource, [OperationParameter("Routing", as: "routing", keyword: "routing", .json)],
    form: SentenceForm(["invite"], .none), verb: "invite",
    effect: "a task is routed to an agent",
    undo: .compensable("an agent who accepts it can be closed: list participants on UO… in KD…"),
    precondition: .openChannel, record: "invite",
    help: .init(
      "Routes a new task to an agent.",
      example: #"invite on UO… in KD… routing {"properties": {"workspace_sid": "WS…"}}"#))

  /// The documented keys of `properties` in a routing.
  ///
  /// Source: Twilio's page of the Invites subresource, and the tasks that they create.
  package static let routingProperties = [
    "workspace_sid", "workflow_sid", "queue_sid", "worker_sid", "task_channel_sid",
    "task_channel_unique_name", "attributes", "priority", "timeout", "virtual_start_time",
    "ignore_worker_capacity", "routing_target",
  ]

  /// Its operations, in the order in which help lists them.
  package static let operations = [list, create]
}

extension Operation {
  /// `GET …/Channels/{UO}/Invites`, one page.
  package static func listInvites(on channel: Scope, page: PageQuery = .first) -> Operation {
    Operation(Invite.list, in: channel, page: page)
  }

  /// `POST …/Channels/{UO}/Invites`.
  package static func invite(on channel: Scope, routing: JSON) -> Operation {
    Operation(Invite.create, in: channel, [.json(routing)])
  }
}
