/// A queue in which tasks wait for an agent, `WQ…`.
///
/// Source: `taskrouter_v1` of Twilio's OpenAPI documents.
package enum Queue {
  /// The resource.
  package static let resource = ResourceDefinition(
    .queue, of: .taskRouter, in: Workspace.resource, segment: "TaskQueues", preposition: "of",
    placeRule: .found, collection: "queues", pageKey: "task_queues", pageSize: 1000,
    fields: [
      .init("account_sid", .sid(nil)), .init("assignment_activity_sid", .sid(nil)),
      .init("assignment_activity_name", .text), .init("date_created", .date),
      .init("date_updated", .date), .init("friendly_name", .text),
      .init("max_reserved_workers", .number), .init("reservation_activity_sid", .sid(nil)),
      .init("reservation_activity_name", .text), .init("sid", .sid(.queue)),
      .init("target_workers", .text), .init("task_order", .word(["FIFO", "LIFO"])),
      .init("url", .text), .init("workspace_sid", .sid(.workspace)), .init("links", .json),
    ],
    aliases: [.init("name", "friendly_name")],
    columns: [
      .init("NAME", "friendly_name"), .init("SID", "sid"), .init("WORKERS", "target_workers"),
    ],
    help: .init("A queue in which tasks wait, WQ….", example: #"list tasks of queue "Support""#))

  /// `list queues`.
  package static let list = OperationDefinition.list(
    resource, help: .init("The queues of a workspace.", example: "list queues"))

  /// `show queue WQ…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .one, help: .init("Shows a queue.", example: #"show queue "Support""#))

  /// Its operations, in the order in which help lists them.
  package static let operations = [list, fetch]
}
