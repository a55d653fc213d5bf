import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// What one call of a command for runs reports, on standard output and in files: from `start` to
/// `summary`, however the call ends.
///
/// Programs read nothing but standard output, so a call that ends before its run has begun reports that,
/// too. Source: CLI.md, §3.
final class CallReport: RunReport {
  private let settings: OutputSettings
  private let context: CommandContext
  /// Whether the steps of a plan are shown at its end, and not one by one.
  private let isPlanning: Bool
  private var reports: [any RunReport] = []
  /// Whether the report on standard output is there; that of a table waits for the check.
  private var isChosen = false
  private var isBegun = false
  /// Whether something else reports from here on.
  private var isGivenAway = false
  /// The report for people, if there is one.
  private var text: TextReport?
  private let beginning = ContinuousClock.now
  private let files: ReportFiles?
  /// What the runs of several accounts print, if the call is for several, or is the run of one of them.
  private let runs: RunsOutput?

  /// What is known of the run so far.
  var start = RunStart(version: Version.current)
  /// The runs of several accounts, as far as they are known.
  var members: [RunsEnd.Member] = []
  /// How it ended; `nil` while it goes on.
  private(set) var ended: RunEnd?
  /// What is known of its actions, if it ends before the first one.
  var summary = RunSummary()
  private var diagnostics: [Diagnostic] = []
  /// What the scripts show, as far as they have been checked.
  private var tables: [ShownTable] = []

  private init(
    _ settings: OutputSettings, _ context: CommandContext, isPlanning: Bool, runs: RunsOutput?
  ) {
    self.settings = settings
    self.context = context
    self.isPlanning = isPlanning
    self.runs = context.turn?.output ?? runs
    files = self.runs == nil ? ReportFiles(settings.reports) : nil
    if !settings.format.isTable { choose(nil) }
  }

  /// Runs the body of a command, and reports how it ends.
  static func reporting(
    _ settings: OutputSettings, _ context: CommandContext, isPlanning: Bool = false,
    for runs: RunsOutput? = nil, _ body: (CallReport) async throws -> CommandEnd
  ) async -> CommandEnd {
    let report = CallReport(
      settings, context, isPlanning: isPlanning, runs: runs)
    var end: CommandEnd
    if let problem = report.files?.openingProblem ?? runs?.openingProblem {
      end = report.finish(
        CommandEnd(status: ExitStatus.outputFailed, message: "\(problem); nothing was sent"))
    } else {
      end = report.finish(await CommandEnd.of { try await body(report) })
    }
    end.isReported = true
    return end
  }

  /// Whether a program may look at the hashes of scripts, which cost reading them once more.
  var showsHashes: Bool { hasRecord }

  /// Whether the run's record goes anywhere.
  private var hasRecord: Bool {
    settings.format != .text || files != nil || (runs?.keepsRecord ?? false)
  }

  /// Notes the account and where requests go, as far as they are known.
  func note(_ setup: RunSetup) {
    start.account = setup.account?.account
    start.baseURL = setup.account?.origins.description
    start.profile = setup.account?.profile?.name
    start.isSimulated = setup.target.isSimulated
  }

  /// Notes the scripts of the run.
  func note(_ scripts: [OpenedFile]) throws {
    try withFiles { try $0.refuse(scripts) }
    start.scripts = scripts.map { script in
      (script.name, showsHashes ? (try? ScriptHash.sha256(script)) ?? "" : "")
    }
    withFiles { $0.scripts = scripts }
  }

  /// Refuses a report that would replace a file that the scripts name.
  func refuseToReplace(_ session: CheckSession) throws {
    guard !settings.reports.isEmpty else { return }
    let inputs = session.namedFiles.compactMap { try? $0.open(with: session.files) }
    try withFiles { try $0.refuse(inputs) }
  }

  /// Changes the reports in files, if there are any.
  private func withFiles(_ body: @Sendable (ReportFiles) throws -> Void) rethrows {
    if let files { return try body(files) }
    _ = try runs?.withFiles(body)
  }

  /// Notes what the check has found.
  func note(_ session: CheckSession) {
    diagnostics += session.lists.flatMap(\.all)
    tables = session.shownTables
  }

  /// Notes what another check has found.
  func note(_ lists: [DiagnosticList]) { diagnostics += lists.flatMap(\.all) }

  /// Chooses the table that is printed, if one is.
  ///
  /// `tables`: what the script shows, in order.
  func chooseTable(among tables: [ShownTable]) throws {
    guard !isChosen || settings.columns != nil else { return }
    let shape = try tableChoice.shape(among: tables)
    if !isChosen { choose(shape) }
  }

  private var tableChoice: TableChoice { TableChoice(settings, ofProfiles: isOfProfiles) }

  /// Whether what is printed is of several accounts.
  private var isOfProfiles: Bool { runs != nil }

  /// What follows has reports of its own: a session at a prompt, or the runs of several accounts.
  func leaveToOthers() {
    (isBegun, isGivenAway) = (true, true)
  }

  private func choose(_ shape: TableShape?) {
    isChosen = true
    switch settings.format {
    case .text:
      let text = Reports.text(settings, context)
      if isOfProfiles { text.columns = text.columns?.filter { $0 != TableShape.profile } }
      self.text = text
      reports.append(isPlanning ? PlanningReport(text) : text)
    case .json, .ndjson: break
    case .csv, .tsv:
      if let shape { reports.append(Reports.beside(shape, settings, context)) }
    case .flex: reports.append(Reports.beside(nil, settings, context))
    }
    if let runs {
      let turn = context.turn
      if turn == nil, let shape { runs.choose(shape) }
      guard runs.keepsRecord else { return }
      let sink = ProfileSink(runs, number: turn?.number ?? 0)
      reports.append(RecordReport([sink], profile: turn.map { .string($0.profile) } ?? .null))
    } else {
      let sinks = StandardSinks.make(settings, context, shape) + (files.map { [$0] } ?? [])
      if !sinks.isEmpty { reports.append(RecordReport(sinks)) }
    }
  }

  // MARK: The report

  var isLost: Bool {
    // What waits for its turn is written by another run, or is lost with it.
    reports.contains { $0.isLost } || context.turn?.output.isLost == true
  }

  /// Makes the reports copies to share, with the key of a run.
  ///
  /// `directory`: where the run's journal is; `nil` if there is none.
  func share(_ run: String, _ directory: RunDirectory?) throws {
    guard settings.isShared else { return }
    do throws(JournalFailure) {
      if let turn = context.turn {
        // Of several accounts, one copy has all runs.
        _ = try directory?.shareKey(of: run, orElse: turn.output.shareKey)
      } else if let files {
        files.share(with: try directory?.shareKey(of: run) ?? ShareKey())
      }
    } catch {
      throw CommandEnd(
        status: ExitStatus.outputFailed, message: "\(error.reason); nothing was sent")
    }
  }

  /// Reports that a run begins.
  ///
  /// `isRecorded`: whether its journal has everything.
  func begin(
    run: String, _ connection: Connection, isSimulated: Bool, isRecorded: Bool = false
  ) {
    if isRecorded { text?.listing = { "flexsh runs show \(run) --only \($0)" } }
    start.run = run
    start.account = connection.account
    start.baseURL = connection.baseURL
    start.isSimulated = isSimulated
    begin(start)
  }

  func begin(_ start: RunStart) {
    guard !isBegun else { return }
    isBegun = true
    for report in reports { report.begin(start) }
    for diagnostic in diagnostics { emit(.diagnostic(diagnostic)) }
  }

  func emit(_ event: RunEvent) { for report in reports { report.emit(event) } }

  func flush() { for report in reports { report.flush() } }

  func end(_ end: RunEnd) {
    ended = end
    for report in reports { report.end(end) }
  }

  /// Runs the body of a command that prints data; programs are told on standard output why it printed
  /// none.
  static func tellingFailure(
    _ settings: OutputSettings, _ context: CommandContext,
    _ body: () async throws -> CommandEnd
  ) async -> CommandEnd {
    do {
      return try await body()
    } catch {
      var end = error as? CommandEnd ?? CommandEnd(status: ExitStatus.failed, message: "\(error)")
      reportUsage(end, settings.format, context)
      end.isReported = true
      return end
    }
  }

  /// Reports a command line that is wrong, if it says that a program reads standard output.
  static func reportUsage(
    _ end: CommandEnd, _ format: OutputSettings.Format, _ context: CommandContext
  ) {
    let framing: JSONStream.Framing
    switch format {
    case .json: framing = .array
    case .ndjson: framing = .lines
    case .text, .tsv, .csv, .flex: return
    }
    let report = RecordReport([JSONStream(context.outputStream(), framing)])
    report.begin(RunStart(version: Version.current))
    var ending = RunEnd(RunSummary(), duration: .zero, exit: end.status)
    (ending.message, ending.help) = (end.message, end.help)
    report.end(ending)
  }

  /// Ends the report of a call that has ended otherwise than through its run.
  private func finish(_ end: CommandEnd) -> CommandEnd {
    var problem: String?
    // A table has a header, even if there are no rows.
    if !isChosen {
      choose(end.status == ExitStatus.usage ? nil : try? tableChoice.shape(among: tables))
    }
    // A call that ended before it had a run has no key.
    if settings.isShared, !isGivenAway {
      withFiles { if $0.copy == nil { $0.share(with: ShareKey()) } }
    }
    if !isGivenAway, ended == nil {
      var ending = RunEnd(summary, duration: ContinuousClock.now - beginning, exit: end.status)
      (ending.message, ending.help) = (end.message, end.help)
      if hasRecord {
        begin(start)
        // People read the message.
        for case let report as RecordReport in reports { report.end(ending) }
      }
      ended = ending
      problem = context.turn == nil ? endAll(ending) : nil
    }
    problem = problem ?? files?.problem
    if let problem {
      return CommandEnd(
        status: ExitStatus.outputFailed,
        message: end.message.isEmpty ? problem : "\(end.message); \(problem)", help: end.help)
    }
    guard isLost, end.status != ExitStatus.outputFailed else { return end }
    return CommandEnd(
      status: ExitStatus.outputFailed,
      message: end.message.isEmpty ? "standard output could not be written" : end.message,
      help: end.help)
  }

  /// Ends the record of several accounts before the first run.
  ///
  /// - Returns: Why a report could not be written; `nil` if all is well.
  private func endAll(_ end: RunEnd) -> String? {
    var total = RunsEnd(members, duration: end.duration, exit: end.exit)
    total.message = end.message
    return runs?.end(with: RecordReport.total(total))
  }
}
