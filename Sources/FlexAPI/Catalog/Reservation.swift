/// The offer of a task to a worker, and what became of it, `WR…`.
///
/// Source: `taskrouter_v1` of Twilio's OpenAPI documents.
package enum Reservation {
  /// The values of `reservation_status`.
  package static let statuses = [
    "pending", "accepted", "wrapping", "completed", "rejected", "timeout", "canceled", "rescinded",
  ]
  /// The values of `reservation_status` of one that has not ended, in the order in which the
  /// reservations of a worker are listed.
  package static let openStatuses = ["accepted", "wrapping", "pending"]

  /// The values of `reservation_status` of one that has ended.
  package static let endedStatuses = ["completed", "rejected", "timeout", "canceled", "rescinded"]

  /// The resource.
  package static let resource = ResourceDefinition(
    .reservation, of: .taskRouter, in: RoutedTask.resource, segment: "Reservations",
    preposition: "of",
    placeRule: .found, collection: "reservations", pageSize: 1000,
    fields: [
      .init("account_sid", .sid(nil)), .init("date_created", .date), .init("date_updated", .date),
      .init("reservation_status", .word(statuses)), .init("sid", .sid(.reservation)),
      .init("task_sid", .sid(.task)), .init("worker_name", .text),
      .init("worker_sid", .sid(.worker)), .init("workspace_sid", .sid(.workspace)),
      .init("url", .text), .init("links", .json),
    ],
    aliases: [
      .init("status", "reservation_status"),
      .init("worker", "worker_name", sid: ("worker_sid", .worker)),
    ],
    related: [.task, .worker],
    itemOrigins: [.task, .worker], listOrigins: [.task, .worker],
    columns: [
      .init("WORKER", "worker_name"), .init("STATUS", "reservation_status"),
      .init("UPDATED", "date_updated"), .init("SID", "sid"), .init("TASK", "task_sid"),
    ],
    help: .init(
      "The offer of a task to a worker, and what became of it, WR….",
      example: "show reservation WR… of WT…"))

  /// `list reservations of WT…`.
  package static let list = OperationDefinition.list(
    resource,
    filters: [
      .init("reservation_status", "ReservationStatus"), .init("worker_sid", "WorkerSid"),
    ],
    help: .init(
      "The reservations of a task, the open ones of a worker, or those of all live tasks.",
      example: "list reservations where status is wrapping and date_updated older than 2h"))

  /// `list reservations of WK…`.
  package static let listOfWorker = OperationDefinition.list(
    resource, in: [Workspace.resource, Worker.resource],
    filters: [.init("reservation_status", "ReservationStatus")], help: nil)

  /// `show reservation WR… of WT…`.
  package static let fetch = OperationDefinition.fetch(
    resource, .one, help: .init("Shows a reservation.", example: "show reservation WR… of WT…"))

  /// `complete reservation WR… of WT…`.
  package static let complete = OperationDefinition.sets(
    resource, [.init("ReservationStatus", "completed", answeredAs: "reservation_status")],
    form: SentenceForm(["complete", "reservation"], .one), verb: "complete reservation",
    effect: "reservation completed", undo: .final("a completed reservation stays completed"),
    readBack: .field("reservation_status", is: "completed"), precondition: .releasedReservation,
    repetition: .ends, record: "update reservation", ["to": .string("completed")],
    help: .init(
      "Completes a wrapping reservation whose participant is gone.",
      example: "complete reservation WR… of WT…"))

  /// Its operations, in the order in which help lists them.
  package static let operations = [list, listOfWorker, fetch, complete]
}
