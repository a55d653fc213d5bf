import FlexAPI
import FlexScript

/// Listings that are more than one operation: tasks, reservations, and the participants of an origin.
extension LookUps {
  /// Lists what a collection holds; `nil` if nothing was asked.
  func list(
    _ collection: Collection, where filter: Condition?, _ evaluator: Evaluator,
    remembering memory: Memory? = nil
  ) async throws(RuntimeError) -> [Value]? {
    defer { supplies.forgetPlaces() }
    let evaluator = evaluator.within(collection.scope)
    var first: Int?
    if let expression = collection.first {
      first = try await supplying(evaluator, memory) { () throws(RuntimeError) in
        try evaluator.count(expression, 1...Int(Int32.max))
      }
    }
    guard let items = try await items(collection, where: filter, evaluator, memory, first) else {
      return nil
    }
    return first.map { Array(items.prefix($0)) } ?? items
  }

  private func items(
    _ collection: Collection, where filter: Condition?, _ evaluator: Evaluator, _ memory: Memory?,
    _ first: Int?
  ) async throws(RuntimeError) -> [Value]? {
    let type = collection.operation.resource.type
    let scope = collection.scope
    if type == .task || type == .reservation {
      let workspace = try await supplying(evaluator, memory) { () throws(RuntimeError) in
        scope.origins.isEmpty ? try evaluator.workspace(scope[.workspace]) : nil
      }
      let origins = try await origins(scope, evaluator, memory)
      return type == .task
        ? try await tasks(of: origins, in: workspace, where: filter, evaluator, memory, first)
        : try await reservations(
          of: origins, in: workspace, where: filter, evaluator, memory, first)
    }
    if type == .participant, !scope.origins.isEmpty {
      let origins = try await origins(scope, evaluator, memory)
      guard let found = try await participants(of: origins, evaluator, memory) else { return nil }
      for reason in found.reasons { note("no participant: \(reason)") }
      return try await keep(found.participants, where: filter, evaluator, memory)
    }
    let listing = try await supplying(evaluator, memory) { () throws(RuntimeError) in
      try evaluator.operation(collection)
    }
    return try await list(
      listing, where: filter, evaluator, remembering: memory, first: first)
  }

  /// What is written after `of`, each of its items for a list.
  func origins(
    _ scope: ScopeReference, _ evaluator: Evaluator, _ memory: Memory? = nil
  ) async throws(RuntimeError) -> [Origin] {
    guard let expression = scope.origins.first else { return [] }
    return try await supplying(evaluator, memory) { () throws(RuntimeError) in
      let evaluator = evaluator.within(scope)
      guard case .list(let items) = try evaluator.value(expression) else {
        return [try evaluator.origin(scope)]
      }
      var origins: [Origin] = []
      for item in items { origins.append(try evaluator.origin(item, scope)) }
      return origins
    }
  }

  // MARK: Tasks

  /// The live tasks of a workspace, the oldest first; `nil` if nothing was asked.
  func liveTasks(
    in workspace: AnySID, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [ResourceValue]? {
    let tasks = try await tasks(
      in: workspace, StatusFilter.live, where: nil, evaluator, memory, nil)
    return tasks?.compactMap { if case .resource(let task) = $0 { task } else { nil } }
  }

  /// As ``liveTasks(in:_:_:)``, with the attributes that the listing left out.
  func liveTasksWithAttributes(
    in workspace: AnySID, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [ResourceValue]? {
    guard let tasks = try await liveTasks(in: workspace, evaluator, memory) else { return nil }
    let needs = tasks.compactMap { task -> Need? in
      guard task.lacksAttributes, let sid = task.sid, supplies.fetched(sid) == nil else {
        return nil
      }
      return .resource(.task, sid, in: workspace)
    }
    if !needs.isEmpty {
      guard try await supply(all: needs, evaluator, memory) else { return nil }
    }
    return tasks.compactMap { task in
      guard task.lacksAttributes, let sid = task.sid else { return task }
      return supplies.fetched(sid) ?? nil
    }
  }

  private func tasks(
    in workspace: AnySID, _ statuses: StatusFilter, where filter: Condition?,
    _ evaluator: Evaluator, _ memory: Memory?, _ first: Int?
  ) async throws(RuntimeError) -> [Value]? {
    guard let list = catalog.list(.task) else { preconditionFailure("tasks can be listed") }
    // The API refuses a state that it does not know: a new one is looked for among all of them.
    var filters: [OperationRequest.Field] = []
    if statuses.values.allSatisfy(RoutedTask.statuses.contains) {
      filters = statuses.values.map {
        OperationRequest.Field(name: "AssignmentStatus", value: $0)
      }
    }
    if pushesDown, let priority = filter?.requiredNumber(of: "priority") {
      filters.append(OperationRequest.Field(name: "Priority", value: priority))
    }
    let listing = Operation(list, in: Scope([workspace]), filters: filters)
    let live = Condition.isOneOf(
      .field(["assignment_status"]), statuses.values.map { .text(Template(literal: $0)) },
      negated: false)
    return try await self.list(
      listing, where: filter.map { .all([live, $0]) } ?? live, evaluator, remembering: memory,
      first: first)
  }

  private func tasks(
    of origins: [Origin], in workspace: AnySID?, where filter: Condition?, _ evaluator: Evaluator,
    _ memory: Memory?, _ first: Int?
  ) async throws(RuntimeError) -> [Value]? {
    let statuses = StatusFilter(
      evaluator.closed(filter), names: ["status", "assignment_status"],
      default: RoutedTask.liveStatuses,
      narrows: pushesDown)
    if let workspace {
      return try await tasks(
        in: workspace, statuses, where: filter, evaluator, memory, first)
    }
    var found: [Value] = []
    for origin in origins {
      let more =
        origin.sid.type == .worker
        ? try await tasks(ofWorker: origin, statuses, evaluator, memory)
        : try await tasks(linkedTo: origin, statuses, evaluator, memory)
      guard let more else { return nil }
      found += more
    }
    return try await keep(found, where: filter, evaluator, memory)
  }

  /// The tasks of the open reservations of a worker.
  private func tasks(
    ofWorker origin: Origin, _ statuses: StatusFilter, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [Value]? {
    guard let reservations = try await reservations(ofWorker: origin, evaluator, memory) else {
      return nil
    }
    var operations: [Operation] = []
    var seen: Set<AnySID> = []
    for reservation in reservations {
      guard let task = reservation.fields.anySID("task_sid"), seen.insert(task).inserted else {
        continue
      }
      operations.append(try await fetch(.task, task, in: origin.workspace))
    }
    let tasks = try await fetch(all: operations, remembering: memory)
    noteGone(tasks.count { $0 == nil })
    return tasks.compactMap(\.self).filter { task in
      guard case .resource(let task) = task else { return true }
      return statuses.values.contains(task.fields["assignment_status"]?.text ?? "")
    }
  }

  /// The tasks of a queue; of an interaction, a channel or a conversation those whose link is confirmed.
  private func tasks(
    linkedTo origin: Origin, _ statuses: StatusFilter, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [Value]? {
    let field: String
    switch origin.sid.type {
    case .queue?: field = "task_queue_sid"
    case .interaction?: field = "interaction_sid"
    case .channel?: field = "channel_sid"
    default: field = "conversation_sid"
    }
    let named = Condition.equals(.field([field]), .sid(origin.sid), negated: false)
    let tasks = try await tasks(
      in: origin.workspace, statuses, where: named, evaluator, memory, nil)
    guard let tasks, origin.sid.type != .queue else { return tasks }
    var confirmed: [Value] = []
    for case .resource(let task) in tasks {
      guard let own = Origin(task, in: origin.workspace) else { continue }
      do throws(RuntimeError) {
        guard try await place(of: own, evaluator, memory) != nil else { return nil }
        confirmed.append(.resource(task))
      } catch {
        guard case .leadsNowhere(let reason) = error else { throw error }
        note(reason)
      }
    }
    return confirmed
  }

  // MARK: Reservations

  /// The open reservations of a worker: accepted, wrapping, pending; `nil` if nothing was asked.
  ///
  /// `isOpen`: whether only the open ones are wanted.
  func reservations(
    ofWorker origin: Origin, isOpen: Bool = true, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [ResourceValue]? {
    let statuses = isOpen ? StatusFilter(values: Reservation.openStatuses) : nil
    let found = try await reservations(
      ofWorker: origin.sid, in: origin.workspace, statuses, where: nil, evaluator, memory)
    return found?.compactMap { if case .resource(let resource) = $0 { resource } else { nil } }
  }

  private func reservations(
    ofWorker worker: AnySID, in workspace: AnySID, _ statuses: StatusFilter?,
    where filter: Condition?, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [Value]? {
    let scope = Scope([workspace, worker])
    guard let statuses else {
      return try await list(
        Operation(Reservation.listOfWorker, in: scope), where: filter, evaluator,
        remembering: memory)
    }
    var found: [Value] = []
    var seen: Set<AnySID> = []
    for status in statuses.values {
      let listing = Operation(
        Reservation.listOfWorker, in: scope,
        filters: [OperationRequest.Field(name: "ReservationStatus", value: status)])
      let own = Condition.equals(
        .field(["reservation_status"]), .text(Template(literal: status)), negated: false)
      let listed = try await list(
        listing, where: filter.map { .all([own, $0]) } ?? own, evaluator, remembering: memory)
      guard let listed else { return nil }
      // One that moves from one state to the next between two requests counts once.
      for case .resource(let reservation) in listed {
        guard let sid = reservation.sid, seen.insert(sid).inserted else { continue }
        found.append(.resource(reservation))
      }
    }
    return found
  }

  /// The reservations of several tasks, some of them at once; `nil` for a task that is gone.
  func reservations(
    of tasks: [ResourceValue], filters: [OperationRequest.Field] = [], _ evaluator: Evaluator,
    _ memory: Memory?
  ) async throws(RuntimeError) -> [[ResourceValue]?]? {
    guard let list = catalog.list(.reservation) else {
      preconditionFailure("reservations can be listed")
    }
    let listings = tasks.compactMap { task -> Operation? in
      guard let workspace = task.workspace, let sid = task.sid else { return nil }
      return Operation(list, in: Scope([workspace, sid]), filters: filters)
    }
    await prefetch(listings)
    defer { prefetched.drop(listings) }
    var found: [[ResourceValue]?] = []
    for listing in listings {
      do throws(RuntimeError) {
        guard let items = try await self.list(listing, evaluator, remembering: memory) else {
          return nil
        }
        found.append(
          items.compactMap { if case .resource(let resource) = $0 { resource } else { nil } })
      } catch {
        guard case .api(let failure, _) = error, failure.status == 404 else { throw error }
        found.append(nil)
      }
    }
    return found
  }

  /// Asks for listings and resources that are needed next, some of them at once.
  func prefetch(_ listings: [Operation], actions: Int = 0) async {
    var open: [Operation] = []
    for listing in listings where !prefetched.holds(listing) && !open.contains(listing) {
      open.append(listing)
    }
    guard open.count > 1, !mayBeReplayed else { return }
    let answers = await Self.ask(open, api, atOnce: lookUpsAtOnce)
    for (listing, answer) in zip(open, answers) {
      prefetched.note(answer, of: listing, actions: actions)
    }
  }

  private func reservations(
    of origins: [Origin], in workspace: AnySID?, where filter: Condition?, _ evaluator: Evaluator,
    _ memory: Memory?, _ first: Int?
  ) async throws(RuntimeError) -> [Value]? {
    let names = ["status", "reservation_status"]
    let open = StatusFilter(
      evaluator.closed(filter), names: names, default: Reservation.openStatuses, narrows: pushesDown
    )
    if let workspace {
      return try await reservations(in: workspace, open, where: filter, evaluator, memory, first)
    }
    var found: [Value] = []
    for origin in origins {
      let more: [Value]?
      if origin.sid.type == .worker {
        more = try await reservations(
          ofWorker: origin.sid, in: origin.workspace, open, where: filter, evaluator, memory)
      } else {
        guard let list = catalog.list(.reservation), let task = origin.task else {
          throw .sentence("\(origin.sid) is not a task or a worker")
        }
        let asked = pushesDown ? evaluator.closed(filter)?.requiredTexts(of: names) : nil
        more = try await self.list(
          Operation(
            list, in: Scope([origin.workspace, task]), filters: Self.filters(asked)),
          where: filter, evaluator, remembering: memory)
      }
      guard let more else { return nil }
      found += more
    }
    return found
  }

  /// The open reservations of every live task, in the order of the tasks.
  private func reservations(
    in workspace: AnySID, _ statuses: StatusFilter, where filter: Condition?,
    _ evaluator: Evaluator, _ memory: Memory?, _ first: Int?
  ) async throws(RuntimeError) -> [Value]? {
    guard let tasks = try await liveTasks(in: workspace, evaluator, memory) else { return nil }
    for task in tasks where !task.lacksAttributes {
      // The joins of what is kept need no further request.
      if let sid = task.sid { supplies.note(sid, task) }
    }
    let filters = pushesDown ? Self.filters(Set(statuses.values)) : []
    let isOpen = Condition.isOneOf(
      .field(["reservation_status"]), statuses.values.map { .text(Template(literal: $0)) },
      negated: false)
    let whole = filter.map { Condition.all([isOpen, $0]) } ?? isOpen
    var kept: [Value] = []
    var gone = 0
    for chunk in tasks.chunks(of: lookUpsAtOnce * 4) {
      guard let lists = try await reservations(of: chunk, filters: filters, evaluator, memory)
      else { return nil }
      gone += lists.count { $0 == nil }
      let items = lists.compactMap(\.self).joined().map { Value.resource($0) }
      kept += try await keep(items, where: whole, evaluator, memory)
      if let first, kept.count >= first { break }
    }
    noteGone(gone)
    return kept
  }

  /// The API compares with one status only.
  private static func filters(_ statuses: Set<String>?) -> [OperationRequest.Field] {
    guard let statuses, statuses.count == 1, let status = statuses.first else { return [] }
    return [OperationRequest.Field(name: "ReservationStatus", value: status)]
  }

  private func noteGone(_ count: Int) {
    guard count > 0 else { return }
    note(
      count == 1
        ? "1 task ended while it was being looked up, and is left out"
        : "\(count) tasks ended while they were being looked up, and are left out")
  }
}
