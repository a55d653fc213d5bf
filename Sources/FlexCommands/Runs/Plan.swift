import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

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
    await CallReport.reporting(request.setup.output, context, isPlanning: true) { report in
      let setup = try request.setup.withAccount(context)
      report.note(setup)
      let runner = BatchRunner(
        scripts: try request.files.map { try ScriptOpening.open($0) }, arguments: request.values,
        files: Files(root: request.files.first { $0 != "-" }))
      try report.note(runner.scripts)
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
      try session.check(report)
      return try await session.connected { connection in
        try await Planning(
          session: session, connection: connection, report: report, out: request.out
        ).plan()
      }
    }
  }

  /// Shows a saved plan.
  package static func showPlan(
    _ file: String, _ settings: OutputSettings, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      let plan = try PlanFile(
        try ScriptOpening.bytes(of: ScriptOpening.open(file, isRecorded: false)), name: file)
      context.say(VisibleText.escaped("\(file): \(plan.origin(now: WallClock.now()))") + "\n")
      return show(plan.content, settings, context)
    }
  }

  /// Writes the steps and the totals of a plan.
  fileprivate static func show(
    _ content: PlanContent, _ settings: OutputSettings, _ context: CommandContext,
    isWhole: Bool = true
  ) -> CommandEnd {
    var output = context.outputStream()
    let palette = Palette(
      settings.color, environment: context.variables, isTerminal: context.writesToTerminal)
    let text = PlanText(content, palette: palette)
    context.write(text.steps + (isWhole ? [text.totals] : []), to: &output)
    output.flush()
    return CommandEnd(
      status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed)
  }
}

/// A run that is only planned.
private struct Planning {
  let session: ScriptSession
  let connection: Connection
  /// Where everything is reported.
  let report: CallReport
  /// The file that takes the plan; `nil` for none.
  let out: String?

  private var setup: RunSetup { session.setup }
  private var context: CommandContext { session.context }

  func plan() async throws -> CommandEnd {
    let name = RunID.make(at: WallClock.now())
    report.begin(run: name, connection, isSimulated: setup.target.isSimulated)
    let start = ContinuousClock.now
    let planner = Planner(connection.api)
    let recorder = PlanRecorder(planner)
    var configuration = RunConfiguration(api: planner, check: session.runner.session)
    configuration.plan = recorder
    configuration.reports = [report]
    configuration.settings = Settings(setup)
    configuration.clock = ImmediateClock()
    configuration.applySettings = connection.control.apply
    configuration.workspace = connection.workspace
    configuration.now = { Int(WallClock.now() / 1000) }
    let planned = configuration
    let result = await SignalHandling.listening(
      planned.interruption, connection.control, context
    ) { await session.runner.run(planned) }
    report.flush()
    let content = recorder.content
    var status = ExitStatus.of(result)
    if content.refused > 0, status == ExitStatus.success || status == ExitStatus.failed {
      status = ExitStatus.refused
    }
    var isWhole = recorder.problem == nil && result.halt != .failure
    if case .fileChanged? = result.halt { isWhole = false }
    var shown = CommandEnd(status: ExitStatus.success)
    // A plan that ended before its first step does not say that there is nothing to change.
    if setup.output.format == .text, isWhole || !content.steps.isEmpty {
      shown = Commands.show(content, setup.output, context, isWhole: isWhole)
    }
    var ending = RunEnd(result.summary, duration: ContinuousClock.now - start, exit: status)
    guard isWhole, status == ExitStatus.success || status == ExitStatus.refused else {
      var reason = recorder.problem ?? "the plan could not be made"
      if case .fileChanged(let what)? = result.halt { reason = what }
      ending.message = reason + (out.map(Self.unwritten) ?? "")
      ending.help = recorder.problem == nil ? nil : "run the script up to there, and plan the rest"
      report.end(ending)
      throw CommandEnd(status: status, message: ending.message, help: ending.help)
    }
    ending.inventions = connection.inventions()
    report.end(ending)
    if let out { try save(content, name, to: out) }
    return CommandEnd(
      status: report.isLost || shown.status != ExitStatus.success ? ExitStatus.outputFailed : status
    )
  }

  /// What is said of the file of a plan that could not be made.
  private static func unwritten(_ out: String) -> String {
    let isThere = (try? Files.open(out)) != nil
    return isThere
      ? "; \(out) was not written, and still has an earlier plan" : "; \(out) was not written"
  }

  private func save(_ content: PlanContent, _ run: String, to out: String) throws {
    try PlanFile(
      run: run, account: connection.account ?? "", baseURL: connection.baseURL,
      isSimulated: setup.target.isSimulated, scripts: session.runner.scripts.map(\.name),
      content: content
    ).write(to: out)
    guard setup.output.format == .text else { return }
    // The options that reach the same account.
    let command = ["flexsh", "apply"] + ResumeCommandLine.target(setup) + [ShellWord.quoted(out)]
    context.say(
      "Saved to \(VisibleText.escaped(out)). Apply it with: "
        + VisibleText.escaped(command.joined(separator: " ")) + "\n")
  }
}
