import ArgumentParser
import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// The journals of runs.
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs, show what happened in one, or look whether it still holds.",
    subcommands: [RunsList.self, RunsShow.self, RunsVerify.self],
    defaultSubcommand: RunsList.self)
}

/// Lists runs.
struct RunsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the runs, the latest first.")

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  func run() async throws {
    var output = OutputStream(.standardOutput, isBuffered: true)
    let real = journal.directory()
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
    if output.failure != nil { throw Exit(status: ExitStatus.outputFailed, message: "") }
  }
}

/// Finds a run for a command that names one.
private func openRun(_ name: String?, _ journal: JournalOptions) throws -> RecordedRun {
  let real = journal.directory()
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
    throw Exit(
      status: ExitStatus.noInput,
      message: name.map { "there is no run \($0) in \(real.path)" } ?? "no runs in \(real.path)",
      help: "flexsh runs lists them")
  }
  do throws(RecordedRun.Problem) {
    return try directory.read(run)
  } catch {
    throw Exit(
      status: ExitStatus.noInput, message: "the journal of run \(run): \(error.reason)")
  }
}

/// Shows what happened in a run.
struct RunsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what happened in a run, in order.")

  @Argument(help: "The run; without one the last on a real account.")
  var run: String?

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  func run() async throws {
    let past = try openRun(run, journal)
    var output = OutputStream(.standardOutput, isBuffered: true)
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
        if result.attempts > 1 { line += "  \(result.attempts) tries" }
        if let id = result.requestID { line += "  \(id)" }
      } else {
        line += "  in flight when the run was cut off: nobody knows"
      }
      write(line)
      for attempt in result?.tries ?? [] { write("    before: \(attempt)") }
      if let error = result?.error { write("    \(error)") }
    }
    output.flush()
    if output.failure != nil { throw Exit(status: ExitStatus.outputFailed, message: "") }
  }
}

/// Looks whether what a run did still holds.
struct RunsVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read back what a run did, and say what does not hold any more.",
    discussion: "Closed participants and the states of channels can be read back; the rest cannot.")

  @Argument(help: "The run; without one the last on a real account.")
  var run: String?

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    if target.simulate || target.dryRun {
      throw ValidationError(
        "the state is read from the real account: \(target.simulate ? "--simulate" : "--dry-run") "
          + "cannot be used")
    }
  }

  func run() async throws {
    let past = try openRun(run, journal)
    let header = past.header
    guard !header.isSimulated else {
      throw Exit(
        status: ExitStatus.refused,
        message: "run \(header.run) was simulated, and its world is gone; nothing was sent",
        help: "flexsh runs show \(header.run) prints what happened")
    }
    let access = try AccountResolver(
      profile: connection.profile, baseURL: target.baseURL,
      environment: ProcessEnvironment.variables())
    try access.refuse("run \(header.run)", unlessFor: header.account, at: header.baseURL)
    let status = try await ClientFactory(connection: connection, output: output).with(access) {
      _, api, _ in await verify(past, api)
    }
    throw Exit(status: status, message: "")
  }

  private func verify(_ past: RecordedRun, _ api: any InteractionsAPI) async -> Int32 {
    var output = OutputStream(.standardOutput, isBuffered: true)
    var (holds, gone, unseen, unanswered) = (0, 0, 0, 0)
    var status = ExitStatus.success
    for action in past.inOrder {
      guard let outcome = action.result?.outcome, outcome == .done || outcome == .skipped else {
        continue
      }
      guard let operation = action.intent.operation, operation.canBeReadBack else {
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
