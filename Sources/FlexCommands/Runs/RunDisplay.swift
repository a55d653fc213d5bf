import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// What `runs show` is asked for.
package struct RunShowRequest: Sendable {
  /// The run; `nil` for the last one.
  package var run: String?
  /// The outcomes to show, by name; `nil` for all, and everything else that happened.
  package var only: [String]?
  /// The form of what is shown, and the reports that are written.
  package var output = OutputSettings()
  /// Where the journals are.
  package var journal = JournalSettings()

  /// The names of all outcomes.
  package static let outcomes = Outcome.allCases.map(\.rawValue)

  /// Shows a run.
  package init(run: String? = nil) {
    self.run = run
  }
}

extension Commands {
  /// Shows what happened in a run, in order.
  package static func showRun(
    _ request: RunShowRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CallReport.tellingFailure(request.output, context) {
      let selection = RunSelection(request.journal, context)
      let entry = try selection.find(request.run)
      let past = try selection.read(entry.name)
      let only = request.only.map { Set($0.compactMap { Outcome(rawValue: $0) }) }
      let settings = request.output
      let shape = try TableChoice(settings).shape(among: [])
      if settings.isShared { return try share(past, only, entry.directory, request, context) }
      let files = ReportFiles(settings.reports)
      if let problem = files?.openingProblem {
        throw CommandEnd(status: ExitStatus.outputFailed, message: problem)
      }
      files?.scripts = copies(past, entry.directory)
      files?.began = past.header.started
      var output = context.outputStream()
      var sinks: [any RecordSink] = []
      switch settings.format {
      case .text:
        let lines = RunDisplay(past: past, only: only).lines.map { VisibleText.escaped($0) }
        context.write(lines, to: &output, shortening: settings.isWide ? nil : ShortSIDs())
        output.flush()
      case .json: sinks.append(JSONStream(output, .array))
      case .ndjson: sinks.append(JSONStream(output, .lines))
      case .csv, .tsv:
        sinks.append(TableSink(output, shape, settings.dialect, hasHeader: settings.hasHeader))
      case .flex:
        for line in RunScript(past: past, only: only).lines {
          output.write(VisibleText.escaped(line) + "\n")
        }
        output.flush()
      }
      if let files { sinks.append(files) }
      RunReplay(past: past, only: only).send(to: sinks)
      if let problem = files?.problem {
        throw CommandEnd(status: ExitStatus.outputFailed, message: problem)
      }
      let isLost = output.failure != nil || sinks.contains { $0.isLost }
      return CommandEnd(status: isLost ? ExitStatus.outputFailed : ExitStatus.success)
    }
  }

  /// Shows a run as a copy to share, in every format.
  private static func share(
    _ past: RecordedRun, _ only: Set<Outcome>?, _ directory: RunDirectory,
    _ request: RunShowRequest, _ context: CommandContext
  ) throws -> CommandEnd {
    let settings = request.output
    let names: SharedNames
    do throws(JournalFailure) {
      names = SharedNames(digest: try directory.shareKey(of: past.header.run).digest)
    } catch {
      throw CommandEnd(status: ExitStatus.outputFailed, message: error.reason)
    }
    let files = ReportFiles(settings.reports)
    if let problem = files?.openingProblem {
      throw CommandEnd(status: ExitStatus.outputFailed, message: problem)
    }
    files?.began = past.header.started
    var output = context.outputStream()
    var sinks: [any RecordSink] = []
    switch settings.format {
    case .text: sinks.append(SharedTextSink(output))
    case .json: sinks.append(JSONStream(output, .array))
    case .ndjson: sinks.append(JSONStream(output, .lines))
    case .csv, .tsv:
      let shape = try TableChoice(settings).shape(among: [])
      sinks.append(TableSink(output, shape, settings.dialect, hasHeader: settings.hasHeader))
    case .flex:
      let script = RunScript(past: past, only: only).lines(sharedAs: names)
      for line in script { output.write(VisibleText.escaped(line) + "\n") }
      output.flush()
    }
    if let files { sinks.append(files) }
    let sharing = SharingSink(SharedCopy(names), to: sinks)
    RunReplay(past: past, only: only).send(to: [sharing])
    if let problem = files?.problem {
      throw CommandEnd(status: ExitStatus.outputFailed, message: problem)
    }
    return CommandEnd(
      status: sharing.isLost || output.failure != nil
        ? ExitStatus.outputFailed : ExitStatus.success)
  }

  /// Says which SID a pseudonym of a shared copy stands for.
  ///
  /// `run`: `nil` for the last one.
  package static func reveal(
    _ pseudonym: String, of run: String?, _ journal: JournalSettings, _ output: OutputSettings,
    in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      let selection = RunSelection(journal, context)
      let entry = try selection.find(run)
      let names: SharedNames
      do throws(JournalFailure) {
        names = SharedNames(digest: try entry.directory.shareKey(of: entry.name).digest)
      } catch {
        throw CommandEnd(status: ExitStatus.noInput, message: error.reason)
      }
      let past = try selection.read(entry.name)
      guard let sid = past.sids.first(where: { names.sid($0) == SharedNames.spelling(pseudonym) })
      else {
        throw CommandEnd(
          status: ExitStatus.failed,
          message: "no SID of run \(entry.name) has the pseudonym \(pseudonym)",
          help: "flexsh runs reveal RUN SID looks in another run")
      }
      var table = DataTable(columns: ["pseudonym", "sid", "run"])
      table.add(
        JSONObject([
          .init(name: "pseudonym", value: .string(pseudonym)),
          .init(name: "sid", value: .string("\(sid)")),
          .init(name: "run", value: .string(entry.name)),
        ]))
      return try table.print(output, context) { $0.write("\(sid)\n") }
    }
  }

  /// The scripts of a run as its journal keeps them.
  private static func copies(_ past: RecordedRun, _ directory: RunDirectory) -> [OpenedFile] {
    past.header.scripts.enumerated().compactMap { index, script in
      guard let copy = try? Files.open(directory.copy(index, of: past.header.run).string) else {
        return nil
      }
      return OpenedFile(identity: copy.identity, name: script.name, source: copy.source)
    }
  }
}

/// A recorded run as lines for people.
private struct RunDisplay {
  let past: RecordedRun
  let only: Set<Outcome>?

  var lines: [String] { heading + happenings + unreached + recap }

  private func isShown(_ outcome: Outcome) -> Bool { only?.contains(outcome) ?? true }

  private var heading: [String] {
    let header = past.header
    var lines = ["run      \(header.run)", "began    \(past.startedText)"]
    if let end = past.end {
      let time = end.time.map { "\(UTCTime.text(milliseconds: $0)), " } ?? ""
      lines.append("ended    \(time)exit \(end.exit)")
    }
    lines.append("result   \(past.state)")
    if let login = header.login { lines.append("by       \(login)") }
    lines.append("scripts  \(past.scriptsText)")
    for name in header.arguments.keys.sorted() {
      lines.append("with     \(name)=\(header.arguments[name] ?? "")")
    }
    let options = header.optionsText
    if !options.isEmpty { lines.append("options  \(options)") }
    lines.append(
      "account  \(header.account) on \(header.baseURL)\(header.isSimulated ? ", simulated" : "")")
    return lines
  }

  /// Actions, refusals, look-ups and expectations, in the order in which they happened.
  private var happenings: [String] {
    var lines: [(order: Int, isEvent: Bool, lines: [String])] = []
    for action in past.inOrder {
      guard isShown(action.result?.outcome ?? .unknown) else { continue }
      lines.append((action.intent.number, false, Self.lines(of: action)))
    }
    for refusal in past.refusals.values.sorted(by: { $0.number < $1.number }) {
      guard isShown(.refused), past.actions[refusal.number] == nil else { continue }
      lines.append(
        (
          refusal.number, false,
          [
            "⊘ \(Self.place(refusal.at, refusal.pass))  \(refusal.sentence)  refused",
            "    \(refusal.reason)",
          ]
        ))
    }
    for event in past.events {
      guard isShown(event.outcome), only == nil || event.outcome != .done else { continue }
      lines.append((event.actionsBefore, true, [Self.line(of: event)]))
    }
    return lines.asHappened { ($0.order, $0.isEvent) }.flatMap(\.lines)
  }

  private static func place(_ at: String, _ pass: String?) -> String {
    pass.map { "\(at)  \($0)" } ?? at
  }

  private static func lines(of action: RecordedRun.RecordedAction) -> [String] {
    let (intent, result) = (action.intent, action.result)
    let mark: String =
      switch result?.outcome {
      case .done?, .skipped?: "✓"
      case .failed?: "✗"
      case .refused?: "⊘"
      case .notRun?, .planned?: "·"
      case .unknown?, nil: "?"
      }
    var line = "\(mark) \(place(intent.at, intent.pass))  \(intent.sentence)"
    let trail = intent.operation?.trail?.steps.map { "\($0.noun) \($0.sid)" } ?? []
    let reached = trail.isEmpty ? [] : ["    of \(trail.joined(separator: ", "))"]
    guard let result else {
      return [line + "  in flight when the run was cut off; its outcome is not known"] + reached
    }
    line += "  \(result.outcome.rawValue)\(result.isTolerated ? ", tolerated" : "")"
    if result.isSettled { line += ", settled by reading back" }
    if let status = result.status { line += "  status \(status)" }
    if let created = result.created { line += "  created \(created.noun) \(created.sid)" }
    line += "  \(Int(result.duration)) ms"
    if result.attempts > 1 { line += "  \(result.attempts) attempts" }
    if let id = result.requestID { line += "  \(id)" }
    return [line] + reached + result.earlierAttempts.map { "    before: \($0)" }
      + (result.error.map { ["    \($0)"] } ?? [])
  }

  private static func line(of event: RecordedEvent) -> String {
    let mark = event.outcome == .failed ? (event.isTolerated ? "–" : "✗") : "✓"
    let verb =
      ["query", "failure", RecordedEvent.unsent].contains(event.kind) ? "" : "\(event.kind) "
    return "\(mark) \(place(event.at, event.pass))  \(verb)\(event.message)"
      + (event.isTolerated ? "  tolerated" : "")
  }

  /// What was not reached, one line per sentence.
  private var unreached: [String] {
    guard isShown(.notRun) else { return [] }
    return past.unreached.map { "· \($0.count) not run: \($0.place)" }
  }

  private var recap: [String] {
    let recap = past.counts.recap
    return only == nil && !recap.isEmpty ? [recap] : []
  }
}

extension JournalHeader {
  /// The options that limit or pace the run, as the command line has them.
  fileprivate var optionsText: String {
    var words: [String] = []
    if let profile = options.profile { words.append(ShellWord.option("--profile", profile)) }
    if let jobs = options.jobs { words.append("--jobs \(jobs)") }
    if let rate = options.rate { words.append("--rate \(rate)") }
    if let timeout = options.timeout { words.append("--timeout \(timeout)") }
    if let timeout = options.connectTimeout { words.append("--connect-timeout \(timeout)") }
    if let retries = options.retries { words.append("--retries \(retries)") }
    if let most = options.maximumChanges { words.append("--max-changes \(most)") }
    if isAtMostOnce { words.append("--at-most-once") }
    if keepsGoing, !scripts.isEmpty { words.append("--keep-going") }
    if options.isReadOnly { words.append("--read-only") }
    if options.admitsOtherSIDs { words.append("--lenient-sids") }
    return words.joined(separator: " ")
  }
}
