import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexStorage
import Synchronization
import SystemPackage

/// One run from the check to the exit status.
struct RunSession {
  let runner: BatchRunner
  let target: Target
  let connection: ConnectionOptions
  let run: RunOptions
  let output: OutputOptions
  let journal: JournalOptions
  /// The run that is gone on with, and its journal, locked.
  var resumed: (past: RecordedRun, file: FileDescriptor)?
  /// Where the plan goes, for a run that is only planned.
  var planning: Planning?

  /// A run that is only planned.
  struct Planning {
    /// The file that takes the plan; `nil` for none.
    let out: String?
  }

  let environment = ProcessEnvironment.variables()

  init(
    runner: BatchRunner, target: Target, connection: ConnectionOptions, run: RunOptions,
    output: OutputOptions, journal: JournalOptions,
    resumed: (past: RecordedRun, file: FileDescriptor)? = nil
  ) {
    self.runner = runner
    self.target = target
    self.connection = connection
    self.run = run
    self.output = output
    self.journal = journal
    self.resumed = resumed
  }

  /// Checks, runs, and ends the program.
  func run() async throws -> Never {
    if target.isSimulated { runner.session.collectsSIDs = true }
    try check()
    runner.session.isNoting = false
    try await refuseTooManyChanges()
    let status: Int32
    switch target {
    case .dryRun(let url):
      let access = try AccountResolver(
        profile: connection.profile, baseURL: url, environment: environment)
      status = try await carryOut(
        on: DryRun(), account: nil, baseURL: access.baseURL.description,
        secrets: access.knownSecrets)
    case .simulator(let fixture, let faults, let seed):
      status = try await simulate(fixture, faults, seed: seed)
    case .server(let url):
      let access = try AccountResolver(
        profile: connection.profile, baseURL: url, environment: environment)
      if let header = resumed?.past.header {
        try access.refuse("run \(header.run)", unlessFor: header.account, at: header.baseURL)
      }
      try await confirmProduction(access.profile)
      status = try await clients.with(access) { credentials, api, control in
        try await carryOut(
          on: api, account: credentials.account, baseURL: access.baseURL.description, control,
          access.profile, secrets: access.knownSecrets + [credentials.secret])
      }
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

  private var clients: ClientFactory {
    ClientFactory(connection: connection, output: output, settings: settings)
  }

  private func simulate(
    _ fixture: String?, _ faults: FaultPlan, seed: UInt64
  ) async throws -> Int32 {
    let flex: SimulatedFlex
    if let fixture {
      flex = try FixtureOpening.open(fixture)
    } else {
      flex = .inferred(
        from: runner.session.collectedSIDs + [runner.argumentSIDs], seed: seed)
    }
    return try await SimulatorServer.with(flex, faults: faults) { url in
      let credentials = Credentials.simulated(account: "AC" + String(repeating: "0", count: 32))
      return try await clients.with(try BaseURL(url), credentials) {
        try await carryOut(
          on: $0, account: $1, baseURL: $2, $3,
          secrets: TwilioEnvironment(environment).allSecrets)
      }
    }
  }

  // MARK: Carrying out

  private func carryOut(
    on api: any InteractionsAPI, account: String?, baseURL: String,
    _ control: RequestControl = .none, _ profile: Profile? = nil, secrets: [Secret]
  ) async throws -> Int32 {
    guard !runner.scripts.isEmpty else {
      return try await PromptSession(
        self, api, account, baseURL, control, profile, secrets
      ).run()
    }
    switch output.output {
    case .text:
      return try await carryOut(on: api, account, baseURL, TextReport.standard(output), control)
    case .ndjson:
      return try await carryOut(on: api, account, baseURL, NDJSONReport.standard(), control)
    }
  }

  private func carryOut<Report: EventReport>(
    on api: any InteractionsAPI, _ account: String?, _ baseURL: String, _ report: Report,
    _ control: RequestControl
  ) async throws -> Int32 {
    if let planning { return try await plan(planning, on: api, account, baseURL, report, control) }
    var report = report
    let now = WallClock.now()
    var generator = SystemRandomNumberGenerator()
    let name = resumed?.past.header.run ?? RunID.make(milliseconds: now, using: &generator)
    var writes = WriteGuard(api)
    writes.past = resumed?.past
    writes.isReadOnly = run.readOnly
    writes.isAtMostOnce = connection.atMostOnce
    writes.maximumChanges = run.maxChanges
    let recording = try account.flatMap { account in
      try journal.recording(
        of: runner, run: name, account: account, baseURL: baseURL, environment: environment,
        isSimulated: target.isSimulated, keepsGoing: settings.keepsGoing,
        isAtMostOnce: connection.atMostOnce,
        resume: ResumeCommandLine(target, connection, run, journal), resumed: resumed?.file)
    }
    if let recording { writes.journal = recording.file }
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
    let (begun, chosen, opened) = (report, settings, writes)
    let interpreter = await SignalHandling.listening(interruption, control) {
      await runner.run(
        through: opened, report: begun, settings: chosen, clock: ContinuousClock(),
        interruption: interruption, applySettings: control.apply,
        confirm: confirmation(interruption).answer)
    }
    return try await RunCompletion(recording: recording, start: start)
      .end(interpreter, interpreter.report)
  }

  /// Shows what the run would do and what would be refused; sends no write.
  private func plan<Report: EventReport>(
    _ planning: Planning, on api: any InteractionsAPI, _ account: String?, _ baseURL: String,
    _ report: Report, _ control: RequestControl
  ) async throws -> Int32 {
    var report = PlanReport(report)
    var generator = SystemRandomNumberGenerator()
    let name = RunID.make(milliseconds: WallClock.now(), using: &generator)
    report.begin(
      RunStart(
        run: name, scripts: try runner.scripts.map { ($0.name, try ScriptHash.sha256($0)) },
        account: account, baseURL: baseURL, version: Flexsh.version))
    let start = ContinuousClock.now
    let interruption = Interruption()
    let (begun, chosen) = (report, settings)
    let questions = Mutex<[String]>([])
    let interpreter = await SignalHandling.listening(interruption, control) {
      await runner.run(
        through: WriteGuard(Planner(api)), report: begun, settings: chosen, clock: ImmediateClock(),
        interruption: interruption, applySettings: control.apply,
        confirm: { question in
          questions.withLock { $0.append(question) }
          return .yes
        })
    }
    let asked = questions.withLock { $0 }
    report = interpreter.report
    var status = ExitStatus.of(interpreter)
    if report.refused > 0, status == ExitStatus.success || status == ExitStatus.failed {
      status = ExitStatus.refused
    }
    report.end(interpreter.summary, duration: ContinuousClock.now - start, exit: status)
    if output.output == .text {
      var errors = OutputStream(.standardError, isBuffered: true)
      for question in asked { errors.write("asks: \(VisibleText.escaped(question))\n") }
      for total in report.totals { errors.write("would: \(total)\n") }
      if report.refused > 0 { errors.write("\(report.refused) would be refused\n") }
      if report.steps.isEmpty, status == ExitStatus.success { errors.write("nothing to do\n") }
      errors.flush()
    }
    guard status == ExitStatus.success || status == ExitStatus.refused else {
      throw Exit(
        status: status,
        message: "the plan could not be made"
          + (planning.out.map { "; \($0) was not written" } ?? ""))
    }
    if let out = planning.out {
      try PlanFile(
        run: name, account: account ?? "", baseURL: baseURL, isSimulated: target.isSimulated,
        questions: asked, steps: report.steps
      ).write(to: out)
      if output.output == .text {
        var errors = OutputStream(.standardError, isBuffered: true)
        errors.write(
          "Saved to \(VisibleText.escaped(out)). Apply it with: "
            + VisibleText.escaped(applyCommand(for: out)) + "\n")
        errors.flush()
      }
    }
    return report.isLost ? ExitStatus.outputFailed : status
  }

  /// The command that applies a plan, with the options that it needs to reach the same account.
  private func applyCommand(for plan: String) -> String {
    (["flexsh", "apply"] + ResumeCommandLine.target(target, connection) + [ShellWord.quoted(plan)])
      .joined(separator: " ")
  }

  /// How many things a run would change, as far as that can be known before.
  private func plannedChanges() async -> (count: Int, dependsOnLiveData: Bool) {
    // What was done before the run goes on counts no more.
    var writes = WriteGuard(DryRun())
    writes.past = resumed?.past
    let planned = await runner.run(
      through: writes, report: SilentReport(), settings: settings,
      clock: ImmediateClock(), interruption: Interruption(), applySettings: { _ in },
      confirm: { _ in .yes })
    return (planned.summary.planned, planned.report.leftOut)
  }

  /// Wants the name of a production profile typed, before a run changes several things.
  private func confirmProduction(_ profile: Profile?) async throws {
    // The prompt asks for each sentence.
    guard profile?.isProduction ?? false, !run.readOnly, planning == nil, !runner.scripts.isEmpty
    else { return }
    let changes = await plannedChanges()
    let interruption = Interruption()
    try await SignalHandling.asking(interruption) {
      try await confirmation(interruption).production(
        profile, changes: changes.dependsOnLiveData ? nil : changes.count)
    }
  }

  private func confirmation(_ interruption: Interruption) -> ConfirmationPrompt {
    ConfirmationPrompt(
      interruption: interruption, assumesYes: run.yes,
      scriptIsInput: runner.scripts.contains { $0.name == "-" })
  }

  /// Refuses a run that would change more than it may, where that can be known before.
  private func refuseTooManyChanges() async throws {
    guard let most = run.maxChanges, !runner.scripts.isEmpty else { return }
    let count = await plannedChanges().count
    guard count > most else { return }
    if output.output == .ndjson {
      var report = NDJSONReport.standard()
      var summary = RunSummary()
      summary.count(.notRun, times: count)
      report.end(summary, duration: .zero, exit: ExitStatus.refused)
    }
    throw Exit(
      status: ExitStatus.refused,
      message: "the run would change \(count.things), and --max-changes allows \(most); "
        + "nothing was sent")
  }

  var settings: Settings { Settings(connection, run) }
}

/// How a run controls the client that sends its requests.
struct RequestControl: Sendable {
  /// Applies what a script sets.
  let apply: @Sendable (Settings) -> Void
  /// Allows requests again, after ``end``.
  let begin: @Sendable () -> Void
  /// Starts and repeats no more requests.
  let end: @Sendable () -> Void
  /// Abandons the requests in flight.
  let cut: @Sendable () -> Void
  /// The number of requests that have been sent and not answered.
  let inFlight: @Sendable () -> Int

  /// For runs that send nothing.
  static let none = RequestControl(
    apply: { _ in }, begin: {}, end: {}, cut: {}, inFlight: { 0 })
}

extension Settings {
  /// What the command line sets, and a script's `set` does not change.
  init(_ connection: ConnectionOptions, _ run: RunOptions) {
    self.init()
    func fix<Value>(_ name: Name, _ path: WritableKeyPath<Settings, Value>, _ value: Value?) {
      guard let value else { return }
      self[keyPath: path] = value
      fixed.insert(name)
    }
    fix(.timeout, \.timeout, connection.timeout)
    fix(.retries, \.retries, connection.retries)
    fix(.jobs, \.jobs, connection.jobs)
    fix(.rate, \.rate, connection.rate)
    fix(.onError, \.keepsGoing, run.keepGoing ? true : nil)
  }

  /// What they mean for requests.
  func apply(to limits: inout TwilioFlex.Limits) {
    limits.timeout = timeout
    limits.policy.retries = retries
    limits.concurrency = jobs
    limits.interval = rate.map { .seconds(1 / $0.perSecond) }
  }
}
