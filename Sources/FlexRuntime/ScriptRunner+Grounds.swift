import FlexAPI
import FlexScript

/// What the steps of a plan depend on because of how they were reached: each link between a task, a
/// reservation, a participant and a channel has to hold when the plan is applied as well.
extension ScriptRunner {
  /// The condition that what is written after `of` still leads to the same channel; without `of`, what
  /// the place in use depends on, if that is where the sentence acts.
  func placeGrounds(
    _ scope: ScopeReference, of resource: ResourceDefinition
  ) async throws(RuntimeError) -> [Int] {
    guard let plan, resource.placeRule != .found, resource.scope.last?.placeRule != .found else {
      return []
    }
    guard !scope.origins.isEmpty else { return scope.targets.isEmpty ? frame.placeGrounds : [] }
    let origin = try await supplying { evaluator throws(RuntimeError) in
      try evaluator.origin(scope)
    }
    let place = try await supplying { evaluator throws(RuntimeError) in
      try evaluator.place(of: scope)
    }
    guard let channel = place.innermost, let fetch = catalog.fetch(.channel),
      origin.sid.type != .participant
    else { return [] }
    var written = ScopeReference(origins: [.sid(origin.sid)])
    if origin.sid.type == .reservation, let task = origin.task {
      written.origins.append(.sid(task))
    }
    written.targets = [Target(type: .workspace, value: .sid(origin.workspace))]
    let leads = Condition.equals(
      .fetch(Fetch(operation: fetch, target: nil, scope: written), path: ["sid"]), .sid(channel),
      negated: false)
    return [await ground(leads, true, in: plan)]
  }

  /// The conditions that a row of `find` is what it was: the state of its reservation, and the
  /// participant that names it.
  func findingGrounds(_ row: ResourceValue, in plan: PlanRecorder) async -> [Int] {
    var grounds: [Int] = []
    let (reservation, participant) = (row.sid(as: .reservation), row.sid(as: .participant))
    if let reservation, let task = row.sid(as: .task), let workspace = row.sid(as: .workspace),
      let status = row.fields["status"]?.text
    {
      grounds.append(
        await ground(
          Self.reservation(reservation, of: task, in: workspace, isOneOf: [status]), true, in: plan)
      )
    }
    let place = [row.sid(as: .interaction), row.sid(as: .channel)].compactMap(\.self)
    if let participant, place.count == 2 {
      let type = row.fields["participant_type"]?.text.map { type in
        Condition.equals(.field(["type"]), .text(Template(literal: type)), negated: false)
      }
      let names = reservation.map { Self.names("reservation_sid", $0) }
      let parts = [type, names].compactMap(\.self)
      grounds.append(
        await ground(
          ConditionClosing.row(
            lookUps.participantListing(Scope(place)), participant,
            parts.isEmpty ? nil : .all(parts)),
          true, in: plan))
    }
    return grounds
  }

  /// The condition that an agent of a worker still has the reservation because of which it was found.
  func openReservationGround(
    of participant: Value, in workspace: AnySID, _ plan: PlanRecorder
  ) async -> [Int] {
    guard case .resource(let resource) = participant, let trail = resource.trail,
      let task = trail.task, let reservation = trail.reservation
    else { return [] }
    return [
      await ground(
        Self.reservation(
          reservation, of: task, in: workspace, isOneOf: Reservation.openStatuses), true, in: plan)
    ]
  }

  /// The condition that the routing of a participant names what it named.
  static func routing(of participant: ResourceValue) -> Condition? {
    guard let trail = participant.trail else { return nil }
    if let reservation = trail.reservation { return names("reservation_sid", reservation) }
    return trail.task.map { names("task_sid", $0) }
  }

  private static func names(_ field: String, _ sid: AnySID) -> Condition {
    .equals(.field(["routing_properties", field]), .sid(sid), negated: false)
  }

  private static func reservation(
    _ sid: AnySID, of task: AnySID, in workspace: AnySID, isOneOf statuses: [String]
  ) -> Condition {
    let fetch = Fetch(Operation(Reservation.fetch, in: Scope([workspace, task]), sid: sid))
    return .isOneOf(
      .fetch(fetch, path: ["reservation_status"]),
      statuses.map { .text(Template(literal: $0)) }, negated: false)
  }
}

extension ConditionClosing {
  /// What a listing implies of its items, beside its `where`: the states that it is about, and the queue or
  /// the worker that they belong to.
  func implied(by collection: FlexScript.Collection, where filter: Condition?) -> Condition? {
    let type = collection.operation.resource.type
    let value = collection.scope.origins.first.flatMap { try? evaluator.value($0) }
    var origin: Origin?
    if let value { origin = try? evaluator.origin(value, collection.scope) }
    let field: String
    let open: [String]
    switch type {
    case .task: (field, open) = ("assignment_status", RoutedTask.liveStatuses)
    case .reservation where collection.scope.origins.isEmpty || origin?.sid.type == .worker:
      (field, open) = ("reservation_status", Reservation.openStatuses)
    default: return nil
    }
    let statuses = StatusFilter(
      evaluator.closed(filter), names: ["status", field], default: open, narrows: true)
    var parts = [
      Condition.isOneOf(
        .field([field]), statuses.values.map { .text(Template(literal: $0)) }, negated: false)
    ]
    if let sid = origin?.sid {
      switch (type, sid.type) {
      case (.task, .queue?):
        parts.append(.equals(.field(["task_queue_sid"]), .sid(sid), negated: false))
      case (.reservation, .worker?):
        parts.append(.equals(.field(["worker_sid"]), .sid(sid), negated: false))
      default: break
      }
    }
    return .all(parts)
  }
}
