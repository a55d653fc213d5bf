import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

/// What `run` is asked for.
package struct RunRequest: Sendable {
  /// Where the scripts come from.
  package enum Scripts: Sendable {
    /// Files; `-` is standard input.
    case files([String])
    /// The text of one script, from the command line.
    case text(String)
    /// What is typed at a prompt.
    case prompt
  }

  /// Where the scripts come from.
  package var scripts: Scripts
  /// The values for their parameters, as written on the command line.
  package var values: [String: String]
  /// Everything else.
  package var setup: RunSetup

  /// Puts a request together.
  package init(_ scripts: Scripts, values: [String: String] = [:], _ setup: RunSetup) {
    self.scripts = scripts
    self.values = values
    self.setup = setup
  }
}

/// What the subcommands do, as functions from a request to an end.
package enum Commands {
  /// Checks scripts, and runs them one after the other; or runs a prompt.
  package static func run(_ request: RunRequest, in context: CommandContext) async -> CommandEnd {
    let runs = request.setup.accounts.map { _ in RunsOutput(request.setup.output, context) }
    return await CallReport.reporting(request.setup.output, context, for: runs) { report in
      if case .prompt = request.scripts {
        guard [.text, .ndjson].contains(request.setup.output.format) else {
          throw CommandEnd(
            status: ExitStatus.usage,
            message: "-o \(request.setup.output.format.rawValue) is for scripts; the prompt prints "
              + "text or ndjson")
        }
        guard request.setup.output.reports.isEmpty else {
          throw CommandEnd(
            status: ExitStatus.usage, message: "a session at the prompt has no report in a file",
            help: "flexsh runs show last --report-html FILE writes one afterwards")
        }
      }
      if let accounts = request.setup.accounts, let runs {
        try refuse(accountsWith: request)
        return try await ProfileRuns(
          request: request, settings: accounts, context: context, report: report,
          output: runs
        ).run()
      }
      let choice = try shardChoice(request, context)
      // What is wrong with the configuration comes before what is wrong with a file.
      var setup = try request.setup.withAccount(context)
      setup.shard = choice?.shard
      report.note(setup)
      if case .prompt = request.scripts {
        return try await PromptSessions(request: request, context: context, report: report)
          .run(setup)
      }
      let runner = try runner(request)
      try report.note(runner.scripts)
      var session = RunSession(runner, setup, context, report)
      session.choice = choice
      return try await session.run()
    }
  }

  /// Refuses what several accounts cannot be combined with.
  private static func refuse(accountsWith request: RunRequest) throws {
    let reason: String
    if case .prompt = request.scripts {
      reason = "--profiles is for scripts, not for the prompt"
    } else if request.setup.connection.profile != nil {
      reason = "--profiles and --profile both name accounts: choose one"
    } else if request.setup.shards != nil {
      reason =
        "--profiles runs all of a script in each account, and --shard a part of it: choose one"
    } else if request.setup.target.isSimulated {
      reason = "--profiles names accounts, and --simulate needs none: choose one"
    } else {
      return
    }
    throw CommandEnd(status: ExitStatus.usage, message: reason)
  }

  /// The shard that is executed; `nil` for all of the run.
  private static func shardChoice(
    _ request: RunRequest, _ context: CommandContext
  ) throws -> ShardChoice? {
    guard let settings = request.setup.shards else { return nil }
    func refuse(_ message: String) -> CommandEnd {
      CommandEnd(status: ExitStatus.usage, message: message)
    }
    if case .prompt = request.scripts { throw refuse("--shard is for scripts, not for the prompt") }
    if request.setup.journal.isOff {
      throw refuse("--shard needs the journal: a shard that is started again reads it")
    }
    if case .files(let names) = request.scripts, Set(names).count < names.count {
      throw refuse("--shard runs each file once, and one is named twice")
    }
    let choice = try ShardChoice(settings, context.variables)
    if let source = choice.source {
      context.say("shard \(choice.shard.number) of \(choice.shard.count) (\(source))\n")
    }
    return choice
  }

  /// Reports a command line that is wrong to a program that reads standard output.
  package static func report(
    _ end: CommandEnd, in format: OutputSettings.Format, _ context: CommandContext
  ) {
    CallReport.reportUsage(end, format, context)
  }

  static func runner(_ request: RunRequest) throws -> BatchRunner {
    let scripts: [OpenedFile]
    var root: String?
    switch request.scripts {
    case .prompt: scripts = []
    case .text(let text):
      scripts = [OpenedFile(identity: "-c", name: "-c", source: BytesSource(text))]
    case .files(let names):
      scripts = try names.map { try ScriptOpening.open($0) }
      root = names.first { $0 != "-" }
    }
    return BatchRunner(
      scripts: scripts, arguments: request.values, files: Files(root: root))
  }
}

/// One run from the check to the exit status.
struct RunSession {
  let session: ScriptSession
  let report: CallReport
  /// The run that is resumed, and its journal, locked.
  var resumed: (recorded: RecordedRun, journal: LockedJournal)?
  /// The shard that is executed; `nil` for all of the run, and for a shard that is resumed by its name.
  var choice: ShardChoice?

  private var setup: RunSetup { session.setup }
  private var runner: BatchRunner { session.runner }

  init(
    _ runner: BatchRunner, _ setup: RunSetup, _ context: CommandContext, _ report: CallReport,
    resumed: (recorded: RecordedRun, journal: LockedJournal)? = nil
  ) {
    session = ScriptSession(runner, setup, context)
    self.report = report
    self.resumed = resumed
  }

  /// Refuses an account other than the resumed run's, and asks before changes in production.
  private func admit(_ resolver: AccountResolver) async throws {
    if let header = resumed?.recorded.header {
      try resolver.refuse("run \(header.run)", unlessFor: header.account, at: header.baseURL)
    }
    // Of several accounts, all were asked about before.
    guard session.context.turn == nil else { return }
    try await confirmProduction(resolver.production)
  }

  /// Checks, runs, and ends.
  func run() async throws -> CommandEnd {
    let journal = shardJournal
    try journal?.begin()
    try session.check(report)
    return try await runChecked(journal)
  }

  /// Runs scripts that have been checked in one account among several, and ends.
  func runChecked() async throws -> CommandEnd {
    try session.adopt(report)
    return try await runChecked(nil)
  }

  private func runChecked(_ journal: ShardJournal?) async throws -> CommandEnd {
    try await refuseTooManyChanges()
    return try await session.connected(admit) { connection in
      var execution = RunExecution(
        setup: setup, connection: connection, context: session.context, runner: runner,
        report: report, resumed: resumed)
      guard let journal else { return try await execute(&execution) }
      try journal.join(runner, connection, isSimulated: setup.target.isSimulated)
      switch try await journal.claim() {
      case .new(let file): execution.claimed = file
      case .earlier(let file, let past):
        if past.isFinished { return journal.finished(past) }
        journal.sayResuming(past)
        execution.resumed = (past, file)
      case .taken: preconditionFailure("a journal that is taken is waited for")
      }
      return try await journal.holding { try await execute(&execution) }
    }
  }

  /// The journal of the shard that is executed; `nil` if it is none, and in a dry run.
  private var shardJournal: ShardJournal? {
    guard let choice else { return nil }
    if case .dryRun = setup.target { return nil }
    return ShardJournal(
      choice: choice,
      directory: RunDirectory(
        setup.journal, session.context, isSimulated: setup.target.isSimulated),
      context: session.context)
  }

  private func execute(_ execution: inout RunExecution) async throws -> CommandEnd {
    if ProgressDisplay(setup.output, session.context).isShown {
      execution.total = await session.foreseenCount(execution.resumed?.recorded)
    }
    return try await execution.execute(Interruption()) { await runner.run($0) }
  }

  /// Asks for the name of a production profile before a run changes several things, or one that is in
  /// a loop or closes a channel.
  func confirmProduction(_ profile: Profile?) async throws {
    guard let profile, !setup.run.isReadOnly else { return }
    let foreseen = await session.foreseenChanges(setup.shard == nil ? resumed?.recorded : nil)
    let question = ProductionQuestion(profile: profile, foreseen, planning: planning)
    guard question.isDue else { return }
    let interruption = Interruption()
    let prompt = ConfirmationPrompt(
      interruption: interruption, assumesYes: setup.run.assumesYes,
      scriptIsInput: runner.scripts.contains { $0.name == "-" }, context: session.context)
    try await SignalHandling.asking(interruption, session.context) {
      try await prompt.production(question)
    }
  }

  /// The command that plans the run.
  private var planning: String {
    let files = runner.scripts.map { $0.name == "-" || $0.name == "-c" ? "FILE" : $0.name }
    let values = runner.arguments.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return
      (["flexsh", "plan"] + ResumeCommandLine.target(setup)
      + files.map(ShellWord.quoted) + values.map(ShellWord.quoted)).joined(separator: " ")
  }

  /// Refuses a run that would change more than it may, as far as that is known before.
  private func refuseTooManyChanges() async throws {
    guard let most = setup.run.maximumChanges else { return }
    // What was done is not started again; everything else is, and counts once.
    // A group counts as a whole, and what its shards have done is in their journals.
    let past = setup.shard == nil ? resumed?.recorded : nil
    let done = past.map { $0.count(.done) + $0.count(.skipped) } ?? 0
    let count = done + (await session.foreseenChanges(past).actions.count)
    guard count > most else { return }
    report.summary.count(.refused)
    report.summary.count(.notRun, times: count - 1)
    throw CommandEnd(
      status: ExitStatus.refused,
      message: "the run would change \(count.things), and --max-changes allows \(most); "
        + "nothing was sent")
  }
}
