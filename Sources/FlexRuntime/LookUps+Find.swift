import FlexAPI
import FlexScript

/// `find`: from whatever is known to the rows that lead to a conversation.
extension LookUps {
  /// The rows for a SID, a resource, a name, an address or a number; `nil` if nothing was asked.
  func find(
    _ expression: Expression, _ evaluator: Evaluator, remembering memory: Memory? = nil
  ) async throws(RuntimeError) -> [Value]? {
    let value = try await supplying(evaluator, memory) { () throws(RuntimeError) in
      try evaluator.value(expression)
    }
    if value.isUnknown { return nil }
    supplies.forgetResources()  // Actions may have changed it.
    var search = Search(lookUps: self, evaluator: evaluator, memory: memory)
    guard try await search.begin() else { return nil }
    guard try await search.find(value) else { return nil }
    guard let rows = try await search.rows() else { return nil }
    if rows.isEmpty { note(value.noteForNothingFound) }
    return rows
  }

  /// One search: collects what belongs together, and then looks up the rest of each row.
  private struct Search {
    let lookUps: LookUps
    let evaluator: Evaluator
    let memory: Memory?
    private var workspace: AnySID?
    private var drafts: [Draft] = []
    /// Tasks that are known, by their SID.
    private var tasks: [AnySID: ResourceValue] = [:]
    /// Channels that were examined.
    private var places: [Scope] = []

    /// What is known of one row.
    private struct Draft {
      var task: AnySID?
      var reservation: ResourceValue?
      var participant: ResourceValue?
      var place: Scope?
      var customer: String?
      var conversation: AnySID?
    }

    init(lookUps: LookUps, evaluator: Evaluator, memory: Memory?) {
      self.lookUps = lookUps
      self.evaluator = evaluator
      self.memory = memory
    }

    /// Finds out the workspace; `false` if nothing was asked.
    mutating func begin() async throws(RuntimeError) -> Bool {
      let evaluator = evaluator
      do throws(RuntimeError) {
        workspace = try await lookUps.supplying(evaluator, memory) { () throws(RuntimeError) in
          try evaluator.workspace(nil)
        }
        return true
      } catch {
        if case .unanswered = error { return false }
        throw error
      }
    }

    // MARK: What is looked for

    /// Looks for a value; `false` if nothing was asked.
    mutating func find(_ value: Value) async throws(RuntimeError) -> Bool {
      switch value {
      case .resource(let resource):
        if resource.definition.type == .finding {
          guard let sid = resource.sid(as: .reservation) ?? resource.sid(as: .participant) else {
            return true
          }
          return try await find(sid, resource)
        }
        guard let sid = resource.sid else { return true }
        return try await find(sid, resource)
      case .sid(let sid): return try await find(sid, nil)
      case .text(let text), .cell(let text), .json(.string(let text)):
        if let sid = AnySID(text) { return try await find(sid, nil) }
        guard !text.isEmpty else { throw .sentence("there is nothing to find in an empty text") }
        return try await find(text)
      case .number, .seconds, .duration, .rate, .list, .row, .file, .json, .empty, .unanswered,
        .pending, .placeholder:
        throw .sentence("\(value.description) is nothing that can be found")
      }
    }

    private mutating func find(
      _ sid: AnySID, _ resource: ResourceValue?
    ) async throws(RuntimeError) -> Bool {
      do throws(RuntimeError) {
        return try await find(existing: sid, resource)
      } catch {
        switch error {
        case .leadsNowhere(let reason): lookUps.note(reason)
        case .api(let failure, _) where failure.status == 404:
          lookUps.note("\(sid): Twilio answered 404: \(failure.message)")
        default: throw error
        }
        return true
      }
    }

    private mutating func find(
      existing sid: AnySID, _ resource: ResourceValue?
    ) async throws(RuntimeError) -> Bool {
      guard let workspace else { return false }
      let own = resource.flatMap { Origin($0, in: $0.workspace ?? workspace) }
      let origin = own ?? Origin(sid, in: workspace)
      switch sid.type {
      case .task?, .reservation?: return try await find(origin)
      case .worker?: return try await find(worker: origin)
      case .interaction?: return try await find(interaction: sid)
      case .channel?:
        if let outer = resource?.fields.anySID("interaction_sid") ?? interactionInUse(of: sid) {
          return try await examine(Scope([outer, sid]))
        }
        return try await findAmongTasks(sid, .isChannel)
      case .conversation?: return try await findAmongTasks(sid, .isConversation)
      case .invite?:
        if let place = resource?.place { return try await examine(place) }
        return try await findAmongTasks(sid, .isInvite)
      case .participant?:
        if let place = resource?.place { return try await examine(place, only: sid) }
        return try await find(participant: sid)
      default:
        throw .sentence(
          "\(sid) is \(sid.type?.nounWithArticle ?? "a SID of another kind"): `find` takes a task, a "
            + "reservation, a worker, an interaction, a channel, a conversation, an invite, a "
            + "participant, a name, an address or a number")
      }
    }

    private func interactionInUse(of channel: AnySID) -> AnySID? {
      evaluator.frame.inUse[.channel] == channel ? evaluator.frame.inUse[.interaction] : nil
    }

    // MARK: Tasks, reservations and workers

    private mutating func find(_ origin: Origin) async throws(RuntimeError) -> Bool {
      guard let links = try await lookUps.links(of: [origin], evaluator, memory) else {
        return false
      }
      for link in links {
        guard let task = link.task else {
          lookUps.note("\(origin.sid): \(link.reason ?? "no task")")
          continue
        }
        note(task)
        guard let reservations = try await openReservations(of: [task]) else { return false }
        let wanted = reservations.filter { link.reservation == nil || $0.sid == link.reservation }
        add(wanted, task, link)
        if let place = link.place, !link.participants.isEmpty {
          addOthers(link.listed, at: place)
        }
        if drafts.isEmpty {
          let status = task.fields["assignment_status"]?.text ?? "unknown"
          let reason = link.reason.map { ", \($0)" } ?? ""
          lookUps.note(
            "\(task.sid?.description ?? "the task") is \(status), without an open reservation"
              + reason)
        }
      }
      return true
    }

    private mutating func find(worker origin: Origin) async throws(RuntimeError) -> Bool {
      let reservations = try await lookUps.reservations(ofWorker: origin, evaluator, memory)
      guard let reservations else { return false }
      let origins = reservations.compactMap { Origin($0, in: origin.workspace) }
      guard !origins.isEmpty else { return true }
      guard let links = try await lookUps.links(of: origins, evaluator, memory) else {
        return false
      }
      for (reservation, link) in zip(reservations, links) {
        if let task = link.task { note(task) }
        add([reservation], link.task, link)
      }
      return true
    }

    /// Adds a row for each reservation, with the participant that names it.
    private mutating func add(
      _ reservations: [ResourceValue], _ task: ResourceValue?, _ link: Link
    ) {
      for reservation in reservations {
        let participant = link.listed.first {
          reservation.sid != nil && $0.trail?.reservation == reservation.sid
        }
        drafts.append(
          Draft(
            task: task?.sid ?? reservation.fields.anySID("task_sid"), reservation: reservation,
            participant: participant,
            place: participant == nil && link.participants.isEmpty ? nil : link.place))
      }
    }

    /// Adds a row for each participant that has no reservation: customers, as a rule.
    private mutating func addOthers(
      _ participants: [ResourceValue], at place: Scope,
      _ hint: Hint = Hint()
    ) {
      for participant in participants where participant.trail?.reservation == nil {
        if drafts.contains(where: { $0.participant?.sid == participant.sid }) { continue }
        drafts.append(
          Draft(
            task: participant.trail?.task, reservation: nil, participant: participant,
            place: place, customer: hint.customer, conversation: hint.conversation))
      }
    }

    private mutating func openReservations(
      of tasks: [ResourceValue]
    ) async throws(RuntimeError) -> [ResourceValue]? {
      let lists = try await lookUps.reservations(of: tasks, evaluator, memory)
      return lists?.compactMap(\.self).joined().filter { reservation in
        Reservation.openStatuses.contains(reservation.fields["reservation_status"]?.text ?? "")
      }
    }

    private mutating func note(_ task: ResourceValue) {
      if let sid = task.sid { tasks[sid] = task }
    }

    // MARK: Channels

    /// What is known of a channel before it is examined.
    private struct Hint {
      var customer: String?
      var conversation: AnySID?
    }

    /// Adds the rows of everyone on a channel; `false` if nothing was asked.
    ///
    /// `only`: the only participant that is wanted.
    private mutating func examine(
      _ place: Scope, only: AnySID? = nil, _ hint: Hint = Hint()
    ) async throws(RuntimeError) -> Bool {
      guard !places.contains(place) else { return true }
      places.append(place)
      guard let values = try await lookUps.participants(on: place, evaluator, memory) else {
        return false
      }
      let listed = values.compactMap { value -> ResourceValue? in
        if case .resource(let resource) = value { resource } else { nil }
      }
      var sids: [AnySID] = []
      var named = listed.compactMap { $0.trail?.task }
      if only == nil {
        guard let routed = try await lookUps.routedTasks(place, evaluator, memory) else {
          return false
        }
        named += routed
      }
      for task in named where !sids.contains(task) { sids.append(task) }
      guard try await fetchTasks(sids) else { return false }
      let found = sids.compactMap { tasks[$0] }
      guard let reservations = try await openReservations(of: found) else { return false }
      for participant in listed where only == nil || participant.sid == only {
        guard let named = participant.trail?.reservation else { continue }
        let reservation = reservations.first { $0.sid == named }
        drafts.append(
          Draft(
            task: participant.trail?.task, reservation: reservation, participant: participant,
            place: place, customer: hint.customer, conversation: hint.conversation))
      }
      for reservation in reservations where only == nil {
        let isNamed = listed.contains { $0.trail?.reservation == reservation.sid }
        guard !isNamed else { continue }
        drafts.append(
          Draft(
            task: reservation.fields.anySID("task_sid"), reservation: reservation,
            participant: nil, place: place, customer: hint.customer,
            conversation: hint.conversation))
      }
      addOthers(listed.filter { only == nil || $0.sid == only }, at: place, hint)
      return true
    }

    private mutating func fetchTasks(_ sids: [AnySID]) async throws(RuntimeError) -> Bool {
      var operations: [Operation] = []
      for sid in sids where tasks[sid] == nil {
        operations.append(try await lookUps.fetch(.task, sid, in: workspace))
      }
      for value in try await lookUps.fetch(all: operations, remembering: memory) {
        switch value {
        case .resource(let task)?: note(task)
        case nil: break
        default: return false
        }
      }
      return true
    }

    private mutating func find(interaction sid: AnySID) async throws(RuntimeError) -> Bool {
      guard let list = lookUps.catalog.list(.channel) else { return true }
      let channels = try await lookUps.list(
        Operation(list, in: Scope([sid])), evaluator, remembering: memory)
      guard let channels else { return false }
      for case .resource(let channel) in channels {
        guard let own = channel.sid else { continue }
        guard try await examine(Scope([sid, own])) else { return false }
      }
      return true
    }

    // MARK: Searching the live tasks

    private enum Match {
      case isChannel, isConversation, isInvite

      func holds(_ sid: AnySID, _ task: ResourceValue) -> Bool {
        let links = TaskLinks(task.fields)
        switch self {
        case .isChannel: return links.channel?.any == sid
        case .isConversation: return links.conversation?.any == sid
        case .isInvite:
          let attributes = task.fields["attributes"]?.jsonOfText.object
          return attributes?.anySID("flexChannelInviteSid") == sid
        }
      }
    }

    /// The live tasks, with their attributes.
    private func liveTasks() async throws(RuntimeError) -> [ResourceValue]? {
      guard let workspace else { return nil }
      return try await lookUps.liveTasksWithAttributes(in: workspace, evaluator, memory)
    }

    private mutating func findAmongTasks(
      _ sid: AnySID, _ match: Match, _ hint: Hint = Hint()
    ) async throws(RuntimeError) -> Bool {
      guard let live = try await liveTasks() else { return false }
      var isFound = false
      for task in live where match.holds(sid, task) {
        note(task)
        isFound = true
        if let place = TaskLinks(task.fields).place {
          guard let isThere = try await examine(place, hint) else { return false }
          if isThere { continue }
        }
        // Where it belongs is not known; that it has open reservations is.
        guard let reservations = try await openReservations(of: [task]) else { return false }
        add(reservations, task, Link())
      }
      if !isFound {
        lookUps.note("no live task leads to \(sid); \(live.count) were searched")
      }
      return true
    }

    /// Adds the rows of everyone on a channel, if it exists: attributes may name what does not.
    ///
    /// - Returns: Whether it exists; `nil` if nothing was asked.
    private mutating func examine(
      _ place: Scope, _ hint: Hint
    ) async throws(RuntimeError) -> Bool? {
      do throws(RuntimeError) {
        return try await examine(place, only: nil, hint) ? true : nil
      } catch {
        guard case .api(let failure, _) = error, failure.status == 404 else { throw error }
        return false
      }
    }

    private mutating func find(participant sid: AnySID) async throws(RuntimeError) -> Bool {
      guard let live = try await liveTasks() else { return false }
      lookUps.note("\(sid) is searched for on the channels of \(live.count) live tasks")
      var candidates: [Scope] = []
      for task in live {
        guard let place = TaskLinks(task.fields).place, !candidates.contains(place) else {
          continue
        }
        candidates.append(place)
      }
      for chunk in candidates.chunks(of: lookUps.lookUpsAtOnce) {
        let listings = chunk.map { lookUps.participantListing($0) }
        await lookUps.prefetch(listings)
        defer { lookUps.prefetched.drop(listings) }
        for place in chunk {
          let listed: [Value]?
          do throws(RuntimeError) {
            listed = try await lookUps.participants(on: place, evaluator, memory)
          } catch {
            guard case .api(let failure, _) = error, failure.status == 404 else { throw error }
            continue
          }
          guard let listed else { return false }
          if listed.contains(where: {
            if case .resource(let one) = $0 { one.sid == sid } else { false }
          }) {
            return try await examine(place, only: sid)
          }
        }
      }
      return true
    }

    // MARK: Names, addresses and identities

    private mutating func find(_ text: String) async throws(RuntimeError) -> Bool {
      if !text.hasPrefix("+"), let workspace {
        let workers = try await lookUps.workers(named: text, in: workspace, evaluator, memory)
        guard let workers else { return false }
        for worker in workers {
          guard let origin = Origin(worker, in: workspace) else { continue }
          guard try await find(worker: origin) else { return false }
        }
        if !workers.isEmpty { return true }
      }
      var queries: [Operation] = []
      if text.hasPrefix("+") {
        queries = [.conversations(ofAddress: text), .conversations(ofAddress: "whatsapp:" + text)]
      } else {
        queries = [.conversations(ofIdentity: text)]
        if text.contains("@") || text.contains(":") {
          queries.append(.conversations(ofAddress: text))
        }
      }
      var seen: Set<AnySID> = []
      for query in queries {
        let found = try await lookUps.list(query, evaluator, remembering: memory)
        guard let found else { return false }
        for case .resource(let row) in found {
          guard let conversation = row.fields.anySID("conversation_sid"),
            row.fields["conversation_state"]?.text != "closed",
            seen.insert(conversation).inserted
          else { continue }
          let isAddress = query.filters.first?.name == "Address"
          let hint = Hint(customer: isAddress ? text : nil, conversation: conversation)
          guard try await findAmongTasks(conversation, .isConversation, hint) else { return false }
        }
      }
      return true
    }

    // MARK: Rows

    /// Looks up the rest of each row; `nil` if nothing was asked.
    mutating func rows() async throws(RuntimeError) -> [Value]? {
      guard try await fetchTasks(drafts.compactMap(\.task).filter { tasks[$0] == nil }.unique)
      else {
        return nil
      }
      guard let channels = try await channels(of: drafts.compactMap(\.place).unique) else {
        return nil
      }
      // Reservations first: what can be acted on has the lower numbers.
      let ordered =
        drafts.filter { $0.reservation != nil } + drafts.filter { $0.reservation == nil }
      return ordered.map { draft in
        .resource(ResourceValue(definition: Finding.resource, fields: fields(of: draft, channels)))
      }
    }

    private func channels(
      of places: [Scope]
    ) async throws(RuntimeError) -> [Scope: ResourceValue]? {
      guard let fetch = lookUps.catalog.fetch(.channel) else { return [:] }
      let operations = places.map {
        Operation(fetch, in: Scope(Array($0.sids.dropLast())), sid: $0.innermost)
      }
      var channels: [Scope: ResourceValue] = [:]
      for (place, value) in zip(places, try await lookUps.fetch(all: operations)) {
        if case .resource(let channel)? = value { channels[place] = channel }
        if case .unanswered? = value { return nil }
      }
      return channels
    }

    private func fields(of draft: Draft, _ channels: [Scope: ResourceValue]) -> JSONObject {
      let task = draft.task.flatMap { tasks[$0] }
      let links = task.map { TaskLinks($0.fields) }
      let channel = draft.place.flatMap { channels[$0] }
      let reservation = draft.reservation
      func text(_ sid: AnySID?) -> JSON { .string(orNull: sid?.description) }
      let worker = reservation?.fields.anySID("worker_sid") ?? draft.participant?.trail?.worker
      let values: [(String, JSON)] = [
        ("task", text(draft.task)), ("reservation", text(reservation?.sid)),
        ("worker", text(worker)), ("worker_name", reservation?.fields["worker_name"] ?? .null),
        ("queue", task?.fields["task_queue_friendly_name"] ?? .null),
        ("status", reservation?.fields["reservation_status"] ?? .null),
        ("since", reservation?.fields["date_updated"] ?? .null),
        ("interaction", text(draft.place?[.interaction])),
        ("channel", text(draft.place?[.channel])),
        ("channel_type", channel?.fields["type"] ?? .null),
        ("channel_status", channel?.fields["status"] ?? .null),
        ("participant", text(draft.participant?.sid)),
        ("customer", .string(orNull: draft.customer ?? links?.customer)),
        ("conversation", text(draft.conversation ?? links?.conversation?.any)),
        ("participant_type", draft.participant?.fields["type"] ?? .null),
        ("workspace", text(reservation?.workspace ?? workspace)),
      ]
      return JSONObject(values.map { JSONObject.Member(name: $0.0, value: $0.1) })
    }
  }
}
