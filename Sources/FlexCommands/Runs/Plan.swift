import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import Synchronization
import SystemPackage

/// What `plan` is asked for.
package struct PlanRequest: Sendable {
  /// The scripts; `-` is standard input.
  package var files: [String]
  /// The values for their parameters, as written on the command line.
  package var values: [String: String]
  /// Where the plan is saved; `nil` for nowhere.
  package var out: String?
  /// Everything else; a plan has no journal.
  package var setup: RunSetup

  /// Puts a request together.
  package init(files: [String], values: [String: String], out: String?, _ setup: RunSetup) {
    self.files = files
    self.values = values
    self.out = out
    self.setup = setup
  }
}

extension Commands {
  /// Shows what a run would do to the live state, and what would be refused; sends no write.
  package static func plan(
    _ request: PlanRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      let setup = try request.setup.withAccount(context)
      let runner = BatchRunner(
        scripts: try request.files.map { try ScriptOpening.open($0) }, arguments: request.values,
        files: Files(root: request.files.first { $0 != "-" }))
      if let out = request.out {
        let existing = try? Files.open(out)
        if let existing, runner.scripts.contains(where: { $0.identity == existing.identity }) {
          throw CommandEnd(
            status: ExitStatus.usage,
            message: "--out \(out) is the script itself; nothing was written")
        }
        try PlanFile.check(out)
      }
      let session = ScriptSession(runner, setup, context)
      try session.check()
      return try await session.connected { connection in
        try await Planning(session: session, connection: connection, out: request.out).plan()
      }
    }
  }
}

/// A run that is only planned.
private struct Planning {
  let session: ScriptSession
  let connection: Connection
  /// The file that takes the plan; `nil` for none.
  let out: String?

  private var setup: RunSetup { session.setup }
  private var context: CommandContext { session.context }

  func plan() async throws -> CommandEnd {
    let (report, plan) = (Reports.standard(setup.output, context), PlanReport())
    let name = RunID.make(at: WallClock.now())
    report.begin(
      RunStart(
        run: name, scripts: try session.runner.scripts.map { ($0.name, try ScriptHash.sha256($0)) },
        account: connection.account, baseURL: connection.baseURL, version: Version.current))
    let start = ContinuousClock.now
    let questions = Mutex<[String]>([])
    var configuration = RunConfiguration(
      api: Planner(connection.api), check: session.runner.session)
    configuration.reports = [plan, report]
    configuration.settings = Settings(setup)
    configuration.clock = ImmediateClock()
    configuration.applySettings = connection.control.apply
    configuration.confirm = { question in
      questions.withLock { $0.append(question) }
      return .yes
    }
    let planned = configuration
    let result = await SignalHandling.listening(
      planned.interruption, connection.control, context
    ) { await session.runner.run(planned) }
    var status = ExitStatus.of(result)
    if plan.refused > 0, status == ExitStatus.success || status == ExitStatus.failed {
      status = ExitStatus.refused
    }
    report.end(RunEnd(result.summary, duration: ContinuousClock.now - start, exit: status))
    let asked = questions.withLock { $0 }
    if setup.output.format == .text { sayTotals(of: plan, asked, status) }
    guard status == ExitStatus.success || status == ExitStatus.refused else {
      throw CommandEnd(
        status: status,
        message: "the plan could not be made" + (out.map { "; \($0) was not written" } ?? ""))
    }
    if let out { try save(plan, asked, name, to: out) }
    return CommandEnd(status: report.isLost ? ExitStatus.outputFailed : status)
  }

  private func sayTotals(of plan: PlanReport, _ questions: [String], _ status: Int32) {
    var text = ""
    for question in questions { text += "asks: \(VisibleText.escaped(question))\n" }
    for total in plan.totals { text += "would: \(total)\n" }
    if plan.refused > 0 { text += "\(plan.refused) would be refused\n" }
    if plan.steps.isEmpty, status == ExitStatus.success { text += "nothing to do\n" }
    context.say(text)
  }

  private func save(
    _ plan: PlanReport, _ questions: [String], _ run: String, to out: String
  ) throws {
    try PlanFile(
      run: run, account: connection.account ?? "", baseURL: connection.baseURL,
      isSimulated: setup.target.isSimulated, questions: questions, steps: plan.steps
    ).write(to: out)
    guard setup.output.format == .text else { return }
    // The options that reach the same account.
    let command = ["flexsh", "apply"] + ResumeCommandLine.target(setup) + [ShellWord.quoted(out)]
    context.say(
      "Saved to \(VisibleText.escaped(out)). Apply it with: "
        + VisibleText.escaped(command.joined(separator: " ")) + "\n")
  }
}
