import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

/// One run on an API: the journal, the reports, the signals, and the end with its status.
struct RunExecution {
  let setup: RunSetup
  let connection: Connection
  let context: CommandContext
  /// The scripts that are run, or the plan.
  let runner: BatchRunner
  /// Where everything is reported.
  let report: CallReport
  /// The run that is resumed, and its journal, locked.
  var resumed: (recorded: RecordedRun, journal: LockedJournal)?
  /// The journal of the run, if it has been created, and is empty.
  var claimed: LockedJournal?
  /// How many actions there are, as far as that is known.
  var total: Int?
  /// The name of the plan that is executed, which its run has too; `nil` for scripts.
  var plan: String?

  /// Executes the run: `body` gets everything that a runner needs.
  func execute(
    _ interruption: Interruption, _ body: (RunConfiguration) async -> RunResult
  ) async throws -> CommandEnd {
    let name =
      resumed?.recorded.header.run ?? plan ?? setup.shard.map(RunDirectory.name)
      ?? RunID.make(at: WallClock.now())
    let settings = Settings(setup)
    let recording = try RunRecording(
      of: runner, run: name, isPlan: plan != nil, setup: setup, connection: connection,
      resumed: resumed?.journal, claimed: claimed, context)
    // The record of an application begins before its first step; that of a shard, to say that it was there.
    if plan != nil || setup.shard != nil, let loss = await recording?.begin() {
      throw RunExecution.end(at: loss)
    }
    let directory = RunDirectory(setup.journal, context, isSimulated: setup.target.isSimulated)
    try report.share(name, recording == nil ? nil : directory)
    report.begin(
      run: name, connection, isSimulated: setup.target.isSimulated, isRecorded: recording != nil)
    let start = ContinuousClock.now
    var configuration = RunConfiguration(api: connection.api, check: runner.session)
    if case .dryRun = setup.target { configuration.isDry = true }
    configuration.sharding = setup.shard.map { Sharding($0) }
    configuration.policy.isReadOnly = setup.run.isReadOnly
    configuration.policy.isAtMostOnce = setup.connection.isAtMostOnce
    configuration.policy.resends = setup.run.resends
    configuration.policy.maximumChanges = setup.run.maximumChanges
    configuration.journal = recording?.file
    configuration.recorded = resumed?.recorded
    configuration.reports = [report]
    configuration.settings = settings
    configuration.interruption = interruption
    configuration.applySettings = connection.control.apply
    configuration.workspace = connection.workspace
    configuration.now = { Int(WallClock.now() / 1000) }
    let (confirmation, turn) = (confirmation(interruption), context.turn)
    configuration.confirm = { question in
      // A question that another account's output precedes would not be seen.
      if let turn, !confirmation.assumesYes { await turn.output.wait(for: turn.number) }
      return await confirmation.answer(question)
    }
    let control = connection.control
    let progress = ProgressState(total: total, activity: configuration.activity) {
      let throttled = control.throttled()
      return (control.inFlight(), throttled.count, throttled.wait)
    }
    configuration.reports.append(progress)
    let followed = configuration
    let result = await SignalHandling.listening(interruption, control, context) {
      await ProgressDisplay(setup.output, context).showing(progress) { await body(followed) }
    }
    return await end(result, recording, after: ContinuousClock.now - start)
  }

  func confirmation(_ interruption: Interruption) -> ConfirmationPrompt {
    ConfirmationPrompt(
      interruption: interruption, assumesYes: setup.run.assumesYes,
      scriptIsInput: runner.scripts.contains { $0.name == "-" }, context: context)
  }

  private static func end(at loss: JournalFailure) -> CommandEnd {
    CommandEnd(
      status: ExitStatus.outputFailed,
      message: "the journal cannot be written: \(loss.reason); nothing further was sent",
      help: "--journal-dir names another folder; --no-journal runs without one")
  }

  /// Ends the run: first the journal, then the report, then the message and the status.
  private func end(
    _ result: RunResult, _ recording: RunRecording?, after duration: Duration
  ) async -> CommandEnd {
    var status = ExitStatus.of(result)
    let loss = await recording?.end(exit: status, result)
    if loss != nil { status = ExitStatus.outputFailed }
    var message = ""
    if case .fileChanged(let what)? = result.halt { message = "\(what); nothing further was sent" }
    var help = resumeHelp(recording, status)
    if let loss {
      let end = RunExecution.end(at: loss)
      (message, help) = (end.message, end.help)
    }
    var ending = RunEnd(result.summary, duration: duration, exit: status)
    ending.inventions = connection.inventions()
    (ending.message, ending.help) = (message, help)
    report.end(ending)
    if report.isLost, loss == nil {
      status = ExitStatus.outputFailed
      message = "standard output could not be written; nothing further was sent"
      help = resumeHelp(recording, status)
    }
    return CommandEnd(status: status, message: message, help: help)
  }

  private func resumeHelp(_ recording: RunRecording?, _ status: Int32) -> String? {
    guard status != ExitStatus.success else { return nil }
    return recording?.resumeCommand.map { "to resume this run: \($0)" }
  }
}
