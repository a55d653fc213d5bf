/// What `find` knows of one reservation, or of one participant without a reservation.
///
/// It is no resource of the API: flexsh puts it together. A row stands for each of the resources that
/// it names. Source: LANGUAGE.md, §4.
package enum Finding {
  /// The description of a row.
  package static let resource = ResourceDefinition(
    .finding, of: .flex, in: nil, segment: "", preposition: "of", placeRule: .found,
    fields: [
      .init("task", .sid(.task)), .init("reservation", .sid(.reservation)),
      .init("worker", .sid(.worker)), .init("worker_name", .text), .init("queue", .text),
      .init("status", .word(Reservation.statuses)), .init("since", .date),
      .init("interaction", .sid(.interaction)), .init("channel", .sid(.channel)),
      .init("channel_type", .text), .init("channel_status", .word(Channel.statuses)),
      .init("participant", .sid(.participant)), .init("customer", .text),
      .init("conversation", .sid(.conversation)),
      .init("participant_type", .word(Participant.types)), .init("workspace", .sid(.workspace)),
    ],
    columns: [
      .init("WORKER", "worker_name"), .init("STATUS", "status"), .init("CUSTOMER", "customer"),
      .init("TYPE", "participant_type"), .init("PARTICIPANT", "participant"),
      .init("TASK", "task"), .init("SINCE", "since"), .init("QUEUE", "queue"),
      .init("CHANNEL STATUS", "channel_status"), .init("RESERVATION", "reservation"),
    ],
    help: .init(
      "What leads to a conversation: a task, an agent, a customer.",
      example: #"find "+15550100""#))

  /// `find X`: not one operation of the API, but several.
  package static let find = OperationDefinition.lookUp(resource, verb: "find")
}
