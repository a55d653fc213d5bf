import FlexAPI
import FlexScript

/// Executes plans.
extension ScriptRunner {
  /// Executes exactly the steps of a plan.
  ///
  /// What a step depends on is evaluated again, live, just before the first step that depends on it;
  /// a step whose grounds have changed is refused alone, and the others continue. The rules of order
  /// are those of actions.
  package func apply(_ content: PlanContent) async {
    await dispatcher.withWorkers {
      var application = Application(content: content, runner: self)
      await application.run()
    }
    await settleDoubts()
  }

  /// One application of a plan.
  private struct Application {
    let content: PlanContent
    let runner: ScriptRunner
    private var bindings = PlanBindings()
    /// What each ground came to, by its index.
    private var grounds: [Int: Bool] = [:]
    /// The actions on whose answers others wait.
    private let awaited: Set<Int>
    /// The index of the step before which an earlier application got: what is no action is over.
    private let resumesAt: Int

    init(content: PlanContent, runner: ScriptRunner) {
      (self.content, self.runner) = (content, runner)
      awaited = content.awaitedActions
      resumesAt =
        content.steps.lastIndex { step in
          step.action.map { runner.dispatcher.wasSentBefore(step.place, $0.operation) } ?? false
        } ?? 0
      for action in content.actions {
        if let placeholder = action.placeholder {
          bindings.note(placeholder, action: action.number)
        }
      }
    }

    private var state: RunState { runner.state }
    private var dispatcher: Dispatcher { runner.dispatcher }

    mutating func run() async {
      for index in content.grounds.indices where content.grounds[index].isEarly {
        grounds[index] = await evaluate(content.grounds[index])
      }
      for (index, step) in content.steps.enumerated() {
        state.checkInterruption()
        await dispatcher.makeRoom()
        var context = SentenceContext(location: step.place, source: nil)
        context.toleration = step.isTried ? .sentence : .none
        if let action = step.action {
          await perform(action, step, context)
        } else if !state.isHalted, index >= resumesAt {
          await dispatcher.drain()
          guard !state.isHalted else { continue }
          if let reason = await refusal(step) {
            dispatcher.emit(.note(at: step.place, text: "\(step.words) is left out: \(reason)"))
            state.noteRefusal()
          } else {
            await execute(step, context)
          }
        }
      }
    }

    // MARK: Grounds

    /// Why a step must not be executed; `nil` if everything is as the plan saw it.
    private mutating func refusal(_ step: PlanStep) async -> String? {
      for index in step.grounds {
        if grounds[index] == nil {
          await dispatcher.drain()
          grounds[index] = await evaluate(content.grounds[index])
        }
        let ground = content.grounds[index]
        if grounds[index] == false {
          return "what the plan saw no longer holds: it was \(ground.held) that "
            + content.displayText(ground.condition)
        }
      }
      return nil
    }

    /// Whether a ground is what it was.
    private func evaluate(_ ground: PlanGround) async -> Bool {
      guard let text = bindings.filled(ground.condition),
        let condition = PromptChecker.condition(text)
      else { return false }
      let verdict = try? await runner.lookUps.verdict(condition, runner.closedEvaluator)
      guard let verdict, !verdict.isUnanswered else { return false }
      return verdict.isYes == ground.held
    }

    // MARK: Steps

    private mutating func perform(
      _ action: PlannedAction, _ step: PlanStep, _ context: SentenceContext
    ) async {
      var context = context
      context.mayOverlap =
        state.settings.jobs > 1 && !step.isTried && !awaited.contains(action.number)
      context.keepsAnswer = awaited.contains(action.number)
      if step.isTried { await dispatcher.drain() }
      guard !state.isHalted else {
        _ = await dispatcher.perform(action.operation, context)
        return
      }
      guard let operation = filled(action.operation) else {
        return dispatcher.refuse(
          action.operation, at: step.place,
          because: "it needs what an earlier step returns, and that step was not executed")
      }
      let answer: Answer?
      if dispatcher.wasSentBefore(step.place, operation) {
        answer = await dispatcher.perform(operation, context)
      } else if let reason = await refusal(step) {
        return dispatcher.refuse(operation, at: step.place, because: reason)
      } else {
        answer = await dispatcher.perform(
          operation, context, precheck: .matches(action.forecast))
      }
      if let answer { bindings.note(answer.fields, of: action.number) }
    }

    /// The operation with everything in it that earlier steps returned; `nil` if something is missing.
    private func filled(_ operation: Operation) -> Operation? {
      guard bindings.isBound(operation) else { return operation }
      var object = JSONObjectWriter()
      operation.write(into: &object, withBodies: true)
      guard let json = try? JSONReader.read(object.close()) else { return nil }
      return bindings.filled(json).flatMap { Operation(json: $0, catalog: runner.catalog) }
    }

    private func execute(_ step: PlanStep, _ context: SentenceContext) async {
      func filled(_ text: String) -> String { bindings.filled(text) ?? content.displayText(text) }
      switch step.kind {
      case .action: preconditionFailure("actions are performed elsewhere")
      case .expect(let condition, let source, let message):
        guard let closed = bindings.filled(condition).flatMap(PromptChecker.condition) else {
          return runner.reportFailure(context, "the expectation of the plan cannot be read")
        }
        await runner.expect(
          closed, source, message.map { Template(literal: filled($0)) }, context,
          runner.closedEvaluator)
      case .wait(let condition, let source, let every, let timeout):
        guard let closed = bindings.filled(condition).flatMap(PromptChecker.condition) else {
          return runner.reportFailure(context, "the wait of the plan cannot be read")
        }
        await runner.wait(
          closed, source, .duration(every), .duration(timeout), context,
          runner.closedEvaluator)
      case .confirm(let text):
        await runner.confirm(filled(text), context)
      case .sleep(let duration):
        runner.activity.begin(.sleeping, until: .now + duration)
        await runner.pause(duration)
        runner.activity.end()
      case .echo(let text): dispatcher.emit(.echo(at: step.place, text: filled(text)))
      case .stop(let text):
        if let text { dispatcher.emit(.echo(at: step.place, text: filled(text))) }
      case .refusal(let verb, let sentence, let reason):
        dispatcher.refuse(
          UnresolvedAction(verb: verb, sentence: sentence), context,
          because: "\(reason), when the plan was made", endsRun: false)
      case .set(let name, let value): runner.apply(setting: name, value)
      }
    }
  }
}

extension PlanStep {
  /// The step in a few words.
  fileprivate var words: String {
    switch kind {
    case .action(let action): action.operation.sentence
    case .expect(_, let source, _): "expect \(source)"
    case .wait(_, let source, _, _): "wait until \(source)"
    case .confirm: "a question"
    case .sleep(let duration): "sleep \(duration.flexSpelling)"
    case .echo: "an echo"
    case .stop: "stop"
    case .refusal(_, let sentence, _): sentence
    case .set(let name, _): "set \(name)"
    }
  }
}

extension PlanContent {
  /// The actions whose answers other steps contain, by their numbers.
  fileprivate var awaitedActions: Set<Int> {
    var bindings = PlanBindings()
    for action in actions {
      if let placeholder = action.placeholder { bindings.note(placeholder, action: action.number) }
    }
    var object = JSONObjectWriter()
    write(into: &object)
    let text = String(decoding: object.close(), as: UTF8.self)
    return Set(
      actions.filter { action in
        if text.contains("\u{F8FE}\(action.number).") { return true }
        guard let placeholder = action.placeholder?.description else { return false }
        // Once as what the action creates, and once more where it is used.
        return text.ranges(of: placeholder).count > 1
      }.map(\.number))
  }
}

extension PlanBindings {
  /// Whether something in an operation stands for what does not exist yet.
  func isBound(_ operation: Operation) -> Bool {
    operation.addressed.sids.contains { placeholders[$0] != nil }
      || operation.arguments.contains { $0.map { isBound($0.text) } ?? false }
  }
}

extension ScriptRunner {
  /// Computes conditions that contain no references.
  fileprivate var closedEvaluator: Evaluator {
    Evaluator(
      frame: Frame(file: "-", arguments: [:]), catalog: catalog, supplies: lookUps.supplies)
  }
}
