import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// What `resume` is asked for.
package struct ResumeRequest: Sendable {
  /// The run; `nil` for the last one that did not finish.
  package var run: String?
  /// Everything else.
  package var setup: RunSetup

  /// Puts a request together.
  package init(run: String?, _ setup: RunSetup) {
    self.run = run
    self.setup = setup
  }
}

extension Commands {
  /// Resumes an interrupted or failed run.
  package static func resume(
    _ request: ResumeRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CallReport.reporting(request.setup.output, context) { report in
      try await Resumption(request: request, context: context, report: report).run()
    }
  }
}

/// A run that is resumed.
private struct Resumption {
  let request: ResumeRequest
  let context: CommandContext
  let report: CallReport

  private var isSimulated: Bool { request.setup.target.isSimulated }
  /// The folder of the journals of real runs.
  private var real: RunDirectory { RunDirectory(request.setup.journal, context) }

  func run() async throws -> CommandEnd {
    guard let (name, directory) = try choose() else {
      context.say("nothing to resume: no run is unfinished\n")
      return CommandEnd(status: ExitStatus.success)
    }
    guard let (journal, recorded) = try take(name, directory) else {
      throw CommandEnd(
        status: ExitStatus.busy,
        message: "another process is executing run \(name); try again later",
        help: request.run == nil ? "to resume another run, name it: flexsh resume RUN" : nil)
    }
    guard !recorded.isFinished else {
      context.say("nothing to resume: run \(name) is finished, \(recorded.counts.recap)\n")
      return CommandEnd(status: ExitStatus.success)
    }
    let header = recorded.header
    guard !header.scripts.isEmpty else {
      throw CommandEnd(
        status: ExitStatus.refused,
        message: "run \(name) was a session at the prompt: there is no script to resume",
        help: "flexsh runs show \(name) shows what happened in it")
    }
    try refuseOtherTarget(header)
    let setup = try setup(for: header).withAccount(context)
    report.note(setup)
    guard WorkingFolder.change(to: header.folder) else {
      throw CommandEnd(
        status: ExitStatus.refused,
        message: "the folder in which the run was started cannot be entered: \(header.folder)")
    }
    try RecordedFiles.refuseChanges(header, directory, context)
    let done = recorded.count(.done) + recorded.count(.skipped)
    let doubtful = recorded.count(.unknown)
    let names = header.scripts.map(\.name).joined(separator: ", ")
    context.say(
      VisibleText.escaped(
        "resuming run \(name): \(names) on \(header.baseURL); \(done) done"
          + (doubtful > 0 ? ", \(doubtful) in doubt" : "")) + "\n")
    let scripts = try header.scripts.enumerated().map { index, script in
      try RecordedFiles.open(script, index, of: header.run, directory)
    }
    if header.isPlan, let plan = scripts.first {
      return try await PlanApplication(
        file: plan, setup: setup, context: context, report: report,
        resumed: (recorded, journal)
      ).run()
    }
    let root = header.scripts.first { $0.path != "" }?.name
    let runner = BatchRunner(
      scripts: scripts, arguments: header.arguments, files: Files(root: root))
    try report.note(scripts)
    return try await RunSession(runner, setup, context, report, resumed: (recorded, journal)).run()
  }

  /// The setup of the resumed run: what the command line says, and what the run was started with.
  private func setup(for header: JournalHeader) -> RunSetup {
    var setup = request.setup
    setup.shard = header.shard
    setup.connection.isAtMostOnce = setup.connection.isAtMostOnce || header.isAtMostOnce
    setup.run.keepsGoing = setup.run.keepsGoing || header.keepsGoing
    setup.connection.keep(header.options)
    setup.run.isReadOnly = setup.run.isReadOnly || header.options.isReadOnly
    setup.run.admitsOtherSIDs = setup.run.admitsOtherSIDs || header.options.admitsOtherSIDs
    // The journals of other runs, which were looked through, may have admitted them.
    OtherSIDs.admit(setup.run.admitsOtherSIDs)
    setup.run.maximumChanges = setup.run.maximumChanges ?? header.options.maximumChanges
    // The run is resumed in the folder in which it was started.
    if case .simulator(let fixture?, let faults, let seed) = setup.target {
      setup.target = .simulator(
        fixture: WorkingFolder.absolute(fixture), faults, seed: seed)
    }
    return setup
  }

  /// Refuses a simulated run without `--simulate`, and a real one with it, before anything is sent.
  private func refuseOtherTarget(_ header: JournalHeader) throws {
    guard header.isSimulated != isSimulated else { return }
    if header.isSimulated {
      throw CommandEnd(
        status: ExitStatus.refused,
        message:
          "run \(header.run) was made with the simulator, and would now be resumed on a real "
          + "account; nothing was sent",
        help: "run the command again with --simulate")
    }
    throw CommandEnd(
      status: ExitStatus.refused,
      message:
        "run \(header.run) is for \(header.account) at \(header.baseURL), and --simulate uses "
        + "the simulator; nothing was sent",
      help: "leave --simulate out to resume it")
  }

  /// The run that is meant, and where its journal is.
  private func choose() throws -> (String, RunDirectory)? {
    if let run = request.run {
      let entry = try RunSelection(request.setup.journal, context).find(run)
      return (entry.name, entry.directory)
    }
    // Simulated runs are never the default, but with --simulate only they can be meant.
    let directory = isSimulated ? real.ofSimulatedRuns : real
    for name in directory.runs() {
      do throws(RecordedRun.Problem) {
        let recorded = try directory.read(name)
        guard !recorded.isFinished, !recorded.header.scripts.isEmpty else { continue }
        // An older run is not what is meant while this one goes on.
        return (name, directory)
      } catch {
        // A run that was killed as it began does not hide an older one.
        if error == .noBeginning { continue }
        throw CommandEnd(
          status: ExitStatus.noInput, message: "the journal of run \(name): \(error.reason)",
          help: "name another run: flexsh resume RUN")
      }
    }
    return nil
  }

  private func take(
    _ name: String, _ directory: RunDirectory
  ) throws -> (LockedJournal, RecordedRun)? {
    do throws(JournalFailure) {
      return try directory.resume(name)
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "the journal of run \(name): \(error.reason)",
        help: "nothing was sent; what happened before is in it as far as it can be read")
    }
  }
}

/// The files of a resumed run.
enum RecordedFiles {
  /// Refuses a run whose scripts or data files have changed, and shows what has.
  static func refuseChanges(
    _ header: JournalHeader, _ directory: RunDirectory, _ context: CommandContext
  ) throws {
    var changed: [String] = []
    var differences = ""
    for (index, file) in (header.scripts + header.files).enumerated() where file.path != "" {
      let now = try? Files.open(file.path)
      if let now, (try? ScriptHash.sha256(now)) == file.sha256 { continue }
      changed.append(file.name)
      guard let now, let new = text(now),
        let old = (try? Files.open(directory.copy(index, of: header.run).string)).flatMap(text)
      else { continue }
      differences += TextDifference.unified(old, new, name: file.name, change: "now")
    }
    guard !changed.isEmpty else { return }
    var errors = context.errorStream()
    for line in differences.split(separator: "\n", omittingEmptySubsequences: false) {
      errors.write(VisibleText.escaped(String(line), keepingTabs: true) + "\n")
    }
    errors.flush()
    throw CommandEnd(
      status: ExitStatus.refused,
      message: "changed since the run began: \(changed.joined(separator: ", ")); nothing was sent",
      help: "restore the files, or start a new run with the changed script")
  }

  /// A script as it was named; one that came from elsewhere from its copy.
  static func open(
    _ file: JournalHeader.File, _ index: Int, of run: String, _ directory: RunDirectory
  ) throws -> OpenedFile {
    do throws(FileProblem) {
      let path = file.path.isEmpty ? directory.copy(index, of: run).string : file.path
      let opened = try Files.openRecorded(path)
      return OpenedFile(
        identity: opened.identity, name: file.name, source: opened.source, content: opened.content)
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "\(file.name) cannot be read: \(error.reason)")
    }
  }

  private static func text(_ file: OpenedFile) -> String? {
    (try? file.bytes()).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
  }
}
