import FlexAPI
import FlexScript

/// From a task, a reservation or a worker to the channel and the participants that belong to it.
///
/// Attributes of tasks are copied and may be wrong, so each link has to be confirmed by the other side:
/// by the routing properties of a participant, an invite or the interaction. Source: LANGUAGE.md §4.
extension LookUps {
  /// What an origin leads to.
  struct Link {
    /// Where it begins.
    var origin: AnySID?
    /// The task; `nil` if it is gone.
    var task: ResourceValue?
    /// The reservation, if the origin is one or leads to one.
    var reservation: AnySID?
    /// The channel that the attributes of the task name; not confirmed.
    var place: Scope?
    /// The participants of that channel.
    var listed: [ResourceValue] = []
    /// The participants that name the task or the reservation.
    var participants: [ResourceValue] = []
    /// Why there is none, lower case.
    var reason: String?
  }

  // MARK: Participants

  /// The participants that belong to origins, in their order, and why there are none.
  ///
  /// Nothing was asked if the result is `nil`.
  func participants(
    of origins: [Origin], _ evaluator: Evaluator, _ memory: Memory? = nil
  ) async throws(RuntimeError) -> (participants: [Value], reasons: [String])? {
    guard let links = try await links(of: origins, evaluator, memory) else { return nil }
    var participants: [Value] = []
    var reasons: [String] = []
    var seen: Set<AnySID> = []
    for link in links {
      for participant in link.participants {
        if let sid = participant.sid, !seen.insert(sid).inserted { continue }
        participants.append(.resource(participant))
      }
      guard link.participants.isEmpty, let reason = link.reason else { continue }
      let subject = (link.reservation ?? link.task?.sid ?? link.origin).map { "\($0): " }
      reasons.append((subject ?? "") + reason)
    }
    return (participants, reasons)
  }

  /// What origins lead to, in their order; a worker leads to each of its open reservations.
  func links(
    of origins: [Origin], _ evaluator: Evaluator, _ memory: Memory? = nil
  ) async throws(RuntimeError) -> [Link]? {
    var open: [Origin] = []
    for origin in origins {
      guard origin.sid.type == .worker else {
        open.append(origin)
        continue
      }
      guard let reservations = try await reservations(ofWorker: origin, evaluator, memory) else {
        return nil
      }
      if reservations.isEmpty, origins.count == 1 {
        var link = Link()
        link.reason = "the worker has no open reservation"
        return [link]
      }
      open += reservations.compactMap { Origin($0, in: origin.workspace) }
    }
    guard var links = try await begin(open, evaluator, memory) else { return nil }
    for index in links.indices {
      guard let place = links[index].place else { continue }
      let listed: [Value]?
      do throws(RuntimeError) {
        listed = try await participants(on: place, evaluator, memory)
      } catch {
        guard case .api(let failure, _) = error, failure.status == 404 else { throw error }
        links[index].reason = "the interaction that its attributes name does not exist"
        continue
      }
      guard let listed else { return nil }
      links[index].take(listed, open[index])
      guard links[index].participants.isEmpty else { continue }
      links[index].reason = try await reason(links[index], open[index], evaluator, memory)
    }
    return links
  }

  /// The links of origins up to the channels that the attributes of their tasks name.
  ///
  /// The tasks that are not known are fetched together.
  private func begin(
    _ origins: [Origin], _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [Link]? {
    var known: [Origin] = []
    for origin in origins {
      guard let reservation = Self.reservation(origin),
        origin.task == nil || origin.stated != nil
      else {
        known.append(origin)
        continue
      }
      guard let task = try await task(of: reservation, origin, evaluator, memory) else {
        return nil
      }
      var origin = origin
      origin.note(task: task)
      known.append(origin)
    }
    let missing = known.compactMap { origin -> Need? in
      guard let task = origin.task, Self.task(origin) == nil, supplies.fetched(task) == nil else {
        return nil
      }
      return .resource(.task, task, in: origin.workspace)
    }
    if !missing.isEmpty {
      let needs = missing.reduce(into: [Need]()) { if !$0.contains($1) { $0.append($1) } }
      guard try await supply(all: needs, evaluator, memory) else { return nil }
    }
    return known.map { origin in
      var link = Link()
      link.reservation = Self.reservation(origin)
      link.origin = origin.sid
      link.task = Self.task(origin) ?? origin.task.flatMap { supplies.fetched($0) ?? nil }
      guard let task = link.task else {
        link.reason = Self.reasonForNoTask(origin)
        return link
      }
      let links = TaskLinks(task.fields)
      link.place = links.place
      if links.place == nil { link.reason = links.reasonForNoInteraction }
      return link
    }
  }

  private static func reasonForNoTask(_ origin: Origin) -> String {
    guard let task = origin.task else { return "it has neither a reservation nor a task" }
    let subject = task == origin.sid ? "it is" : "its task \(task) is"
    return "\(subject) not in \(origin.workspace): it may have ended and been removed"
  }

  /// The task of a reservation: what the sentence states, which is verified, or else a live task that
  /// is searched for; `nil` if nothing was asked.
  private func task(
    of reservation: AnySID, _ origin: Origin, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> AnySID? {
    switch (origin.stated, origin.stated?.type) {
    case (let worker?, .worker?):
      let owner = Origin(worker, in: origin.workspace)
      return try await scope(.reservation(reservation, of: owner), evaluator, memory)?.innermost
    case (let task?, .task?):
      let fetch = Operation(
        Reservation.fetch, in: Scope([origin.workspace, task]), sid: reservation)
      do throws(RuntimeError) {
        if case .unanswered = try await self.fetch(fetch, remembering: memory) { return nil }
      } catch {
        guard case .api(let failure, _) = error, failure.status == 404 else { throw error }
        throw .sentence("\(task) has no reservation \(reservation)")
      }
      return task
    default: return try await search(reservation, in: origin.workspace, evaluator, memory)
    }
  }

  private static func reservation(_ origin: Origin) -> AnySID? {
    origin.sid.type == .reservation ? origin.sid : nil
  }

  /// The task of an origin as a listing returned it, with its attributes.
  private static func task(_ origin: Origin) -> ResourceValue? {
    guard let resource = origin.resource, resource.definition.type == .task,
      !resource.lacksAttributes
    else { return nil }
    return resource
  }

  /// The participants of a channel; `nil` if nothing was asked.
  func participants(
    on place: Scope, _ evaluator: Evaluator, _ memory: Memory? = nil
  ) async throws(RuntimeError) -> [Value]? {
    try await list(participantListing(place), evaluator, remembering: memory)
  }

  /// The listing of the participants of a channel.
  func participantListing(_ place: Scope) -> Operation {
    guard let list = catalog.list(.participant) else {
      preconditionFailure("participants can be listed")
    }
    return Operation(list, in: place)
  }

  /// Why no participant names the task or the reservation of a link.
  private func reason(
    _ link: Link, _ origin: Origin, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> String {
    guard let task = link.task, let sid = task.sid, let place = link.place else {
      return "no interaction"
    }
    guard try await isConfirmed(sid, place, evaluator, memory) else {
      var others = link.listed.compactMap { $0.trail?.task }
      others += try await routedTasks(place, evaluator, memory) ?? []
      guard let other = others.first(where: { $0 != sid }) else {
        return "the agent is already gone"
      }
      return "no participant names it: its agent is already gone, or its attributes are those of "
        + "\(other)"
    }
    switch task.fields["assignment_status"]?.text {
    case "pending"?, "reserved"?: return "not accepted yet"
    default: return "the agent is already gone"
    }
  }

  // MARK: Looking ahead

  /// Asks for the tasks of origins that are not known, several at once.
  ///
  /// They are look-ups of the passes that need them: a resumed run finds them in the same order.
  func prefetchTasks(of origins: [Origin], actions: Int) async {
    await prefetch(origins.compactMap { missingTask($0) }, actions: actions)
  }

  /// The operation that fetches the task of an origin; `nil` if the task is known, or not named.
  private func missingTask(_ origin: Origin) -> Operation? {
    guard let task = origin.task, Self.task(origin) == nil, supplies.fetched(task) == nil else {
      return nil
    }
    return Operation(RoutedTask.fetch, in: Scope([origin.workspace]), sid: task)
  }

  /// The channels of origins, as far as their tasks are known and name one.
  func knownPlaces(of origins: [Origin]) -> [Scope] {
    origins.compactMap { origin in
      let known = Self.task(origin) ?? origin.task.flatMap { supplies.fetched($0) ?? nil }
      let fields = known?.fields ?? missingTask(origin).flatMap { prefetched.fields(of: $0) }
      return fields.flatMap { TaskLinks($0).place }
    }
  }

  // MARK: Channels

  /// The channel that an origin leads to: exactly one, and confirmed.
  func place(
    of origin: Origin, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> Scope? {
    guard let links = try await links(of: [origin], evaluator, memory) else { return nil }
    var places: [Scope] = []
    var reasons: [String] = []
    for link in links {
      guard let place = link.place, let task = link.task?.sid else {
        reasons.append(link.reason ?? "no interaction")
        continue
      }
      var isConfirmed = !link.participants.isEmpty || link.listed.contains { $0.names(task) }
      if !isConfirmed {
        isConfirmed = try await self.isConfirmed(task, place, evaluator, memory)
      }
      guard isConfirmed else {
        reasons.append(link.reason ?? "no participant of its interaction names it")
        continue
      }
      if !places.contains(place) { places.append(place) }
    }
    guard let place = places.first else {
      throw .leadsNowhere(
        "\(origin.sid) leads to no channel: \(reasons.first ?? "no interaction")")
    }
    guard places.count == 1 else {
      let all = places.map { place in
        place.sids.reversed().map(\.description).joined(separator: " in ")
      }
      throw .sentence(
        "\(origin.sid) leads to \(places.count) channels, but must lead to one: "
          + all.joined(separator: ", "))
    }
    return place
  }

  /// Whether an invite of the channel, or the interaction, names a task.
  private func isConfirmed(
    _ task: AnySID, _ place: Scope, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> Bool {
    if try await invitedTasks(place, evaluator, memory)?.contains(task) ?? false { return true }
    return try await taskOfInteraction(place, memory) == task
  }

  /// The tasks that the invites of a channel, or its interaction, name; `nil` if nothing was asked.
  func routedTasks(
    _ place: Scope, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [AnySID]? {
    guard let invited = try await invitedTasks(place, evaluator, memory) else { return nil }
    return invited + [try await taskOfInteraction(place, memory)].compactMap(\.self)
  }

  private func invitedTasks(
    _ place: Scope, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [AnySID]? {
    guard let list = catalog.list(.invite) else { return [] }
    let invites = try await self.list(Operation(list, in: place), evaluator, remembering: memory)
    return invites?.compactMap(\.routedTask)
  }

  private func taskOfInteraction(
    _ place: Scope, _ memory: Memory?
  ) async throws(RuntimeError) -> AnySID? {
    guard let fetch = catalog.fetch(.interaction), let interaction = place[.interaction] else {
      return nil
    }
    return try await self.fetch(Operation(fetch, sid: interaction), remembering: memory).routedTask
  }

  // MARK: Places that sentences do not name

  /// The place that a sentence needs; `nil` if nothing was asked.
  func scope(
    _ need: PlaceNeed, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> Scope? {
    switch need {
    case .of(let origin): return try await place(of: origin, evaluator, memory)
    case .reservation(let sid, let origin):
      guard
        let reservations = try await reservations(
          ofWorker: origin, isOpen: false, evaluator, memory)
      else { return nil }
      let task = reservations.first { $0.sid == sid }?.fields.anySID("task_sid")
      guard let task else { throw .sentence("\(origin.sid) has no reservation \(sid)") }
      return Scope([origin.workspace, task])
    case .search(let sid, let workspace):
      guard let task = try await search(sid, in: workspace, evaluator, memory) else { return nil }
      return Scope([workspace, task])
    }
  }

  /// The task of a reservation of which nothing else is known: every live task is searched.
  private func search(
    _ reservation: AnySID, in workspace: AnySID, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> AnySID? {
    guard let tasks = try await liveTasks(in: workspace, evaluator, memory) else { return nil }
    note(
      "\(reservation) was searched for among \(tasks.count) live tasks; `of WT…` needs no search")
    for chunk in tasks.chunks(of: lookUpsAtOnce) {
      guard let lists = try await reservations(of: chunk, evaluator, memory) else { return nil }
      for (task, reservations) in zip(chunk, lists)
      where reservations?.contains(where: { $0.sid == reservation }) ?? false {
        return task.sid
      }
    }
    throw .leadsNowhere("no live task has the reservation \(reservation)")
  }
}

extension LookUps.Link {
  /// Takes the participants of the channel, and keeps those that name the task or the reservation.
  fileprivate mutating func take(_ values: [Value], _ origin: Origin) {
    listed = values.compactMap { value in
      if case .resource(let resource) = value { resource } else { nil }
    }
    participants = listed.filter { participant in
      let trail = participant.trail
      if let reservation { return trail?.reservation == reservation }
      return trail?.task != nil && trail?.task == task?.sid
    }
  }
}

extension ResourceValue {
  /// Whether the routing properties of a participant name a task.
  fileprivate func names(_ task: AnySID) -> Bool { trail?.task == task }
}

extension Value {
  /// The task that the routing of an invite or an interaction names.
  fileprivate var routedTask: AnySID? {
    guard case .resource(let resource) = self else { return nil }
    let sid = resource.fields["routing"]?["properties"]?.object?.anySID("sid")
    return sid?.type == .task ? sid : nil
  }
}

extension TaskLinks {
  /// Why the attributes lead to no channel, lower case.
  fileprivate var reasonForNoInteraction: String {
    if !hasAttributes { return "the task has no attributes that can be read" }
    if interaction != nil || channel != nil {
      return "its attributes name \(interaction == nil ? "no interaction" : "no channel")"
    }
    return isVoice
      ? "no interaction: it is a voice task" : "no interaction: its attributes name none"
  }
}

extension Array {
  /// The elements in groups of at most `size`.
  func chunks(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: Swift.max(size, 1)).map {
      Array(self[$0..<Swift.min($0 + Swift.max(size, 1), count)])
    }
  }
}

extension Array where Element: Hashable {
  /// The elements without those that occurred before.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
