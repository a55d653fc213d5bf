import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

/// One script in several accounts, one after another or several at once: a run for each.
///
/// Source: CLI.md, §11.
struct ProfileRuns {
  let request: RunRequest
  let settings: AccountsSettings
  let context: CommandContext
  /// What the command reports until the first run begins.
  let report: CallReport
  /// Where the runs print.
  let output: RunsOutput

  /// Checks everything, asks what has to be asked, and runs the script in each account.
  func run() async throws -> CommandEnd {
    let setups = try ProfileSelection(settings, request.setup, context).setups
    report.members = setups.map { RunsEnd.Member($0) }
    let runner = try Commands.runner(request)
    try report.note(runner.scripts)
    runner.session.refusesLiteralSIDs = true
    for setup in setups { try ScriptSession(runner, setup, context).refuseSecrets() }
    try ScriptSession(runner, setups[0], context).check(report)
    for setup in setups {
      guard case .server = setup.target else { continue }
      try await RunSession(runner, setup, context, report)
        .confirmProduction(setup.account?.production)
    }
    if settings.parallel > 1 { try output.requireRoom() }
    report.leaveToOthers()
    output.begin()
    let runs = BegunRuns(
      request: request, setups: setups, context: context, scripts: runner.scripts,
      files: runner.session.files, start: report.start,
      output: output)
    return await runs.run(runner, atOnce: min(settings.parallel, setups.count))
  }
}

/// The runs of a script that may run in every account.
private struct BegunRuns: Sendable {
  let request: RunRequest
  let setups: [RunSetup]
  let context: CommandContext
  /// The scripts, and what opens the files that they name, as they were checked.
  let scripts: [OpenedFile]
  let files: any ScriptFiles
  /// What is known of all runs.
  let start: RunStart
  let output: RunsOutput
  let signals = SharedSignals()

  /// Runs the script in each account; `runner`: has checked it.
  func run(_ runner: BatchRunner, atOnce: Int) async -> CommandEnd {
    let beginning = ContinuousClock.now
    let members = await SignalHandling.listening(for: signals, context) {
      await ProgressDisplay.listening(context, { signals.tellProgress() }) {
        atOnce > 1 ? await several(atOnce) : await oneByOne(runner)
      }
    }
    return end(members, after: ContinuousClock.now - beginning)
  }

  /// Whether another run may begin.
  private var mayBegin: Bool { signals.cause == nil && !output.isLost }

  private func oneByOne(_ runner: BatchRunner) async -> [RunsEnd.Member] {
    var members: [RunsEnd.Member] = []
    for number in setups.indices {
      members.append(
        mayBegin ? await run(number, runner, isHeld: false) : unbegun(number))
    }
    return members
  }

  private func several(_ count: Int) async -> [RunsEnd.Member] {
    var members = setups.indices.map { unbegun($0) }
    await withTaskGroup(of: (Int, RunsEnd.Member).self) { group in
      var next = 0
      func begin() {
        guard next < setups.count, mayBegin else { return }
        let number = next
        next += 1
        group.addTask { (number, await run(number, nil, isHeld: true)) }
      }
      for _ in 0..<count { begin() }
      while let (number, member) = await group.next() {
        members[number] = member
        begin()
      }
    }
    return members
  }

  private func unbegun(_ number: Int) -> RunsEnd.Member {
    RunsEnd.Member(setups[number])
  }

  /// Runs the script in one account.
  ///
  /// `runner`: has checked it; `nil` if this run needs one of its own. `isHeld`: whether others run at the
  /// same time.
  private func run(
    _ number: Int, _ runner: BatchRunner?, isHeld: Bool
  ) async -> RunsEnd.Member {
    let setup = setups[number]
    var member = unbegun(number)
    let turn = ProfileTurn(
      profile: member.profile, number: number, output: output, signals: signals)
    let context = turn.context(in: context, isHeld: isHeld)
    defer { output.finish(number) }
    heading(member, context)
    var kept: CallReport?
    let end = await CallReport.reporting(setup.output, context) { report in
      kept = report
      report.note(setup)
      report.start.scripts = start.scripts
      let session = RunSession(try runner ?? checked(), setup, context, report)
      return try await session.runChecked()
    }
    if kept?.isLost == true { output.noteLoss() }
    member.run = kept?.start.run
    var ending = kept?.ended ?? RunEnd(RunSummary(), duration: .zero, exit: end.status)
    ending.exit = end.status
    member.end = ending
    for line in end.lines(of: "flexsh: \(member.profile)", columns: context.errorColumns) {
      context.say(line + "\n")
    }
    return member
  }

  /// The script once more, for a run of its own: what it reads is compared with what was read first.
  private func checked() throws -> BatchRunner {
    let runner = BatchRunner(scripts: scripts, arguments: request.values, files: files)
    runner.session.refusesLiteralSIDs = true
    do throws(SourceFailure) {
      guard try runner.check(strictly: setups[0].run.isStrict) else {
        throw SourceFailure(reason: "it does not check any more")
      }
    } catch {
      throw CommandEnd(
        status: ExitStatus.refused,
        message: "\(error.file ?? scripts.map(\.name).joined(separator: ", ")): \(error.reason); "
          + "nothing was sent")
    }
    runner.session.isNoting = false
    return runner
  }

  /// Says whose output follows.
  private func heading(_ member: RunsEnd.Member, _ context: CommandContext) {
    let names = [member.profile, member.account].compactMap(\.self).joined(separator: ", ")
    let line = VisibleText.escaped("── \(names) ──") + "\n"
    switch request.setup.output.format {
    case .text:
      var output = context.outputStream()
      output.write(line)
      output.flush()
      // What goes wrong would not say whose it is.
      if !context.saysWhereItWrites { context.say(line) }
    case .csv, .tsv, .flex: context.say(line)
    case .json, .ndjson: break
    }
  }

  // MARK: The end

  private func end(_ members: [RunsEnd.Member], after duration: Duration) -> CommandEnd {
    var statuses = members.compactMap { $0.end?.exit }
    if let cause = signals.cause { statuses.append(128 + Int32(cause.rawValue)) }
    if output.isLost { statuses.append(ExitStatus.outputFailed) }
    var total = RunsEnd(members, duration: duration, exit: ExitStatus.worst(of: statuses))
    let unbegun = members.filter { $0.end == nil }.map(\.profile)
    if !unbegun.isEmpty {
      let more = unbegun.count > 10 ? " and \(unbegun.count - 10) more" : ""
      total.message = "not begun: \(unbegun.prefix(10).joined(separator: ", "))\(more)"
    }
    let lines = ProfileTable(total).lines
    switch request.setup.output.format {
    case .text:
      var output = context.outputStream()
      context.write(lines, to: &output)
      output.flush()
    case .csv, .tsv, .flex: context.say(lines.map { $0 + "\n" }.joined())
    case .json, .ndjson: break
    }
    let problem = output.end(with: RecordReport.total(total))
    if let problem {
      return CommandEnd(status: ExitStatus.outputFailed, message: problem)
    }
    return CommandEnd(status: total.exit, message: total.message)
  }
}

extension RunsEnd.Member {
  /// The run of an account, before it has begun.
  fileprivate init(_ setup: RunSetup) {
    self.init(profile: setup.connection.profile ?? "", account: setup.account?.account)
  }
}

/// How the runs ended, as a table for people.
private struct ProfileTable {
  let end: RunsEnd

  init(_ end: RunsEnd) {
    self.end = end
  }

  var lines: [String] {
    let rows = end.members.map { member in
      [
        VisibleText.escaped(member.profile),
        member.end.map { ExitStatus.words(for: $0.exit) } ?? "not begun",
        member.end.map { recap($0.summary) } ?? "",
      ]
    }
    let total = ["total", "", recap(end.summary)]
    return [""] + AlignedTable.lines([["PROFILE", "RESULT", "ACTIONS"]] + rows + [total])
  }

  private func recap(_ summary: RunSummary) -> String {
    summary.recap.isEmpty ? "no actions" : summary.recap
  }
}
