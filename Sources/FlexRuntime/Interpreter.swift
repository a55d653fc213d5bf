package import FlexAPI
package import FlexScript

/// Carries out commands against an API, one after the other, and tells what becomes of each.
///
/// It has no modes: what a dry run, a simulation and the real thing differ in is the API that it is
/// given. When something ends the run, the rest of the script is still walked through, so that
/// every action ends in an outcome: what was not reached is told as ``Outcome/notRun``.
package struct Interpreter<Report: RunReport> {
  let api: any InteractionsAPI
  let check: CheckSession
  let clock: any Clock<Duration>
  private var interruption: Interruption
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
  /// Participants about which nothing is known since an action on them.
  private var doubtful: Set<ParticipantSID> = []
  private var actions = 0
  /// What is in flight, and what is told behind it.
  var queue = ActionQueue()
  /// Where actions in flight run; there whenever a command is carried out.
  var flights: TaskGroup<Flight>?
  /// Whether the sentence in hand may go on before its actions have ended.
  var mayOverlap = false

  /// Why a run ended before its script did.
  package enum Halt: Hashable, Sendable {
    /// A sentence failed, or its outcome is unknown.
    case failure
    /// A `stop`: all is well.
    case stopped
    /// A confirmation was refused.
    case refused
    /// The credentials were refused.
    case unauthorized
    /// What was told could not be written.
    case outputLost
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

  /// What was answered to a `confirm`.
  package enum Confirmation: Sendable {
    case yes
    case no
    /// There is nobody to ask.
    case nobody
  }

  /// Puts an interpreter together.
  ///
  /// - `check`: the session that checked the scripts; it opens those that are run.
  /// - `applySettings`: called whenever a script sets something.
  /// - `confirm`: asks a question of whoever sits at the terminal.
  package init(
    api: any InteractionsAPI, check: CheckSession, report: Report, settings: Settings,
    clock: any Clock<Duration>, interruption: Interruption,
    applySettings: @escaping (Settings) -> Void,
    confirm: @escaping (String) async -> Confirmation
  ) {
    self.api = api
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
    await flying { interpreter in
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

  /// Carries out what was typed at a prompt.
  ///
  /// Names and the place in use stay from one call to the next; a failure ends the call and not the
  /// session.
  package mutating func runAtPrompt(
    _ commands: [Command], interruption: Interruption
  ) async {
    if frames.isEmpty { frames.append(Frame(file: "-", arguments: [:])) }
    self.interruption = interruption
    halt = nil
    await flying { interpreter in
      for command in commands { await interpreter.execute(command) }
    }
  }

  /// What a prompt shows of the place in use.
  package var placeInUse: (interaction: InteractionSID?, channel: ChannelSID?) {
    (frames.first?.interaction, frames.first?.channel)
  }

  // MARK: Telling

  /// Where a command stands, for people and programs.
  func at(_ command: Command) -> String { place(of: command).description }

  func place(of command: Command) -> SentencePlace {
    SentencePlace(
      file: frame.file, line: command.position.line, column: command.position.column)
  }

  /// The script that runs; there is one whenever a command is carried out.
  var frame: Frame {
    get { frames[frames.count - 1] }
    set { frames[frames.count - 1] = newValue }
  }

  /// Tells an event when everything before it in the script has been told.
  mutating func tell(_ event: RunEvent) {
    guard queue.isEmpty else { return queue.append(event) }
    tellNow(event)
  }

  mutating func tellNow(_ event: RunEvent) {
    report.tell(event)
    if report.isLost { halt = halt ?? .outputLost }
  }

  /// Notes that a sentence did not succeed, and ends the run if that is how it is set.
  mutating func noteFailure(_ severity: Severity) {
    if isTolerating, severity == .failed { return }
    worst = max(worst, severity)
    // What was cut off by a signal is not the reason, the signal is.
    lookForInterruption()
    if !settings.keepsGoing { halt = halt ?? .failure }
  }

  /// Tells that a sentence could not be carried out for a reason of its own.
  mutating func tellFailure(_ command: Command, _ message: String) {
    tell(.failure(at: at(command), message: message, isTolerated: isTolerating))
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

  // MARK: Asking

  /// The one door for writes: everything that changes something goes through here.
  ///
  /// - Returns: The answer; `nil` also when the sentence may go on before there is one.
  mutating func write(
    _ operation: Operation, at place: SentencePlace
  ) async -> Answer? {
    actions += 1
    let record = ActionRecord(
      number: actions, place: place, subject: .operation(operation), outcome: .notRun)
    lookForInterruption()
    if mayOverlap, halt == nil {
      await begin(record, operation)
      return nil
    }
    await drain()
    // What cannot be told any more is noticed before the next action is begun, not behind it.
    report.flush()
    if report.isLost { halt = halt ?? .outputLost }
    guard mayBegin(record) else {
      finish(record)
      return nil
    }
    let start = ContinuousClock.now
    let result = await api.result(of: operation)
    let ended = end(record, operation, result, after: ContinuousClock.now - start)
    tell(.action(ended))
    noteFailure(of: ended)
    return try? result.get()
  }

  /// Whether an action may begin now.
  func mayBegin(_ record: ActionRecord) -> Bool {
    halt == nil && !(record.address.participant.map(doubtful.contains) ?? false)
  }

  /// Makes the record of an action that has ended; what it means for the run is noted.
  mutating func end(
    _ record: ActionRecord, _ operation: Operation, _ result: Result<Answer, APIError>,
    after duration: Duration
  ) -> ActionRecord {
    var record = record
    record.duration = duration
    switch result {
    case .success(let answer):
      wasAnswered = wasAnswered || answer.status != nil
      record.answer = answer
      record.outcome = answer.status == nil ? .planned : .done
    case .failure(let error):
      note(error)
      record.error = error
      record.outcome = error.mayHaveBeenProcessed ? .unknown : .failed
      record.isTolerated = isTolerating && record.outcome == .failed && error.kind != .auth
      if record.outcome == .unknown, let participant = record.address.participant {
        doubtful.insert(participant)
      }
    }
    summary.count(record.outcome)
    return record
  }

  /// Notes that an action failed, and ends the run if that is how it is set.
  mutating func noteFailure(of record: ActionRecord) {
    guard let error = record.error else { return }
    noteFailure(record.outcome == .unknown ? .unknown : .failed)
    if error.kind == .auth { halt = .unauthorized }
  }

  mutating func finish(_ record: ActionRecord) {
    summary.count(record.outcome)
    tell(.action(record))
  }

  /// Tells an action that was not sent, for a reason that has been told or follows from one.
  mutating func tellUnsent(
    _ verb: String, _ address: Address, at place: SentencePlace, sentence: String,
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

  /// Asks for something without changing anything.
  mutating func ask<Result>(
    _ subject: QueryRecord.Subject,
    _ question: (any InteractionsAPI) async throws(APIError) -> (Result, Answer)
  ) async throws(RuntimeError) -> Result {
    do throws(APIError) {
      let (result, answer) = try await question(api)
      wasAnswered = wasAnswered || answer.status != nil
      return result
    } catch {
      note(error)
      if error.kind == .auth { halt = .unauthorized }
      throw .api(error, subject)
    }
  }

  private mutating func note(_ error: APIError) {
    if error.status != nil { wasAnswered = true } else { wasUnreachable = true }
  }
}
