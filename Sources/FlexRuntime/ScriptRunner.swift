package import FlexAPI
package import FlexScript

/// Executes commands in order, and reports what becomes of each.
///
/// It has no modes: a dry run, a simulation and a real run differ in the API that they are given. Values
/// come from the ``Evaluator``, answers from ``LookUps``, and every write goes through the
/// ``Dispatcher``. If something ends the run, the rest of the script is still walked through, so that
/// every action ends in an outcome: what was not reached is reported as ``Outcome/notRun``.
///
/// One task owns it.
package final class ScriptRunner {
  let check: CheckSession
  let catalog: Catalog
  let clock: any Clock<Duration>
  /// What is waited for.
  let activity: RunActivity
  let state: RunState
  /// Hands settings to what performs requests.
  let applySettings: (Settings) -> Void
  let dispatcher: Dispatcher
  var lookUps: LookUps
  /// Records the steps of a plan; `nil` if the script is executed.
  let plan: PlanRecorder?
  /// Where writes and look-ups go again when the dry run at the prompt ends.
  private var suspended: (target: Dispatcher.Target, lookUps: LookUps)?
  /// The script that runs last, those that run it before it.
  var frames: [Frame] = []
  /// Whether requests are only shown, and nothing is asked.
  package private(set) var isDry: Bool
  /// The part of the script that is executed; `nil` for all of it.
  let sharding: Sharding?
  /// Finds out which units there are, in a shard.
  var units: UnitAnalysis?
  /// Whether a unit of the shard is executed: everything in it is.
  var isInUnit = false
  /// The owner of the passes of the loop that is executed, outside units.
  var passOwner: Owner?
  /// The number of the script that is executed, from 0.
  var scriptNumber = -1
  /// Whether a `use` or a `let` of the block that is executed has failed: its rest is skipped.
  var blockIsOver = false
  /// Whether listings show the names of workers, which are looked up when they are first needed.
  package var looksUpNames = false
  /// Whether they have been looked up.
  private var hasLookedUpNames = false
  /// The names of workers, as far as they have been looked up.
  private var workerNames: [AnySID: String] = [:]
  /// Whether a loop is executed whose passes may overlap if they are about different interactions.
  var isOverlapping = false
  /// The pass of the innermost loop that is executed, in whichever script.
  var pass: LoopPass?

  /// Begins a run.
  package init(_ configuration: RunConfiguration) {
    check = configuration.check
    catalog = configuration.catalog
    clock = configuration.clock
    activity = configuration.activity
    applySettings = configuration.applySettings
    state = RunState(
      settings: configuration.settings, interruption: configuration.interruption)
    dispatcher = Dispatcher(configuration, state: state)
    plan = configuration.plan
    isDry = configuration.isDry
    sharding = configuration.sharding
    units = sharding == nil ? nil : UnitAnalysis(configuration.check)
    lookUps = LookUps(
      ReadOnlyAPI(configuration.api), journal: configuration.journal,
      recorded: configuration.recorded, state: state, catalog: configuration.catalog,
      supplies: Supplies(workspace: configuration.workspace, localTime: configuration.now),
      pushesDown: configuration.plan == nil)
    lookUps.supplies.isUnasked = isDry
    looksUpNames = configuration.looksUpNames
  }

  /// The names of the workers that items name, if they are to be shown.
  ///
  /// They are looked up once; without them, SIDs are shown.
  func names(for items: [Value]) async -> [AnySID: String] {
    let namesWorkers = items.contains { item in
      if case .resource(let resource) = item { resource.trail?.worker != nil } else { false }
    }
    guard namesWorkers, looksUpNames, !isDry else { return [:] }
    if !hasLookedUpNames, plan == nil {
      hasLookedUpNames = true
      let evaluator = evaluator
      let workers = try? await lookUps.supplying(evaluator) {
        () async throws(RuntimeError) -> [ResourceValue]? in
        let workspace = try evaluator.workspace(nil)
        return try await lookUps.everything(.worker, in: workspace, evaluator, nil)
      }
      for worker in (workers ?? nil) ?? [] {
        guard let sid = worker.sid, let name = worker.fields["friendly_name"]?.text else {
          continue
        }
        workerNames[sid] = name
      }
    }
    return workerNames
  }

  /// Shows the names that another runner has looked up, and looks up none.
  func takeNames(from other: ScriptRunner) {
    (looksUpNames, hasLookedUpNames) = (other.looksUpNames, true)
    workerNames = other.workerNames
  }

  /// The state of the run.
  package var result: RunResult { state.result }

  /// Runs a script that has been checked.
  ///
  /// `arguments`: the values for its parameters, as written on the command line.
  package func run(_ file: OpenedFile, arguments: [String: String]) async {
    let values = arguments.mapValues { Frame.Argument.written($0) }
    scriptNumber += 1
    units?.enter(file.name, arguments: arguments)
    defer { units?.leave() }
    await dispatcher.withWorkers {
      await run(file, values, writtenArguments: arguments, .none)
    }
  }

  /// Settles what the resumed run left in doubt and this one did not come to again.
  package func settleDoubts() async {
    await dispatcher.withWorkers { await dispatcher.settleDoubts() }
  }

  /// Runs a script in a frame of its own.
  func run(
    _ file: OpenedFile, _ arguments: [String: Frame.Argument],
    writtenArguments: [String: String]?, _ toleration: Toleration, symbols: [String: Symbol] = [:]
  ) async {
    frames.append(Frame(file: file.name, arguments: arguments))
    frame.argumentSymbols = symbols
    let mark = plan?.mark
    let outer = blockIsOver
    blockIsOver = false
    defer {
      blockIsOver = outer
      frames.removeLast()
      if let mark { plan?.mark = mark }
      // A `stop` ends its own script only.
      if state.result.halt == .stopped { state.result.halt = nil }
    }
    do throws(SourceFailure) {
      var reader = try CommandReader(
        file, session: check, arguments: writtenArguments,
        given: writtenArguments == nil ? Array(arguments.keys) : [])
      while let command = try next(in: &reader) { await executeOwn(command, toleration) }
    } catch {
      endAtChange("\(file.name): \(error.reason)", at: SourceLocation(file: file.name))
    }
  }

  /// Returns the next command of a script; a change of another file ends the run, and the rest of the
  /// script is what was not reached.
  private func next(in reader: inout CommandReader) throws(SourceFailure) -> Command? {
    while true {
      do throws(SourceFailure) {
        return try reader.next()
      } catch {
        guard let name = error.file else { throw error }
        endAtChange("\(name): \(error.reason)", at: SourceLocation(file: frame.file))
      }
    }
  }

  /// Ends the run because a file is not what was checked any more: nothing more is sent.
  func endAtChange(_ reason: String, at place: SourceLocation) {
    if !state.isHalted { dispatcher.emit(.fileChanged(at: place, message: reason)) }
    state.halt(.fileChanged(reason))
    state.noteRefusal()
  }

  /// The script that runs; there is one whenever a command is executed.
  var frame: Frame { frames[frames.count - 1] }

  /// What computes values in the script that runs.
  var evaluator: Evaluator {
    Evaluator(
      frame: frame, catalog: catalog, supplies: lookUps.supplies, isPlanning: plan != nil)
  }

  // MARK: Reporting failures

  /// Reports that a sentence could not be executed for a reason of its own.
  func reportFailure(_ context: SentenceContext, _ message: String) {
    dispatcher.emit(
      .failure(
        at: context.location, verb: context.verb, message: message,
        isTolerated: context.toleration.isTolerated),
      lookUpsBefore: context.lookUpsBefore)
    state.noteFailure(.failed, context.toleration)
  }

  /// Reports that a look-up failed.
  func reportFailure(_ context: SentenceContext, _ error: APIError, of operation: Operation) {
    var record = QueryRecord(
      place: context.location, definition: operation.definition, sentence: operation.sentence,
      result: .failure(error))
    record.address = operation.addressed
    record.isTolerated = context.toleration.isTolerated && error.kind != .auth
    dispatcher.emit(.query(record), lookUpsBefore: context.lookUpsBefore)
    state.noteFailure(.failed, context.toleration)
  }

  /// Reports a sentence that only live data could expand.
  func reportUnexpanded(_ context: SentenceContext, _ source: String) {
    dispatcher.emit(
      .unexpanded(at: context.location, source: source, mayChange: context.mayChange))
  }

  /// Reports why a sentence could not be executed.
  func report(_ error: RuntimeError, _ context: SentenceContext) {
    switch error {
    case .sentence(let message), .leadsNowhere(let message): reportFailure(context, message)
    case .needs: reportFailure(context, "it needs a look-up, which is not possible here")
    case .unanswered where plan != nil: break
    case .unanswered: reportUnexpanded(context, context.source ?? "")
    case .api(let error, let operation): reportFailure(context, error, of: operation)
    case .fileChanged(let reason): endAtChange(reason, at: context.location)
    }
  }

  /// Reports why an action could not be executed: the action is reported, too.
  func report(_ error: RuntimeError, _ context: SentenceContext, _ action: UnresolvedAction) {
    switch error {
    case .needs:
      dispatcher.reportUnsent(
        action, context, because: "it needs a look-up, which is not possible here")
    case .sentence(let message), .leadsNowhere(let message):
      dispatcher.reportUnsent(action, context, because: state.isHalted ? nil : message)
    case .unanswered where plan != nil: break
    case .unanswered: reportUnexpanded(context, action.sentence)
    case .api(let error, let operation):
      reportFailure(context, error, of: operation)
      dispatcher.reportUnsent(action, context)
    case .fileChanged(let reason):
      endAtChange(reason, at: context.location)
      dispatcher.reportUnsent(action, context)
    }
  }

  /// Executes a sentence that waits for nothing; reports why it could not be.
  ///
  /// - Returns: Whether it is over; if not, it needs a look-up, and nothing has happened.
  @discardableResult
  func reporting(
    _ context: SentenceContext, _ body: () throws(RuntimeError) -> Void
  ) -> Bool {
    do throws(RuntimeError) {
      try body()
    } catch {
      if case .needs = error { return false }
      report(error, context)
    }
    return true
  }

  /// Computes something with the names of the script that runs, and looks up what it needs.
  ///
  /// After the end of the run, nothing is looked up any more.
  func supplying<Result>(
    _ body: (Evaluator) async throws(RuntimeError) -> Result
  ) async throws(RuntimeError) -> Result {
    let evaluator = evaluator
    guard !state.isHalted else {
      do throws(RuntimeError) {
        return try await body(evaluator)
      } catch {
        if case .needs = error { throw .sentence("the run ended before it was looked up") }
        throw error
      }
    }
    return try await lookUps.supplying(evaluator) { () async throws(RuntimeError) in
      try await body(evaluator)
    }
  }

  /// Reports what is worth knowing about the look-ups of a sentence.
  func reportNotes(_ context: SentenceContext) {
    for text in lookUps.takeNotes() { dispatcher.emit(.note(at: context.location, text: text)) }
  }

  /// Executes a sentence that may wait; reports why it could not be.
  func reportingAsync(
    _ context: SentenceContext, _ body: () async throws(RuntimeError) -> Void
  ) async {
    do throws(RuntimeError) {
      try await body()
    } catch {
      if case .unanswered = error, let plan { await endPlan(context, plan) }
      report(error, context)
    }
  }
}

/// What a prompt needs: names and places that stay from one sentence to the next.
extension ScriptRunner {
  /// Executes what was typed at a prompt, or the sentences of a file that is read there.
  ///
  /// Names and the place in use stay from one call to the next; a failure ends the call and not the
  /// session. `file`: where the commands are; `-` for what was typed.
  package func runAtPrompt(
    _ commands: [Command], file: String = "-", interruption: Interruption
  ) async {
    if frames.isEmpty { frames.append(Frame(file: "-", arguments: [:])) }
    frame.file = file
    state.interruption = interruption
    state.result.halt = nil
    dispatcher.forgetDoubts()
    dispatcher.beginCounting()
    blockIsOver = false
    await dispatcher.withWorkers {
      for command in commands {
        // At a prompt, every sentence stands for itself.
        blockIsOver = false
        dispatcher.emit(.sentence)
        lookUps.forget()
        await execute(command, .none)
      }
      reportWhatIsGone()
    }
    frame.file = "-"
  }

  /// Reports what was shown and confirmed, and is not there any more.
  private func reportWhatIsGone() {
    guard !state.isHalted, let confirmed = dispatcher.policy.confirmed else { return }
    for sentence in confirmed.left {
      dispatcher.emit(
        .note(
          at: SourceLocation(file: "-"),
          text:
            "\(sentence): shown before the question, and not done: it is gone, or a condition changed"
        ))
    }
  }

  /// The names of a prompt and their values, in alphabetical order.
  package var variables: [(name: String, value: Value)] {
    (frames.first?.outermost ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Gives a name of the prompt the value that it had before its sentence failed; `nil` for none.
  package func restore(_ name: String, to value: Value?) {
    frames.first?.restore(name, to: value)
  }

  /// What a prompt shows of the place in use, the outermost first.
  package var inUse: [(resource: ResourceDefinition, sid: AnySID?)] {
    catalog.scopeTypes.compactMap { type in
      catalog.resource(type).map { ($0, frames.first?.inUse[type]) }
    }
  }

  /// What restrains the writes from here on.
  package var policy: WritePolicy {
    get { dispatcher.policy }
    set { dispatcher.policy = newValue }
  }

  /// Only shows requests from here on, or sends them again.
  ///
  /// The policy stays, and so do the numbers of actions: the journal knows an action by its number.
  /// What was shown only does not count as a change. A session that began as a dry run remains one.
  package func setDry(_ isOn: Bool) {
    switch (isOn, suspended) {
    case (true, _) where isDry: break
    case (true, _):
      isDry = true
      lookUps.supplies.isUnasked = true
      let dry = DryRun()
      suspended = (
        dispatcher.exchange(Dispatcher.Target(api: dry, journal: nil, isPrediction: true)), lookUps
      )
      lookUps = LookUps(
        ReadOnlyAPI(dry), journal: nil, recorded: nil, state: state, catalog: catalog,
        supplies: lookUps.supplies)
    case (false, let real?):
      isDry = false
      lookUps.supplies.isUnasked = false
      _ = dispatcher.exchange(real.target)
      lookUps = real.lookUps
      suspended = nil
    case (false, nil): break
    }
  }
}
