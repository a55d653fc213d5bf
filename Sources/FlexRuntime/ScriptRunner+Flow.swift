import FlexAPI
import FlexScript

extension ScriptRunner {
  /// Executes one command, or, if the run has ended, reports which actions it leaves undone.
  func execute(_ command: Command, _ toleration: Toleration) async {
    state.checkInterruption()
    // What is reported after a slow action is bounded: the script waits for it.
    await dispatcher.makeRoom()
    if state.isHalted || waitsForActions(command, toleration) { await dispatcher.drain() }
    let context = SentenceContext(
      location: SourceLocation(
        file: frame.file, line: command.position.line, column: command.position.column,
        pass: pass),
      source: command.source, toleration: toleration, mayChange: command.mayChange,
      lookUpsBefore: lookUps.count)
    guard !state.isHalted else { return await leaveUndone(command, context) }
    if blockIsOver {
      await dispatcher.drain()
      state.isSkipping = true
      defer { state.isSkipping = false }
      return await leaveUndone(command, context)
    }
    if case .action(let action) = command.kind {
      var context = context
      context.mayOverlap = state.settings.jobs > 1 && !toleration.isTolerated
      await perform(action, context)
    } else if !executeAtOnce(command, context) {
      await executeWaiting(command, context)
    }
  }

  /// Whether a sentence waits for the actions before it.
  ///
  /// Source: LANGUAGE.md §5.
  private func waitsForActions(_ command: Command, _ toleration: Toleration) -> Bool {
    switch command.kind {
    case .action(let action):
      if case .participants(.everyAgent) = action.object { return true }
      return toleration.isTolerated
    case .echo, .param, .use: return toleration.isTolerated
    case .loop(_, .value, _, _), .loop(_, .rows, _, _): return false
    case .query, .bind, .loop(_, .collection, _, _), .branch, .expect, .waitUntil, .attempt, .run,
      .stop, .fail, .confirm, .sleep, .set:
      return true
    }
  }

  /// Executes a sentence that waits for nothing.
  ///
  /// - Returns: Whether it was one.
  private func executeAtOnce(_ command: Command, _ context: SentenceContext) -> Bool {
    // In a plan, each of them may end it.
    if plan != nil { return false }
    switch command.kind {
    case .param(let name, let type, let defaultValue):
      reporting(context) { () throws(RuntimeError) in
        try bindParameter(name, type, defaultValue)
      }
    case .use(let target, let scope):
      reporting(context) { () throws(RuntimeError) in
        do throws(RuntimeError) {
          try use(target, in: scope)
        } catch {
          // Nothing may act in the place that was in use before.
          blockIsOver = true
          if let resource = catalog.resource(target.type) { frame.use(nil, resource, in: catalog) }
          throw error
        }
      }
    case .stop(let text):
      reporting(context) { () throws(RuntimeError) in
        if let text { dispatcher.emit(.echo(at: context.location, text: try evaluator.text(text))) }
        state.halt(.stopped)
      }
    case .fail(let text):
      let message = (try? evaluator.text(text)) ?? "fail"
      dispatcher.emit(
        .failure(at: context.location, message: message, isTolerated: false),
        lookUpsBefore: context.lookUpsBefore)
      state.noteFatalFailure()
    case .echo(let values):
      reporting(context) { () throws(RuntimeError) in
        dispatcher.emit(.echo(at: context.location, text: try evaluator.text(joining: values)))
      }
    case .set(let setting): apply(setting, context)
    case .action, .query, .bind, .loop, .branch, .expect, .waitUntil, .attempt, .run, .confirm,
      .sleep:
      return false
    }
    return true
  }

  /// Expands a sentence of a plan that waits for nothing, and records it if it is a step.
  private func plan(_ command: Command, _ context: SentenceContext, _ plan: PlanRecorder) async {
    await reportingAsync(context) { () async throws(RuntimeError) in
      switch command.kind {
      case .param(let name, let type, let defaultValue):
        try bindParameter(name, type, defaultValue)
      case .use(let target, let scope): try use(target, in: scope)
      case .stop(let text):
        var written: String?
        if let text { written = try evaluator.text(text) }
        plan.add(.stop(written), context)
        if let written { dispatcher.emit(.echo(at: context.location, text: written)) }
        state.halt(.stopped)
      case .fail(let text):
        dispatcher.emit(
          .failure(at: context.location, message: try evaluator.text(text), isTolerated: false))
        state.noteFatalFailure()
      case .echo(let values):
        let text = try evaluator.text(joining: values)
        plan.add(.echo(text), context)
        dispatcher.emit(.echo(at: context.location, text: text))
      case .set(let setting):
        apply(setting, context)
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
        await pause(try evaluator.duration(value))
      }
    case .param, .use, .action, .stop, .fail, .echo, .set:
      preconditionFailure("a sentence that waits for nothing was executed at once")
    }
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
    for command in commands { await execute(command, toleration) }
    frame.pop(context)
  }

  private func loop(
    _ name: String, _ source: Loop, _ filter: Condition?, _ body: [Command],
    _ context: SentenceContext
  ) async throws(RuntimeError) {
    switch source {
    case .value(let expression):
      let value = try evaluator.value(expression)
      switch value {
      case .list(let values):
        var source: Symbol?
        if case .reference(let reference) = expression {
          source = frame.symbol(reference.name)?.following(reference.path)
        }
        for (index, value) in values.enumerated() {
          let item = LoopPass(item: value.passKey ?? "\(index + 1)", in: pass)
          _ = try await turn(name, value, item, filter, body, context.toleration, of: source)
        }
      case .empty: break
      case .unanswered, .pending: throw .unanswered
      case .sid, .text, .cell, .file, .number, .duration, .rate, .resource, .row, .json:
        throw .sentence("\(value.description) is not a list, which `for` needs")
      }
    case .collection(let collection):
      let listing = try evaluator.operation(collection)
      guard let items = try await lookUps.list(listing, where: filter, evaluator) else {
        throw .unanswered
      }
      var closed: Condition?
      if plan != nil, let filter { closed = try closing.closeFilter(filter) }
      for (index, item) in items.enumerated() {
        let item = (
          value: item, pass: LoopPass(item: item.passKey ?? "\(index + 1)", in: pass)
        )
        let symbol = Symbol.listing(listing, where: nil, path: []).item(item.value)
        let grounds = await rowGround(listing, item.value, closed)
        await depending(on: grounds) {
          await passing(item.pass) {
            await block(body, context.toleration, binding: name, to: item.value, symbol)
          }
        }
      }
    case .rows(let expression):
      try await rows(try evaluator.value(expression), name, filter, body, context)
    }
  }

  /// Executes a body that depends on conditions, if this is a plan.
  func depending(on grounds: [Int], _ body: () async -> Void) async {
    guard let plan else { return await body() }
    await plan.depending(on: grounds, body)
  }

  /// Executes a body as a pass of a loop.
  private func passing<Result>(_ next: LoopPass, _ body: () async -> Result) async -> Result {
    let outer = pass
    pass = next
    defer { pass = outer }
    return await body()
  }

  /// Executes a pass of a loop, if its `where` holds.
  ///
  /// - Returns: Whether it does.
  private func turn(
    _ name: String, _ value: Value, _ next: LoopPass, _ filter: Condition?, _ body: [Command],
    _ toleration: Toleration, of source: Symbol? = nil
  ) async throws(RuntimeError) -> Bool {
    let symbol = source?.item(value)
    var grounds: [Int] = []
    if plan != nil, case .listing(let listing, let kept, _)? = source {
      var parts = kept.map { [$0] } ?? []
      if let filter { parts.append(try closing.closeFilter(filter)) }
      grounds = await rowGround(listing, value, parts.isEmpty ? nil : .all(parts))
    }
    if let filter {
      await dispatcher.drain()
      let context = frame.push()
      defer { frame.pop(context) }
      frame[name] = value
      switch try await lookUps.verdict(filter, of: value, evaluator, isAsking: !state.isHalted) {
      case .yes: break
      case .unanswered: if state.isHalted { return false }
      case .no, .neither: return false
      }
    }
    await depending(on: grounds) {
      await passing(next) { await block(body, toleration, binding: name, to: value, symbol) }
    }
    return true
  }

  /// Executes a loop over the rows of a data file; after the end of a run, reports the actions of the
  /// rows that were not reached.
  func rows(
    _ path: Value, _ name: String, _ filter: Condition?, _ body: [Command],
    _ context: SentenceContext
  ) async throws(RuntimeError) {
    let file: OpenedFile
    // A path that was given as an argument is relative to the current folder.
    var origin = frame.file
    if case .file = path { origin = "-" }
    do throws(FileProblem) {
      file = try check.openData(path.text, from: origin)
    } catch {
      throw unusable(path.text, from: origin, error)
    }
    func failure(_ problem: DataProblem) -> RuntimeError {
      if problem.isChange { return .fileChanged("\(file.name): \(problem.reason)") }
      return .sentence("\(file.name):\(problem.line):\(problem.column): \(problem.reason)")
    }
    func same(
      _ check: (any CheckedContent) throws(SourceFailure) -> Void
    ) throws(RuntimeError) {
      guard let content = file.content else { return }
      do throws(SourceFailure) {
        try check(content)
      } catch {
        throw .fileChanged("\(file.name): \(error.reason)")
      }
    }
    var reader: DataReader
    do throws(DataProblem) { reader = try DataReader(file) } catch { throw failure(error) }
    var (count, kept) = (0, 0)
    while true {
      let row: DataRow?
      do throws(DataProblem) { row = try reader.next() } catch { throw failure(error) }
      guard let row else { break }
      count += 1
      try same { content throws(SourceFailure) in try content.look() }
      let next = LoopPass(file: file.name, line: row.line, in: pass)
      if try await turn(name, .row(row), next, filter, body, context.toleration) { kept += 1 }
    }
    guard !state.isHalted else { return }
    try same { content throws(SourceFailure) in try content.verify() }
    guard kept == 0 else { return }
    dispatcher.emit(
      .note(
        at: context.location,
        text: count == 0
          ? "\(file.name) has no rows, nothing to do"
          : "none of the \(count) rows of \(file.name) satisfies the `where`, nothing to do"))
  }

  /// Why a file cannot be opened; one that the check could open has changed.
  private func unusable(
    _ path: String, from origin: String, _ problem: FileProblem
  ) -> RuntimeError {
    if check.wasChecked(path, from: origin) {
      return .fileChanged("\(path): it cannot be opened any more: \(problem.reason)")
    }
    return .sentence("`\(path)` cannot be used: \(problem.reason)")
  }

  private func branch(
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

  // MARK: Names and places

  private func use(_ target: Target, in scope: ScopeReference) throws(RuntimeError) {
    guard let resource = catalog.resource(target.type) else {
      preconditionFailure("`use` names a kind of the catalogue")
    }
    let evaluator = evaluator
    let (sid, known) = (try evaluator.sid(target), try evaluator.resource(target))
    for outer in resource.scope {
      if let named = scope[outer.type] {
        frame.use(try evaluator.sid(named), outer, in: catalog)
      } else if let own = known?.sid(of: outer) {
        frame.use(own, outer, in: catalog)
      }
    }
    frame.use(sid, resource, in: catalog)
  }

  private func bindParameter(
    _ name: String, _ type: ParameterType, _ defaultValue: Expression?
  ) throws(RuntimeError) {
    switch frame.arguments[name] {
    case .value(let value):
      frame[name] = value
      if plan != nil { frame.note(name, frame.argumentSymbols[name]) }
    case .written(let text):
      if case .file = type {
        frame[name] = .file(text)
      } else if let expression = ArgumentValue.expression(text, for: type) {
        frame[name] = try evaluator.value(expression)
      }
    case nil:
      if let defaultValue { frame[name] = try evaluator.value(defaultValue) }
    }
  }

  private func bind(_ name: String, _ binding: Binding, _ context: SentenceContext) async {
    do throws(RuntimeError) {
      let evaluator = evaluator
      switch binding {
      case .value(let expression):
        var symbol: Symbol?
        if plan != nil, case .reference(let reference) = expression {
          symbol = frame.symbol(reference.name)?.following(reference.path)
        }
        frame[name] = try evaluator.value(expression)
        if plan != nil { frame.note(name, symbol) }
      case .fetch(let fetch):
        let operation = try evaluator.operation(fetch)
        frame[name] = try await lookUps.fetch(operation)
        if plan != nil { frame.note(name, .fetch(operation, path: [])) }
      case .collection(let collection, let filter):
        let listing = try evaluator.operation(collection)
        frame[name] =
          try await lookUps.list(listing, where: filter, evaluator).map(Value.list) ?? .unanswered
        if plan != nil {
          var closed: Condition?
          if let filter { closed = try closing.closeFilter(filter) }
          frame.note(name, .listing(listing, where: closed, path: []))
        }
      case .action(let action):
        var context = context
        context.keepsAnswer = true
        frame[name] = await perform(action, context)
        if frame[name] == nil { blockIsOver = true }
      }
    } catch {
      if case .unanswered = error {
        frame[name] = .unanswered
      } else {
        blockIsOver = true
        report(error, context)
      }
    }
  }

  private func run(_ run: Run, _ context: SentenceContext) async throws(RuntimeError) {
    var arguments: [String: Frame.Argument] = [:]
    var symbols: [String: Symbol] = [:]
    for (name, expression) in run.arguments {
      arguments[name] = .value(try evaluator.value(expression))
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
    await passing(LoopPass(item: context.location.description, in: pass)) {
      await self.run(
        file, arguments, writtenArguments: nil, context.toleration, symbols: symbols)
    }
  }
}
