import ArgumentParser
import FlexConsole
import FlexRuntime
import FlexScript
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
    environment: [String: String], isSimulated: Bool, keepsGoing: Bool, isPlan: Bool = false,
    resumed: FileDescriptor?
  ) throws -> RunRecording? {
    if noJournal, resumed == nil { return nil }
    let directory = directory(simulated: isSimulated)
    let command = "flexsh resume" + (journalDir.map { " --journal-dir \($0)" } ?? "") + " \(run)"
    if let resumed {
      return RunRecording(
        file: JournalFile(going: resumed, at: WallClock.now()), resumeCommand: command,
        isResumed: true)
    }
    let header: JournalHeader
    do throws(SourceFailure) {
      header = JournalHeader(
        run: run, started: Int(WallClock.now()), version: Flexsh.version,
        folder: WorkingFolder.path(),
        scripts: try runner.scripts.map { file throws(SourceFailure) in
          try RunRecording.describe(file)
        },
        files: try runner.session.opened.map { file throws(SourceFailure) in
          try RunRecording.describe(file)
        },
        arguments: runner.arguments, account: account, baseURL: baseURL,
        isSimulated: isSimulated, keepsGoing: keepsGoing, isPlan: isPlan)
    } catch {
      throw Exit(status: ExitStatus.noInput, message: "a script cannot be read: \(error.reason)")
    }
    let retention = Retention(environment)
    directory.removeOld(keeping: retention.count, since: retention.oldest(before: WallClock.now()))
    let files = runner.scripts + runner.session.opened
    return RunRecording(
      file: JournalFile(header, in: directory) { () throws(JournalFailure) in
        for (index, file) in files.enumerated() {
          guard let bytes = try RunRecording.copy(file) else { continue }
          try directory.keep(bytes, as: index, of: run)
        }
      }, resumeCommand: command)
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

  /// A file as a journal's header names it.
  static func describe(_ file: OpenedFile) throws(SourceFailure) -> JournalHeader.File {
    let isNamed = file.name != "-" && file.name != "-c"
    return JournalHeader.File(
      name: file.name, path: isNamed ? WorkingFolder.absolute(file.name) : "",
      sha256: try ScriptHash.sha256(file))
  }

  /// The bytes of a file, for its copy; `nil` for one that is too long, and is found where it was.
  static func copy(_ file: OpenedFile) throws(JournalFailure) -> [UInt8]? {
    let isNamed = file.name != "-" && file.name != "-c"
    var source = file.source
    var bytes: [UInt8] = []
    do throws(SourceFailure) {
      while true {
        let more = try source.read(upTo: StatementReader.chunk)
        if more.isEmpty { return bytes }
        bytes += more
        if isNamed, bytes.count > RunDirectory.longestCopy { return nil }
      }
    } catch {
      throw JournalFailure(reason: "\(file.name): \(error.reason)")
    }
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
