import FlexAPI
import FlexScript

/// Expectations, waits, confirmations and settings.
extension ScriptRunner {
  /// Evaluates an expectation; `given`: with what, if not with the names of the script that runs.
  func expect(
    _ condition: Condition, _ source: String, _ message: Template?, _ context: SentenceContext,
    _ given: Evaluator? = nil
  ) async {
    let evaluator = given ?? evaluator
    do throws(RuntimeError) {
      let memory = LookUps.Memory()
      let verdict = try await lookUps.verdict(condition, evaluator, memory)
      if let plan {
        switch verdict {
        case .yes, .unanswered:
          var text: String?
          if let message { text = try await self.text(message, evaluator) }
          plan.add(
            .expect(condition: try await closed(condition), source: source, message: text), context)
          return report("expect", .planned, "expects \(source)", context)
        case .no, .neither: break
        }
      }
      switch verdict {
      case .yes: report("expect", .done, "\(source), as expected", context)
      case .unanswered: report("expect", .planned, "expects \(source)", context)
      case .no, .neither:
        var text = "expected \(source)"
        if case .neither(let empty) = verdict {
          text += ", but \(empty) is empty"
        } else if let found = await lookUps.found(condition, evaluator, memory) {
          text += ", found \(found)"
        }
        if let message { text = "\(try await self.text(message, evaluator)): \(text)" }
        report("expect", .failed, text, context)
      }
    } catch {
      reportCondition("expect", source, error, context)
    }
  }

  /// A condition with everything in it written out, as text for a plan.
  private func closed(_ condition: Condition) async throws(RuntimeError) -> String {
    switch try await close(condition) {
    case .live(let closed): closed.text
    case .constant(let holds): Condition.text(of: holds)
    }
  }

  /// Records a wait as a step of a plan; it is evaluated once, and taken to be met afterwards.
  private func plan(
    _ condition: Condition, _ source: String, every: Duration, timeout: Duration,
    _ context: SentenceContext, _ plan: PlanRecorder
  ) async throws(RuntimeError) {
    let memory = LookUps.Memory()
    let verdict = try await lookUps.verdict(condition, evaluator, memory)
    plan.add(
      .wait(
        condition: try await closed(condition), source: source, every: every, timeout: timeout),
      context)
    report("wait", .planned, "waits until \(source)", context)
    if !verdict.isYes {
      await plan.planner.expectChange(of: memory.paths, at: context.location)
    }
  }

  /// Waits until a condition holds; `given`: with what it is evaluated, if not with the names of the
  /// script that runs.
  func wait(
    _ condition: Condition, _ source: String, _ every: Expression?, _ timeout: Expression?,
    _ context: SentenceContext, _ given: Evaluator? = nil
  ) async {
    let evaluator = given ?? evaluator
    do throws(RuntimeError) {
      var (interval, limit) = (Duration.seconds(2), Duration.seconds(60))
      if let every { interval = try await duration(every, evaluator) }
      if let timeout { limit = try await duration(timeout, evaluator) }
      guard interval >= .milliseconds(100) else {
        throw .sentence("`every` must be at least 100ms, and is \(interval.flexSpelling)")
      }
      if let plan {
        return try await self.plan(
          condition, source, every: interval, timeout: limit, context, plan)
      }
      state.interruption.beginResting()
      defer { state.interruption.endResting() }
      var stopwatch = Stopwatch(clock)
      var asked = 0
      defer { activity.end() }
      while true {
        let memory = LookUps.Memory()
        lookUps.supplies.forgetResources()
        let verdict = try await lookUps.verdict(condition, evaluator, memory)
        let waited = stopwatch.elapsed
        switch verdict {
        case .yes:
          return report(
            "wait", .done, "\(source), after \(waited.rounded.flexSpelling)", context)
        case .unanswered: return report("wait", .planned, "waits until \(source)", context)
        case .no, .neither: break
        }
        state.checkInterruption()
        guard !state.isHalted else { return }
        guard waited < limit else {
          let found =
            await lookUps.found(condition, evaluator, memory).map { ", found \($0)" } ?? ""
          return report(
            "wait", .failed, "gave up after \(limit.flexSpelling): \(source)\(found)", context)
        }
        asked += 1
        let length = min(interval, limit - waited)
        activity.begin(.waiting(until: source, asked: asked), until: .now + (limit - waited))
        // What the resumed run waited for is not waited for again.
        if lookUps.wasReplayed { stopwatch.skip(length) } else { await pause(length) }
      }
    } catch {
      reportCondition("wait", source, error, context)
    }
  }

  /// Reports the end of an expectation or a wait.
  private func report(
    _ verb: String, _ outcome: Outcome, _ message: String, _ context: SentenceContext,
    isTolerable: Bool = true
  ) {
    let isFailure = outcome == .failed
    dispatcher.emit(
      .expectation(
        at: context.location, verb: verb, outcome: outcome, message: message,
        isTolerated: isFailure && isTolerable && context.toleration.isTolerated),
      lookUpsBefore: context.lookUpsBefore)
    if isFailure { state.noteFailure(.failed, context.toleration) }
  }

  /// Reports why a condition could not be judged.
  private func reportCondition(
    _ verb: String, _ source: String, _ error: RuntimeError, _ context: SentenceContext
  ) {
    switch error {
    case .api(let error, _) where error.kind == .interrupted: state.checkInterruption()
    case .api(let error, _):
      report(
        verb, .failed, "\(source) could not be looked up: \(error.message)", context,
        isTolerable: error.kind != .auth)
    case .sentence(let message), .leadsNowhere(let message):
      report(verb, .failed, message, context)
    case .needs:
      report(verb, .failed, "\(source) needs a look-up, which is not possible here", context)
    case .unanswered: report(verb, .planned, "\(verb)s \(source)", context)
    case .fileChanged: report(error, context)
    }
  }

  /// Waits until the time has passed or the run is interrupted.
  package func pause(_ length: Duration) async {
    state.interruption.beginResting()
    defer { state.interruption.endResting() }
    var rest = length
    while rest > .zero {
      state.checkInterruption()
      guard !state.isHalted else { return }
      // An interruption is noticed ten times per second.
      let step = min(rest, .milliseconds(100))
      do {
        try await clock.sleep(for: step)
      } catch {
        return
      }
      rest -= step
    }
  }

  func confirm(_ template: Template, _ context: SentenceContext) async throws(RuntimeError) {
    await confirm(try await text(template, evaluator), context)
  }

  private func text(
    _ template: Template, _ evaluator: Evaluator
  ) async throws(RuntimeError) -> String {
    try await lookUps.supplying(evaluator) { () throws(RuntimeError) in
      try evaluator.text(template)
    }
  }

  private func duration(
    _ expression: Expression, _ evaluator: Evaluator
  ) async throws(RuntimeError) -> Duration {
    try await lookUps.supplying(evaluator) { () throws(RuntimeError) in
      try evaluator.duration(expression)
    }
  }

  /// Asks a question; without a yes, the run ends as refused.
  ///
  /// A dry run never asks.
  func confirm(_ question: String, _ context: SentenceContext) async {
    guard !isDry else {
      return dispatcher.emit(.note(at: context.location, text: "would ask: \(question)"))
    }
    let answer = await dispatcher.ask(question)
    state.checkInterruption()
    guard !state.isHalted else { return }
    let message: String
    switch answer {
    case .yes: return
    case .no: message = "not confirmed: \(question)"
    case .noTerminal:
      message = "cannot ask for confirmation without a terminal (--yes answers): \(question)"
    }
    dispatcher.emit(
      .failure(at: context.location, verb: "confirm", message: message, isTolerated: false),
      lookUpsBefore: context.lookUpsBefore)
    state.noteRefusal()
    state.halt(.refused)
  }

  // MARK: Settings

  func apply(_ setting: Setting, _ context: SentenceContext) throws(RuntimeError) {
    switch setting {
    case .timeout(let value):
      let timeout = try evaluator.duration(value)
      guard timeout > .zero else { throw .sentence("a timeout must be more than 0") }
      set(.timeout) { $0.timeout = timeout }
    case .retries(let value):
      let retries = try evaluator.count(value, 0...100)
      set(.retries) { $0.retries = retries }
    case .jobs(let value):
      let jobs = try evaluator.count(value, 1...256)
      set(.jobs) { $0.jobs = jobs }
    case .rate(let value):
      let value = try evaluator.value(value)
      guard let rate = RequestRate(spelling: value.text) else {
        throw .sentence(
          "\(value.description) is not a rate: 20/s, 600/m; from \(RequestRate.limits.lowest) to "
            + RequestRate.limits.highest)
      }
      set(.rate) { $0.rate = rate }
    case .onError(let continuing): set(.onError) { $0.keepsGoing = continuing }
    }
  }

  /// A setting by its name, and its value as a script writes it; `nil` if it was not understood.
  func written(_ setting: Setting) throws(RuntimeError) -> (name: String, value: String)? {
    switch setting {
    case .timeout(let value): ("timeout", try evaluator.value(value).text)
    case .retries(let value): ("retries", try evaluator.value(value).text)
    case .jobs(let value): ("jobs", try evaluator.value(value).text)
    case .rate(let value): ("rate", try evaluator.value(value).text)
    case .onError(let continuing): ("on-error", continuing ? "continue" : "stop")
    }
  }

  /// Sets what a plan says.
  func apply(setting name: String, _ value: String) {
    switch name {
    case "timeout":
      if let timeout = Duration(flexSpelling: value) { set(.timeout) { $0.timeout = timeout } }
    case "retries": if let retries = Int(value) { set(.retries) { $0.retries = retries } }
    case "jobs": if let jobs = Int(value) { set(.jobs) { $0.jobs = jobs } }
    case "rate":
      if let rate = RequestRate(spelling: value) { set(.rate) { $0.rate = rate } }
    default: set(.onError) { $0.keepsGoing = value == "continue" }
    }
  }

  /// Sets something, unless the command line did.
  private func set(_ name: Settings.Name, _ change: (inout Settings) -> Void) {
    guard !state.settings.fixed.contains(name) else { return }
    change(&state.settings)
    applySettings(state.settings)
  }
}
