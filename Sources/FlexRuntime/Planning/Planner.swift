package import FlexAPI

/// An API that reads the live state once, sends no write, and says of each write what would become of
/// it.
///
/// What it predicts holds for what follows: an agent who was closed is gone, a channel that was closed
/// is closed. What an action changes in a way that cannot be foreseen, such as who joins after an
/// invite, is answered with nothing.
package actor Planner: TwilioAPI {
  private let api: any TwilioAPI
  private let predictions = DryRun(isRandom: true)
  private let catalog: Catalog
  /// What was read, by path.
  private var reads: [String: Read] = [:]
  /// The participants that planned actions remove.
  private var removed: Set<AnySID> = []
  /// The states that planned actions set, by channel.
  private var statuses: [AnySID: String] = [:]
  /// The states of reservations and tasks that planned actions set: the field and its value.
  private var states: [AnySID: (field: String, value: String)] = [:]
  /// The tasks whose state planned actions may change.
  private var touched: Set<AnySID> = []
  /// What the participants that were read name.
  private var trails: [AnySID: Operation.Trail] = [:]
  /// What planned actions do to participants.
  private var done: [AnySID: OperationDefinition] = [:]
  /// Paths whose answers can no longer be foreseen, and why.
  private var unforeseeable: [String: Cause] = [:]
  /// The listings of channels whose agents an action may remove, and its number.
  private var mayHaveLeft: [String: Int] = [:]
  /// What stands for what planned actions create.
  private var placeholders: [AnySID: Int] = [:]
  private var actions = 0

  /// Why an answer cannot be foreseen.
  package enum Cause: Sendable {
    /// The action of this number changes it.
    case action(Int)
    /// A wait ends only when it changes.
    case wait(SourceLocation)
  }

  private enum Read {
    case item(JSONObject)
    case items([JSON])
  }

  /// Why the last look-up was answered with nothing.
  private(set) var lastCause: Cause?
  /// Whether the last look-up was answered from what planned actions lead to.
  private(set) var lastWasPlanned = false

  /// Plans against an API.
  package init(_ api: any TwilioAPI, catalog: Catalog = .standard) {
    self.api = api
    self.catalog = catalog
  }

  package func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer {
    guard operation.isWrite else { return try await read(operation) }
    let forecast: Forecast
    do throws(APIError) {
      forecast = try await self.forecast(operation)
    } catch {
      // A look-up failed: nothing was to be changed.
      var failure = error
      failure.mayHaveBeenProcessed = false
      throw failure
    }
    var answer = try await predictions.perform(operation)
    actions += 1
    answer.forecast = forecast.numbered(actions)
    if operation.creates, let sid = answer.fields.anySID("sid") { placeholders[sid] = actions }
    if !forecast.isRefused { remember(operation, forecast) }
    return answer
  }

  // MARK: Reading

  /// The state as it was before any planned action; everything in it has been read already.
  package nonisolated var before: any TwilioAPI { StateBefore(planner: self) }

  fileprivate func readBefore(_ operation: Operation) async throws(APIError) -> Answer {
    Self.answer(try await fetchOnce(operation), operation)
  }

  private func read(_ operation: Operation) async throws(APIError) -> Answer {
    lastWasPlanned = true
    if let action = operation.addressed.sids.lazy.compactMap({ self.placeholders[$0] }).first {
      return nothing(because: .action(action))
    }
    if let cause = unforeseeable[operation.location] { return nothing(because: cause) }
    switch try await fetchOnce(operation) {
    case .item(var fields):
      lastWasPlanned = false
      if let sid = operation.sid, foresee(sid, &fields) { lastWasPlanned = true }
      return Self.answer(.item(fields), operation)
    case .items(let items):
      lastWasPlanned = items.contains { item in
        guard let sid = item.object?.anySID("sid") else { return false }
        return removed.contains(sid) || statuses[sid] != nil || states[sid] != nil
      }
      let planned = items.compactMap { item -> JSON? in
        guard var fields = item.object, let sid = fields.anySID("sid") else { return item }
        if removed.contains(sid) { return nil }
        _ = foresee(sid, &fields)
        return .object(fields)
      }
      return Self.answer(.items(planned), operation)
    }
  }

  /// Sets the state that planned actions lead to; returns whether they lead to another one.
  private func foresee(_ sid: AnySID, _ fields: inout JSONObject) -> Bool {
    if let status = statuses[sid] { fields["status"] = .string(status) }
    if let state = states[sid] { fields[state.field] = .string(state.value) }
    return statuses[sid] != nil || states[sid] != nil
  }

  private func nothing(because cause: Cause) -> Answer {
    lastCause = cause
    return Answer(status: nil, fields: JSONObject(), requestID: nil, attempts: 0)
  }

  private static func answer(_ read: Read, _ operation: Operation) -> Answer {
    var fields = JSONObject()
    switch read {
    case .item(let item): fields = item
    case .items(let items):
      if let key = operation.listKey { fields[key] = .array(items) }
      fields["meta"] = .object(JSONObject())
    }
    return Answer(status: 200, fields: fields, requestID: nil, attempts: 1)
  }

  /// Reads something, unless it has been read.
  private func fetchOnce(_ operation: Operation) async throws(APIError) -> Read {
    if let known = reads[operation.location] { return known }
    let read: Read
    if operation.listKey != nil {
      // What planned actions lead to may satisfy what the live state does not.
      read = .items(try await api.list(operation.leavingOut(nil)).items)
    } else {
      read = .item(try await api.perform(operation).fields)
    }
    reads[operation.location] = read
    if case .items(let items) = read, operation.definition.resource.type == .participant {
      for item in items {
        guard let fields = item.object, let sid = fields.anySID("sid") else { continue }
        trails[sid] = Operation.Trail(routing: fields["routing_properties"])
      }
    }
    return read
  }

  /// Notes that a wait ends only when what these paths lead to has changed.
  func expectChange(of paths: [String], at place: SourceLocation) {
    for path in paths where unforeseeable[path] == nil { unforeseeable[path] = .wait(place) }
  }

  // MARK: Forecasts

  /// What the live state says of an action.
  package func forecast(_ operation: Operation) async throws(APIError) -> Forecast {
    if let action = operation.addressed.sids.lazy.compactMap({ self.placeholders[$0] }).first {
      lastCause = .action(action)
      return .unknown("it depends on an earlier step")
    }
    switch operation.definition.precondition {
    case .none: return .unknown("no obstacle is known")
    case .exists:
      let resource = operation.definition.resource
      var facts = JSONObject()
      let exists = try await fetch(resource.type, in: operation.scope, operation.sid) != nil
      facts["\(resource.noun)_exists"] = .bool(exists)
      return Forecast(
        isRefused: !exists,
        reason: exists ? "the \(resource.noun) is there" : "no such \(resource.noun)",
        facts: facts)
    case .openChannel:
      let channel = try await channel(of: operation)
      return channel.refusal
        ?? Forecast(isRefused: false, reason: "the channel is open", facts: channel.facts)
    case .listedAgent: return try await forecastOnAgent(operation)
    case .releasedReservation, .releasedTask: return try await forecastOnTask(operation)
    }
  }

  private func forecastOnTask(_ operation: Operation) async throws(APIError) -> Forecast {
    if let sid = operation.sid, let earlier = done[sid] {
      return Forecast(
        isRefused: true,
        reason: "it would be done twice: \(earlier.verb) in an earlier sentence",
        facts: JSONObject())
    }
    do throws(APIError) {
      guard let finding = try await TaskGuard(api: self).inspect(operation) else {
        return .unknown("no obstacle is known")
      }
      var facts = finding.facts
      if let sid = operation.sid, touched.contains(sid) {
        // An earlier step decides what its state is then.
        facts = JSONObject(facts.members.filter { $0.name != "assignment_status" })
      }
      return Forecast(
        isRefused: finding.refusal != nil,
        reason: finding.refusal ?? "no interaction holds it", facts: facts)
    } catch {
      guard error.status == 404 else { throw error }
      return Forecast(
        isRefused: true, reason: "what it rests on cannot be read: \(error.message)",
        facts: JSONObject())
    }
  }

  private func forecastOnAgent(_ operation: Operation) async throws(APIError) -> Forecast {
    let channel = try await channel(of: operation)
    if let refusal = channel.refusal { return refusal }
    guard let sid = operation.sid else { return .unknown("no obstacle is known") }
    var facts = channel.facts
    if let earlier = done[sid], earlier == operation.definition || earlier.repetition == .ends {
      return Forecast(
        isRefused: true,
        reason: "it would be done twice: \(earlier.verb) in an earlier sentence", facts: facts)
    }
    guard let list = catalog.list(.participant) else {
      preconditionFailure("participants can be listed")
    }
    let listing = Operation(list, in: operation.scope)
    // Who joins may not be known; who was there is.
    var type: String?
    if case .items(let items) = try await fetchOnce(listing) {
      type = items.first { $0.object?.anySID("sid") == sid }?.object.map {
        $0["type"]?.text ?? "unknown"
      }
    }
    guard let type else {
      facts["participant_type"] = .null
      return Forecast(isRefused: true, reason: "not on this channel", facts: facts)
    }
    if let action = mayHaveLeft[listing.path], type == Participant.agent {
      // Whether the agent is still there then is for the step itself to find out.
      lastCause = .action(action)
      return Forecast(
        isRefused: false, reason: "an agent, unless an earlier step changes that", facts: facts)
    }
    facts["participant_type"] = .string(type)
    guard type == Participant.agent else {
      return Forecast(isRefused: true, reason: "it is a \(type), not an agent", facts: facts)
    }
    return Forecast(isRefused: false, reason: "it is an agent on this channel", facts: facts)
  }

  /// Fetches a resource; `nil` if it does not exist.
  private func fetch(
    _ type: SIDType, in scope: Scope, _ sid: AnySID?
  ) async throws(APIError) -> JSONObject? {
    guard let definition = catalog.fetch(type) else { return nil }
    do throws(APIError) {
      let answer = try await read(Operation(definition, in: scope, sid: sid))
      if answer.status != nil { return answer.fields }
      // What it will be is not known; that it is there is.
      guard case .item(let fields)? = reads[Operation(definition, in: scope, sid: sid).location]
      else {
        return JSONObject()
      }
      return fields
    } catch {
      if error.status == 404 { return nil }
      throw error
    }
  }

  /// The channel that an operation addresses, or happens on.
  private func channel(of operation: Operation) async throws(APIError) -> KnownChannel {
    let scope = Self.channelScope(of: operation)
    let interaction = Scope(Array(scope.sids.dropLast()))
    guard let fields = try await fetch(.channel, in: interaction, scope.innermost) else {
      return KnownChannel(status: nil, isGone: true)
    }
    return KnownChannel(status: fields["status"]?.text, isGone: false)
  }

  /// The scope that leads to the channel of an operation.
  private static func channelScope(of operation: Operation) -> Scope {
    let sids = operation.addressed.sids
    let end = sids.firstIndex { $0.type == .channel }.map { $0 + 1 } ?? sids.count
    return Scope(Array(sids[..<end]))
  }

  // MARK: What planned actions change

  private func remember(_ operation: Operation, _ forecast: Forecast) {
    let definition = operation.definition
    switch definition.precondition {
    case .none: break
    case .exists:
      // What an update changes beside what it sends is not known.
      if let fetch = catalog.fetch(definition.resource.type) {
        forget(Operation(fetch, in: operation.scope, sid: operation.sid))
      }
    case .releasedReservation, .releasedTask:
      guard let sid = operation.sid else { return }
      done[sid] = definition
      if let task = operation.scope[.task] { touched.insert(task) }
      if let status = definition.constants.first {
        states[sid] = (status.answerField ?? "", status.value)
      }
    case .listedAgent:
      guard let sid = operation.sid else { return }
      done[sid] = definition
      if definition.repetition == .ends { removed.insert(sid) }
      let trail = trails[sid] ?? operation.trail
      if let task = trail?.task { touched.insert(task) }
      if let reservation = trail?.reservation {
        let isOver = definition.repetition == .ends
        states[reservation] = ("reservation_status", isOver ? "completed" : "wrapping")
      }
    case .openChannel:
      let scope = Self.channelScope(of: operation)
      if let status = definition.constants.first(where: { $0.answerField == "status" }),
        let channel = scope.innermost
      {
        statuses[channel] = status.value
      }
      if let list = catalog.list(.participant),
        case .items(let items)? = reads[Operation(list, in: scope).location]
      {
        for item in items {
          guard let sid = item.object?.anySID("sid"), let task = trails[sid]?.task else { continue }
          touched.insert(task)
        }
      }
      // Who is on the channel afterwards is not known.
      for list in catalog.lists(in: .channel) {
        let listing = Operation(list, in: scope)
        forget(listing)
        // An invite and a new participant leave those who are there in place.
        let adds = definition.resource.type == .invite || definition.resource.type == .participant
        if !adds, mayHaveLeft[listing.path] == nil { mayHaveLeft[listing.path] = actions }
      }
      // An invite wakes a channel.
      if operation.creates, forecast.facts["channel_status"]?.text == "inactive" {
        let interaction = Scope(Array(scope.sids.dropLast()))
        if let fetch = catalog.fetch(.channel) {
          forget(Operation(fetch, in: interaction, sid: scope.innermost))
        }
        if let list = catalog.list(.channel) { forget(Operation(list, in: interaction)) }
      }
    }
  }

  private func forget(_ operation: Operation) {
    let location = operation.location
    if unforeseeable[location] == nil { unforeseeable[location] = .action(actions) }
  }
}

/// What a planner has read, as it was before any planned action.
private struct StateBefore: TwilioAPI {
  let planner: Planner

  func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer {
    precondition(!operation.isWrite, "what was can only be read")
    return try await planner.readBefore(operation)
  }
}

/// What a plan knows of a channel.
private struct KnownChannel {
  let status: String?
  let isGone: Bool

  var facts: JSONObject {
    var facts = JSONObject()
    facts["channel_status"] = .string(orNull: isGone ? "gone" : status)
    return facts
  }

  /// Why nothing can be done here; `nil` when something can.
  var refusal: Forecast? {
    if isGone { return Forecast(isRefused: true, reason: "the channel is gone", facts: facts) }
    switch status {
    case "closed", "failed":
      return Forecast(
        isRefused: true, reason: "the channel is \(status ?? "") already", facts: facts)
    default: return nil
    }
  }
}

extension Forecast {
  /// Nothing is known against an action, and nothing for it.
  fileprivate static func unknown(_ reason: String) -> Forecast {
    Forecast(isRefused: false, reason: reason, facts: JSONObject())
  }
}
