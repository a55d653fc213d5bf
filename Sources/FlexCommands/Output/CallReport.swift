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
  /// Whether the script runs in several accounts.
  private let areSeveral: Bool
  private var reports: [any RunReport] = []
  /// Whether the report on standard output is there; that of a table waits for the check.
  private var isChosen = false
  private var isBegun = false
  /// Whether somebody else reports from here on.
  private var isGivenAway = false
  /// The sinks of the record on standard output.
  private var sinks: [any RecordSink] = []
  /// The report for people, if there is one.
  private var text: TextReport?
  private let beginning = ContinuousClock.now
  private var files: ReportFiles?

  /// What is known of the run so far.
  var start = RunStart(version: Version.current)
  /// How it ended; `nil` while it goes on.
  private(set) var ended: RunEnd?
  /// What is known of its actions, if it ends before the first one.
  var summary = RunSummary()
  private var diagnostics: [Diagnostic] = []
  /// What the scripts show, as far as they have been checked.
  private var tables: [ShownTable] = []

  private init(
    _ settings: OutputSettings, _ context: CommandContext, isPlanning: Bool, areSeveral: Bool
  ) {
    self.settings = settings
    self.context = context
    self.isPlanning = isPlanning
    self.areSeveral = areSeveral
    files = context.turn == nil ? ReportFiles(settings.reports) : nil
    if !settings.format.isTable { choose(nil) }
  }

  /// Runs the body of a command, and reports how it ends.
  static func reporting(
    _ settings: OutputSettings, _ context: CommandContext, isPlanning: Bool = false,
    areSeveral: Bool = false, _ body: (CallReport) async throws -> CommandEnd
  ) async -> CommandEnd {
    let report = CallReport(
      settings, context, isPlanning: isPlanning, areSeveral: areSeveral)
    var end: CommandEnd
    if let problem = report.files?.openingProblem {
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
    settings.format != .text || files != nil || (context.turn?.output.keepsRecord ?? false)
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
    try files?.refuse(scripts)
    start.scripts = scripts.map { script in
      (script.name, showsHashes ? (try? ScriptHash.sha256(script)) ?? "" : "")
    }
    files?.scripts = scripts
  }

  /// Refuses a report that would replace a file that the scripts name.
  func refuseToReplace(_ session: CheckSession) throws {
    guard let files else { return }
    try files.refuse(session.namedFiles.compactMap { try? $0.open(with: session.files) })
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
  private var isOfProfiles: Bool { areSeveral || context.turn != nil }

  /// Gives away what writes the record, before it has begun: the runs of several accounts use it from
  /// here on.
  ///
  /// `key`: for copies to share.
  func handOver(_ key: ShareKey) -> (sinks: [any RecordSink], files: ReportFiles?) {
    leaveToPrompt()
    for case let script as FlexSink in sinks { script.namesProfiles = true }
    files?.areSeveral = true
    if settings.isShared, let files { share(files, key) }
    defer { (sinks, reports, files) = ([], [], nil) }
    return (sinks, files)
  }

  /// The call is a session at a prompt, which has reports of its own.
  func leaveToPrompt() {
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
    if let turn = context.turn {
      guard turn.output.keepsRecord else { return }
      reports.append(RecordReport([ProfileSink(turn)], profile: .string(turn.profile)))
    } else {
      sinks = standardSinks(shape)
      let all = sinks + (files.map { [$0] } ?? [])
      if areSeveral { for case let stream as JSONStream in sinks { stream.last = .total } }
      if !all.isEmpty { reports.append(RecordReport(all, profile: areSeveral ? .null : nil)) }
    }
  }

  /// What writes the record to standard output.
  private func standardSinks(_ shape: TableShape?) -> [any RecordSink] {
    let output = context.outputStream(isBuffered: !context.writesToTerminal)
    switch settings.format {
    case .text: return []
    case .json: return [JSONStream(output, .array)]
    case .ndjson: return [JSONStream(output, .lines)]
    case .csv, .tsv:
      return shape.map {
        [TableSink(output, $0, settings.dialect, hasHeader: settings.hasHeader)]
      } ?? []
    case .flex: return [FlexSink(output)]
    }
  }

  // MARK: The report

  var isLost: Bool { reports.contains { $0.isLost } }

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
        share(files, try directory?.shareKey(of: run) ?? ShareKey())
      }
    } catch {
      throw CommandEnd(
        status: ExitStatus.outputFailed, message: "\(error.reason); nothing was sent")
    }
  }

  private func share(_ files: ReportFiles, _ key: ShareKey) {
    files.copy = SharedCopy(SharedNames(digest: key.digest))
    files.scripts = []
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
    // A table has a header, even if there are no rows.
    if !isChosen {
      choose(end.status == ExitStatus.usage ? nil : try? tableChoice.shape(among: tables))
    }
    // A call that ended before it had a run has no key.
    if settings.isShared, let files, files.copy == nil { share(files, ShareKey()) }
    if !isGivenAway, ended == nil {
      var ending = RunEnd(summary, duration: ContinuousClock.now - beginning, exit: end.status)
      (ending.message, ending.help) = (end.message, end.help)
      if hasRecord {
        begin(start)
        // People read the message.
        for case let report as RecordReport in reports { report.end(ending) }
      }
      if areSeveral {
        var total = RunsEnd([], duration: ending.duration, exit: ending.exit)
        total.message = ending.message
        for sink in sinks { sink.take(RecordReport.total(total), .total) }
      }
      ended = ending
    }
    if let problem = files?.problem {
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
}
