import FlexAPI

/// Decides whether a reservation may be completed, or a task be completed or canceled: not while an
/// interaction holds it, and not if something that has to be known cannot be read.
///
/// Source: LANGUAGE.md §4.
struct TaskGuard {
  let api: any TwilioAPI

  /// What the live state says of an action.
  struct Finding {
    /// Why the action is refused; `nil` if it is not.
    var refusal: String?
    /// The `ETag` of what it changes.
    var revision: String?
    /// What was seen, by name.
    var facts = JSONObject()
    /// The worker of the reservation.
    var worker: AnySID?
  }

  /// Looks at the live state; `nil` for an operation that needs no look.
  ///
  /// - Throws: Why something that has to be read cannot be.
  func inspect(_ operation: Operation) async throws(APIError) -> Finding? {
    switch operation.definition.precondition {
    case .none, .exists, .openChannel, .listedAgent: return nil
    case .releasedReservation: return try await inspectReservation(operation)
    case .releasedTask(let endsConversations, let voice):
      return try await inspectTask(
        operation, endsConversations: endsConversations, statesThatCallIsOver: voice)
    }
  }

  // MARK: Reservations

  private func inspectReservation(_ operation: Operation) async throws(APIError) -> Finding {
    let answer = try await api.perform(
      Operation(Reservation.fetch, in: operation.scope, sid: operation.sid))
    var finding = Finding()
    finding.revision = answer.revision
    finding.worker = answer.fields.anySID("worker_sid")
    let status = answer.fields["reservation_status"]?.text ?? "of an unknown status"
    finding.facts["reservation_status"] = .string(status)
    guard status == "wrapping" else {
      finding.refusal = "the reservation is \(status), and only a wrapping one is completed"
      return finding
    }
    guard let task = operation.scope[.task] else { return finding }
    let fetched = try await api.perform(
      Operation(RoutedTask.fetch, in: operation.scope.without(task), sid: task))
    let links = TaskLinks(fetched.fields)
    if let reason = links.reasonToDoubt {
      finding.refusal = reason
      return finding
    }
    let holder = try await participants(of: links).first {
      $0.reservation != nil && $0.reservation == operation.sid
    }
    finding.facts["participant_names_it"] = .bool(holder != nil)
    if let holder {
      finding.refusal =
        "\(holder.sid) of its interaction names the reservation: close that participant instead"
    }
    return finding
  }

  // MARK: Tasks

  private func inspectTask(
    _ operation: Operation, endsConversations: Bool, statesThatCallIsOver: Bool
  ) async throws(APIError) -> Finding {
    let answer = try await api.perform(
      Operation(RoutedTask.fetch, in: operation.scope, sid: operation.sid))
    var finding = Finding()
    finding.revision = answer.revision
    let status = answer.fields["assignment_status"]?.text ?? "unknown"
    finding.facts["assignment_status"] = .string(status)
    let links = TaskLinks(answer.fields)
    finding.refusal = try await refusal(
      links, operation, endsConversations: endsConversations,
      statesThatCallIsOver: statesThatCallIsOver)
    finding.facts["task_is_held"] = .bool(finding.refusal != nil)
    return finding
  }

  private func refusal(
    _ links: TaskLinks, _ operation: Operation, endsConversations: Bool,
    statesThatCallIsOver: Bool
  ) async throws(APIError) -> String? {
    guard links.hasAttributes else {
      return "the task has no attributes that can be read, so what it belongs to is not known"
    }
    if links.isVoice, !statesThatCallIsOver {
      let verb = operation.definition.form.words[0]
      return "it is a voice task, and ending it does not hang up: if the call is over, write "
        + "`\(verb) voice task`"
    }
    guard links.isOfConversation else { return nil }
    guard endsConversations else {
      let task = operation.sid.map { "\($0)" } ?? "WT…"
      return "the task of a conversation is never canceled; `find \(task)` shows what it belongs to"
    }
    if let reason = links.reasonToDoubt { return reason }
    guard let task = operation.sid else { return nil }
    let reservations = try await api.list(
      Operation(Reservation.list, in: operation.scope.appending(task)))
    let open = reservations.items.first { item in
      // A status that is not known to be an end may be a live one.
      !Reservation.endedStatuses.contains(item.object?["reservation_status"]?.text ?? "")
    }?.object
    let holder = try await participants(of: links).first { $0.task != nil && $0.task == task }
    if let holder {
      return "\(holder.sid) of its interaction names the task: close that participant instead"
    }
    guard let open else { return nil }
    let (reservation, status) = (open.anySID("sid"), open["reservation_status"]?.text)
    let instead =
      status == "wrapping"
      ? "no participant names it, so `complete reservation \(reservation?.description ?? "WR…") of "
        + "\(task)` comes first"
      : "no participant names it, so it can be completed once the reservation is wrapping"
    return "its reservation \(reservation?.description ?? "") is \(status ?? "open"): \(instead)"
  }

  // MARK: Participants

  private struct Holder {
    let sid: AnySID
    let task: AnySID?
    let reservation: AnySID?
  }

  /// The participants of the channel that the attributes of a task name; none if they name none.
  private func participants(of links: TaskLinks) async throws(APIError) -> [Holder] {
    guard let place = links.place else { return [] }
    return try await api.list(Operation(Participant.list, in: place)).items.compactMap { item in
      guard let fields = item.object, let sid = fields.anySID("sid") else { return nil }
      let trail = Operation.Trail(routing: fields["routing_properties"])
      return Holder(sid: sid, task: trail?.task, reservation: trail?.reservation)
    }
  }
}

extension TaskLinks {
  /// Why it cannot be known whether an interaction holds the task; `nil` if it can.
  fileprivate var reasonToDoubt: String? {
    if !hasAttributes {
      return "the task has no attributes that can be read, so what it belongs to is not known"
    }
    if place == nil, namesConversation {
      return "the attributes of the task name a conversation, but not both its interaction and its "
        + "channel, so its participants cannot be read"
    }
    return nil
  }
}

extension Scope {
  /// The scope without its innermost SID.
  fileprivate func without(_ sid: AnySID) -> Scope { Scope(sids.filter { $0 != sid }) }
}
