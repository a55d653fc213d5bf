import ArgumentParser
import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import SystemPackage

/// Carries out a plan.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Carry out exactly a saved plan, each step only while what the plan saw still holds.",
    discussion: """
      The live state is looked at just before each step. A plan is carried out where it was made.
      """)

  @Argument(help: "The plan that `flexsh plan --out` saved.")
  var plan: String

  @OptionGroup(visibility: .hidden)
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
    if target.baseURL != nil || target.fixture != nil {
      throw ValidationError(
        "a plan is carried out where it was made: "
          + (target.fixture == nil ? "--base-url" : "--fixture") + " is not taken")
    }
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
  /// Whom to ask, as the command line has it; the plan knows better.
  let target: Target
  let connection: ConnectionOptions
  let run: RunOptions
  let journal: JournalOptions
  let output: OutputOptions
  var resumed: (past: PastRun, file: FileDescriptor)?

  func carryOut() async throws -> Never {
    let plan = try PlanFile(try ScriptOpening.bytes(of: file), name: file.name)
    try refuseWhatIsNotMeant(plan)
    try confirm(plan)
    let settings = Settings(connection, run)
    let asking = Asking(connection: connection, output: output, settings: settings)
    let status: Int32
    if plan.isSimulated {
      var faults = FaultPlan([])
      if case .simulator(_, let given, _) = target { faults = given }
      let sids = plan.steps.map { AnySID.all(in: Array($0.operation.path.utf8)[...]) }
      status = try await SimulatorServer.with(
        .conjured(from: sids), faults: faults
      ) { url in
        let credentials = Credentials(
          account: plan.account, username: plan.account, secret: Secret("simulated"))
        return try await asking.with(try BaseURL(url), credentials) {
          try await carryOut(plan, settings, $0, $1, $2, $3)
        }
      }
    } else {
      let access = try Access(
        profile: connection.profile, environment: ProcessEnvironment.variables())
      if !run.readOnly {
        try Confirming.production(
          access.profile, changes: plan.steps.count, assumingYes: run.yes)
      }
      status = try await asking.with(access, at: plan.baseURL) { api, account, url, control in
        guard account == plan.account else {
          throw Exit(
            status: ExitStatus.refused,
            message: "the plan is for \(plan.account), and the credentials are of \(account)")
        }
        return try await carryOut(plan, settings, api, account, url, control)
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
    if target.isSimulated, !plan.isSimulated {
      throw Exit(
        status: ExitStatus.refused,
        message: "the plan is for \(plan.account) at \(plan.baseURL), and --simulate asks a "
          + "simulator; nothing was sent",
        help: "flexsh plan --simulate makes a plan to rehearse with")
    }
  }

  /// Asks what the script asks.
  private func confirm(_ plan: PlanFile) throws {
    for question in plan.questions where !run.readOnly {
      let refusal: String
      switch Confirming.answer(question, assumingYes: run.yes) {
      case .yes: continue
      case .no: refusal = "not confirmed"
      case .nobody: refusal = "nobody is there to confirm (`--yes` would answer)"
      }
      throw Exit(
        status: ExitStatus.refused, message: "\(refusal): \(question); nothing was sent")
    }
  }

  private func carryOut(
    _ plan: PlanFile, _ settings: Settings, _ api: any InteractionsAPI, _ account: String,
    _ url: String, _ control: RequestControl
  ) async throws -> Int32 {
    switch output.output {
    case .text:
      return try await carryOut(
        plan, settings, api, account, url, control, TextReport.standard(output))
    case .ndjson:
      return try await carryOut(
        plan, settings, api, account, url, control, NDJSONReport.standard())
    }
  }

  private func carryOut<Report: EventReport>(
    _ plan: PlanFile, _ settings: Settings, _ api: any InteractionsAPI, _ account: String,
    _ url: String, _ control: RequestControl, _ report: Report
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
      isAtMostOnce: connection.atMostOnce, isPlan: true, maximumChanges: run.maxChanges,
      resumed: resumed?.file)
    var door = Door(api)
    door.past = resumed?.past
    door.isReadOnly = run.readOnly
    door.isAtMostOnce = connection.atMostOnce
    if let recording { door.journal = recording.file }
    report.begin(
      RunStart(
        run: name, scripts: [(file.name, try ScriptHash.sha256(file))], account: account,
        baseURL: url, version: Flexsh.version))
    let start = ContinuousClock.now
    let interruption = Interruption()
    let (begun, opened, yes) = (report, door, run.yes)
    let interpreter = await SignalHandling.listening(interruption, control) {
      var interpreter = Interpreter(
        door: opened, check: runner.session, report: begun, settings: settings,
        clock: ContinuousClock(), interruption: interruption, applySettings: control.apply,
        confirm: { Confirming.answer($0, assumingYes: yes) })
      await interpreter.apply(plan.steps)
      return interpreter
    }
    report = interpreter.report
    return try await RunEnding(recording: recording, start: start).end(interpreter, report)
  }
}
