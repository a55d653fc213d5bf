/// A piece of work that is routed to an agent, `WT…`.
///
/// Which interaction it belongs to is only in its attributes, which callers write: they may name
/// another task's. Source: `taskrouter_v1` of Twilio's OpenAPI documents.
package enum RoutedTask {
  /// The values of `assignment_status`, in the order of a task's life.
  package static let statuses = [
    "pending", "reserved", "assigned", "wrapping", "completed", "canceled",
  ]
  /// The values of `assignment_status` of a task that has not ended.
  package static let liveStatuses = ["pending", "reserved", "assigned", "wrapping"]

  /// The resource.
  package static let resource = ResourceDefinition(
    .task, of: .taskRouter, in: Workspace.resource, segment: "Tasks", preposition: "of",
    placeRule: .found, collection: "tasks", pageSize: 1000,
    fields: [
      .init("account_sid", .sid(nil)), .init("age", .seconds),
      .init("assignment_status", .word(statuses)), .init("attributes", .jsonText),
      .init("addons", .text), .init("date_created", .date), .init("date_updated", .date),
      .init("task_queue_entered_date", .date), .init("priority", .number), .init("reason", .text),
      .init("sid", .sid(.task)), .init("task_queue_sid", .sid(.queue)),
      .init("task_queue_friendly_name", .text), .init("task_channel_sid", .sid(nil)),
      .init("task_channel_unique_name", .text), .init("timeout", .seconds),
      .init("workflow_sid", .sid(.workflow)), .init("workflow_friendly_name", .text),
      .init("workspace_sid", .sid(.workspace)), .init("url", .text), .init("links", .json),
      .init("virtual_start_time", .date), .init("ignore_capacity", .flag),
      .init("routing_target", .sid(nil)),
    ],
    aliases: [
      .init("status", "assignment_status"),
      .init("queue", "task_queue_friendly_name", sid: ("task_queue_sid", .queue)),
      .init("workflow", "workflow_friendly_name", sid: ("workflow_sid", .workflow)),
      .init("channel", "task_channel_unique_name"),
    ],
    derivedFields: [
      .init(
        "interaction_sid", .interaction, ["attributes", "flexInteractionSid"],
        ["attributes", "conversations", "conversation_id"]),
      .init("channel_sid", .channel, ["attributes", "flexInteractionChannelSid"]),
      .init("conversation_sid", .conversation, ["attributes", "conversationSid"]),
    ],
    listOrigins: [.worker, .queue, .interaction, .channel, .conversation],
    columns: [
      .init("STATUS", "assignment_status"), .init("QUEUE", "task_queue_friendly_name"),
      .init("CHANNEL", "task_channel_unique_name"), .init("AGE", "age"), .init("SID", "sid"),
      .init("PRIORITY", "priority"), .init("WORKFLOW", "workflow_friendly_name"),
    ],
    help: .init(
      "A piece of work that is routed to an agent, WT….",
      example: "show task WT…"))

  /// `list tasks`: the live ones, the oldest first.
  package static let list = OperationDefinition.list(
    resource,
    filters: [
      .init("assignment_status", "AssignmentStatus", isRepeatable: true),
      .init("priority", "Priority"),
    ],
    ordering: "DateCreated:asc",
    help: .init(
      "The live tasks of a workspace, or of a worker, a queue, an interaction, a channel or a "
        + "conversation.", example: "list tasks where status is wrapping"))

  /// `show task WT…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .one, help: .init("Shows a task.", example: "show task WT…"))

  /// `complete task WT… because …`.
  package static let complete = ending("complete", "completed", voice: false)
  /// `complete voice task WT… because …`.
  package static let completeVoice = ending("complete", "completed", voice: true)
  /// `cancel task WT… because …`.
  package static let cancel = ending("cancel", "canceled", voice: false)
  /// `cancel voice task WT… because …`.
  package static let cancelVoice = ending("cancel", "canceled", voice: true)

  private static func ending(
    _ verb: String, _ status: String, voice: Bool
  ) -> OperationDefinition {
    .sets(
      resource, [.init("AssignmentStatus", status, answeredAs: "assignment_status")],
      [
        OperationParameter(
          "Reason", as: "reason", keyword: "because", .text, description: "a reason in quotes")
      ],
      form: SentenceForm([verb] + (voice ? ["voice"] : []) + ["task"], .one),
      verb: "\(verb) task", effect: "task \(status)",
      undo: .final("a task that has ended stays ended"),
      readBack: .field("assignment_status", is: status),
      precondition: .releasedTask(endsConversations: verb == "complete", voice: voice),
      repetition: .ends, record: "update task", ["to": .string(status), "voice": .bool(voice)],
      help: voice
        ? .init(
          "With `voice`, also ends the task of a call known to be over.",
          example: #"\#(verb) voice task WT… because "the call is over""#)
        : .init(
          verb == "complete"
            ? "Completes a task that no interaction holds."
            : "Cancels a task that waits for an agent and belongs to no conversation.",
          example: #"\#(verb) task WT… because "left over from a test""#))
  }

  /// Its operations, in the order in which help lists them.
  package static let operations = [
    list, fetch, complete, completeVoice, cancel, cancelVoice,
  ]
}
