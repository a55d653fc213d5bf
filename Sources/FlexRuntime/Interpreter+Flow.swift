import FlexAPI
import FlexScript

extension Interpreter {
  /// Carries out one command, or, when the run has ended, tells which actions it leaves undone.
  mutating func execute(_ command: Command) async {
    lookForInterruption()
    // What is told after a slow action is bounded: the script waits for it.
    await makeRoom()
    if halt != nil || waitsForActions(command) { await drain() }
    guard halt == nil else { return await leaveUndone(command) }
    if case .action(let action) = command.kind {
      mayOverlap = settings.jobs > 1 && !isTolerating
      await act(action, command)
      mayOverlap = false
    } else if !executeAtOnce(command) {
      await executeWaiting(command)
    }
  }

  /// Carries out a sentence that waits for nothing.
  ///
  /// - Returns: Whether it was one.
  private mutating func executeAtOnce(_ command: Command) -> Bool {
    switch command.kind {
    case .param(let name, let type, let defaultValue):
      bindParameter(name, type, defaultValue, command)
    case .useInteraction(let target):
      resolving(command) { interpreter throws(RuntimeError) in
        interpreter.frame.interaction = try interpreter.sid(target)
        interpreter.frame.channel = nil
      }
    case .useChannel(let channel, let interaction):
      resolving(command) { interpreter throws(RuntimeError) in
        if let interaction {
          interpreter.frame.interaction = try interpreter.sid(interaction)
        } else if let own = try interpreter.resource(channel)?.interaction {
          interpreter.frame.interaction = own
        }
        interpreter.frame.channel = try interpreter.sid(channel)
      }
    case .stop(let text):
      resolving(command) { interpreter throws(RuntimeError) in
        if let text {
          let words = try interpreter.text(text)
          interpreter.emit(.echo(at: interpreter.at(command), text: words))
        }
        interpreter.halt = interpreter.halt ?? .stopped
      }
    case .fail(let text):
      let words = (try? self.text(text)) ?? "fail"
      emit(.failure(at: at(command), message: words, isTolerated: false))
      endBadly()
    case .echo(let values):
      resolving(command) { interpreter throws(RuntimeError) in
        var words: [String] = []
        var size = 0
        for expression in values {
          let value = try interpreter.value(expression)
          size += values.count > 1 ? value.size(upTo: Value.maximumSize) : 0
          guard size <= Value.maximumSize else { throw .tooLong("the text") }
          words.append(value.text)
        }
        interpreter.emit(
          .echo(at: interpreter.at(command), text: words.joined(separator: " ")))
      }
    case .set(let setting): apply(setting, command)
    case .action, .query, .bind, .loop, .branch, .expect, .waitUntil, .attempt, .run, .confirm,
      .sleep:
      return false
    }
    return true
  }

  /// Carries out a sentence that waits for an answer, or for others.
  private mutating func executeWaiting(_ command: Command) async {
    switch command.kind {
    case .query(let query): await self.query(query, command)
    case .bind(let name, let binding): await bind(name, binding, command)
    case .loop(let name, let source, let filter, let body):
      await loop(name, source, filter, body, command)
    case .branch(let branches, let otherwise): await branch(branches, otherwise, command)
    case .expect(let condition, let source, let message):
      await expect(condition, source, message, command)
    case .waitUntil(let condition, let source, let every, let timeout):
      await wait(condition, source, every, timeout, command)
    case .attempt(let inner):
      await attempt(inner)
    case .run(let run): await self.run(run, command)
    case .confirm(let text): await ask(text, command)
    case .sleep(let value):
      do throws(RuntimeError) {
        await pause(try duration(value))
      } catch {
        emitUnresolved(error, command)
      }
    case .param, .useInteraction, .useChannel, .action, .stop, .fail, .echo, .set:
      preconditionFailure("what waits for nothing was carried out at once")
    }
  }

  /// Carries out a sentence that is tried: its failure is tolerated.
  ///
  /// A script that is tried ends at its first failure like any other, and what tries it goes on.
  private mutating func attempt(_ command: Command) async {
    let outer = (isTolerating, triesScript)
    isTolerating = true
    triesScript = if case .run = command.kind { true } else { false }
    await execute(command)
    if triesScript, halt == .scriptFailed { halt = nil }
    (isTolerating, triesScript) = outer
  }

  /// Does something that may turn out to be impossible, and tells so.
  mutating func resolving(
    _ command: Command, _ body: (inout Self) throws(RuntimeError) -> Void
  ) {
    do throws(RuntimeError) {
      try body(&self)
    } catch {
      emitUnresolved(error, command)
    }
  }

  mutating func emitUnresolved(_ error: RuntimeError, _ command: Command) {
    switch error {
    case .sentence(let message): emitFailure(command, message)
    case .unanswered: emit(.unexpanded(at: at(command), source: command.source ?? ""))
    case .api(let error, let subject, let asked): emitQueryFailure(subject, command, error, asked)
    }
  }

  /// Ends the run with a failure, whatever is tolerated or gone on after.
  private mutating func endBadly() {
    let (tolerating, going) = (isTolerating, settings.keepsGoing)
    (isTolerating, settings.keepsGoing) = (false, false)
    noteFailure(.failed)
    (isTolerating, settings.keepsGoing) = (tolerating, going)
  }

  // MARK: Blocks

  mutating func block(_ commands: [Command], binding name: String? = nil, to value: Value? = nil)
    async
  {
    let context = frame.push()
    if let name, let value { frame[name] = value }
    for command in commands { await execute(command) }
    frame.pop(context)
  }

  private mutating func loop(
    _ name: String, _ source: Loop, _ filter: Condition?, _ body: [Command], _ command: Command
  ) async {
    do throws(RuntimeError) {
      switch source {
      case .value(let expression):
        let value = try value(expression)
        switch value {
        case .list(let values):
          for value in values { try await turn(name, value, filter, body) }
        case .empty: break
        case .unanswered: throw .unanswered
        default:
          throw .sentence("\(value.description) is no list, and `for` goes over one")
        }
      case .collection(let collection):
        guard let items = try await items(collection, where: filter) else { throw .unanswered }
        for item in items { await block(body, binding: name, to: item) }
      case .rows(let expression):
        try await rows(try value(expression).text, name, filter, body)
      }
    } catch {
      switch error {
      case .unanswered: emit(.unexpanded(at: at(command), source: command.source ?? ""))
      default: emitUnresolved(error, command)
      }
    }
  }

  private mutating func turn(
    _ name: String, _ value: Value, _ filter: Condition?, _ body: [Command]
  ) async throws(RuntimeError) {
    if let filter {
      await drain()
      guard halt == nil, try await holds(filter, of: value) != false else { return }
    }
    await block(body, binding: name, to: value)
  }

  private mutating func rows(
    _ path: String, _ name: String, _ filter: Condition?, _ body: [Command]
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
      try await turn(name, .row(row.object), filter, body)
    }
  }

  private mutating func branch(
    _ branches: [(condition: Condition, block: [Command])], _ otherwise: [Command],
    _ command: Command
  ) async {
    do throws(RuntimeError) {
      for (condition, commands) in branches {
        guard let holds = try await holds(condition) else { throw .unanswered }
        if holds { return await block(commands) }
      }
      await block(otherwise)
    } catch {
      emitUnresolved(error, command)
    }
  }

  // MARK: Names

  private mutating func bindParameter(
    _ name: String, _ type: ParameterType, _ defaultValue: Expression?, _ command: Command
  ) {
    resolving(command) { interpreter throws(RuntimeError) in
      switch interpreter.frame.arguments[name] {
      case .value(let value): interpreter.frame[name] = value
      case .written(let text):
        if let expression = ArgumentValue.expression(text, for: type) {
          interpreter.frame[name] = try interpreter.value(expression)
        }
      case nil:
        if let defaultValue { interpreter.frame[name] = try interpreter.value(defaultValue) }
      }
    }
  }

  private mutating func bind(_ name: String, _ binding: Binding, _ command: Command) async {
    do throws(RuntimeError) {
      switch binding {
      case .value(let expression): frame[name] = try value(expression)
      case .fetch(let fetch):
        frame[name] = try await look(up: try operation(fetch), type: fetch.type)
      case .collection(let collection, let filter):
        frame[name] = try await items(collection, where: filter).map(Value.list) ?? .unanswered
      case .action(let action):
        keepsAnswer = true
        frame[name] = await act(action, command)
        keepsAnswer = false
      }
    } catch {
      if case .unanswered = error {
        frame[name] = .unanswered
      } else {
        emitUnresolved(error, command)
      }
    }
  }

  private mutating func run(_ run: Run, _ command: Command) async {
    do throws(RuntimeError) {
      var arguments: [String: Frame.Argument] = [:]
      for (name, expression) in run.arguments { arguments[name] = .value(try value(expression)) }
      let file: OpenedFile
      do throws(FileProblem) {
        file = try check.openScript(run.path, from: frame.file)
      } catch {
        throw RuntimeError.sentence("`\(run.path)` cannot be used: \(error.reason)")
      }
      await self.run(file, arguments, writtenArguments: nil)
    } catch {
      emitUnresolved(error, command)
    }
  }
}
