import FlexAPI
import FlexScript

extension ScriptRunner {
  /// Executes one command, or, if the run has ended, reports which actions it leaves undone.
  func execute(_ command: Command, _ toleration: Toleration) async {
    state.checkInterruption()
    // What is reported after a slow action is bounded: the script waits for it.
    await dispatcher.makeRoom()
    if state.isHalted || waitsForActions(command, toleration) { await dispatcher.drain() }
    var context = SentenceContext(
      location: SourceLocation(
        file: frame.file, line: command.position.line, column: command.position.column,
        pass: pass),
      verb: command.verb, source: command.source, toleration: toleration,
      mayChange: command.mayChange,
      lookUpsBefore: lookUps.count)
    if sharding != nil { context.location.script = scriptNumber }
    context.channelInUse = frame.inUse[.channel]
    guard !state.isHalted else { return await leaveUndone(command, context) }
    if blockIsOver {
      await dispatcher.drain()
      state.isSkipping = true
      defer { state.isSkipping = false }
      return await leaveUndone(command, context)
    }
    if case .action(let action) = command.kind {
      var context = context
      context.mayOverlap = state.settings.jobs > 1 && (!toleration.isTolerated || isOverlapping)
      await perform(action, context)
    } else if !executeAtOnce(command, context) {
      await executeWaiting(command, context)
    }
    reportNotes(context)
  }

  /// Whether a sentence waits for the actions before it.
  ///
  /// In the body of a loop over live data or rows, `every agent` and `try` of an action wait only for the
  /// actions on their own interaction. Source: LANGUAGE.md §5.
  private func waitsForActions(_ command: Command, _ toleration: Toleration) -> Bool {
    switch command.kind {
    case .action(let action):
      if isOverlapping { return false }
      if case .participants(.everyAgent) = action.object { return true }
      return toleration.isTolerated || !action.scope.origins.isEmpty
    case .attempt(let inner):
      if case .action = inner.kind { return !isOverlapping }
      return true
    case .echo, .param, .use: return toleration.isTolerated
    case .loop(_, .value, _, _), .loop(_, .rows, _, _): return false
    case .query, .bind, .loop(_, .collection, _, _), .loop(_, .find, _, _), .branch, .expect,
      .waitUntil, .run, .stop, .fail, .confirm, .sleep, .set:
      return true
    }
  }

  /// Executes a sentence that waits for nothing.
  ///
  /// - Returns: Whether it was one; otherwise nothing has happened.
  private func executeAtOnce(_ command: Command, _ context: SentenceContext) -> Bool {
    // In a plan, each of them may end it.
    if plan != nil { return false }
    guard command.waitsForNothing else { return false }
    return reporting(context) { () throws(RuntimeError) in
      try executeAtOnce(command, context, evaluator)
    }
  }

  private func executeAtOnce(
    _ command: Command, _ context: SentenceContext, _ evaluator: Evaluator
  ) throws(RuntimeError) {
    switch command.kind {
    case .param(let name, let type, let defaultValue):
      try bindParameter(name, type, defaultValue)
    case .use(let type, let target, let scope):
      do throws(RuntimeError) {
        try use(type, target, in: scope)
      } catch {
        if case .needs = error { throw error }
        leavePlace(type, error)
        throw error
      }
    case .stop(let text):
      if let text { dispatcher.emit(.echo(at: context.location, text: try evaluator.text(text))) }
      state.halt(.stopped)
    case .fail(let text):
      let message: String
      do throws(RuntimeError) {
        message = try evaluator.text(text)
      } catch {
        if case .needs = error { throw error }
        message = "fail"
      }
      dispatcher.emit(
        .failure(at: context.location, verb: "fail", message: message, isTolerated: false),
        lookUpsBefore: context.lookUpsBefore)
      state.noteFatalFailure()
    case .echo(let values):
      dispatcher.emit(.echo(at: context.location, text: try evaluator.text(joining: values)))
    case .set(let setting): try apply(setting, context)
    case .action, .query, .bind, .loop, .branch, .expect, .waitUntil, .attempt, .run, .confirm,
      .sleep:
      preconditionFailure("a sentence that waits was taken for one that does not")
    }
  }

  /// Expands a sentence of a plan that waits for nothing, and records it if it is a step.
  private func plan(_ command: Command, _ context: SentenceContext, _ plan: PlanRecorder) async {
    await reportingAsync(context) { () async throws(RuntimeError) in
      if case .use(let type, let target, let scope) = command.kind, type != .workspace {
        frame.placeGrounds = []
        if target == nil, let resource = catalog.resource(type) {
          frame.placeGrounds = try await placeGrounds(scope, of: resource)
        }
      }
      try await supplying { evaluator throws(RuntimeError) in
        try self.plan(command, context, plan, evaluator)
      }
    }
  }

  private func plan(
    _ command: Command, _ context: SentenceContext, _ plan: PlanRecorder, _ evaluator: Evaluator
  ) throws(RuntimeError) {
    switch command.kind {
    case .param(let name, let type, let defaultValue):
      try bindParameter(name, type, defaultValue)
    case .use(let type, let target, let scope): try use(type, target, in: scope)
    case .stop(let text):
      var written: String?
      if let text { written = try evaluator.text(text) }
      plan.add(.stop(written), context)
      if let written { dispatcher.emit(.echo(at: context.location, text: written)) }
      state.halt(.stopped)
    case .fail(let text):
      dispatcher.emit(
        .failure(
          at: context.location, verb: "fail", message: try evaluator.text(text), isTolerated: false)
      )
      state.noteFatalFailure()
    case .echo(let values):
      let text = try evaluator.text(joining: values)
      plan.add(.echo(text), context)
      dispatcher.emit(.echo(at: context.location, text: text))
    case .set(let setting):
      try apply(setting, context)
      if let (name, value) = try written(setting) { plan.add(.set(name, value), context) }
    case .sleep(let value): plan.add(.sleep(try evaluator.duration(value)), context)
    case .confirm(let text):
      let question = try evaluator.text(text)
      plan.add(.confirm(question), context)
      dispatcher.emit(.note(at: context.location, text: "would ask: \(question)"))
    case .action, .query, .bind, .loop, .branch, .expect, .waitUntil, .attempt, .run:
      preconditionFailure("a sentence that waits was taken for one that does not")
    }
  }

  /// Executes a sentence that waits for an answer, or for other sentences.
  private func executeWaiting(_ command: Command, _ context: SentenceContext) async {
    if let plan {
      switch command.kind {
      case .param, .use, .stop, .fail, .echo, .set, .sleep, .confirm:
        return await self.plan(command, context, plan)
      case .action, .query, .bind, .loop, .branch, .expect, .waitUntil, .attempt, .run: break
      }
    }
    switch command.kind {
    case .query(let query):
      await reportingAsync(context) { () async throws(RuntimeError) in
        try await self.query(query, context)
      }
    case .bind(let name, let binding): await bind(name, binding, context)
    case .loop(let name, let source, let filter, let body):
      await reportingAsync(context) { () async throws(RuntimeError) in
        try await loop(name, source, filter, body, context)
      }
    case .branch(let branches, let otherwise):
      await reportingAsync(context) { () async throws(RuntimeError) in
        try await branch(branches, otherwise, context)
      }
    case .expect(let condition, let source, let message):
      await expect(condition, source, message, context)
    case .waitUntil(let condition, let source, let every, let timeout):
      await wait(condition, source, every, timeout, context)
    case .attempt(let inner): await attempt(inner)
    case .run(let run):
      await reportingAsync(context) { () async throws(RuntimeError) in
        try await self.run(run, context)
      }
    case .confirm(let text):
      await reportingAsync(context) { () async throws(RuntimeError) in
        try await confirm(text, context)
      }
    case .sleep(let value):
      await reportingAsync(context) { () async throws(RuntimeError) in
        let length = try await supplying { evaluator throws(RuntimeError) in
          try evaluator.duration(value)
        }
        activity.begin(.sleeping, until: .now + length)
        await pause(length)
        activity.end()
      }
    case .param, .use, .stop, .fail, .echo, .set:
      // It needs a look-up first.
      await dispatcher.drain()
      await reportingAsync(context) { () async throws(RuntimeError) in
        try await supplyingUse(command) { evaluator throws(RuntimeError) in
          try executeAtOnce(command, context, evaluator)
        }
      }
    case .action:
      preconditionFailure("actions are performed elsewhere")
    }
  }

  /// Looks up what a sentence needs; a `use` that cannot be looked up clears the place.
  private func supplyingUse(
    _ command: Command, _ body: (Evaluator) throws(RuntimeError) -> Void
  ) async throws(RuntimeError) {
    do throws(RuntimeError) {
      try await supplying(body)
    } catch {
      if case .use(let type, _, _) = command.kind { leavePlace(type, error) }
      throw error
    }
  }

  /// Clears the place after a `use` that failed: nothing may act where the script was before.
  private func leavePlace(_ type: SIDType, _ error: RuntimeError) {
    guard let resource = catalog.resource(type) else { return }
    if case .unanswered = error, plan == nil {
      return frame.useUnknown(resource, in: catalog)
    }
    blockIsOver = true
    frame.use(nil, resource, in: catalog)
  }

  /// Executes a sentence under `try`: its failure is tolerated.
  ///
  /// A script under `try` ends at its first failure like any other, and the script that runs it
  /// continues.
  private func attempt(_ command: Command) async {
    guard case .run = command.kind else { return await execute(command, .sentence) }
    await execute(command, .script)
    if state.result.halt == .scriptFailed { state.result.halt = nil }
  }

  // MARK: Blocks

  func block(
    _ commands: [Command], _ toleration: Toleration, binding name: String? = nil,
    to value: Value? = nil, _ symbol: Symbol? = nil
  ) async {
    let context = frame.push()
    let outer = blockIsOver
    blockIsOver = false
    defer { blockIsOver = outer }
    if let name, let value {
      frame[name] = value
      if plan != nil { frame.note(name, symbol) }
    }
    let mark = isBetweenUnits ? units?.enterBlock() : nil
    for command in commands { await executeOwn(command, toleration) }
    if let mark { units?.leaveBlock(mark) }
    frame.pop(context)
  }

  func branch(
    _ branches: [(condition: Condition, block: [Command])], _ otherwise: [Command],
    _ context: SentenceContext
  ) async throws(RuntimeError) {
    var grounds: [Int] = []
    // A branch that may end the script decides about everything that follows.
    defer {
      if branches.contains(where: { $0.block.contains(where: \.mayEnd) })
        || otherwise.contains(where: \.mayEnd)
      {
        plan?.keep(grounds)
      }
    }
    for (condition, commands) in branches {
      let verdict = try await lookUps.verdict(condition, evaluator)
      if let ground = try await ground(on: condition, verdict) { grounds.append(ground) }
      switch verdict {
      case .yes:
        return await depending(on: grounds) { await block(commands, context.toleration) }
      case .no: continue
      case .unanswered:
        if let plan, let pending = pending(in: condition) {
          return await endPlan(context, plan, pending: pending)
        }
        throw .unanswered
      case .neither(let empty):
        // No branch, so that a missing value never causes an action.
        return dispatcher.emit(
          .note(at: context.location, text: "if: \(empty) is empty, so no branch is executed"))
      }
    }
    await depending(on: grounds) { await block(otherwise, context.toleration) }
  }

  // MARK: Other scripts

  private func run(_ run: Run, _ context: SentenceContext) async throws(RuntimeError) {
    var arguments: [String: Frame.Argument] = [:]
    var symbols: [String: Symbol] = [:]
    for (name, expression) in run.arguments {
      arguments[name] = .value(
        try await supplying { evaluator throws(RuntimeError) in try evaluator.value(expression) })
      if plan != nil, case .reference(let reference) = expression {
        symbols[name] = frame.symbol(reference.name)?.following(reference.path)
      }
    }
    let file: OpenedFile
    do throws(FileProblem) {
      file = try check.openScript(run.path, from: frame.file)
    } catch {
      throw unusable(run.path, from: frame.file, error)
    }
    // Another `run` of the same script is another pass.
    await passing(
      LoopPass(item: context.location.description, in: pass, of: context.location, number: 1)
    ) {
      if isBetweenUnits { units?.enter(run, as: file.name) }
      await self.run(
        file, arguments, writtenArguments: nil, context.toleration, symbols: symbols)
      if isBetweenUnits { units?.leave() }
    }
  }
}

extension Command {
  /// Whether it waits for nothing, unless its values need look-ups.
  fileprivate var waitsForNothing: Bool {
    switch kind {
    case .param, .use, .stop, .fail, .echo, .set: true
    case .action, .query, .bind, .loop, .branch, .expect, .waitUntil, .attempt, .run, .confirm,
      .sleep:
      false
    }
  }
}
