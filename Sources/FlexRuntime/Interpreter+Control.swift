import FlexAPI
import FlexScript

extension Interpreter {
  mutating func expect(
    _ condition: Condition, _ source: String, _ message: Template?, _ command: Command
  ) async {
    do throws(RuntimeError) {
      switch try await judge(condition) {
      case true:
        emit(
          .expectation(
            at: at(command), verb: "expect", outcome: .done, message: "\(source), as expected"))
      case nil:
        emit(
          .expectation(
            at: at(command), verb: "expect", outcome: .planned, message: "expects \(source)"))
      default:
        var words = "expected \(source)"
        if let found = await judgedSides(of: condition) { words += ", found \(found)" }
        if let message { words = "\(try text(message)): \(words)" }
        emit(
          .expectation(
            at: at(command), verb: "expect", outcome: .failed, message: words,
            isTolerated: isTolerating))
        noteFailure(.failed)
      }
    } catch {
      emitConditionFailure("expect", source, error, command)
    }
  }

  mutating func wait(
    _ condition: Condition, _ source: String, _ every: Expression?, _ timeout: Expression?,
    _ command: Command
  ) async {
    do throws(RuntimeError) {
      var (pauseLength, limit) = (Duration.seconds(2), Duration.seconds(60))
      if let every { pauseLength = try duration(every) }
      if let timeout { limit = try duration(timeout) }
      // Never a busy loop, whatever the script says.
      pauseLength = max(pauseLength, .milliseconds(100))
      interruption.beginResting()
      defer { interruption.endResting() }
      var stopwatch = Stopwatch(clock)
      while true {
        let result = try await judge(condition)
        let waited = stopwatch.elapsed
        switch result {
        case true:
          return emit(
            .expectation(
              at: at(command), verb: "wait", outcome: .done,
              message: "\(source), after \(waited.rounded.flexSpelling)"))
        case nil:
          return emit(
            .expectation(
              at: at(command), verb: "wait", outcome: .planned, message: "waits until \(source)"))
        default: break
        }
        lookForInterruption()
        guard halt == nil else { return }
        guard waited < limit else {
          let found = await judgedSides(of: condition).map { ", found \($0)" } ?? ""
          emit(
            .expectation(
              at: at(command), verb: "wait", outcome: .failed,
              message: "waited \(limit.flexSpelling) until \(source)\(found)",
              isTolerated: isTolerating))
          return noteFailure(.failed)
        }
        let length = min(pauseLength, limit - waited)
        // What was waited for in the run that is gone on with is not waited for again.
        if wasReplayed { stopwatch.skip(length) } else { await pause(length) }
      }
    } catch {
      emitConditionFailure("wait", source, error, command)
    }
  }

  /// Whether a condition holds; what it looks up is kept for ``judgedSides(of:)``.
  private mutating func judge(_ condition: Condition) async throws(RuntimeError) -> Bool? {
    lookedUp = [:]
    return try await holds(condition)
  }

  /// Both sides of the condition that was judged last, without another look-up.
  private mutating func judgedSides(of condition: Condition) async -> String? {
    showsWhatWasLookedUp = true
    defer {
      showsWhatWasLookedUp = false
      lookedUp = nil
    }
    return await sides(of: condition)
  }

  private mutating func emitConditionFailure(
    _ verb: String, _ source: String, _ error: RuntimeError, _ command: Command
  ) {
    switch error {
    case .api(let error, _, _) where error.kind == .interrupted: lookForInterruption()
    case .api(let error, _, _):
      emit(
        .expectation(
          at: at(command), verb: verb, outcome: .failed,
          message: "\(source) could not be looked up: \(error.message)",
          isTolerated: isTolerating && error.kind != .auth))
      noteFailure(.failed)
    case .sentence(let message):
      emit(
        .expectation(
          at: at(command), verb: verb, outcome: .failed, message: message,
          isTolerated: isTolerating))
      noteFailure(.failed)
    case .unanswered:
      emit(
        .expectation(
          at: at(command), verb: verb, outcome: .planned, message: "\(verb)s \(source)"))
    }
  }

  /// Waits, until the time has passed or the end of the run is asked for.
  package mutating func pause(_ length: Duration) async {
    interruption.beginResting()
    defer { interruption.endResting() }
    var rest = length
    while rest > .zero {
      lookForInterruption()
      guard halt == nil else { return }
      // An interruption is looked for ten times a second.
      let step = min(rest, .milliseconds(100))
      do {
        try await clock.sleep(for: step)
      } catch {
        return
      }
      rest -= step
    }
  }

  mutating func ask(_ template: Template, _ command: Command) async {
    do throws(RuntimeError) {
      let question = try text(template)
      let answer = await confirm(question)
      lookForInterruption()
      guard halt == nil else { return }
      switch answer {
      case .yes: break
      case .no:
        emit(.failure(at: at(command), message: "not confirmed: \(question)", isTolerated: false))
        refuse()
      case .noTerminal:
        emit(
          .failure(
            at: at(command),
            message: "cannot ask for confirmation without a terminal (--yes answers): \(question)",
            isTolerated: false))
        refuse()
      }
    } catch {
      emitUnresolved(error, command)
    }
  }

  private mutating func refuse() {
    noteRefusal()
    halt = halt ?? .refused
  }

  mutating func apply(_ setting: Setting, _ command: Command) {
    resolving(command) { interpreter throws(RuntimeError) in
      switch setting {
      case .timeout(let value):
        let timeout = try interpreter.duration(value)
        guard timeout > .zero else { throw .sentence("a timeout must be more than 0") }
        interpreter.set(.timeout) { $0.timeout = timeout }
      case .retries(let value):
        let retries = try interpreter.count(value, 0...100)
        interpreter.set(.retries) { $0.retries = retries }
      case .jobs(let value):
        let jobs = try interpreter.count(value, 1...256)
        interpreter.set(.jobs) { $0.jobs = jobs }
      case .rate(let value):
        let value = try interpreter.value(value)
        guard let rate = RequestRate(spelling: value.text) else {
          throw .sentence(
            "\(value.description) is not a rate: 20/s, 600/m; from \(RequestRate.limits.lowest) to "
              + RequestRate.limits.highest)
        }
        interpreter.set(.rate) { $0.rate = rate }
      case .onError(let continuing):
        interpreter.set(.onError) { $0.keepsGoing = continuing }
      }
    }
  }

  /// Sets something, unless the command line did.
  private mutating func set(_ name: Settings.Name, _ change: (inout Settings) -> Void) {
    guard !settings.fixed.contains(name) else { return }
    change(&settings)
    applySettings(settings)
  }

  // MARK: What is left undone

  /// Walks through a command behind the end of the run, and tells which actions were not reached.
  ///
  /// What only a condition or live data could tell is left out: nobody knows whether it would have
  /// been reached.
  mutating func leaveUndone(_ command: Command) async {
    switch command.kind {
    case .param(let name, let type, let defaultValue):
      if case .written(let text)? = frame.arguments[name],
        let expression = ArgumentValue.expression(text, for: type)
      {
        frame[name] = try? value(expression)
      } else if case .value(let value)? = frame.arguments[name] {
        frame[name] = value
      } else if let defaultValue {
        frame[name] = try? value(defaultValue)
      }
    case .useInteraction(let target):
      frame.interaction = try? sid(target)
      frame.channel = nil
    case .useChannel(let channel, let interaction):
      if let interaction { frame.interaction = try? sid(interaction) }
      frame.channel = try? sid(channel)
    case .action(let action): await act(action, command)
    case .bind(_, .action(let action)): await act(action, command)
    case .bind(let name, .value(let expression)): frame[name] = try? value(expression)
    case .attempt(let inner): await leaveUndone(inner)
    case .loop(let name, .value(let expression), nil, let body):
      guard case .list(let values)? = try? value(expression) else { return }
      for value in values { await block(body, binding: name, to: value) }
    case .run(let run):
      guard let file = try? check.openScript(run.path, from: frame.file) else { return }
      var arguments: [String: Frame.Argument] = [:]
      for (name, expression) in run.arguments {
        arguments[name] = (try? value(expression)).map { .value($0) }
      }
      await self.run(file, arguments, writtenArguments: nil)
    default: break
    }
  }
}
