import ArgumentParser
import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexStorage
import SystemPackage

/// Carries out a plan.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Carry out exactly a saved plan, each step only while what the plan saw still holds.",
    discussion: """
      The live state is looked at just before each step. The options, the environment and the profile
      decide where requests go; a plan that was made for another account or host is refused. The
      checksum of a plan guards against accidents only.
      """)

  @Argument(help: "The plan that `flexsh plan --out` saved.")
  var plan: String

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Run")
  var run: RunOptions

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    if target.dryRun {
      throw ValidationError("a plan was a rehearsal already: --dry-run is not taken")
    }
    try target.validate(with: connection)
  }

  func run() async throws {
    let file = try ScriptOpening.open(plan)
    try await PlanApplication(
      file: file, target: target.target, connection: connection, run: run, journal: journal,
      output: output
    ).carryOut()
  }
}

/// A plan on its way to being carried out, or gone on with.
struct PlanApplication {
  let file: OpenedFile
  /// Where requests go, as the command line has it.
  let target: Target
  let connection: ConnectionOptions
  let run: RunOptions
  let journal: JournalOptions
  let output: OutputOptions
  var resumed: (past: RecordedRun, file: FileDescriptor)?

  func carryOut() async throws -> Never {
    let plan = try PlanFile(try ScriptOpening.bytes(of: file), name: file.name)
    try refuseWhatIsNotMeant(plan)
    let settings = Settings(connection, run)
    let clients = ClientFactory(connection: connection, output: output, settings: settings)
    let interruption = Interruption()
    let status: Int32
    switch target {
    case .simulator(let fixture, let faults, _):
      try await confirm(plan, on: nil, interruption)
      let sids = plan.steps.map { AnySID.all(in: Array($0.operation.path.utf8)[...]) }
      let flex = try fixture.map { try FixtureOpening.open($0) } ?? .inferred(from: sids)
      status = try await SimulatorServer.with(flex, faults: faults) { url in
        let credentials = Credentials.simulated(account: plan.account)
        return try await clients.with(try BaseURL(url), credentials) {
          try await carryOut(plan, settings, $0, credentials, url, $3, interruption)
        }
      }
    case .server(let url), .dryRun(let url):
      let access = try AccountResolver(
        profile: connection.profile, baseURL: url, environment: ProcessEnvironment.variables())
      try access.refuse("the plan", unlessFor: plan.account, at: plan.baseURL)
      try await confirm(plan, on: access.profile, interruption)
      status = try await clients.with(access) { credentials, api, control in
        try await carryOut(
          plan, settings, api, credentials, access.baseURL.description, control, interruption)
      }
    }
    throw Exit(status: status, message: "")
  }

  /// Refuses a plan that is for somebody else than the command line means, or too large.
  private func refuseWhatIsNotMeant(_ plan: PlanFile) throws {
    if let most = run.maxChanges, plan.steps.count > most {
      throw Exit(
        status: ExitStatus.refused,
        message: "the plan would change \(plan.steps.count.things), and --max-changes allows "
          + "\(most); nothing was sent")
    }
    guard target.isSimulated != plan.isSimulated else { return }
    if plan.isSimulated {
      throw Exit(
        status: ExitStatus.refused,
        message:
          "the plan was made with the simulator, and would now be applied to a real account; "
          + "nothing was sent",
        help: "to rehearse it, run the command again with --simulate")
    }
    throw Exit(
      status: ExitStatus.refused,
      message: "the plan is for \(plan.account) at \(plan.baseURL), and --simulate uses the "
        + "simulator; nothing was sent",
      help: "flexsh plan --simulate makes a plan to rehearse with")
  }

  /// Asks what the script asks, and what a production profile asks.
  private func confirm(
    _ plan: PlanFile, on profile: Profile?, _ interruption: Interruption
  ) async throws {
    guard !run.readOnly else { return }
    let prompt = ConfirmationPrompt(
      interruption: interruption, assumesYes: run.yes, scriptIsInput: file.name == "-")
    try await SignalHandling.asking(interruption) {
      for question in plan.questions {
        let refusal: String
        switch await prompt.answer(question) {
        case .yes: continue
        case _ where interruption.cause != nil: throw prompt.interrupted()
        case .no: refusal = "not confirmed"
        case .noTerminal: refusal = "cannot ask for confirmation without a terminal (--yes answers)"
        }
        throw Exit(
          status: ExitStatus.refused, message: "\(refusal): \(question); nothing was sent")
      }
      try await prompt.production(profile, changes: plan.steps.count)
    }
  }

  private func carryOut(
    _ plan: PlanFile, _ settings: Settings, _ api: any InteractionsAPI, _ credentials: Credentials,
    _ url: String, _ control: RequestControl, _ interruption: Interruption
  ) async throws -> Int32 {
    switch output.output {
    case .text:
      return try await carryOut(
        plan, settings, api, credentials.account, url, control, interruption,
        TextReport.standard(output))
    case .ndjson:
      return try await carryOut(
        plan, settings, api, credentials.account, url, control, interruption,
        NDJSONReport.standard())
    }
  }

  private func carryOut<Report: EventReport>(
    _ plan: PlanFile, _ settings: Settings, _ api: any InteractionsAPI, _ account: String,
    _ url: String, _ control: RequestControl, _ interruption: Interruption, _ report: Report
  ) async throws -> Int32 {
    var report = report
    let environment = ProcessEnvironment.variables()
    var generator = SystemRandomNumberGenerator()
    let name =
      resumed?.past.header.run ?? RunID.make(milliseconds: WallClock.now(), using: &generator)
    let runner = BatchRunner(scripts: [file], arguments: [:], files: Files(root: nil))
    let recording = try journal.recording(
      of: runner, run: name, account: account, baseURL: url, environment: environment,
      isSimulated: plan.isSimulated, keepsGoing: settings.keepsGoing,
      isAtMostOnce: connection.atMostOnce, isPlan: true,
      resume: ResumeCommandLine(target, connection, run, journal), resumed: resumed?.file)
    var writes = WriteGuard(api)
    writes.past = resumed?.past
    writes.isReadOnly = run.readOnly
    writes.isAtMostOnce = connection.atMostOnce
    if let recording { writes.journal = recording.file }
    report.begin(
      RunStart(
        run: name, scripts: [(file.name, try ScriptHash.sha256(file))], account: account,
        baseURL: url, version: Flexsh.version))
    let start = ContinuousClock.now
    let (begun, opened) = (report, writes)
    let interpreter = await SignalHandling.listening(interruption, control) {
      var interpreter = Interpreter(
        writes: opened, check: runner.session, report: begun, settings: settings,
        clock: ContinuousClock(), interruption: interruption, applySettings: control.apply,
        confirm: ConfirmationPrompt(
          interruption: interruption, assumesYes: run.yes, scriptIsInput: file.name == "-"
        ).answer)
      await interpreter.apply(plan.steps)
      return interpreter
    }
    report = interpreter.report
    return try await RunCompletion(recording: recording, start: start).end(interpreter, report)
  }
}
