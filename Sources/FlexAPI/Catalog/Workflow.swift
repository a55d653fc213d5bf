/// The rules by which tasks come to queues, `WW…`.
///
/// Its configuration may be a megabyte long, and is never shown. Source: `taskrouter_v1` of Twilio's
/// OpenAPI documents.
package enum Workflow {
  /// The resource.
  package static let resource = ResourceDefinition(
    .workflow, of: .taskRouter, in: Workspace.resource, segment: "Workflows", preposition: "of",
    placeRule: .found, collection: "workflows", pageSize: 1000,
    fields: [
      .init("account_sid", .sid(nil)), .init("assignment_callback_url", .text),
      .init("configuration", .jsonText), .init("date_created", .date),
      .init("date_updated", .date), .init("document_content_type", .text),
      .init("fallback_assignment_callback_url", .text), .init("friendly_name", .text),
      .init("sid", .sid(.workflow)), .init("task_reservation_timeout", .seconds),
      .init("workspace_sid", .sid(.workspace)), .init("url", .text), .init("links", .json),
    ],
    aliases: [.init("name", "friendly_name")],
    columns: [
      .init("NAME", "friendly_name"), .init("SID", "sid"),
      .init("TIMEOUT", "task_reservation_timeout"),
    ],
    help: .init("The rules by which tasks come to queues, WW….", example: "show workflow WW…"))

  /// `list workflows`.
  package static let list = OperationDefinition.list(
    resource, help: .init("The workflows of a workspace.", example: "list workflows"))

  /// `show workflow WW…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .one,
    help: .init("Shows a workflow.", example: #"show workflow "Assign to Anyone""#))

  /// Its operations, in the order in which help lists them.
  package static let operations = [list, fetch]
}
