import FlexAPI
import FlexClient
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
  /// Executes a saved plan, each step only while what the plan saw still holds.
  package static func apply(
    _ request: ApplyRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      try await PlanApplication(
        file: try ScriptOpening.open(request.plan), setup: request.setup, context: context
      ).run()
    }
  }
}

/// A plan that is executed, or resumed.
struct PlanApplication {
  let file: OpenedFile
  let setup: RunSetup
  let context: CommandContext
  /// The run that is resumed, and its journal, locked.
  var resumed: (recorded: RecordedRun, file: FileDescriptor)?

  /// Executes the plan.
  func run() async throws -> CommandEnd {
    let plan = try PlanFile(try ScriptOpening.bytes(of: file), name: file.name)
    try refuseWhatIsNotMeant(plan)
    let clients = ClientFactory(setup, context)
    let interruption = Interruption()
    switch setup.target {
    case .simulator(let fixture, let faults, _):
      try await confirm(plan, on: nil, interruption)
      let sids = plan.steps.map { AnySID.all(in: Array($0.operation.path.utf8)[...]) }
      let flex = try fixture.map { try FixtureOpening.open($0) } ?? .inferred(from: sids)
      return try await SimulatorServer.with(flex, faults: faults) { url in
        try await clients.with(
          Origins(try BaseURL(url)), Credentials.simulated(account: plan.account), secrets: []
        ) { try await execute(plan, on: $0, interruption) }
      }
    case .server(let url), .dryRun(let url):
      let resolver = try AccountResolver(
        profile: setup.connection.profile, baseURL: url, environment: context.variables)
      try resolver.refuse("the plan", unlessFor: plan.account, at: plan.baseURL)
      try await confirm(plan, on: resolver.production, interruption)
      return try await clients.with(resolver) { try await execute(plan, on: $0, interruption) }
    }
  }

  /// Refuses a plan for another target than the command line names, and one that is too large.
  private func refuseWhatIsNotMeant(_ plan: PlanFile) throws {
    if let most = setup.run.maximumChanges, plan.steps.count > most {
      throw CommandEnd(
        status: ExitStatus.refused,
        message: "the plan would change \(plan.steps.count.things), and --max-changes allows "
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

  /// Asks what the script asks, and what a production profile asks.
  private func confirm(
    _ plan: PlanFile, on profile: Profile?, _ interruption: Interruption
  ) async throws {
    guard !setup.run.isReadOnly else { return }
    let prompt = ConfirmationPrompt(
      interruption: interruption, assumesYes: setup.run.assumesYes,
      scriptIsInput: file.name == "-", context: context)
    try await SignalHandling.asking(interruption, context) {
      for question in plan.questions {
        let refusal: String
        switch await prompt.answer(question) {
        case .yes: continue
        case _ where interruption.cause != nil: throw prompt.interrupted()
        case .no: refusal = "not confirmed"
        case .noTerminal: refusal = "cannot ask for confirmation without a terminal (--yes answers)"
        }
        throw CommandEnd(
          status: ExitStatus.refused, message: "\(refusal): \(question); nothing was sent")
      }
      guard let profile else { return }
      let question = ProductionQuestion(profile: profile, steps: plan.steps)
      if question.isDue { try await prompt.production(question) }
    }
  }

  private func execute(
    _ plan: PlanFile, on connection: Connection, _ interruption: Interruption
  ) async throws -> CommandEnd {
    var execution = RunExecution(
      setup: setup, connection: connection, context: context,
      runner: BatchRunner(scripts: [file], arguments: [:], files: Files(root: nil)),
      resumed: resumed)
    execution.isPlan = true
    return try await execution.execute(interruption) { configuration in
      let runner = ScriptRunner(configuration)
      await runner.apply(plan.steps)
      return runner.result
    }
  }
}
