import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexStorage
import SystemPackage

/// What `apply` is asked for.
package struct ApplyRequest: Sendable {
  /// The file of the plan; `-` is standard input.
  package var plan: String
  /// Everything else.
  package var setup: RunSetup

  /// Puts a request together.
  package init(plan: String, _ setup: RunSetup) {
    self.plan = plan
    self.setup = setup
  }
}

extension Commands {
  /// Executes a saved plan, each step only while what it depends on is as the plan saw it.
  package static func apply(
    _ request: ApplyRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CallReport.reporting(request.setup.output, context) { report in
      let setup = try request.setup.withAccount(context)
      report.note(setup)
      let file = try ScriptOpening.open(request.plan, isRecorded: false)
      return try await PlanApplication(file: file, setup: setup, context: context, report: report)
        .run()
    }
  }
}

/// A plan that is executed, or resumed.
struct PlanApplication {
  let file: OpenedFile
  let setup: RunSetup
  let context: CommandContext
  /// Where everything is reported.
  let report: CallReport
  /// The run that is resumed, and its journal, locked.
  var resumed: (recorded: RecordedRun, journal: LockedJournal)?
  /// The journal of the first application, which is empty.
  var claimed: LockedJournal?

  /// How long an application waits for another one of the same plan.
  private static let patience = Duration.seconds(30)

  /// Executes the plan.
  func run() async throws -> CommandEnd {
    let plan = try PlanFile(try ScriptOpening.bytes(of: file), name: file.name)
    try report.note([file])
    try report.chooseTable(among: [])
    try refuseWhatIsNotMeant(plan)
    var account: AccountResolver?
    if !setup.target.isSimulated {
      account = try setup.resolvedAccount(context)
      try account?.refuse("the plan", unlessFor: plan.account, at: plan.baseURL)
    }
    context.say(
      VisibleText.escaped("applying \(file.name): \(plan.origin(now: WallClock.now()))") + "\n")
    var application = self
    if resumed == nil { try await application.takeJournal(of: plan) }
    return try await application.execute(plan, account)
  }

  private func execute(_ plan: PlanFile, _ account: AccountResolver?) async throws -> CommandEnd {
    let clients = ClientFactory(setup, context)
    let interruption = Interruption()
    try await confirm(plan, on: account?.production, interruption)
    guard let account else {
      guard case .simulator(let fixture, let faults, _) = setup.target else {
        preconditionFailure("only a simulator needs no account")
      }
      let flex =
        try fixture.map { try FixtureOpening.open($0) }
        ?? .inferred(from: Inference(plan.content))
      return try await SimulatorServer.with(flex, faults: faults) { url in
        try await clients.with(
          Origins(try BaseURL(url)), Credentials.simulated(account: plan.account), secrets: []
        ) { try await execute(plan, on: $0, interruption) }
      }
    }
    return try await clients.with(account) { try await execute(plan, on: $0, interruption) }
  }

  /// Refuses a plan for another target than the command line names, and one that is too large.
  private func refuseWhatIsNotMeant(_ plan: PlanFile) throws {
    let changes = plan.content.actions.count - plan.content.refused
    if let most = setup.run.maximumChanges, changes > most {
      throw CommandEnd(
        status: ExitStatus.refused,
        message: "the plan would change \(changes.things), and --max-changes allows "
          + "\(most); nothing was sent")
    }
    guard setup.target.isSimulated != plan.isSimulated else { return }
    if plan.isSimulated {
      throw CommandEnd(
        status: ExitStatus.refused,
        message:
          "the plan was made with the simulator, and would now be applied to a real account; "
          + "nothing was sent",
        help: "to rehearse it, run the command again with --simulate")
    }
    throw CommandEnd(
      status: ExitStatus.refused,
      message: "the plan is for \(plan.account) at \(plan.baseURL), and --simulate uses the "
        + "simulator; nothing was sent",
      help: "flexsh plan --simulate makes a plan to rehearse with")
  }

  /// Takes the plan's journal: that of an earlier application, or a new one.
  ///
  /// The journal is what keeps two applications of a plan apart. If another process is applying it, that
  /// one is waited for.
  private mutating func takeJournal(of plan: PlanFile) async throws {
    let directory = RunDirectory(setup.journal, context, isSimulated: setup.target.isSimulated)
    let start = ContinuousClock.now
    while true {
      switch try claim(plan.run, in: directory) {
      case .new(let journal):
        claimed = journal
        return context.say(
          "there is no journal of an earlier apply in "
            + "\(VisibleText.escaped(directory.path.string))\n")
      case .earlier(let journal, let recorded):
        resumed = (recorded, journal)
        return context.say(
          "an earlier apply is in the journal: \(VisibleText.escaped(recorded.counts.recap))\n")
      case .taken:
        guard ContinuousClock.now - start < Self.patience else {
          throw CommandEnd(
            status: ExitStatus.busy,
            message: "another process is applying this plan; try again later; nothing was sent")
        }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private func claim(_ run: String, in directory: RunDirectory) throws -> RunDirectory.Claim {
    do throws(JournalFailure) {
      return try directory.claim(run)
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "the journal of this plan: \(error.reason)",
        help: "nothing was sent")
    }
  }

  /// Asks what a production profile asks.
  private func confirm(
    _ plan: PlanFile, on profile: Profile?, _ interruption: Interruption
  ) async throws {
    guard !setup.run.isReadOnly, let profile else { return }
    let question = ProductionQuestion(profile: profile, plan.content)
    guard question.isDue else { return }
    let prompt = ConfirmationPrompt(
      interruption: interruption, assumesYes: setup.run.assumesYes,
      scriptIsInput: file.name == "-", context: context)
    try await SignalHandling.asking(interruption, context) {
      try await prompt.production(question)
    }
  }

  private func execute(
    _ plan: PlanFile, on connection: Connection, _ interruption: Interruption
  ) async throws -> CommandEnd {
    var execution = RunExecution(
      setup: setup, connection: connection, context: context,
      runner: BatchRunner(scripts: [file], arguments: [:], files: Files(root: nil)),
      report: report, resumed: resumed)
    execution.claimed = claimed
    execution.plan = plan.run
    execution.total = plan.content.actions.count
    return try await execution.execute(interruption) { configuration in
      let runner = ScriptRunner(configuration)
      await runner.apply(plan.content)
      return runner.result
    }
  }
}

extension Inference {
  /// What a plan names.
  fileprivate init(_ plan: PlanContent) {
    let operations = plan.actions.map(\.operation)
    self.init(
      operations.map { operation in
        operation.addressed.sids + (operation.trail?.steps.map(\.sid) ?? [])
      })
    ended = operations.compactMap { operation in
      operation.definition.precondition.endsTasks
        ? operation.sid.map { ($0, operation.definition) } : nil
    }
  }
}
