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
        file: frame.file, line: command.position.line, column: command.position.column),
      source: command.source, toleration: toleration)
    guard !state.isHalted else { return await leaveUndone(command, context) }
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
    switch command.kind {
    case .param(let name, let type, let defaultValue):
      reporting(context) { () throws(RuntimeError) in
        try bindParameter(name, type, defaultValue)
      }
    case .use(let target, let scope):
      reporting(context) { () throws(RuntimeError) in try use(target, in: scope) }
    case .stop(let text):
      reporting(context) { () throws(RuntimeError) in
        if let text { dispatcher.emit(.echo(at: context.at, text: try evaluator.text(text))) }
        state.halt(.stopped)
      }
    case .fail(let text):
      let message = (try? evaluator.text(text)) ?? "fail"
      dispatcher.emit(.failure(at: context.at, message: message, isTolerated: false))
      state.noteFatalFailure()
    case .echo(let values):
      reporting(context) { () throws(RuntimeError) in
        dispatcher.emit(.echo(at: context.at, text: try evaluator.text(joining: values)))
      }
    case .set(let setting): apply(setting, context)
    case .action, .query, .bind, .loop, .branch, .expect, .waitUntil, .attempt, .run, .confirm,
      .sleep:
      return false
    }
    return true
  }

  /// Executes a sentence that waits for an answer, or for other sentences.
  private func executeWaiting(_ command: Command, _ context: SentenceContext) async {
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
    to value: Value? = nil
  ) async {
    let context = frame.push()
    if let name, let value { frame[name] = value }
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
        for value in values { try await turn(name, value, filter, body, context.toleration) }
      case .empty: break
      case .unanswered: throw .unanswered
      case .sid, .text, .number, .duration, .rate, .resource, .row, .json:
        throw .sentence("\(value.description) is not a list, which `for` needs")
      }
    case .collection(let collection):
      let listing = try evaluator.operation(collection)
      guard let items = try await lookUps.list(listing, where: filter, evaluator) else {
        throw .unanswered
      }
      for item in items { await block(body, context.toleration, binding: name, to: item) }
    case .rows(let expression):
      let path = try evaluator.value(expression).text
      try await rows(path, name, filter, body, context.toleration)
    }
  }

  private func turn(
    _ name: String, _ value: Value, _ filter: Condition?, _ body: [Command],
    _ toleration: Toleration
  ) async throws(RuntimeError) {
    if let filter {
      await dispatcher.drain()
      guard !state.isHalted, try await lookUps.holds(filter, of: value, evaluator) != false else {
        return
      }
    }
    await block(body, toleration, binding: name, to: value)
  }

  private func rows(
    _ path: String, _ name: String, _ filter: Condition?, _ body: [Command],
    _ toleration: Toleration
  ) async throws(RuntimeError) {
    let file: OpenedFile
    do throws(FileProblem) {
      file = try check.openData(path, from: frame.file)
    } catch {
      throw .sentence("`\(path)` cannot be used: \(error.reason)")
    }
    func failure(_ problem: DataProblem) -> RuntimeError {
      .sentence("\(file.name):\(problem.line):\(problem.column): \(problem.reason)")
    }
    var reader: DataReader
    do throws(DataProblem) { reader = try DataReader(file) } catch { throw failure(error) }
    while true {
      let row: DataRow?
      do throws(DataProblem) { row = try reader.next() } catch { throw failure(error) }
      guard let row else { return }
      try await turn(name, .row(row.object), filter, body, toleration)
    }
  }

  private func branch(
    _ branches: [(condition: Condition, block: [Command])], _ otherwise: [Command],
    _ context: SentenceContext
  ) async throws(RuntimeError) {
    for (condition, commands) in branches {
      guard let holds = try await lookUps.holds(condition, evaluator) else { throw .unanswered }
      if holds { return await block(commands, context.toleration) }
    }
    await block(otherwise, context.toleration)
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
    case .value(let value): frame[name] = value
    case .written(let text):
      if let expression = ArgumentValue.expression(text, for: type) {
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
      case .value(let expression): frame[name] = try evaluator.value(expression)
      case .fetch(let fetch): frame[name] = try await lookUps.fetch(try evaluator.operation(fetch))
      case .collection(let collection, let filter):
        let listing = try evaluator.operation(collection)
        frame[name] =
          try await lookUps.list(listing, where: filter, evaluator).map(Value.list) ?? .unanswered
      case .action(let action):
        var context = context
        context.keepsAnswer = true
        frame[name] = await perform(action, context)
      }
    } catch {
      if case .unanswered = error {
        frame[name] = .unanswered
      } else {
        report(error, context)
      }
    }
  }

  private func run(_ run: Run, _ context: SentenceContext) async throws(RuntimeError) {
    var arguments: [String: Frame.Argument] = [:]
    for (name, expression) in run.arguments {
      arguments[name] = .value(try evaluator.value(expression))
    }
    let file: OpenedFile
    do throws(FileProblem) {
      file = try check.openScript(run.path, from: frame.file)
    } catch {
      throw .sentence("`\(run.path)` cannot be used: \(error.reason)")
    }
    await self.run(file, arguments, writtenArguments: nil, context.toleration)
  }
}
