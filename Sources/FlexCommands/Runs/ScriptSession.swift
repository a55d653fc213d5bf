import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexStorage

/// Scripts on their way from the check to an API.
struct ScriptSession {
  let runner: BatchRunner
  let setup: RunSetup
  let context: CommandContext

  init(_ runner: BatchRunner, _ setup: RunSetup, _ context: CommandContext) {
    self.runner = runner
    self.setup = setup
    self.context = context
    if setup.target.isSimulated { runner.session.collectsSIDs = true }
  }

  /// Checks the scripts; ends the command if they must not run.
  ///
  /// `report`: is told what the check has found, and which tables the scripts show.
  func check(_ report: CallReport) throws {
    try refuseSecrets()
    let mayRun: Bool
    do throws(SourceFailure) {
      mayRun = try runner.check(strictly: setup.run.isStrict)
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "a script cannot be read: \(error.reason)")
    }
    DiagnosticOutput.write(runner.session.lists, context)
    report.note(runner.session)
    try report.refuseToReplace(runner.session)
    guard mayRun else {
      throw CommandEnd(
        status: ExitStatus.checkFailed,
        message: runner.session.hasErrors
          ? "the script has errors; nothing was sent"
          : "the script has warnings, and --strict was given; nothing was sent")
    }
    runner.session.isNoting = false
    if setup.shard != nil { try checkShards(report) }
    if !runner.scripts.isEmpty { try report.chooseTable(among: runner.session.shownTables) }
  }

  /// Takes over what the check of the scripts has found, which was said before.
  func adopt(_ report: CallReport) throws {
    report.note(runner.session)
    if !runner.scripts.isEmpty { try report.chooseTable(among: runner.session.shownTables) }
  }

  /// Checks that the scripts can be executed in shards.
  private func checkShards(_ report: CallReport) throws {
    let session = runner.session
    let (known, collects) = (session.lists.count, session.collectsSIDs)
    session.collectsSIDs = false
    defer { session.collectsSIDs = collects }
    var check = ShardCheck(session, countsChanges: setup.run.maximumChanges != nil)
    do throws(SourceFailure) {
      for script in runner.scripts { try check.check(script, arguments: runner.arguments) }
    } catch {
      throw CommandEnd(
        status: ExitStatus.refused,
        message: "\(error.file ?? "a script"): \(error.reason); nothing was sent")
    }
    let found = Array(session.lists.dropFirst(known))
    guard !found.isEmpty else { return }
    DiagnosticOutput.write(found, context)
    report.note(found)
    throw CommandEnd(
      status: ExitStatus.checkFailed,
      message: "the script cannot be executed in shards; nothing was sent",
      help: "flexsh help shards says what can be")
  }

  /// Refuses an argument that contains a secret in use: journals and reports keep arguments.
  func refuseSecrets() throws {
    let secrets =
      (setup.account?.knownSecrets ?? []) + TwilioEnvironment(context.variables).allSecrets
    let redaction = Redaction(secrets)
    for name in runner.arguments.keys.sorted() {
      guard let value = runner.arguments[name], redaction.hiding(value) != nil else { continue }
      throw CommandEnd(
        status: ExitStatus.checkFailed,
        message: "the value of `\(name)` contains a secret in use; nothing was sent",
        help: "journals, reports and messages keep arguments; no sentence needs a secret")
    }
  }

  /// Runs a body with the API that the setup names.
  ///
  /// `account`: finds the account for a server, and refuses a wrong one.
  func connected(
    _ account: (AccountResolver) async throws -> Void = { _ in },
    _ body: (Connection) async throws -> CommandEnd
  ) async throws -> CommandEnd {
    func resolve() throws -> AccountResolver {
      guard let resolver = try setup.resolvedAccount(context) else {
        preconditionFailure("only a simulator needs no account")
      }
      return resolver
    }
    switch setup.target {
    case .dryRun:
      let resolver = try resolve()
      let dry: any TwilioAPI =
        setup.output.verbosity == 0
        ? DryRun()
        : ShownDryRun(
          origins: resolver.origins, usesKey: resolver.usesKey, log: LogOutput(context: context))
      return try await body(
        Connection(
          api: dry, account: nil, baseURL: resolver.origins.description,
          secrets: resolver.knownSecrets))
    case .server:
      let resolver = try resolve()
      try await account(resolver)
      return try await clients.with(resolver, body)
    case .simulator(let fixture, let faults, let seed):
      let flex = try simulator(fixture, seed: seed)
      return try await SimulatorServer.with(flex, faults: faults) { url in
        let credentials = Credentials.simulated(account: "AC" + String(repeating: "0", count: 32))
        return try await clients.with(
          Origins(try BaseURL(url)), credentials,
          secrets: TwilioEnvironment(context.variables).allSecrets
        ) { connection in
          var connection = connection
          connection.inventions = { flex.inventions }
          let interactions = flex.interactions
          connection.world = SimulatedWorld(
            name: fixture ?? "demo world", interactions: interactions.count,
            largest: interactions.largest)
          return try await body(connection)
        }
      }
    }
  }

  private var clients: ClientFactory { ClientFactory(setup, context) }

  private func simulator(_ fixture: String?, seed: UInt64) throws -> SimulatedTwilio {
    try fixture.map { try FixtureOpening.open($0) }
      ?? .inferred(from: Inference(runner), seed: seed)
  }

  /// The changes that a run would make, as far as they are known before.
  func foreseenChanges(_ recorded: RecordedRun?) async -> ForeseenChanges {
    let report = ForeseenChanges()
    await foresee(recorded, report)
    return report
  }

  /// How many actions a run has, if that does not depend on live data.
  func foreseenCount(_ recorded: RecordedRun?) async -> Int? {
    let report = ForeseenCount()
    await foresee(recorded, report, setup.shard.map { Sharding($0) })
    return report.isKnown ? report.count : nil
  }

  /// `sharding`: the part that is foreseen; `nil` for the whole group.
  private func foresee(
    _ recorded: RecordedRun?, _ report: any RunReport, _ sharding: Sharding? = nil
  ) async {
    var configuration = RunConfiguration(api: DryRun(), check: runner.session)
    // What the resumed run has done is not counted again.
    configuration.recorded = recorded
    configuration.sharding = sharding
    configuration.reports = [report]
    configuration.settings = Settings(setup)
    configuration.clock = ImmediateClock()
    configuration.confirm = { _ in .yes }
    _ = await runner.run(configuration)
  }
}

extension Inference {
  /// What the scripts of a run name and look for.
  init(_ runner: BatchRunner) {
    let named = runner.session.named
    self.init(runner.session.collectedSIDs + [runner.argumentSIDs])
    names = named.names.map { ($0.type, $0.text) }
    states = named.states.map { ($0.type, $0.text) }
    age = named.age.map { Int($0.components.seconds) }
    ended = named.ended.map { ($0.sid, $0.operation) }
  }
}
