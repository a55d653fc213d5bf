import ArgumentParser
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// Where the journals of runs are.
struct JournalOptions: ParsableArguments {
  @Flag(help: "Keep no journal: such a run cannot be resumed.")
  var noJournal = false

  @Option(
    help: ArgumentHelp(
      "The folder of journals (default: $XDG_STATE_HOME/flexsh/runs).", valueName: "folder"))
  var journalDir: String?

  /// The folder of journals.
  func directory(simulated: Bool = false) -> RunDirectory {
    RunDirectory(
      journalDir, environment: ProcessEnvironment.variables(), isSimulated: simulated)
  }

  /// A journal for a run; `nil` when none is to be kept.
  func recording(
    of runner: BatchRunner, run: String, account: String, baseURL: String,
    environment: [String: String], isSimulated: Bool, keepsGoing: Bool, isAtMostOnce: Bool,
    isPlan: Bool = false, resume: ResumeCommandLine, resumed: FileDescriptor?
  ) throws -> RunRecording? {
    if noJournal, resumed == nil { return nil }
    let directory = directory(simulated: isSimulated)
    let command = resume.text(for: run)
    if let resumed {
      return RunRecording(
        file: JournalFile(going: resumed, at: WallClock.now()), resumeCommand: command,
        isResumed: true)
    }
    let (scripts, names) = (runner.scripts, runner.session.namedFiles)
    let (arguments, retention) = (runner.arguments, Retention(environment))
    let (started, folder) = (WallClock.now(), WorkingFolder.path())
    let file = JournalFile(
      of: run, in: directory, keepsReads: !scripts.isEmpty
    ) { () throws(JournalFailure) in
      directory.removeOld(keeping: retention.count, since: retention.oldest(before: started))
      let files = scripts + (try names.map(RunRecording.open))
      for (index, file) in files.enumerated() {
        guard let bytes = try RunRecording.copy(file) else { continue }
        try directory.keep(
          bytes, as: index, of: run, isOnlyCopy: !RunRecording.isNamed(file))
      }
      let described = try files.map(RunRecording.describe)
      var header = JournalHeader(
        run: run, started: Int(started), version: Flexsh.version, folder: folder,
        scripts: Array(described.prefix(scripts.count)),
        files: Array(described.dropFirst(scripts.count)), arguments: arguments, account: account,
        baseURL: baseURL, isSimulated: isSimulated, keepsGoing: keepsGoing, isPlan: isPlan,
        boot: SystemBoot.name())
      header.isAtMostOnce = isAtMostOnce
      return header
    }
    return RunRecording(file: file, resumeCommand: command)
  }
}

/// A run's journal while it is written.
struct RunRecording {
  let file: JournalFile
  private let command: String
  private let isResumed: Bool

  init(file: JournalFile, resumeCommand: String, isResumed: Bool = false) {
    self.file = file
    command = resumeCommand
    self.isResumed = isResumed
  }

  /// The command that goes on with the run; `nil` while there is nothing to go on with.
  var resumeCommand: String? { file.isBegun || isResumed ? command : nil }

  /// Writes how the run ended; why that failed, if it did.
  func end(exit: Int32, _ summary: RunSummary) async -> JournalFailure? {
    if let failure = file.failure { return failure }
    guard file.isBegun else { return nil }
    do throws(JournalFailure) {
      try await file.commit(.end(exit: exit, summary))
      return nil
    } catch {
      return error
    }
  }

  /// Opens a file that a script names.
  static func open(_ name: String) throws(JournalFailure) -> OpenedFile {
    do throws(FileProblem) {
      return try Files.open(name)
    } catch {
      throw JournalFailure(reason: "\(name): \(error.reason)")
    }
  }

  /// A file as a journal's header names it.
  static func describe(_ file: OpenedFile) throws(JournalFailure) -> JournalHeader.File {
    do throws(SourceFailure) {
      return JournalHeader.File(
        name: file.name, path: isNamed(file) ? WorkingFolder.absolute(file.name) : "",
        sha256: try ScriptHash.sha256(file))
    } catch {
      throw JournalFailure(reason: "\(file.name): \(error.reason)")
    }
  }

  /// The bytes of a file, for its copy; `nil` for one that is too long, and is found where it was.
  static func copy(_ file: OpenedFile) throws(JournalFailure) -> [UInt8]? {
    do throws(SourceFailure) {
      return try file.bytes(atMost: isNamed(file) ? RunDirectory.longestCopy : .max)
    } catch {
      throw JournalFailure(reason: "\(file.name): \(error.reason)")
    }
  }

  /// Whether a script is a file, and not from standard input or the command line.
  fileprivate static func isNamed(_ file: OpenedFile) -> Bool {
    file.name != "-" && file.name != "-c"
  }
}

/// How long the journals of finished runs are kept.
struct Retention {
  /// How many.
  let count: Int
  private let days: UInt64

  /// Reads `FLEXSH_KEEP_RUNS` and `FLEXSH_KEEP_DAYS`.
  init(_ environment: [String: String]) {
    count = environment["FLEXSH_KEEP_RUNS"].flatMap { Int($0) }.map { max(1, $0) } ?? 1000
    days = environment["FLEXSH_KEEP_DAYS"].flatMap { UInt64($0) } ?? 90
  }

  /// Milliseconds since 1970: what is older goes.
  func oldest(before now: UInt64) -> UInt64 {
    let (age, overflow) = days.multipliedReportingOverflow(by: 86_400_000)
    return overflow || age > now ? 0 : now - age
  }
}
