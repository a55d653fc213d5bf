import FlexAPI
package import FlexScript

/// Carries out commands against an API, one after the other, and tells what becomes of each.
///
/// It has no modes: what a dry run, a simulation and the real thing differ in is the API that it is
/// given. When something ends the run, the rest of the script is still walked through, so that
/// every action ends in an outcome: what was not reached is told as ``Outcome/notRun``.
package struct Interpreter<Report: RunReport> {
  /// What every request passes.
  package var writes: WriteGuard
  let check: CheckSession
  let clock: any Clock<Duration>
  var interruption: Interruption
  let confirm: (String) async -> Confirmation
  /// Hands settings on to whoever carries out requests.
  let applySettings: (Settings) -> Void

  /// Where events go.
  package var report: Report
  /// What was counted so far.
  package internal(set) var summary = RunSummary()
  /// Why the run ended before its script did, if it did.
  package internal(set) var halt: Halt?
  /// The worst that happened and was not tolerated.
  package private(set) var worst = Severity.none
  /// Whether any request of the run was answered, in whatever way.
  package private(set) var wasAnswered = false
  /// Whether a request failed before it could be answered.
  package private(set) var wasUnreachable = false

  var settings: Settings
  /// The script that runs, and those that it is run by.
  var frames: [Frame] = []
  /// Whether the sentence in hand is under a `try`.
  var isTolerating = false
  /// Whether what is tried is a script.
  var triesScript = false
  /// Participants about which nothing is known since an action on them.
  private var doubtful: Set<ParticipantSID> = []
  private var actions = 0
  /// The number of actions that the write guard has admitted.
  private(set) var changes = 0
  /// Actions of the run that is gone on with, until they are met again.
  private var replayQueue: ReplayQueue?
  /// Look-ups so far.
  private var reads = 0
  /// Whether the last look-up was answered by the journal of the run that is gone on with.
  private(set) var wasReplayed = false
  /// What the condition in hand has looked up, by path; `nil` unless its sides may be shown.
  var lookedUp: [String: JSON?]?
  /// Whether look-ups are answered from ``lookedUp``: what is shown is what was judged.
  var showsWhatWasLookedUp = false
  /// Whether a name will stand for the answer of the action in hand.
  var keepsAnswer = false
  /// What is in flight, and what is told behind it.
  var queue = ActionQueue()
  /// Who carries out actions in flight.
  let workers = Workers()
  /// Where they work; there whenever a command is carried out.
  var workerGroup: DiscardingTaskGroup?
  /// Whether the sentence in hand may go on before its actions have ended.
  var mayOverlap = false

  /// Why a run ended before its script did.
  package enum Halt: Hashable, Sendable {
    /// A sentence failed, or its outcome is unknown.
    case failure
    /// A sentence of a script that is tried failed: the rest of that script is not run.
    case scriptFailed
    /// A `stop`: all is well.
    case stopped
    /// A confirmation was refused.
    case refused
    /// The credentials were refused.
    case unauthorized
    /// What was told could not be written.
    case outputLost
    /// What is about to be done could not be written down.
    case journalLost(String)
    case interrupted(Interruption.Cause)
    /// A file changed or became unreadable since it was checked.
    case fileChanged(String)
  }

  /// What counts for the exit status; the later, the worse.
  package enum Severity: Int, Comparable, Sendable {
    case none, failed, refused, unknown

    package static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  /// Puts an interpreter together.
  ///
  /// - `check`: the session that checked the scripts; it opens those that are run.
  /// - `applySettings`: called whenever a script sets something.
  /// - `confirm`: asks a question of whoever sits at the terminal.
  package init(
    writes: WriteGuard, check: CheckSession, report: Report, settings: Settings,
    clock: any Clock<Duration>, interruption: Interruption,
    applySettings: @escaping (Settings) -> Void,
    confirm: @escaping (String) async -> Confirmation
  ) {
    self.writes = writes
    replayQueue = writes.past.map { ReplayQueue($0) }
    self.check = check
    self.report = report
    self.settings = settings
    self.clock = clock
    self.interruption = interruption
    self.applySettings = applySettings
    self.confirm = confirm
  }

  /// Runs a script that has been checked.
  ///
  /// `arguments`: the values for its parameters, as written on the command line.
  package mutating func run(_ file: OpenedFile, arguments: [String: String]) async {
    let values = arguments.mapValues { Frame.Argument.written($0) }
    await withWorkers { interpreter in
      await interpreter.run(file, values, writtenArguments: arguments)
    }
  }

  /// Runs a script in a frame of its own.
  mutating func run(
    _ file: OpenedFile, _ arguments: [String: Frame.Argument], writtenArguments: [String: String]?
  ) async {
    frames.append(Frame(file: file.name, arguments: arguments))
    defer { frames.removeLast() }
    do throws(SourceFailure) {
      var reader = try CommandReader(file, session: check, arguments: writtenArguments)
      while let command = try reader.next() { await execute(command) }
    } catch {
      halt = halt ?? .fileChanged("\(file.name): \(error.reason)")
      worst = max(worst, .refused)
    }
  }

  // MARK: Telling

  /// Where a command stands, for people and programs.
  func at(_ command: Command) -> String { place(of: command).description }

  func place(of command: Command) -> SourceLocation {
    SourceLocation(
      file: frame.file, line: command.position.line, column: command.position.column)
  }

  /// The script that runs; there is one whenever a command is carried out.
  var frame: Frame {
    get { frames[frames.count - 1] }
    set { frames[frames.count - 1] = newValue }
  }

  /// Tells an event when everything before it in the script has been told.
  mutating func emit(_ event: RunEvent) {
    guard queue.isEmpty else { return queue.append(event) }
    emitNow(event)
  }

  mutating func emitNow(_ event: RunEvent) {
    report.emit(event)
    if report.isLost { halt = halt ?? .outputLost }
  }

  /// Notes that a sentence did not succeed, and ends the run if that is how it is set.
  mutating func noteFailure(_ severity: Severity) {
    if isTolerating, severity == .failed {
      if triesScript, !settings.keepsGoing { halt = halt ?? .scriptFailed }
      return
    }
    worst = max(worst, severity)
    // What was cut off by a signal is not the reason, the signal is.
    lookForInterruption()
    if !settings.keepsGoing { halt = halt ?? .failure }
  }

  /// Tells that a sentence could not be carried out for a reason of its own.
  mutating func emitFailure(_ command: Command, _ message: String) {
    emit(.failure(at: at(command), message: message, isTolerated: isTolerating))
    noteFailure(.failed)
  }

  /// Notes that something was refused, which is no failure of a sentence.
  mutating func noteRefusal() {
    worst = max(worst, .refused)
  }

  /// Ends the run if somebody asked for it.
  mutating func lookForInterruption() {
    if halt == nil, let cause = interruption.cause { halt = .interrupted(cause) }
  }

  // MARK: Requests

  /// Performs a write; every write of the interpreter goes through here.
  ///
  /// - Returns: The answer; `nil` also when the sentence may go on before there is one.
  mutating func write(
    _ operation: Operation, at place: SourceLocation,
    precheck: ActionRecord.Precheck = .none
  ) async -> Answer? {
    switch admit(operation, at: place, precheck) {
    case .over(let answer): return answer
    case .overlapping(let record):
      await begin(record)
      return nil
    case .alone(let record): return await carryOut(record)
    case .asking(let record):
      await drain()
      guard await isConfirmedAgain(record) else { return nil }
      changes += 1
      return await carryOut(record)
    }
  }

  /// What becomes of a write before anything is sent.
  private enum Admission {
    /// It was done before, or is refused; that has been told.
    case over(Answer?)
    /// It may be in flight together with others.
    case overlapping(ActionRecord)
    /// It waits for those before it, and what follows waits for it.
    case alone(ActionRecord)
    /// As ``alone(_:)``, and somebody has to be asked first.
    case asking(ActionRecord)
  }

  private mutating func admit(
    _ operation: Operation, at place: SourceLocation, _ precheck: ActionRecord.Precheck
  ) -> Admission {
    if halt == nil, !(writes.confirmed?.take(operation, at: place.description) ?? true) {
      emit(
        .note(
          at: place.description,
          text:
            "\(Sentence.text(of: operation)): left alone, as it was not there when the question "
            + "was asked"))
      return .over(nil)
    }
    actions += 1
    var record = ActionRecord(
      number: actions, place: place, subject: .operation(operation), outcome: .notRun)
    record.precheck = precheck
    record.isTried = isTolerating
    lookForInterruption()
    guard halt == nil else { return .alone(record) }
    if replayQueue != nil {
      let past = replayQueue?.take(at: record.at, operation)
      if let result = past?.done { return .over(skip(record, result)) }
      record.journalNumber = past?.intent.number ?? replayQueue?.newNumber() ?? actions
      if past?.isInDoubt ?? false { record.precheck = .readBack }
    }
    if let reason = writes.reasonToRefuse(number: changes + 1) {
      refuse(record, because: reason)
      return .over(nil)
    }
    if case .readBack = record.precheck, operation.creates, !writes.isAtMostOnce {
      return .asking(record)
    }
    changes += 1
    return mayOverlap ? .overlapping(record) : .alone(record)
  }

  /// Carries an action out when everything before it has ended.
  private mutating func carryOut(_ record: ActionRecord) async -> Answer? {
    await drain()
    // What cannot be told any more is noticed before the next action is begun, not behind it.
    report.flush()
    if report.isLost { halt = halt ?? .outputLost }
    guard mayBegin(record) else {
      finish(record)
      return nil
    }
    let start = ContinuousClock.now
    return conclude(record, await writes.pass(record), after: ContinuousClock.now - start)
  }

  private mutating func conclude(
    _ record: ActionRecord, _ passage: WriteGuard.ActionAttempt, after duration: Duration
  ) -> Answer? {
    let ended = end(record, passage, after: duration)
    emit(.action(ended))
    noteFailure(of: ended)
    return ended.answer
  }

  /// Tells an action that was done in the run that is gone on with.
  private mutating func skip(_ record: ActionRecord, _ result: ActionResult) -> Answer {
    var record = record
    record.outcome = .skipped
    finish(record)
    return Answer(
      status: result.status, fields: result.resource ?? JSONObject(),
      requestID: result.requestID, attempts: 0)
  }

  /// Tells an action that may not be sent, and ends the run.
  private mutating func refuse(_ record: ActionRecord, because reason: String) {
    var record = record
    record.outcome = .failed
    record.error = .refusal(because: reason)
    finish(record)
    noteRefusal()
    if !settings.keepsGoing { halt = halt ?? .refused }
  }

  /// Tells a step of a plan that was not to be carried out from the beginning; the others go on.
  mutating func refuse(_ step: PlanStep, because reason: String) {
    actions += 1
    var record = ActionRecord(
      number: actions, place: step.place, subject: .operation(step.operation), outcome: .failed)
    record.error = .refusal(because: reason)
    finish(record)
    noteRefusal()
  }

  /// Whether a step of a plan was sent in the run that is gone on with, and was not refused: what the
  /// plan saw has changed by that.
  func wasMetBefore(_ step: PlanStep) -> Bool {
    replayQueue?.wasMet(at: step.place.description, step.operation) ?? false
  }

  /// Asks whether an action that creates something is sent although it may have been before.
  private mutating func isConfirmedAgain(_ record: ActionRecord) async -> Bool {
    let question =
      "\(record.sentence): it was sent before, and nobody knows what came of it; send it again?"
    if case .yes = await confirm(question) { return true }
    var record = record
    record.outcome = .unknown
    record.error = APIError(
      kind: .refused,
      message: "it may have been carried out already, and sending it again was not confirmed "
        + "(`--yes` would)", mayHaveBeenProcessed: true, wasSent: false, attempts: 0)
    finish(record)
    noteFailure(.unknown)
    return false
  }

  /// Whether an action may begin now.
  ///
  /// It changes nothing; but whoever is not `mutating` is handed a copy of the interpreter.
  mutating func mayBegin(_ record: ActionRecord) -> Bool {
    guard halt == nil else { return false }
    guard !doubtful.isEmpty, let participant = record.address.participant else { return true }
    return !doubtful.contains(participant)
  }

  /// Makes the record of an action that has ended; what it means for the run is noted.
  mutating func end(
    _ record: ActionRecord, _ passage: WriteGuard.ActionAttempt, after duration: Duration
  ) -> ActionRecord {
    var record = record
    switch passage {
    case .journalLost(let failure):
      halt = .journalLost(failure.reason)
      summary.count(record.outcome)
      return record
    case .refused(let reason, let failure):
      if let failure {
        note(failure)
        if failure.kind == .auth { halt = .unauthorized }
      }
      record.outcome = .failed
      record.error = .refusal(because: reason)
      summary.count(record.outcome)
      return record
    case .answered(.success(let answer)):
      wasAnswered = wasAnswered || answer.status != nil
      record.answer = answer
      record.outcome = answer.status == nil ? .planned : .done
    case .answered(.failure(let error))
    where error.kind == .interrupted && error.attempts == 0 && interruption.cause != nil:
      // It was waiting for its turn when somebody asked for the end: it was not reached.
      lookForInterruption()
    case .answered(.failure(let error)):
      note(error)
      record.error = error
      record.outcome = error.mayHaveBeenProcessed ? .unknown : .failed
      record.isTolerated = isTolerating && record.outcome == .failed && error.kind != .auth
      if record.outcome == .unknown, let participant = record.address.participant {
        doubtful.insert(participant)
      }
    }
    if record.outcome != .notRun { record.duration = duration }
    writes.journal?.note(.result(ActionResult(record, keepsAnswer: keepsAnswer)))
    summary.count(record.outcome)
    return record
  }

  /// Notes that an action failed, and ends the run if that is how it is set.
  mutating func noteFailure(of record: ActionRecord) {
    guard let error = record.error else { return }
    // A step of a plan is refused alone: the others go on.
    guard error.kind != .refused || record.outcome == .unknown else { return noteRefusal() }
    noteFailure(record.outcome == .unknown ? .unknown : .failed)
    if error.kind == .auth { halt = .unauthorized }
  }

  mutating func finish(_ record: ActionRecord) {
    summary.count(record.outcome)
    emit(.action(record))
  }

  /// Tells an action that was not sent, for a reason that has been told or follows from one.
  mutating func emitUnsent(
    _ verb: String, _ address: Address, at place: SourceLocation, sentence: String,
    because message: String? = nil
  ) {
    actions += 1
    var record = ActionRecord(
      number: actions, place: place,
      subject: .unresolved(verb: verb, address, sentence: sentence), outcome: .notRun)
    if let message {
      record.outcome = .failed
      record.error = APIError(
        kind: .refused, message: message, mayHaveBeenProcessed: false, attempts: 0)
      record.isTolerated = isTolerating
    }
    finish(record)
    if message != nil { noteFailure(.failed) }
  }

  /// Looks one thing up; `nil` when nothing was asked.
  mutating func ask(
    _ operation: Operation, _ subject: QueryRecord.Subject
  ) async throws(RuntimeError) -> JSONObject? {
    let answer = try await replaying(operation, subject) { writes async throws(APIError) in
      let answer = try await writes.api.perform(operation)
      return answer.status == nil ? nil : .object(answer.fields)
    }
    return answer?.object
  }

  /// Lists everything; `nil` when nothing was asked.
  mutating func ask(
    _ listing: Listing, _ subject: QueryRecord.Subject
  ) async throws(RuntimeError) -> [JSON]? {
    let answer = try await replaying(listing.operation(page: .first), subject) {
      writes async throws(APIError) in
      let (items, last) = try await writes.api.list(listing)
      return last.status == nil ? nil : .array(items)
    }
    return answer?.array
  }

  /// Asks, unless the run that is gone on with has asked at this place before: then what was
  /// answered holds, so that loops go over what they went over.
  private mutating func replaying(
    _ operation: Operation, _ subject: QueryRecord.Subject,
    _ question: (WriteGuard) async throws(APIError) -> JSON?
  ) async throws(RuntimeError) -> JSON? {
    let path = operation.path
    if showsWhatWasLookedUp, let answer = lookedUp?[path] { return answer }
    reads += 1
    if let past = writes.past?.reads[reads], past.path == path {
      wasReplayed = true
      return past.answer
    }
    wasReplayed = false
    do throws(APIError) {
      let answer = try await question(writes)
      wasAnswered = wasAnswered || answer != nil
      if let answer { writes.journal?.note(.read(reads, path: path, answer: answer)) }
      lookedUp?[path] = answer
      return answer
    } catch {
      note(error)
      if error.kind == .auth { halt = .unauthorized }
      throw .api(error, subject, asking: operation)
    }
  }

  private mutating func note(_ error: APIError) {
    if error.status != nil { wasAnswered = true } else { wasUnreachable = true }
  }
}
