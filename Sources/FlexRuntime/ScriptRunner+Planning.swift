import FlexAPI
import FlexScript

/// What a plan records while its script is expanded.
extension ScriptRunner {
  /// Closes conditions with the names of the script that runs.
  var closing: ConditionClosing {
    ConditionClosing(evaluator: evaluator) { self.frame.symbol($0.name) }
  }

  /// The condition that what follows depends on, if the live state decides it; `nil` outside plans.
  ///
  /// `verdict`: what the condition came to.
  func ground(
    on condition: Condition, _ verdict: Verdict
  ) async throws(RuntimeError) -> Int? {
    guard let plan, case .live(let closed) = try await close(condition) else { return nil }
    if case .unanswered = verdict { return nil }
    var held = false
    if case .yes = verdict { held = true }
    return await ground(closed, held, in: plan)
  }

  /// Adds a closed condition to the plan.
  ///
  /// A condition about the state before the plan's own steps is evaluated before the first of them.
  func ground(_ condition: Condition, _ held: Bool, in plan: PlanRecorder) async -> Int {
    var ground = PlanGround(condition: condition.text, held: held)
    let now = try? await lookUps.verdict(condition, evaluator)
    if let now, now.isYes != held || now.isUnanswered {
      let before = LookUps(
        ReadOnlyAPI(plan.planner.before), journal: nil, recorded: nil, state: state,
        catalog: catalog)
      if let then = try? await before.verdict(condition, evaluator), then.isYes == held {
        ground.isEarly = true
      }
    }
    return plan.ground(ground)
  }

  /// The condition that an item of a listing is there, and satisfies what kept it.
  ///
  /// `listing`: the listing, if it is one operation; otherwise the item itself is read again, or for a
  /// participant its channel.
  func rowGround(
    _ listing: Operation?, _ value: Value, _ filter: Condition?
  ) async -> [Int] {
    guard let plan, case .resource(let resource) = value else { return [] }
    if resource.definition.type == .finding { return await findingGrounds(resource, in: plan) }
    guard let sid = resource.sid else { return [] }
    if let listing {
      return [await ground(ConditionClosing.row(listing, sid, filter), true, in: plan)]
    }
    if let listing = participantListing(of: resource) {
      let parts = [filter, Self.routing(of: resource)].compactMap(\.self)
      let whole = parts.isEmpty ? nil : Condition.all(parts)
      return [await ground(ConditionClosing.row(listing, sid, whole), true, in: plan)]
    }
    guard let condition = ConditionClosing.item(resource, catalog, filter) else { return [] }
    return [await ground(condition, true, in: plan)]
  }

  /// The listing of the channel that a participant says it is on.
  private func participantListing(of resource: ResourceValue) -> Operation? {
    guard resource.definition.type == .participant else { return nil }
    let sids = resource.definition.scope.compactMap { resource.sid(of: $0) }
    return sids.count == resource.definition.scope.count
      ? lookUps.participantListing(Scope(sids)) : nil
  }

  /// Closes a condition, and looks up what that needs.
  func close(_ condition: Condition) async throws(RuntimeError) -> ConditionClosing.Closed {
    let closing = closing
    return try await supplying { _ async throws(RuntimeError) in try await closing.close(condition)
    }
  }

  /// Closes the condition of a `where`, and looks up what that needs.
  func close(filter: Condition) async throws(RuntimeError) -> Condition {
    let closing = closing
    return try await supplying { _ throws(RuntimeError) in try closing.closeFilter(filter) }
  }

  /// What a step depends on because of the values that its sentence contains.
  func grounds(of references: [Reference]) async throws(RuntimeError) -> [Int] {
    guard let plan else { return [] }
    var grounds: [Int] = []
    for reference in references {
      guard let symbol = frame.symbol(reference.name)?.following(reference.path) else { continue }
      switch symbol {
      case .item(_, _, let path) where path.isEmpty || path == ["sid"]: continue
      case .listing(_, _, let path) where path.isEmpty: continue
      case .collection(_, _, let path) where path.isEmpty: continue
      case .item, .fetch, .listing, .collection: break
      }
      let value = try await supplying { evaluator throws(RuntimeError) in
        try evaluator.value(reference)
      }
      guard !value.isUnknown else { continue }
      let condition: Condition =
        value.isEmpty
        ? .isEmpty(.value(.reference(reference)), negated: false)
        : .equals(.value(.reference(reference)), .reference(reference), negated: false)
      if case .live(let closed) = try await close(condition) {
        grounds.append(await ground(closed, true, in: plan))
      }
    }
    return grounds
  }

  /// Ends the plan: the sentence depends on something that does not exist yet.
  func endPlan(_ context: SentenceContext, _ plan: PlanRecorder, pending: PendingValue? = nil) async
  {
    var (action, wait): (Int?, SourceLocation?) = (pending?.action, nil)
    if action == nil {
      switch await plan.planner.lastCause {
      case .action(let number)?: action = number
      case .wait(let place)?: wait = place
      case nil: break
      }
    }
    plan.end(at: context.location, action: action, wait: wait)
    state.halt(.planEnds)
    state.noteRefusal()
  }

  /// The first value in a condition that an earlier step returns.
  func pending(in condition: Condition) -> PendingValue? {
    for reference in condition.references {
      if case .pending(let value)? = try? evaluator.value(reference) { return value }
    }
    return nil
  }
}

extension Verdict {
  /// Whether it is a yes.
  var isYes: Bool { if case .yes = self { true } else { false } }
  /// Whether it needs a response, and nothing was asked.
  var isUnanswered: Bool { if case .unanswered = self { true } else { false } }
}

extension Condition {
  /// The references in it, those inside a `where` left out.
  fileprivate var references: [Reference] {
    switch self {
    case .any(let parts), .all(let parts): parts.flatMap(\.references)
    case .not(let inner): inner.references
    case .test(let subject), .isEmpty(let subject, _): subject.references
    case .equals(let subject, let expression, _), .compares(let subject, _, let expression),
      .dates(let subject, _, let expression):
      subject.references + expression.references
    case .isOneOf(let subject, let expressions, _):
      subject.references + expressions.flatMap(\.references)
    }
  }
}

extension Subject {
  fileprivate var references: [Reference] {
    if case .value(let expression) = self { expression.references } else { [] }
  }
}

extension Expression {
  /// The references in it.
  var references: [Reference] {
    switch self {
    case .reference(let reference): [reference]
    case .text(let template): template.references
    case .list(let elements): elements.flatMap(\.references)
    case .named(_, let inner): inner.references
    case .sid, .number, .duration, .rate: []
    }
  }
}

extension Template {
  /// The references in it.
  var references: [Reference] {
    parts.compactMap { part in
      if case .reference(let reference) = part { reference } else { nil }
    }
  }
}

extension JSONTemplate {
  /// The references in it.
  var references: [Reference] {
    switch self {
    case .literal: []
    case .text(let template): template.references
    case .reference(let reference): [reference]
    case .named(_, let inner): inner.references
    case .array(let elements): elements.flatMap(\.references)
    case .object(let members): members.flatMap(\.value.references)
    }
  }
}

extension Action {
  /// The references in what it sends, its target and its place left out.
  var references: [Reference] {
    arguments.compactMap(\.self).flatMap { argument -> [Reference] in
      switch argument {
      case .word: []
      case .json(let template): template.references
      case .expression(let expression): expression.references
      }
    }
  }
}

extension Command {
  /// Whether it may end its script, so that what follows depends on whether it is reached.
  var mayEnd: Bool {
    switch kind {
    case .stop, .fail: true
    case .loop(_, _, _, let body): body.contains(where: \.mayEnd)
    case .branch(let branches, let otherwise):
      branches.contains { $0.block.contains(where: \.mayEnd) }
        || otherwise.contains(where: \.mayEnd)
    case .attempt(let inner): inner.mayEnd
    case .param, .use, .action, .query, .bind, .expect, .waitUntil, .run, .echo, .confirm, .sleep,
      .set:
      false
    }
  }
}
