import FlexAPI
import FlexScript

extension Interpreter {
  /// Carries out an action.
  ///
  /// - Returns: What the API answered: one resource, a list where the sentence acts on several, or
  ///   `nil` when something failed.
  @discardableResult
  mutating func act(_ action: Action, _ command: Command) async -> Value? {
    if case .update(let participants, let place, let goal) = action {
      return await update(participants, place, goal, command)
    }
    do throws(RuntimeError) {
      let (operation, type) = try operation(action)
      guard let answer = await write(operation, at: self.place(of: command)) else { return nil }
      return .resource(ResourceValue(type: type, fields: answer.fields))
    } catch {
      emitUnresolved(error, action.verb, command)
      return nil
    }
  }

  /// The operation that carries an action out, and the kind of SID of its answer.
  private func operation(
    _ action: Action
  ) throws(RuntimeError) -> (operation: Operation, type: SIDType) {
    switch action {
    case .update: preconditionFailure("participants are updated one by one")
    case .updateChannel(let place, let goal):
      return (.updateChannel(try path(place), to: goal), .channel)
    case .invite(let place, let routing):
      return (.createInvite(try path(place), routing: try json(routing)), .invite)
    case .add(let role, let place, let media, let routing):
      var routingJSON: JSON?
      if let routing { routingJSON = try json(routing) }
      let operation = Operation.createParticipant(
        try path(place), type: role, media: try json(media), routing: routingJSON)
      return (operation, .participant)
    case .createInteraction(let channel, let routing, let context, let webhook):
      var routingJSON: JSON?
      if let routing { routingJSON = try json(routing) }
      var contextSID: AnySID?
      if let context { contextSID = try self.context(context) }
      var webhookText: String?
      if let webhook { webhookText = try value(webhook).text }
      let operation = Operation.createInteraction(
        channel: try json(channel), routing: routingJSON, context: contextSID,
        webhook: webhookText)
      return (operation, .interaction)
    case .updateInteraction(let target, let webhook):
      let operation = Operation.updateInteraction(
        try interaction(target), webhook: try value(webhook).text)
      return (operation, .interaction)
    case .transfer(let place, let body):
      return (.createTransfer(try path(place), body: try json(body)), .transfer)
    case .updateTransfer(let target, let place, let body):
      let transfer = try sid(target)
      let place = try path(place, of: try resource(target))
      return (.updateTransfer(place, transfer, body: try json(body)), .transfer)
    }
  }

  private func context(_ expression: Expression) throws(RuntimeError) -> AnySID {
    let value = try value(expression)
    if case .unanswered = value { throw .unanswered }
    guard let sid = AnySID(value.text), sid.prefix == "HQ" else {
      throw .sentence("\(value.description) is no interaction context (HQ…)")
    }
    return sid
  }

  /// Tells an action whose place or whose target could not be found out.
  private mutating func emitUnresolved(
    _ error: RuntimeError, _ verb: String, _ command: Command
  ) {
    switch error {
    case .unanswered: emit(.unexpanded(at: at(command), source: command.source ?? verb))
    case .sentence(let message):
      let isReached = halt == nil
      emitUnsent(
        verb, Address(), at: self.place(of: command), sentence: command.source ?? verb,
        because: isReached ? message : nil)
    case .api(let error, let subject, let asked):
      emitQueryFailure(subject, command, error, asked)
      emitUnsent(verb, Address(), at: self.place(of: command), sentence: command.source ?? verb)
    }
  }

  // MARK: Participants

  private mutating func update(
    _ participants: Participants, _ place: Place, _ goal: ParticipantTarget, _ command: Command
  ) async -> Value? {
    switch participants {
    case .everyAgent: return await updateEveryAgent(place, goal, command)
    case .targets(let targets):
      if targets.count == 1, case .sid(let sid) = targets[0] {
        return await update(.sid(sid.any), place, goal, command)
      }
      return await update(targets, place, goal, command)
    }
  }

  private mutating func updateEveryAgent(
    _ place: Place, _ goal: ParticipantTarget, _ command: Command
  ) async -> Value? {
    do throws(RuntimeError) {
      guard let agents = try await everyAgent(place, goal.verb, command) else { return nil }
      return .list(await update(all: agents, place, goal, command))
    } catch {
      emitUnresolved(error, goal.verb, command)
      return nil
    }
  }

  private mutating func update(
    _ targets: [Target<ParticipantKind>], _ place: Place, _ goal: ParticipantTarget,
    _ command: Command
  ) async -> Value? {
    var answers: [Value] = []
    var isSingle = targets.count == 1
    for target in targets {
      let value: Value
      do throws(RuntimeError) {
        switch target {
        case .sid(let sid): value = .sid(sid.any)
        case .expression(let expression): value = try self.value(expression)
        }
      } catch {
        emitUnresolved(error, goal.verb, command)
        continue
      }
      if case .list(let values) = value {
        isSingle = false
        if values.isEmpty, halt == nil {
          emit(.note(at: at(command), text: "\(goal.verb): the list is empty, nothing to do"))
        }
        answers += await update(all: values, place, goal, command)
      } else if let answer = await update(value, place, goal, command) {
        answers.append(answer)
      }
    }
    return isSingle ? answers.first : .list(answers)
  }

  private mutating func update(
    all participants: [Value], _ place: Place, _ goal: ParticipantTarget, _ command: Command
  ) async -> [Value] {
    // Refused as a whole, where it is known that the last ones would be.
    if let most = writes.maximumChanges, writes.past == nil, changes < most,
      changes + participants.count > most
    {
      writes.refusal =
        "there are \(participants.count) of them, and --max-changes allows "
        + "\(most - changes) more"
    }
    defer { writes.refusal = nil }
    var answers: [Value] = []
    for participant in participants {
      if let answer = await update(participant, place, goal, command) { answers.append(answer) }
    }
    return answers
  }

  /// Acts on one participant: a SID, or one from a listing, which knows its own place.
  private mutating func update(
    _ participant: Value, _ place: Place, _ goal: ParticipantTarget, _ command: Command
  ) async -> Value? {
    guard let operation = operation(updating: participant, place, goal, command),
      let answer = await write(operation, at: self.place(of: command))
    else { return nil }
    return .resource(ResourceValue(type: .participant, fields: answer.fields))
  }

  /// The operation for one participant; `nil` when it cannot be made out, which has been told.
  private mutating func operation(
    updating participant: Value, _ place: Place, _ goal: ParticipantTarget, _ command: Command
  ) -> Operation? {
    do throws(RuntimeError) {
      let sid: ParticipantSID = try sid(participant, named: nil)
      var owner: ResourceValue?
      if case .resource(let resource) = participant { owner = resource }
      return .updateParticipant(try path(place, of: owner), sid, to: goal)
    } catch {
      emitUnresolved(error, goal.verb, command)
      return nil
    }
  }

  /// The agents that the channel lists now; `nil` when nothing was asked or the run has ended.
  private mutating func everyAgent(
    _ place: Place, _ verb: String, _ command: Command
  ) async throws(RuntimeError) -> [Value]? {
    let path = try path(place)
    lookForInterruption()
    guard halt == nil else {
      emitUnsent(
        verb, Address(interaction: path.interaction, channel: path.channel),
        at: self.place(of: command),
        sentence: "\(verb) every agent on \(path.channel) in \(path.interaction)")
      return nil
    }
    let listed: [Value]?
    do throws(RuntimeError) {
      listed = try await items(.participants(path), where: nil)
    } catch {
      if case .api(let error, let subject, let asked) = error {
        emitQueryFailure(subject, command, error, asked)
      }
      emitUnsent(
        verb, Address(interaction: path.interaction, channel: path.channel),
        at: self.place(of: command),
        sentence: "\(verb) every agent on \(path.channel) in \(path.interaction)")
      return nil
    }
    guard let participants = listed else {
      emit(
        .unexpanded(
          at: at(command),
          source: "\(verb) every agent on \(path.channel) in \(path.interaction)"))
      return nil
    }
    let agents = participants.filter { value in
      guard case .resource(let resource) = value else { return false }
      return Participant(fields: resource.fields).type == .agent
    }
    if agents.isEmpty {
      emit(.note(at: at(command), text: "\(verb): no agent on \(path.channel), nothing to do"))
    }
    return agents
  }
}

extension ParticipantTarget {
  fileprivate var verb: String { self == .closed ? "close" : "wrapup" }
}

extension Action {
  /// The verb of the ndjson contract.
  var verb: String {
    switch self {
    case .update(_, _, to: .closed): "close"
    case .update(_, _, to: .wrapup): "wrapup"
    case .updateChannel(_, to: .closed): "close channel"
    case .updateChannel(_, to: .inactive): "deactivate"
    case .invite: "invite"
    case .add: "add"
    case .createInteraction: "create"
    case .updateInteraction, .updateTransfer: "update"
    case .transfer: "transfer"
    }
  }
}
