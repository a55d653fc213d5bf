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
  /// The run that is resumed, and its journal, locked.
  var resumed: (recorded: RecordedRun, journal: LockedJournal)?
  /// The journal of the run, if it has been created, and is empty.
  var claimed: LockedJournal?
  /// The name of the plan that is executed, which its run has too; `nil` for scripts.
  var plan: String?

  /// Executes the run: `body` gets everything that a runner needs.
  func execute(
    _ interruption: Interruption, _ body: (RunConfiguration) async -> RunResult
  ) async throws -> CommandEnd {
    let name = resumed?.recorded.header.run ?? plan ?? RunID.make(at: WallClock.now())
    let settings = Settings(setup)
    let recording = try RunRecording(
      of: runner, run: name, isPlan: plan != nil, setup: setup, connection: connection,
      resumed: resumed?.journal, claimed: claimed, context)
    // The record of an application begins before its first step.
    if plan != nil, let loss = await recording?.begin() { throw RunExecution.end(at: loss) }
    let report = Reports.standard(setup.output, context)
    report.begin(
      RunStart(
        run: name, scripts: try scripts(), account: connection.account,
        baseURL: connection.baseURL, version: Version.current))
    let start = ContinuousClock.now
    var configuration = RunConfiguration(api: connection.api, check: runner.session)
    if case .dryRun = setup.target { configuration.isDry = true }
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
    configuration.confirm = confirmation(interruption).answer
    let result = await SignalHandling.listening(interruption, connection.control, context) {
      await body(configuration)
    }
    return await end(result, recording, report, after: ContinuousClock.now - start)
  }

  func confirmation(_ interruption: Interruption) -> ConfirmationPrompt {
    ConfirmationPrompt(
      interruption: interruption, assumesYes: setup.run.assumesYes,
      scriptIsInput: runner.scripts.contains { $0.name == "-" }, context: context)
  }

  /// The scripts with their hashes, which only programs are shown: a hash costs reading the script
  /// once more.
  private func scripts() throws -> [(name: String, sha256: String)] {
    try runner.scripts.map { script in
      (
        script.name,
        setup.output.format == .ndjson || plan != nil ? try ScriptHash.sha256(script) : ""
      )
    }
  }

  private static func end(at loss: JournalFailure) -> CommandEnd {
    CommandEnd(
      status: ExitStatus.outputFailed,
      message: "the journal cannot be written: \(loss.reason); nothing further was sent",
      help: "--journal-dir names another folder; --no-journal runs without one")
  }

  /// Ends the run: first the journal, then the report, then the message and the status.
  private func end(
    _ result: RunResult, _ recording: RunRecording?, _ report: any RunReport,
    after duration: Duration
  ) async -> CommandEnd {
    var status = ExitStatus.of(result)
    let loss = await recording?.end(exit: status, result)
    if loss != nil { status = ExitStatus.outputFailed }
    var ending = RunEnd(result.summary, duration: duration, exit: status)
    ending.inventions = connection.inventions()
    report.end(ending)
    if report.isLost { status = ExitStatus.outputFailed }
    if let loss { return RunExecution.end(at: loss) }
    var message = ""
    if report.isLost { message = "standard output could not be written; nothing further was sent" }
    if case .fileChanged(let what)? = result.halt { message = "\(what); nothing further was sent" }
    let command = status == ExitStatus.success ? nil : recording?.resumeCommand
    return CommandEnd(
      status: status, message: message, help: command.map { "to resume this run: \($0)" })
  }
}
