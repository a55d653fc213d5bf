import ArgumentParser
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexStorage
import SystemPackage

/// Goes on with a run that was interrupted or failed.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with an interrupted or failed run.",
    discussion: """
      What is done is skipped. What was in flight is looked at first, and sent again if it is not so;
      what creates something is sent again only if you say so. What failed or was not reached runs.
      Without a name: the last run on a real account that did not finish. The options, the environment
      and the profile decide where requests go; a run that was made for another account or host is
      refused. A simulated run needs --simulate.
      """)

  @Argument(help: "The run, as `flexsh runs` names it.")
  var run: String?

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Run")
  var options: RunOptions

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    if target.dryRun {
      throw ValidationError("a run is resumed for real: --dry-run cannot be used")
    }
    try target.validate(with: connection)
    if journal.noJournal {
      throw ValidationError("a run that goes on keeps its journal: --no-journal is not taken")
    }
  }

  func run() async throws {
    guard let (name, directory) = try choose() else {
      var errors = OutputStream(.standardError, isBuffered: true)
      let real = journal.directory()
      let running = real.runs().filter { real.isInUse($0) }.map {
        "; run \($0) is being carried out by another process"
      }
      errors.write("nothing to resume: no run is unfinished\(running.joined())\n")
      errors.flush()
      return
    }
    guard let (file, past) = try take(name, directory) else {
      throw Exit(
        status: ExitStatus.busy,
        message: "another process is executing run \(name); try again later")
    }
    var errors = OutputStream(.standardError, isBuffered: true)
    guard !past.isFinished else {
      errors.write("nothing to resume: run \(name) is finished\n")
      errors.flush()
      return
    }
    let header = past.header
    guard !header.scripts.isEmpty else {
      throw Exit(
        status: ExitStatus.refused,
        message: "run \(name) was a session at the prompt: there is no script to go on with",
        help: "flexsh runs show \(name) tells what happened in it")
    }
    try refuseOtherTarget(header)
    let target = target.absolute.target
    guard WorkingFolder.change(to: header.folder) else {
      throw Exit(
        status: ExitStatus.refused,
        message: "the folder in which the run was started cannot be entered: \(header.folder)")
    }
    try RecordedFiles.refuseChanges(header, directory)
    let done = past.count(.done) + past.count(.skipped)
    let doubtful = past.count(.unknown)
    let names = header.scripts.map(\.name).joined(separator: ", ")
    errors.write(
      VisibleText.escaped(
        "resuming run \(name): \(names) on \(header.baseURL); \(done) done"
          + (doubtful > 0 ? ", \(doubtful) in doubt" : "")) + "\n")
    errors.flush()

    var (connection, options) = (connection, options)
    connection.atMostOnce = connection.atMostOnce || header.isAtMostOnce
    options.keepGoing = options.keepGoing || header.keepsGoing
    let scripts = try header.scripts.enumerated().map { index, script in
      try RecordedFiles.open(script, index, of: header.run, directory)
    }
    if header.isPlan, let plan = scripts.first {
      try await PlanApplication(
        file: plan, target: target, connection: connection, run: options, journal: journal,
        output: output, resumed: (past, file)
      ).carryOut()
    }
    let root = header.scripts.first { $0.path != "" }?.name
    let runner = BatchRunner(
      scripts: scripts, arguments: header.arguments, files: Files(root: root))
    let session = RunSession(
      runner: runner, target: target, connection: connection, run: options,
      output: output, journal: journal, resumed: (past, file)
    )
    try await session.run()
  }

  /// Refuses a simulated run without `--simulate`, and a real one with it, before anything is sent.
  private func refuseOtherTarget(_ header: JournalHeader) throws {
    guard header.isSimulated != target.simulate else { return }
    if header.isSimulated {
      throw Exit(
        status: ExitStatus.refused,
        message:
          "run \(header.run) was made with the simulator, and would now be resumed on a real "
          + "account; nothing was sent",
        help: "run the command again with --simulate")
    }
    throw Exit(
      status: ExitStatus.refused,
      message:
        "run \(header.run) is for \(header.account) at \(header.baseURL), and --simulate uses "
        + "the simulator; nothing was sent",
      help: "leave --simulate out to resume it")
  }

  /// The run that is meant, and where its journal is.
  private func choose() throws -> (String, RunDirectory)? {
    let real = journal.directory()
    if let run {
      for directory in [real, real.ofSimulatedRuns] where directory.runs().contains(run) {
        return (run, directory)
      }
      throw Exit(
        status: ExitStatus.noInput, message: "there is no run \(run) in \(real.path)",
        help: "flexsh runs lists them")
    }
    let directory = target.simulate ? real.ofSimulatedRuns : real
    for name in directory.runs() where !directory.isInUse(name) {
      do throws(RecordedRun.Problem) {
        let past = try directory.read(name)
        if !past.isFinished, !past.header.scripts.isEmpty { return (name, directory) }
      } catch {
        // A run that was killed as it began does not hide an older one.
        if error == .noBeginning { continue }
        throw Exit(
          status: ExitStatus.noInput, message: "the journal of run \(name): \(error.reason)",
          help: "name another run: flexsh resume RUN")
      }
    }
    return nil
  }

  private func take(
    _ name: String, _ directory: RunDirectory
  ) throws -> (FileDescriptor, RecordedRun)? {
    do throws(JournalFailure) {
      return try directory.resume(name)
    } catch {
      throw Exit(
        status: ExitStatus.noInput, message: "the journal of run \(name): \(error.reason)",
        help: "nothing was sent; what happened before is in it as far as it can be read")
    }
  }
}

/// The files of a run that is gone on with.
enum RecordedFiles {
  /// Refuses a run whose scripts or data files have changed, and shows what has.
  static func refuseChanges(_ header: JournalHeader, _ directory: RunDirectory) throws {
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
    var errors = OutputStream(.standardError, isBuffered: true)
    for line in differences.split(separator: "\n", omittingEmptySubsequences: false) {
      errors.write(VisibleText.escaped(String(line), keepingTabs: true) + "\n")
    }
    errors.flush()
    throw Exit(
      status: ExitStatus.refused,
      message: "changed since the run began: \(changed.joined(separator: ", ")); nothing was sent",
      help: "put back what was, or run the new script as a run of its own")
  }

  /// A script as it was named; one that came from elsewhere from its copy.
  static func open(
    _ file: JournalHeader.File, _ index: Int, of run: String, _ directory: RunDirectory
  ) throws -> OpenedFile {
    do throws(FileProblem) {
      let path = file.path.isEmpty ? directory.copy(index, of: run).string : file.path
      let opened = try Files.open(path)
      return OpenedFile(identity: opened.identity, name: file.name, source: opened.source)
    } catch {
      throw Exit(
        status: ExitStatus.noInput, message: "\(file.name) cannot be read: \(error.reason)")
    }
  }

  private static func text(_ file: OpenedFile) -> String? {
    (try? file.bytes()).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
  }
}
