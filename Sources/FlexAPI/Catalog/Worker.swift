/// An agent as TaskRouter knows one, `WK…`.
///
/// Source: `taskrouter_v1` of Twilio's OpenAPI documents.
package enum Worker {
  /// The resource.
  package static let resource = ResourceDefinition(
    .worker, of: .taskRouter, in: Workspace.resource, segment: "Workers", preposition: "of",
    placeRule: .found, collection: "workers", pageSize: 1000,
    fields: [
      .init("account_sid", .sid(nil)), .init("activity_name", .text),
      .init("activity_sid", .sid(nil)), .init("attributes", .jsonText),
      .init("available", .flag), .init("date_created", .date),
      .init("date_status_changed", .date), .init("date_updated", .date),
      .init("friendly_name", .text), .init("sid", .sid(.worker)),
      .init("workspace_sid", .sid(.workspace)), .init("url", .text), .init("links", .json),
    ],
    aliases: [.init("name", "friendly_name"), .init("activity", "activity_name")],
    columns: [
      .init("NAME", "friendly_name"), .init("ACTIVITY", "activity_name"),
      .init("AVAILABLE", "available"), .init("SID", "sid"),
    ],
    help: .init(
      "An agent as TaskRouter knows one, WK….",
      example: #"wrapup every agent of worker "asha@example.org""#))

  /// `list workers`.
  package static let list = OperationDefinition.list(
    resource, help: .init("The workers of a workspace.", example: "list workers"))

  /// `show worker WK…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .one,
    help: .init("Shows a worker.", example: #"show worker "asha@example.org""#))

  /// Its operations, in the order in which help lists them.
  package static let operations = [list, fetch]
}
