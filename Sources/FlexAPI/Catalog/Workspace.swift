/// What holds the tasks, workers and queues of a contact centre, `WS…`.
///
/// An account may have several; Flex uses one. Source: `taskrouter_v1` of Twilio's OpenAPI documents.
package enum Workspace {
  /// The resource.
  package static let resource = ResourceDefinition(
    .workspace, of: .taskRouter, in: nil, segment: "Workspaces", preposition: "in",
    placeRule: .ofAccount, collection: "workspaces", pageSize: 1000,
    fields: [
      .init("account_sid", .sid(nil)), .init("date_created", .date), .init("date_updated", .date),
      .init("default_activity_name", .text), .init("default_activity_sid", .sid(nil)),
      .init("event_callback_url", .text), .init("events_filter", .text),
      .init("friendly_name", .text), .init("multi_task_enabled", .flag),
      .init("sid", .sid(.workspace)), .init("timeout_activity_name", .text),
      .init("timeout_activity_sid", .sid(nil)),
      .init("prioritize_queue_order", .word(["FIFO", "LIFO"])), .init("url", .text),
      .init("links", .json),
    ],
    aliases: [.init("name", "friendly_name")],
    columns: [.init("NAME", "friendly_name"), .init("SID", "sid")],
    help: .init(
      "What holds the tasks, workers and queues of an account, WS….",
      example: #"use workspace "Flex Task Assignment""#))

  /// `list workspaces`.
  package static let list = OperationDefinition.list(
    resource, help: .init("The workspaces of the account.", example: "list workspaces"))

  /// `show workspace WS…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .oneOrInUse, help: .init("Shows a workspace.", example: "show workspace WS…"))

  /// Its operations, in the order in which help lists them.
  package static let operations = [list, fetch]
}
