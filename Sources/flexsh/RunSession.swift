import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import SystemPackage

/// One run from the check to the exit status.
struct RunSession {
  let runner: BatchRunner
  let connection: ConnectionOptions
  let run: RunOptions
  let output: OutputOptions
  let journal: JournalOptions
  /// The run that is gone on with, and its journal, locked.
  var resumed: (past: PastRun, file: FileDescriptor)?

  private let environment = ProcessEnvironment.variables()

  init(
    runner: BatchRunner, connection: ConnectionOptions, run: RunOptions, output: OutputOptions,
    journal: JournalOptions, resumed: (past: PastRun, file: FileDescriptor)? = nil
  ) {
    self.runner = runner
    self.connection = connection
    self.run = run
    self.output = output
    self.journal = journal
    self.resumed = resumed
  }

  /// Checks, runs, and ends the program.
  func run() async throws -> Never {
    if connection.simulate { runner.session.collectsSIDs = true }
    try check()
    runner.session.isNoting = false
    try await refuseTooManyChanges()
    let status: Int32
    if connection.dryRun {
      status = try await carryOut(
        on: DryRun(), account: nil, baseURL: connection.url(environment: environment).description)
    } else if connection.simulate {
      status = try await simulate()
    } else {
      let credentials = try TwilioEnvironment(environment).credentials()
      if let account = resumed?.past.header.account, account != credentials.account {
        throw Exit(
          status: ExitStatus.refused,
          message: "the run is on \(account), and the credentials are of \(credentials.account)")
      }
      status = try await asking.with { try await carryOut(on: $0, account: $1, baseURL: $2, $3) }
    }
    throw Exit(status: status, message: "")
  }

  private func check() throws {
    let mayRun: Bool
    do throws(SourceFailure) {
      mayRun = try runner.check(strictly: run.strict)
    } catch {
      throw Exit(status: ExitStatus.noInput, message: "a script cannot be read: \(error.reason)")
    }
    DiagnosticOutput.write(runner.session.lists)
    guard mayRun else {
      throw Exit(
        status: ExitStatus.checkFailed,
        message: runner.session.hasErrors
          ? "the script does not check; nothing was sent"
          : "the script has warnings, and --strict was given; nothing was sent")
    }
  }

  // MARK: Whom to ask

  private var asking: Asking {
    Asking(connection: connection, output: output, settings: settings)
  }

  private func simulate() async throws -> Int32 {
    let flex: SimulatedFlex
    if let fixture = connection.fixture {
      flex = try FixtureOpening.open(fixture)
    } else {
      flex = .conjured(
        from: runner.session.collectedSIDs + [runner.argumentSIDs], seed: connection.faults.seed)
    }
    return try await SimulatorServer.with(flex, faults: connection.faults.plan) { url in
      let account = "AC" + String(repeating: "0", count: 32)
      let credentials = Credentials(
        account: account, username: account, secret: Secret("simulated"))
      return try await asking.with(try BaseURL(url), credentials) {
        try await carryOut(on: $0, account: $1, baseURL: $2, $3)
      }
    }
  }

  // MARK: Carrying out

  private func carryOut(
    on api: any InteractionsAPI, account: String?, baseURL: String,
    _ control: RequestControl = .none
  ) async throws -> Int32 {
    switch output.output {
    case .text:
      return try await carryOut(on: api, account, baseURL, textReport(), control)
    case .ndjson:
      let stream = OutputStream(
        .standardOutput, isBuffered: !Terminal.isTerminal(.standardOutput))
      return try await carryOut(on: api, account, baseURL, NDJSONReport(stream), control)
    }
  }

  private func textReport() -> TextReport {
    let isTerminal = Terminal.isTerminal(.standardOutput)
    return TextReport(
      output: OutputStream(.standardOutput, isBuffered: !isTerminal),
      errors: OutputStream(.standardError, isBuffered: false),
      palette: Palette(output.color, environment: environment, isTerminal: isTerminal),
      errorPalette: Palette(
        output.color, environment: environment, isTerminal: Terminal.isTerminal(.standardError)),
      amount: output.quiet ? .less : .normal,
      width: isTerminal ? Terminal.width(.standardOutput) : nil)
  }

  private func carryOut<Report: EventReport>(
    on api: any InteractionsAPI, _ account: String?, _ baseURL: String, _ report: Report,
    _ control: RequestControl
  ) async throws -> Int32 {
    guard !runner.scripts.isEmpty else {
      await prompt(on: api, report, control)
      return ExitStatus.success
    }
    var report = report
    let now = WallClock.now()
    var generator = SystemRandomNumberGenerator()
    let name = resumed?.past.header.run ?? RunID.make(milliseconds: now, using: &generator)
    var door = Door(api)
    door.past = resumed?.past
    door.isReadOnly = run.readOnly
    door.maximumChanges = run.maxChanges
    let recording = try account.flatMap { account in
      try journal.recording(
        of: runner, run: name, account: account, baseURL: baseURL, environment: environment,
        connection: connection, keepsGoing: settings.keepsGoing, resumed: resumed?.file)
    }
    if let recording { door.journal = recording.file }
    var scripts: [(name: String, sha256: String)] = []
    for script in runner.scripts {
      // A hash costs reading the script once more, and only programs are told it.
      let hash = output.output == .ndjson ? try ScriptHash.sha256(script) : ""
      scripts.append((script.name, hash))
    }
    report.begin(
      RunStart(
        run: name, scripts: scripts, account: account, baseURL: baseURL, version: Flexsh.version))
    let start = ContinuousClock.now
    let interruption = Interruption()
    let (yes, begun, chosen, opened) = (run.yes, report, settings, door)
    let interpreter = await SignalHandling.listening(interruption, control) {
      await runner.run(
        through: opened, report: begun, settings: chosen, clock: ContinuousClock(),
        interruption: interruption, applySettings: control.apply
      ) { question in
        guard let answer = Confirming.ask(question, assumingYes: yes) else { return .nobody }
        return answer ? .yes : .no
      }
    }
    report = interpreter.report
    var status = ExitStatus.of(interpreter)
    var loss: JournalFailure?
    if let recording {
      loss = await recording.end(exit: status, interpreter.summary)
      if loss != nil { status = ExitStatus.outputFailed }
    }
    report.end(interpreter.summary, duration: ContinuousClock.now - start, exit: status)
    if report.isLost { status = ExitStatus.outputFailed }
    if let loss {
      throw Exit(
        status: status, message: "the journal cannot be written: \(loss.reason); "
          + "nothing further was sent",
        help: "--journal-dir names another folder; --no-journal runs without one")
    }
    if case .fileChanged(let what)? = interpreter.halt {
      throw Exit(status: status, message: "\(what); the run ended there")
    }
    if status != ExitStatus.success, let command = recording?.resumeCommand {
      throw Exit(status: status, message: "", help: "to go on with this run: \(command)")
    }
    return status
  }

  /// Refuses a run that would change more than it may, where that can be known before.
  private func refuseTooManyChanges() async throws {
    guard let most = run.maxChanges, !runner.scripts.isEmpty else { return }
    let planned = await runner.run(
      through: Door(DryRun()), report: CountingReport(), settings: settings,
      clock: ImmediateClock(), interruption: Interruption(), applySettings: { _ in },
      confirm: { _ in .yes })
    let count = planned.summary.planned
    guard count > most else { return }
    throw Exit(
      status: ExitStatus.refused,
      message: "the run would change \(count) things, and --max-changes allows \(most); "
        + "nothing was sent")
  }

  /// What the command line sets, and a script's `set` does not change.
  private var settings: Settings {
    var settings = Settings()
    if let timeout = connection.timeout {
      settings.timeout = timeout
      settings.fixed.insert(.timeout)
    }
    if let retries = connection.retries {
      settings.retries = retries
      settings.fixed.insert(.retries)
    }
    if let jobs = connection.jobs {
      settings.jobs = jobs
      settings.fixed.insert(.jobs)
    }
    if let rate = connection.rate {
      settings.rate = rate
      settings.fixed.insert(.rate)
    }
    if run.keepGoing {
      settings.keepsGoing = true
      settings.fixed.insert(.onError)
    }
    return settings
  }

  /// Reads sentences from the terminal until it is left.
  private func prompt<Report: EventReport>(
    on api: any InteractionsAPI, _ report: Report, _ control: RequestControl
  ) async {
    let yes = run.yes
    var door = Door(api)
    door.isReadOnly = run.readOnly
    let interpreter = Interpreter(
      door: door, check: runner.session, report: report, settings: settings,
      clock: ContinuousClock(), interruption: Interruption(), applySettings: control.apply,
      confirm: { question in
        guard let answer = Confirming.ask(question, assumingYes: yes) else { return .nobody }
        return answer ? .yes : .no
      })
    let running = RunningSentence()
    let editor = LineEditor()
    var repl = REPL(
      reader: TerminalReader(editor), session: runner.session, interpreter: interpreter,
      name: connection.simulate ? "sim" : connection.dryRun ? "dry" : "flexsh",
      write: { text in
        var output = OutputStream(.standardOutput, isBuffered: true)
        output.write(text)
        output.flush()
      },
      whileRunning: { interruption, body in
        control.begin()
        running.set(interruption)
        await body()
        running.set(nil)
      })
    await SignalHandling.prompting(running, control) { await repl.run() }
    await editor.close()
  }
}

/// What a run can do to whoever carries out its requests.
struct RequestControl: Sendable {
  /// Takes over what a script sets.
  let apply: @Sendable (Settings) -> Void
  /// Lets requests begin, after an ``end``.
  let begin: @Sendable () -> Void
  /// Begins and repeats no more requests.
  let end: @Sendable () -> Void
  /// Cuts what is in flight.
  let cut: @Sendable () -> Void

  /// Where nothing is sent.
  static let none = RequestControl(apply: { _ in }, begin: {}, end: {}, cut: {})
}

extension Settings {
  /// What they mean for requests.
  func apply(to limits: inout TwilioFlex.Limits) {
    limits.timeout = timeout
    limits.policy.retries = retries
    limits.concurrency = jobs
    limits.interval = rate.map { .seconds(1 / $0.perSecond) }
  }
}
