import FlexAPI
import FlexScript

/// Sentences that change something, and those that look something up and show it.
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
      if targets.count == 1, case .sid(let sid) = targets[0].value {
        return await perform(action, on: .sid(sid), context)
      }
      return await perform(action, on: targets, context)
    case .none, .one:
      do throws(RuntimeError) {
        let operation = try evaluator.operation(action)
        let grounds = try await grounds(of: action.references)
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
      verb: action.operation.verb, sentence: context.source ?? action.operation.verb)
  }

  // MARK: Participants

  private func performOnEveryAgent(_ action: Action, _ context: SentenceContext) async -> Value? {
    do throws(RuntimeError) {
      guard let (listing, agents) = try await everyAgent(action, context) else { return nil }
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
    for target in targets {
      let value: Value
      var listing: (Operation, Condition?)?
      do throws(RuntimeError) {
        switch target.value {
        case .sid(let sid): value = .sid(sid)
        case .expression(let expression):
          value = try evaluator.value(expression)
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
      } else if let answer = await perform(action, on: value, context) {
        answers.append(answer)
      }
    }
    return isSingle ? answers.first : .list(answers)
  }

  private func perform(
    _ action: Action, onAll participants: [Value], _ context: SentenceContext,
    of listing: Operation? = nil, where filter: Condition? = nil
  ) async -> [Value] {
    await dispatcher.performing(participants.count) {
      var answers: [Value] = []
      for participant in participants {
        var grounds: [Int] = []
        if let listing { grounds = await rowGround(listing, participant, filter) }
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
    do throws(RuntimeError) {
      let operation = try evaluator.operation(action.operation, on: participant, action.scope)
      return await perform(operation, context, grounds)
    } catch {
      await reportAction(error, context, unresolved(action, context))
      return nil
    }
  }

  /// The agents that the channel lists now; `nil` if nothing was asked or the run has ended.
  private func everyAgent(
    _ action: Action, _ context: SentenceContext
  ) async throws(RuntimeError) -> (listing: Operation, agents: [Value])? {
    let (verb, resource) = (action.operation.verb, action.operation.resource)
    let scope = try evaluator.scope(of: resource, action.scope)
    guard let list = catalog.list(resource.type) else {
      preconditionFailure("participants can be listed")
    }
    let listing = Operation(list, in: scope)
    let place = zip(resource.scope, scope.sids).reversed().map { "\($0.preposition) \($1)" }
    let unresolved = UnresolvedAction(
      verb: verb, address: scope,
      sentence: "\(verb) every agent \(place.joined(separator: " "))")
    state.checkInterruption()
    guard !state.isHalted else {
      dispatcher.reportUnsent(unresolved, context)
      return nil
    }
    let listed: [Value]?
    do throws(RuntimeError) {
      listed = try await lookUps.list(listing, evaluator)
    } catch {
      report(error, context, unresolved)
      return nil
    }
    guard let participants = listed else {
      if plan != nil { throw .unanswered }
      reportUnexpanded(context, unresolved.sentence)
      return nil
    }
    let agents = participants.filter { value in
      guard case .resource(let resource) = value else { return false }
      return resource.fields["type"]?.text == Participant.agent
    }
    if agents.isEmpty {
      let channel = scope.innermost.map { "\($0)" } ?? ""
      dispatcher.emit(
        .note(at: context.location, text: "\(verb): no agent on \(channel), nothing to do"))
    }
    return (listing, agents)
  }

  // MARK: Queries

  func query(_ query: Query, _ context: SentenceContext) async throws(RuntimeError) {
    let operation: Operation
    let result: QueryRecord.Result
    switch query {
    case .show(let fetch):
      operation = try evaluator.operation(fetch)
      let value = try await lookUps.fetch(operation)
      if case .resource(let resource) = value {
        result = .item(resource.fields)
      } else {
        result = .notAsked
      }
    case .list(let collection, let filter):
      operation = try evaluator.operation(collection)
      let items = try await lookUps.list(operation, where: filter, evaluator)
      result =
        items.map { items in
          .items(
            items.map { value in
              if case .resource(let resource) = value { return .object(resource.fields) }
              return value.json
            })
        } ?? .notAsked
    }
    var record = QueryRecord(
      place: context.location, operation: operation, sentence: operation.sentence, result: result)
    if let plan { record.isPlanned = await plan.planner.lastWasPlanned }
    dispatcher.emit(.query(record))
  }
}
