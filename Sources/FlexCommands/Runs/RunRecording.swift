import FlexRuntime
import FlexScript
import FlexStorage

/// A run's journal while it is written.
struct RunRecording {
  let file: JournalFile
  private let command: String
  private let isResumed: Bool

  /// The journal of a run; `nil` if none is to be kept, or nothing is sent.
  init?(
    of runner: BatchRunner, run: String, isPlan: Bool = false, keepsGoing: Bool? = nil,
    setup: RunSetup, connection: Connection, resumed: LockedJournal?,
    claimed: LockedJournal? = nil, _ context: CommandContext
  ) throws {
    guard let account = connection.account, !setup.journal.isOff || resumed != nil else {
      return nil
    }
    let directory = RunDirectory(setup.journal, context, isSimulated: setup.target.isSimulated)
    command = ResumeCommandLine(setup).text(for: run)
    isResumed = resumed != nil
    if let resumed {
      file = JournalFile(going: resumed, at: WallClock.now())
      return
    }
    let (scripts, names, opener) = (
      runner.scripts, runner.session.namedFiles, runner.session.files
    )
    let (arguments, retention) = (runner.arguments, Retention(context.variables))
    let (started, folder) = (WallClock.now(), WorkingFolder.path())
    let settings = Settings(setup)
    let (baseURL, isSimulated) = (connection.baseURL, setup.target.isSimulated)
    let isAtMostOnce = setup.connection.isAtMostOnce
    let (options, shard) = (RecordedOptions(setup), setup.shard)
    file = JournalFile(
      of: run, in: directory, claimed: claimed, keepsReads: !scripts.isEmpty
    ) { () throws(JournalFailure) in
      directory.removeOld(keeping: retention.count, since: retention.oldest(before: started))
      var files = scripts
      for name in names { files.append(try RunRecording.open(name, opener)) }
      for (index, file) in files.enumerated() {
        guard let bytes = try RunRecording.copy(file) else { continue }
        try directory.keep(
          bytes, as: index, of: run, isOnlyCopy: !RunRecording.isNamed(file))
      }
      let described = try files.map(RunRecording.describe)
      var header = JournalHeader(
        run: run, started: Int(started), version: Version.current, folder: folder,
        scripts: Array(described.prefix(scripts.count)),
        files: Array(described.dropFirst(scripts.count)), arguments: arguments, account: account,
        baseURL: baseURL, isSimulated: isSimulated, keepsGoing: keepsGoing ?? settings.keepsGoing,
        isPlan: isPlan, boot: SystemBoot.name())
      header.isAtMostOnce = isAtMostOnce
      header.options = options
      header.shard = shard
      header.login = Login.name()
      return header
    }
  }

  /// Creates the journal now; returns why that failed, if it did.
  func begin() async -> JournalFailure? {
    do throws(JournalFailure) {
      try await file.beginNow()
      return nil
    } catch {
      return error
    }
  }

  /// The command that resumes the run; `nil` while there is nothing to resume.
  var resumeCommand: String? { file.isBegun || isResumed ? command : nil }

  /// Writes how the run ended; returns why that failed, if it did.
  ///
  /// A run that did not succeed is recorded even if it sent nothing, so that it can be resumed; not if
  /// its files are no longer what was checked: the journal would hold others.
  func end(exit: Int32, _ result: RunResult) async -> JournalFailure? {
    if let failure = file.failure { return failure }
    var mayBegin = exit != ExitStatus.success
    if case .fileChanged? = result.halt { mayBegin = false }
    guard file.isBegun || mayBegin else { return nil }
    for actions in result.unreached.groups { file.note(.unreached(actions)) }
    do throws(JournalFailure) {
      try await file.commit(.end(exit: exit, time: Int(WallClock.now()), result.summary))
      return nil
    } catch {
      return error
    }
  }

  /// Opens a file that a script names.
  private static func open(
    _ file: CheckSession.NamedFile, _ files: any ScriptFiles
  ) throws(JournalFailure) -> OpenedFile {
    do throws(FileProblem) {
      return try file.open(with: files)
    } catch {
      throw JournalFailure(reason: "\(file.name): \(error.reason)")
    }
  }

  /// A file as a journal's header names it.
  private static func describe(_ file: OpenedFile) throws(JournalFailure) -> JournalHeader.File {
    do throws(SourceFailure) {
      return JournalHeader.File(
        name: file.name, path: isNamed(file) ? WorkingFolder.absolute(file.name) : "",
        sha256: try ScriptHash.sha256(file))
    } catch {
      throw JournalFailure(reason: "\(file.name): \(error.reason)")
    }
  }

  /// The bytes of a file, for its copy; `nil` for one that is too long, and is read from its place.
  private static func copy(_ file: OpenedFile) throws(JournalFailure) -> [UInt8]? {
    do throws(SourceFailure) {
      return try file.bytes(atMost: isNamed(file) ? RunDirectory.longestCopy : .max)
    } catch {
      throw JournalFailure(reason: "\(file.name): \(error.reason)")
    }
  }

  /// Whether a script is a file, and not from standard input or the command line.
  private static func isNamed(_ file: OpenedFile) -> Bool {
    file.name != "-" && file.name != "-c"
  }
}

extension RunDirectory {
  /// The folder of journals.
  init(_ settings: JournalSettings, _ context: CommandContext, isSimulated: Bool = false) {
    self.init(settings.folder, environment: context.variables, isSimulated: isSimulated)
  }
}

/// How long the journals of finished runs are kept.
struct Retention {
  /// How many are kept at most.
  let count: Int
  private let days: UInt64

  /// Reads `FLEXSH_KEEP_RUNS` and `FLEXSH_KEEP_DAYS`.
  init(_ environment: [String: String]) {
    count = environment["FLEXSH_KEEP_RUNS"].flatMap { Int($0) }.map { max(1, $0) } ?? 1000
    days = environment["FLEXSH_KEEP_DAYS"].flatMap { UInt64($0) } ?? 90
  }

  /// Milliseconds since 1970: older journals are removed.
  func oldest(before now: UInt64) -> UInt64 {
    let (age, overflow) = days.multipliedReportingOverflow(by: 86_400_000)
    return overflow || age > now ? 0 : now - age
  }
}
