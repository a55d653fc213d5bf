import FlexAPI
import FlexScript

/// Sentences that change something.
extension ScriptRunner {
  /// Performs an action.
  ///
  /// - Returns: What the API returned: one resource, a list if the sentence acts on several, or `nil`
  ///   if something failed.
  @discardableResult
  func perform(_ action: Action, _ context: SentenceContext) async -> Value? {
    switch action.object {
    case .participants(.everyAgent): return await performOnEveryAgent(action, context)
    case .participants(.targets(let targets)):
      if targets.count == 1, action.scope.origins.isEmpty, case .sid(let sid) = targets[0].value {
        return await perform(action, on: .sid(sid), context)
      }
      return await perform(action, on: targets, context)
    case .none, .one:
      do throws(RuntimeError) {
        let operation = try await supplying { evaluator throws(RuntimeError) in
          try evaluator.operation(action)
        }
        var grounds = try await grounds(of: action.references)
        grounds += try await placeGrounds(action.scope, of: action.operation.resource)
        return await perform(operation, context, grounds)
      } catch {
        await reportAction(error, context, unresolved(action, context))
        return nil
      }
    }
  }

  private func perform(
    _ operation: Operation, _ context: SentenceContext, _ grounds: [Int] = []
  ) async -> Value? {
    guard let answer = await dispatcher.perform(operation, context) else { return nil }
    var prediction: ResourceValue.Prediction?
    if answer.status == nil {
      plan?.add(operation, answer, context, grounds: grounds)
      prediction = answer.forecast?.action.map { .planned($0) } ?? .dryRun
    }
    return .resource(
      ResourceValue(
        definition: operation.definition.resource, fields: answer.fields, prediction: prediction))
  }

  /// Reports why an action could not be executed; in a plan, what does not exist yet ends it.
  private func reportAction(
    _ error: RuntimeError, _ context: SentenceContext, _ action: UnresolvedAction
  ) async {
    if case .unanswered = error, let plan { await endPlan(context, plan) }
    report(error, context, action)
  }

  /// An action whose operation cannot be found out.
  private func unresolved(_ action: Action, _ context: SentenceContext) -> UnresolvedAction {
    UnresolvedAction(
      verb: action.operation.verb, sentence: context.source ?? action.operation.verb,
      trail: trail(of: action))
  }

  /// What an action is written to be reached through, as far as that is known without a look-up.
  private func trail(of action: Action) -> Operation.Trail? {
    guard !action.scope.origins.isEmpty else { return nil }
    return (try? evaluator.origin(action.scope))?.trail
  }

  // MARK: Participants

  private func performOnEveryAgent(_ action: Action, _ context: SentenceContext) async -> Value? {
    do throws(RuntimeError) {
      guard let (listing, agents) = try await everyAgent(action, context) else { return nil }
      guard let listing else {
        let ofWorker = try await workerOrigin(of: action.scope)
        return .list(
          await perform(action, onAll: agents, context, where: nil, ofWorker: ofWorker))
      }
      let isAgent = Condition.equals(
        .field(["type"]), .text(Template(literal: Participant.agent)), negated: false)
      return .list(await perform(action, onAll: agents, context, of: listing, where: isAgent))
    } catch {
      await reportAction(error, context, unresolved(action, context))
      return nil
    }
  }

  private func perform(
    _ action: Action, on targets: [Target], _ context: SentenceContext
  ) async -> Value? {
    var answers: [Value] = []
    var isSingle = targets.count == 1
    // What belongs to an origin is looked up once for the sentence: its actions change that.
    var belonging: Belonging?
    if !action.scope.origins.isEmpty {
      do throws(RuntimeError) {
        guard let found = try await participantsOfOrigins(action, context) else { return nil }
        belonging = Belonging(found.participants, because: found.reasons)
      } catch {
        await reportAction(error, context, unresolved(action, context))
        return nil
      }
    }
    for target in targets {
      let value: Value
      var listing: (Operation, Condition?)?
      do throws(RuntimeError) {
        switch target.value {
        case .sid(let sid): value = .sid(sid)
        case .expression(let expression):
          value = try await supplying { evaluator throws(RuntimeError) in
            try evaluator.value(expression)
          }
          if plan != nil, case .reference(let reference) = expression,
            case .listing(let operation, let filter, _)? = frame.symbol(reference.name)?
              .following(reference.path)
          {
            listing = (operation, filter)
          }
        }
        if value.isUnknown { throw .unanswered }
      } catch {
        await reportAction(error, context, unresolved(action, context))
        continue
      }
      if case .list(let values) = value {
        isSingle = false
        if values.isEmpty, !state.isHalted {
          let verb = action.operation.verb
          dispatcher.emit(
            .note(at: context.location, text: "\(verb): the list is empty, nothing to do"))
        }
        answers += await perform(
          action, onAll: values, context, of: listing?.0, where: listing?.1)
      } else if let belonging {
        if let answer = await perform(action, on: value, belonging, context) {
          answers.append(answer)
        }
      } else if let answer = await perform(action, on: value, context) {
        answers.append(answer)
      }
    }
    return isSingle ? answers.first : .list(answers)
  }

  /// The participants that belong to what a sentence names after `of`.
  private struct Belonging {
    private let participants: [Value]
    private let reasons: [String]

    init(_ participants: [Value], because reasons: [String]) {
      self.participants = participants
      self.reasons = reasons
    }

    /// The participant with the SID of a value.
    func participant(_ value: Value) -> Value? {
      let sid = value.resourceSID
      return participants.first { sid != nil && $0.resourceSID == sid }
    }

    /// Why a participant does not belong to it.
    func reason(_ value: Value, _ origin: String) -> String {
      guard participants.isEmpty, let reason = reasons.first else {
        return "\(value.description) does not belong to \(origin): its routing names another one"
      }
      return reason
    }
  }

  private func perform(
    _ action: Action, on value: Value, _ belonging: Belonging, _ context: SentenceContext
  ) async -> Value? {
    guard let participant = belonging.participant(value) else {
      guard !state.isHalted else {
        dispatcher.reportUnsent(unresolved(action, context), context)
        return nil
      }
      let origin = (try? evaluator.origin(action.scope))?.sid.description ?? "what is after `of`"
      var unresolved = unresolved(action, context)
      unresolved.sentence = "\(action.operation.verb) \(value.description) of \(origin)"
      await reportAction(.sentence(belonging.reason(value, origin)), context, unresolved)
      return nil
    }
    do throws(RuntimeError) {
      return await perform(
        action, on: participant, context,
        try await placeGrounds(action.scope, of: action.operation.resource))
    } catch {
      await reportAction(error, context, unresolved(action, context))
      return nil
    }
  }

  private func perform(
    _ action: Action, onAll participants: [Value], _ context: SentenceContext,
    of listing: Operation? = nil, where filter: Condition? = nil, ofWorker worker: Origin? = nil
  ) async -> [Value] {
    await dispatcher.performing(participants.count) {
      var answers: [Value] = []
      for participant in participants {
        var grounds: [Int] = []
        if let plan {
          grounds = await rowGround(listing, participant, filter)
          if let worker {
            grounds += await openReservationGround(of: participant, in: worker.workspace, plan)
          }
        }
        if let answer = await perform(action, on: participant, context, grounds) {
          answers.append(answer)
        }
      }
      return answers
    }
  }

  private func perform(
    _ action: Action, on participant: Value, _ context: SentenceContext, _ grounds: [Int] = []
  ) async -> Value? {
    if case .resource(let row) = participant, let reason = row.reasonNotToAct, !state.isHalted {
      let verb = action.operation.verb
      let refused = UnresolvedAction(
        verb: verb, address: row.address, sentence: "\(verb) \(row.description)",
        trail: row.trailOfFinding)
      if let plan {
        plan.add(
          .refusal(verb: verb, sentence: refused.sentence, reason: reason), context,
          grounds: grounds)
        dispatcher.foresee(refusalOf: refused, context, reason)
      } else {
        dispatcher.refuse(refused, context, because: reason)
      }
      return nil
    }
    do throws(RuntimeError) {
      let operation = try await supplying { evaluator throws(RuntimeError) in
        try evaluator.operation(action.operation, on: participant, action.scope)
      }
      var grounds = grounds
      if !participant.isResource {
        grounds += try await placeGrounds(action.scope, of: action.operation.resource)
      }
      return await perform(operation, context, grounds)
    } catch {
      await reportAction(error, context, unresolved(action, context))
      return nil
    }
  }

  /// The worker after `of`, in a plan; `nil` if there is none.
  private func workerOrigin(of scope: ScopeReference) async throws(RuntimeError) -> Origin? {
    guard plan != nil else { return nil }
    return try await lookUps.origins(scope, evaluator).first { $0.sid.type == .worker }
  }

  /// The agents that a channel lists now, or that belong to what is written after `of`; `nil` if nothing
  /// was asked or the run has ended.
  ///
  /// `listing`: the listing of the channel, if the sentence names one.
  private func everyAgent(
    _ action: Action, _ context: SentenceContext
  ) async throws(RuntimeError) -> (listing: Operation?, agents: [Value])? {
    guard action.scope.origins.isEmpty else {
      return try await everyAgentOfOrigins(action, context)
    }
    let (verb, resource) = (action.operation.verb, action.operation.resource)
    let scope = try await supplying { evaluator throws(RuntimeError) in
      try evaluator.scope(of: resource, action.scope)
    }
    let listing = lookUps.participantListing(scope)
    let place = zip(resource.scope, scope.sids).reversed().map { "\($0.preposition) \($1)" }
    let unresolved = UnresolvedAction(
      verb: verb, address: scope,
      sentence: "\(verb) every agent \(place.joined(separator: " "))")
    await settleActions(on: [scope])
    guard
      let participants = try await listed(
        unresolved, context,
        { () async throws(RuntimeError) in
          try await lookUps.list(listing, evaluator)
        })
    else { return nil }
    let agents = participants.filter(\.isAgent)
    if agents.isEmpty {
      let channel = scope.innermost.map { "\($0)" } ?? ""
      dispatcher.emit(
        .note(at: context.location, text: "\(verb): no agent on \(channel), nothing to do"))
    }
    return (listing, agents)
  }

  private func everyAgentOfOrigins(
    _ action: Action, _ context: SentenceContext
  ) async throws(RuntimeError) -> (listing: Operation?, agents: [Value])? {
    let verb = action.operation.verb
    guard let (participants, found) = try await participantsOfOrigins(action, context) else {
      return nil
    }
    var reasons = found
    let agents = participants.filter(\.isAgent)
    if agents.isEmpty {
      if reasons.isEmpty {
        reasons = [participants.isEmpty ? "no participant" : "none of them is an agent"]
      }
      reasons[reasons.count - 1] += ", nothing to do"
    }
    for reason in reasons {
      dispatcher.emit(.note(at: context.location, text: "\(verb): \(reason)"))
    }
    return (nil, agents)
  }

  /// The participants that belong to what a sentence names after `of`, and why there are none; `nil` if
  /// nothing was asked or the run has ended.
  private func participantsOfOrigins(
    _ action: Action, _ context: SentenceContext
  ) async throws(RuntimeError) -> (participants: [Value], reasons: [String])? {
    let verb = action.operation.verb
    let unresolved = UnresolvedAction(
      verb: verb, sentence: context.source ?? "\(verb) every agent of …",
      trail: trail(of: action))
    guard !state.isHalted else {
      dispatcher.reportUnsent(unresolved, context)
      return nil
    }
    var reasons: [String] = []
    let participants = try await listed(unresolved, context) { () async throws(RuntimeError) in
      let origins = try await lookUps.origins(action.scope, evaluator)
      if isOverlapping { await settleActions(on: lookUps.knownPlaces(of: origins)) }
      let found = try await lookUps.participants(of: origins, evaluator)
      reasons = found?.reasons ?? []
      return found?.participants
    }
    return participants.map { ($0, reasons) }
  }

  /// Looks participants up for an action; `nil` if nothing was asked, or if that failed.
  private func listed(
    _ unresolved: UnresolvedAction, _ context: SentenceContext,
    _ body: () async throws(RuntimeError) -> [Value]?
  ) async throws(RuntimeError) -> [Value]? {
    state.checkInterruption()
    guard !state.isHalted else {
      dispatcher.reportUnsent(unresolved, context)
      return nil
    }
    let listed: [Value]?
    do throws(RuntimeError) {
      listed = try await body()
    } catch {
      if case .unanswered = error, plan != nil { throw error }
      report(error, context, unresolved)
      return nil
    }
    if listed == nil {
      if plan != nil { throw .unanswered }
      reportUnexpanded(context, unresolved.sentence)
    }
    return listed
  }

  // MARK: Loops

  /// Waits for the actions on some interactions, so that what is read is what they lead to.
  private func settleActions(on places: [Scope]) async {
    guard isOverlapping else { return }
    for place in places {
      guard let interaction = place[.interaction] else { continue }
      await dispatcher.drain(interaction)
      lookUps.prefetched.drop(
        lookUps.participantListing(place), before: dispatcher.lastAction(on: interaction))
    }
  }

  /// Looks up what the next passes of a loop need, several at once, if this one needs it.
  ///
  /// Only `every agent of …` the item of the loop is looked ahead for; whatever is sent to an
  /// interaction in the meantime discards what was read of it.
  func prefetch(_ items: [Value], from index: Int, _ name: String, _ body: [Command]) async {
    guard isOverlapping, !state.isHalted, index % prefetchSize == 0,
      body.contains(where: { $0.actsOnEveryAgent(of: name) }), !body.contains(where: \.takesTime)
    else { return }
    let next = items[index..<min(index + prefetchSize, items.count)]
    let origins = next.compactMap { item -> Origin? in
      guard case .resource(let resource) = item, let workspace = resource.workspace else {
        return nil
      }
      return Origin(resource, in: workspace)
    }
    await lookUps.prefetchTasks(of: origins, actions: dispatcher.actionCount)
    var places: [Scope] = []
    for place in lookUps.knownPlaces(of: origins) where !places.contains(place) {
      guard let interaction = place[.interaction], !dispatcher.isBusy(interaction) else { continue }
      places.append(place)
    }
    await lookUps.prefetch(
      places.map { lookUps.participantListing($0) }, actions: dispatcher.actionCount)
  }

  private var prefetchSize: Int { lookUps.lookUpsAtOnce * 4 }
}

extension Command {
  /// Whether it may take so long that what is looked up before it is old after it.
  fileprivate var takesTime: Bool {
    switch kind {
    case .sleep, .waitUntil, .confirm, .run: true
    case .attempt(let inner): inner.takesTime
    case .loop(_, _, _, let body): body.contains(where: \.takesTime)
    case .branch(let branches, let otherwise):
      branches.contains { $0.block.contains(where: \.takesTime) }
        || otherwise.contains(where: \.takesTime)
    case .param, .use, .action, .query, .bind, .expect, .stop, .fail, .echo, .set: false
    }
  }

  /// Whether it acts on every agent of what a loop's name stands for.
  fileprivate func actsOnEveryAgent(of name: String) -> Bool {
    switch kind {
    case .attempt(let inner): return inner.actsOnEveryAgent(of: name)
    case .action(let action):
      guard case .participants(.everyAgent) = action.object,
        case .reference(let reference)? = action.scope.origins.first
      else { return false }
      return reference.name == name && reference.path.isEmpty
    case .param, .use, .query, .bind, .loop, .branch, .expect, .waitUntil, .run, .stop, .fail,
      .echo, .confirm, .sleep, .set:
      return false
    }
  }
}

extension Value {
  /// Whether it was looked up, so that it knows where it is.
  fileprivate var isResource: Bool { if case .resource = self { true } else { false } }

  /// The SID of a participant that it is or names.
  fileprivate var resourceSID: AnySID? {
    switch self {
    case .sid(let sid): sid
    case .text(let text), .cell(let text): AnySID(text)
    case .resource(let resource): resource.sid(as: .participant) ?? resource.sid
    case .number, .seconds, .duration, .rate, .list, .row, .file, .json, .empty, .unanswered,
      .pending, .placeholder:
      nil
    }
  }

  /// Whether it is a participant of type `agent`.
  fileprivate var isAgent: Bool {
    guard case .resource(let resource) = self else { return false }
    return resource.fields["type"]?.text == Participant.agent
  }
}

extension ResourceValue {
  /// Why `close` and `wrapup` of a row of `find` are refused; `nil` if they are not.
  fileprivate var reasonNotToAct: String? {
    guard definition.type == .finding else { return nil }
    if sid(as: .participant) == nil {
      return "the row has no participant: the agent has not joined, or is gone"
    }
    if fields["participant_type"]?.text != Participant.agent {
      return
        "the row's participant is a \(fields["participant_type"]?.text ?? "participant"), no agent"
    }
    return sid(as: .reservation) == nil ? "the row has no open reservation" : nil
  }

  /// The SIDs that a row of `find` names, the outermost first.
  fileprivate var address: Scope {
    Scope([SIDType.interaction, .channel, .participant].compactMap { sid(as: $0) })
  }

  /// What a row of `find` says led to what it names.
  fileprivate var trailOfFinding: Operation.Trail {
    var trail = Operation.Trail()
    trail.task = sid(as: .task)
    trail.reservation = sid(as: .reservation)
    trail.worker = sid(as: .worker)
    trail.workspace = workspace
    return trail
  }

  /// The row in a few words.
  fileprivate var description: String {
    let sids = [SIDType.participant, .reservation, .task].compactMap { sid(as: $0) }
    return sids.first?.description ?? "the row"
  }
}
