import FlexAPI
import FlexScript

/// The single path for writes.
///
/// It applies, in this order: what was confirmed, the read-only switch, the limit on changes, the
/// question before an action in doubt is sent again, and the journal. It owns the queue of actions,
/// the workers that execute them, the participants whose state is in doubt, and the order in which
/// everything is reported. Pacing belongs to the API. One task owns it.
final class Dispatcher {
  /// What restrains the writes of a run.
  var policy: WritePolicy
  private(set) var api: any TwilioAPI
  private(set) var journal: (any RunJournal)?
  /// Whether the API only predicts what would happen.
  private var isPrediction: Bool
  let state: RunState
  private let reports: [any RunReport]
  private let confirm: (String) async -> Confirmation
  /// Returns an event as the journal of a shard keeps it.
  let describe: (@Sendable (RunEvent) -> [UInt8]?)?
  /// The number in the journal of the last action that was reported.
  var lastReported = 0

  /// Resources whose last action has an unknown outcome; nothing more is sent to what is in them.
  private var inDoubt: Set<AnySID> = []
  private var actions = 0
  /// The last action on each interaction, while actions overlap.
  private var lastActions: [AnySID: Int] = [:]
  /// The files that have to be what was checked.
  private let files: CheckedFiles
  /// When the run began.
  private let beginning = ContinuousClock.now
  /// The number of writes that were admitted.
  private(set) var changes = 0
  /// Actions of the resumed run, until they are met again.
  private var replay: ReplayQueue?
  /// Why every write is refused at the moment.
  private var refusal: String?
  /// Actions in flight, and what is reported after them.
  var queue = ActionQueue()
  /// The tasks that execute actions in flight.
  let workers = Workers()
  /// The group that the workers belong to; there while a script runs.
  var workerGroup: DiscardingTaskGroup?

  init(_ run: RunConfiguration, state: RunState) {
    policy = run.policy
    api = run.api
    journal = run.journal
    isPrediction = run.isDry || run.plan != nil
    files = run.check.contents
    replay = run.recorded.map { ReplayQueue($0) }
    changes = run.recorded.map { $0.actions.count } ?? 0
    reports = run.reports
    confirm = run.confirm
    describe = run.sharding?.describe
    self.state = state
  }

  /// Where writes go, and how many were admitted there.
  struct Target {
    let api: any TwilioAPI
    let journal: (any RunJournal)?
    /// Whether it only predicts what would happen.
    var isPrediction = false
    var changes = 0
  }

  /// Sends what follows elsewhere; the numbers of actions and what is in doubt stay.
  ///
  /// - Returns: Where it was sent before.
  func exchange(_ target: Target) -> Target {
    defer {
      (api, journal, changes) = (target.api, target.journal, target.changes)
      isPrediction = target.isPrediction
    }
    return Target(api: api, journal: journal, isPrediction: isPrediction, changes: changes)
  }

  /// Executes actions on their own.
  var executor: ActionExecutor {
    ActionExecutor(
      api: api, journal: journal, isAtMostOnce: policy.isAtMostOnce, files: files,
      isPrediction: isPrediction)
  }

  // MARK: Writing

  /// Performs a write.
  ///
  /// - Returns: The answer; `nil` also if the script may continue before there is one.
  func perform(
    _ operation: Operation, _ context: SentenceContext,
    precheck: ActionRecord.Precheck = .none
  ) async -> Answer? {
    switch admit(operation, context, precheck) {
    case .over(let answer): return answer
    case .overlapping(let record):
      await begin(record)
      return nil
    case .alone(let record): return await execute(record)
    }
  }

  /// What becomes of a write before anything is sent.
  private enum Admission {
    /// It was done before, or is refused; that has been reported.
    case over(Answer?)
    /// It may be in flight together with others.
    case overlapping(ActionRecord)
    /// It waits for those before it, and what follows waits for it.
    case alone(ActionRecord)
  }

  private func admit(
    _ operation: Operation, _ context: SentenceContext, _ precheck: ActionRecord.Precheck
  ) -> Admission {
    if !state.isHalted, !(policy.confirmed?.take(operation) ?? true) {
      emit(
        .note(
          at: context.location,
          text: "\(operation.sentence): left alone, as it was not there when the question was asked"
        ))
      return .over(nil)
    }
    actions += 1
    var record = ActionRecord(
      number: actions, place: context.location, subject: .operation(operation), outcome: .notRun)
    record.precheck = precheck
    record.isInPlaceInUse =
      context.channelInUse != nil && operation.scope[.channel] == context.channelInUse
    record.toleration = context.toleration
    record.keepsAnswer = context.keepsAnswer
    record.lookUpsBefore = context.lookUpsBefore
    state.checkInterruption()
    guard !state.isHalted else { return .alone(record) }
    var isNew = true
    if replay != nil {
      let recorded = replay?.take(at: context.location, operation)
      if let result = recorded?.done { return .over(skip(record, result)) }
      record.journalNumber = recorded?.intent.number ?? replay?.newNumber() ?? actions
      isNew = recorded == nil
      if recorded?.isInDoubt ?? false {
        record.precheck = .readBack
        if operation.creates, !policy.resends { return .over(leaveInDoubt(record)) }
      }
    }
    if let reason = reasonToRefuse(isNew: isNew) {
      refuse(record, because: reason)
      // Nothing continues over the limit; a run that may only read may go on reading.
      if !policy.isReadOnly || !state.settings.keepsGoing { state.halt(.refused) }
      return .over(nil)
    }
    if context.mayOverlap, let interaction = operation.addressed[.interaction] {
      lastActions[interaction] = actions
    }
    // What the resumed run started has been counted.
    if isNew { changes += 1 }
    if context.mayOverlap { return .overlapping(record) }
    return .alone(record)
  }

  /// Why the next write is refused before anything is read or sent; `nil` if it is not.
  ///
  /// `isNew`: whether it was not started before, by the run that is resumed.
  private func reasonToRefuse(isNew: Bool) -> String? {
    if policy.isReadOnly { return "the run is read-only" }
    if let refusal { return refusal }
    if isNew, let maximum = policy.maximumChanges, changes + 1 > maximum {
      return "it would be change \(changes + 1), and --max-changes allows \(maximum)"
    }
    return nil
  }

  /// Performs the writes of one sentence; all are refused if the last ones would be.
  func performing<Result>(
    _ count: Int, _ body: () async -> Result
  ) async -> Result {
    if let maximum = policy.maximumChanges, replay == nil, changes < maximum,
      changes + count > maximum
    {
      refusal =
        "there are \(count) of them, and --max-changes allows \(maximum - changes) more"
    }
    defer { refusal = nil }
    return await body()
  }

  /// Executes an action when everything before it has ended.
  private func execute(_ record: consuming ActionRecord) async -> Answer? {
    await drain()
    // A report that is lost is noticed before the next action is begun, not after it.
    flush()
    guard mayBegin(record) else {
      finish(record)
      return nil
    }
    let start = ContinuousClock.now
    let attempt = await executor.execute(record)
    let ended = end(record, attempt, from: start, after: ContinuousClock.now - start)
    emit(.action(ended))
    noteFailure(of: ended)
    return ended.answer
  }

  /// Settles the actions in doubt that the resumed run did not meet again.
  ///
  /// Their sentences are not reached any more, or live data leads elsewhere. None of them is sent
  /// again.
  func settleDoubts() async {
    guard let replay, !state.isHalted else { return }
    for action in replay.doubtful() {
      guard let operation = action.intent.operation else {
        reportUnsettled(action)
        continue
      }
      await drain()
      guard !state.isHalted else { return }
      actions += 1
      var record = ActionRecord(
        number: actions, place: SourceLocation(recorded: action.intent.at),
        subject: .operation(operation), outcome: .notRun)
      record.journalNumber = action.intent.number
      record.precheck = .readBackOnly
      _ = await execute(record)
    }
  }

  /// Reports an action in doubt whose content the journal does not hold.
  private func reportUnsettled(_ action: RecordedRun.RecordedAction) {
    actions += 1
    var record = ActionRecord(
      number: actions, place: SourceLocation(recorded: action.intent.at),
      subject: .unresolved(
        UnresolvedAction(
          verb: String(action.intent.sentence.prefix { $0 != " " }),
          sentence: action.intent.sentence)),
      outcome: .unknown)
    record.error = .unsettled
    finish(record)
    state.noteFailure(.unknown, .none)
  }

  /// Reports an action that the resumed run has done.
  private func skip(_ record: ActionRecord, _ result: ActionResult) -> Answer {
    var record = record
    record.outcome = .skipped
    finish(record)
    return Answer(
      status: result.status, fields: result.resource ?? JSONObject(),
      requestID: result.requestID, attempts: 0)
  }

  /// Reports an action that must not be sent.
  private func refuse(_ record: ActionRecord, because reason: String) {
    var record = record
    record.outcome = .refused
    record.error = .refusal(because: reason)
    journal?.note(.refused(ActionRefusal(record, because: reason)))
    finish(record)
    state.noteRefusal()
  }

  /// Refuses an action on something that cannot be acted on.
  ///
  /// `endsRun`: whether the run ends, unless a `try` tolerates it or the run is set to continue.
  func refuse(
    _ action: UnresolvedAction, _ context: SentenceContext, because reason: String,
    endsRun: Bool = true
  ) {
    actions += 1
    var record = ActionRecord(
      number: actions, place: context.location, subject: .unresolved(action), outcome: .refused)
    record.journalNumber = replay?.newNumber() ?? actions
    record.lookUpsBefore = context.lookUpsBefore
    record.isTolerated = context.toleration.isTolerated
    record.error = .refusal(because: reason)
    journal?.note(.refused(ActionRefusal(record, because: reason)))
    finish(record)
    if endsRun {
      state.noteStateRefusal(context.toleration)
    } else if !context.toleration.isTolerated {
      state.noteRefusal()
    }
  }

  /// Foresees that an action on something that cannot be acted on would be refused.
  func foresee(refusalOf action: UnresolvedAction, _ context: SentenceContext, _ reason: String) {
    actions += 1
    var record = ActionRecord(
      number: actions, place: context.location, subject: .unresolved(action), outcome: .planned)
    var answer = Answer(status: nil, fields: JSONObject(), requestID: nil, attempts: 0)
    answer.forecast = Forecast(isRefused: true, reason: reason, facts: JSONObject())
    record.answer = answer
    finish(record)
  }

  /// Refuses a step of a plan; the others continue.
  func refuse(_ operation: Operation, at place: SourceLocation, because reason: String) {
    actions += 1
    var record = ActionRecord(
      number: actions, place: place, subject: .operation(operation), outcome: .refused)
    record.journalNumber = replay?.newNumber() ?? actions
    refuse(record, because: reason)
  }

  /// Whether an earlier application of a plan sent an action, and it was not refused: that changed
  /// what the plan saw.
  func wasSentBefore(_ place: SourceLocation, _ operation: Operation) -> Bool {
    replay?.wasMet(at: place, operation) ?? false
  }

  /// Reports an action in doubt that creates something: nothing shows whether it did.
  private func leaveInDoubt(_ record: ActionRecord) -> Answer? {
    var record = record
    record.outcome = .unknown
    record.error = APIError(
      kind: .refused,
      message: "it was sent before, and may have created what it should; "
        + "--resend sends it again", mayHaveBeenProcessed: true, wasSent: false, attempts: 0)
    if let resource = record.address.innermost { inDoubt.insert(resource) }
    finish(record)
    state.noteFailure(.unknown, record.toleration)
    return nil
  }

  // MARK: Interactions

  /// The number of actions so far.
  var actionCount: Int { actions }

  /// The number of the last action on an interaction; 0 for none.
  func lastAction(on interaction: AnySID) -> Int { lastActions[interaction] ?? 0 }

  /// Whether an action on an interaction is in flight, or waits.
  func isBusy(_ interaction: AnySID) -> Bool { queue.isBusy(interaction) }

  // MARK: Outcomes

  /// Whether an action may begin now.
  func mayBegin(_ record: borrowing ActionRecord) -> Bool {
    guard !state.isHalted else { return false }
    return inDoubt.isEmpty || !record.address.sids.contains(where: inDoubt.contains)
  }

  /// Forgets what is in doubt: at a prompt, the user decides what to do about it.
  func forgetDoubts() { inDoubt = [] }

  /// Begins to count changes again, as every sentence at a prompt does.
  func beginCounting() { changes = 0 }

  /// Makes the record of an action that has ended, and notes what it means for the run.
  func end(
    _ record: consuming ActionRecord, _ attempt: ActionExecutor.ActionAttempt,
    from start: ContinuousClock.Instant, after duration: Duration
  ) -> ActionRecord {
    switch attempt {
    case .journalLost(let failure):
      state.haltRegardless(.journalLost(failure.reason))
      state.result.summary.count(record.outcome)
      return record
    case .fileChanged(let change):
      let reason = "\(change.file ?? "a file"): \(change.reason)"
      state.halt(.fileChanged(reason))
      record.outcome = .refused
      record.error = .refusal(because: reason)
      journal?.note(.refused(ActionRefusal(record, because: reason)))
      state.result.summary.count(record)
      return record
    case .refused(let reason, let failure):
      if let failure { state.note(failure) }
      record.outcome = .refused
      record.isTolerated = !record.precheck.isPlanned && record.toleration.isTolerated
      record.error = .refusal(because: reason)
      journal?.note(.refused(ActionRefusal(record, because: reason)))
      state.result.summary.count(record)
      return record
    case .answered(.success(let answer)):
      state.result.wasAnswered = state.result.wasAnswered || answer.status != nil
      record.answer = answer
      record.noteLeads(answer)
      record.outcome = answer.status == nil ? .planned : .done
    case .answered(.failure(let error))
    where error.kind == .interrupted && error.attempts == 0 && state.interruption.cause != nil:
      // It was waiting for its turn when the run was interrupted: it was not reached.
      state.checkInterruption()
      state.result.summary.count(record.outcome)
      return record
    case .answered(.failure(let error)):
      state.note(error)
      record.error = error
      record.outcome = error.mayHaveBeenProcessed ? .unknown : .failed
      record.isTolerated =
        record.toleration.isTolerated && record.outcome == .failed && error.kind != .auth
      if record.outcome == .unknown, let resource = record.address.innermost {
        inDoubt.insert(resource)
      }
    }
    record.duration = duration
    record.start = start - beginning
    if let journal {
      var result = ActionResult(record)
      result.event = describe?(.action(copy record)).map { .text($0) }
      journal.note(.result(result))
    }
    state.result.summary.count(record)
    return record
  }

  /// Notes that an action failed, and ends the run if it is set so.
  func noteFailure(of record: borrowing ActionRecord) {
    guard record.error != nil else { return }
    // A step of a plan is refused alone: the others continue.
    guard record.outcome != .refused else {
      return record.precheck.isPlanned
        ? state.noteRefusal() : state.noteStateRefusal(record.toleration)
    }
    state.noteFailure(record.outcome == .unknown ? .unknown : .failed, record.toleration)
  }

  private func finish(_ record: ActionRecord) {
    state.result.summary.count(record)
    emit(.action(record))
  }

  /// Reports an action that was not sent; `message` says why it failed, unless that was reported or
  /// it was not reached.
  func reportUnsent(
    _ action: UnresolvedAction, _ context: SentenceContext, because message: String? = nil
  ) {
    actions += 1
    var record = ActionRecord(
      number: actions, place: context.location, subject: .unresolved(action), outcome: .notRun)
    if let message {
      journal?.note(.event(RecordedEvent(action, at: context.location, actions, message, context)))
      record.outcome = .failed
      record.error = APIError(
        kind: .refused, message: message, mayHaveBeenProcessed: false, attempts: 0)
      record.isTolerated = context.toleration.isTolerated
    }
    finish(record)
    if message != nil { state.noteFailure(.failed, context.toleration) }
  }

  // MARK: Reporting

  /// Reports an event once everything before it in the script has been reported.
  ///
  /// `lookUpsBefore`: the number of look-ups before its sentence.
  func emit(_ event: RunEvent, lookUpsBefore: Int? = nil) {
    state.result.summary.count(event)
    if let journal, var recorded = RecordedEvent(event) {
      recorded.actionsBefore = actions
      recorded.lookUpsBefore = lookUpsBefore
      journal.note(.event(recorded))
    }
    guard queue.isEmpty else { return queue.append(event) }
    emitNow(event)
  }

  func emitNow(_ event: RunEvent) {
    if case .action(let record) = event, record.outcome == .notRun {
      state.result.unreached.add(record.place)
    }
    if describe != nil { keep(event) }
    for report in reports {
      report.emit(event)
      if report.isLost { state.halt(.outputLost) }
    }
  }

  /// Writes what was reported so far.
  func flush() {
    for report in reports {
      report.flush()
      if report.isLost { state.halt(.outputLost) }
    }
  }

  // MARK: Questions

  /// Asks the user to confirm something.
  func ask(_ question: String) async -> Confirmation { await confirm(question) }
}

/// An action whose operation could not be found out.
package struct UnresolvedAction: Sendable {
  /// The verb of the ndjson contract.
  let verb: String
  /// What it addresses, as far as it is known.
  var address = Scope()
  /// The sentence.
  var sentence: String
  /// What led to it, as far as it is known.
  var trail: Operation.Trail?
}
