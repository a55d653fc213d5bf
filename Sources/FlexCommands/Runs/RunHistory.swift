import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

extension Commands {
  /// Lists the runs, the latest first.
  package static func listRuns(
    _ journal: JournalSettings, in context: CommandContext
  ) async -> CommandEnd {
    var output = context.outputStream()
    let real = RunDirectory(journal, context)
    var lines: [String] = []
    for (directory, mark) in [(real, ""), (real.ofSimulatedRuns, "  simulated")] {
      for run in directory.runs() {
        do throws(RecordedRun.Problem) {
          let past = try directory.read(run)
          let state = directory.isInUse(run) ? "running" : past.state
          lines.append(
            "\(run)  \(past.startedText)  \(state)  \(past.countsText)  "
              + past.scriptsText + mark)
        } catch {
          if error == .noBeginning { continue }
          lines.append("\(run)  the journal cannot be read: \(error.reason)")
        }
      }
    }
    if lines.isEmpty { lines = ["no runs in \(real.path)"] }
    for line in lines { output.write(VisibleText.escaped(line) + "\n") }
    output.flush()
    return CommandEnd(
      status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed)
  }

  /// Shows what happened in a run, in order; `nil` for the last one on a real account.
  package static func showRun(
    _ run: String?, _ journal: JournalSettings, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of { try show(run, journal, context) }
  }

  private static func show(
    _ run: String?, _ journal: JournalSettings, _ context: CommandContext
  ) throws -> CommandEnd {
    let past = try openRun(run, journal, context)
    var output = context.outputStream()
    let header = past.header
    func write(_ line: String) { output.write(VisibleText.escaped(line) + "\n") }
    write("run      \(header.run)")
    write("started  \(past.startedText)")
    write("state    \(past.state)")
    write("scripts  \(past.scriptsText)")
    for name in header.arguments.keys.sorted() {
      write("with     \(name)=\(header.arguments[name] ?? "")")
    }
    write(
      "account  \(header.account) on \(header.baseURL)\(header.isSimulated ? ", simulated" : "")")
    for action in past.inOrder {
      let result = action.result
      let mark: String =
        switch result?.outcome {
        case .done?: "✓"
        case .failed?: "✗"
        case .notRun?: "·"
        default: "?"
        }
      var line = "\(mark) \(action.intent.at)  \(action.intent.sentence)"
      if let result {
        line += "  \(result.outcome.rawValue)"
        if result.isSettled { line += ", settled by reading back" }
        if let status = result.status { line += "  status \(status)" }
        line += "  \(Int(result.duration)) ms"
        if result.attempts > 1 { line += "  \(result.attempts) attempts" }
        if let id = result.requestID { line += "  \(id)" }
      } else {
        line += "  in flight when the run was cut off; its outcome is not known"
      }
      write(line)
      for attempt in result?.earlierAttempts ?? [] { write("    before: \(attempt)") }
      if let error = result?.error { write("    \(error)") }
    }
    output.flush()
    return CommandEnd(
      status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed)
  }

  /// Reads back what a run did, and says what does not hold any more.
  ///
  /// `run`: `nil` for the last one on a real account.
  package static func verifyRun(
    _ run: String?, _ setup: RunSetup, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      let past = try openRun(run, setup.journal, context)
      let header = past.header
      guard !header.isSimulated else {
        throw CommandEnd(
          status: ExitStatus.refused,
          message: "run \(header.run) was simulated, and its world is gone; nothing was sent",
          help: "flexsh runs show \(header.run) prints what happened")
      }
      guard case .server(let url) = setup.target else {
        preconditionFailure("the state is read from the real account")
      }
      let resolver = try AccountResolver(
        profile: setup.connection.profile, baseURL: url, environment: context.variables)
      try resolver.refuse("run \(header.run)", unlessFor: header.account, at: header.baseURL)
      return try await ClientFactory(setup, context).with(resolver) { connection in
        CommandEnd(status: await verify(past, connection.api, context))
      }
    }
  }

  private static func verify(
    _ past: RecordedRun, _ api: any TwilioAPI, _ context: CommandContext
  ) async -> Int32 {
    var output = context.outputStream()
    var (holds, gone, unseen, unanswered) = (0, 0, 0, 0)
    var status = ExitStatus.success
    for action in past.inOrder {
      guard let outcome = action.result?.outcome, outcome == .done || outcome == .skipped else {
        continue
      }
      guard let operation = action.intent.operation, operation.definition.readBack != nil else {
        unseen += 1
        continue
      }
      do throws(APIError) {
        if try await api.readBack(operation) != nil {
          holds += 1
        } else {
          gone += 1
          status = ExitStatus.failed
          output.write(
            VisibleText.escaped("✗ \(action.intent.sentence)  does not hold any more") + "\n")
        }
      } catch {
        status = ExitStatus.failed
        unanswered += 1
        output.write(
          VisibleText.escaped("? \(action.intent.sentence)  \(error.message)") + "\n")
        if error.kind == .auth { return ExitStatus.unauthorized }
      }
    }
    output.write(
      "\(holds) hold, \(gone) do not, \(unseen) cannot be read back"
        + (unanswered > 0 ? ", \(unanswered) could not be looked at" : "") + "\n")
    output.flush()
    return output.failure == nil ? status : ExitStatus.outputFailed
  }
}

/// Finds a run for a command that names one.
private func openRun(
  _ name: String?, _ journal: JournalSettings, _ context: CommandContext
) throws -> RecordedRun {
  let real = RunDirectory(journal, context)
  let found: (String, RunDirectory)?
  if let name {
    found = [real, real.ofSimulatedRuns].first { $0.runs().contains(name) }.map { (name, $0) }
  } else {
    found = real.runs().first(where: { run in
      do throws(RecordedRun.Problem) {
        _ = try real.read(run)
        return true
      } catch {
        return error != .noBeginning
      }
    }).map { ($0, real) }
  }
  guard let (run, directory) = found else {
    throw CommandEnd(
      status: ExitStatus.noInput,
      message: name.map { "there is no run \($0) in \(real.path)" } ?? "no runs in \(real.path)",
      help: "flexsh runs lists them")
  }
  do throws(RecordedRun.Problem) {
    return try directory.read(run)
  } catch {
    throw CommandEnd(
      status: ExitStatus.noInput, message: "the journal of run \(run): \(error.reason)")
  }
}

extension RecordedRun {
  /// How the run ended.
  fileprivate var state: String {
    switch end?.exit {
    case 0?: "finished"
    case let status?: "ended with \(status)"
    case nil: "cut off"
    }
  }

  fileprivate var countsText: String {
    let doubt = count(.unknown)
    var text = "\(count(.done) + count(.skipped)) done"
    if count(.failed) > 0 { text += ", \(count(.failed)) failed" }
    if doubt > 0 { text += ", \(doubt) in doubt" }
    // What was refused was not sent, and only its number is in the journal.
    let refused = (end?.summary.failed ?? 0) - count(.failed)
    if refused > 0 { text += ", \(refused) refused" }
    return text
  }

  /// Its scripts.
  fileprivate var scriptsText: String {
    header.scripts.isEmpty ? "at the prompt" : header.scripts.map(\.name).joined(separator: ", ")
  }

  /// When the run began, in UTC.
  fileprivate var startedText: String { UTCTime.text(milliseconds: header.started) }
}
