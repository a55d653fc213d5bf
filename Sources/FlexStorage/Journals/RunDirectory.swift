package import FlexRuntime
package import SystemPackage

/// The folder that holds the journals of runs.
///
/// A run consists of `RUN.jsonl` and of `RUN.d`, which contains copies of its scripts and data
/// files to show what has changed in them. Simulated runs have a subfolder of their own. The run of a
/// shard is named `GROUP/I-of-N`, and is in the folder of its group.
package struct RunDirectory: Sendable {
  /// The maximum length of a copied file, in bytes; a change in a longer one is detected but not
  /// shown.
  package static let longestCopy = 1 << 20

  /// The path of the folder.
  package let path: FilePath

  /// Uses the folder that an option names, or else the one from the environment.
  ///
  /// Source: <https://specifications.freedesktop.org/basedir-spec/latest/>.
  package init(_ option: String?, environment: [String: String], isSimulated: Bool) {
    var path =
      option.map { FilePath(WorkingFolder.absolute($0)) }
      ?? UserFolders.state(environment).appending("runs")
    if isSimulated { path.append("simulated") }
    self.path = path
  }

  private init(path: FilePath) {
    self.path = path
  }

  /// The folder of simulated runs inside that of real ones.
  package var ofSimulatedRuns: RunDirectory { RunDirectory(path: path.appending("simulated")) }

  func journal(_ run: String) -> FilePath { path.appending(run + ".jsonl") }

  private func folder(of run: String) -> FilePath { journal(run).removingLastComponent() }

  /// The path of the copy of a run's file.
  package func copy(_ index: Int, of run: String) -> FilePath {
    path.appending(run + ".d").appending(String(index))
  }

  // MARK: Writing

  /// Stores a copy of a run's file.
  ///
  /// `isOnlyCopy`: whether the file has no name, so that resuming needs the copy.
  package func keep(
    _ bytes: [UInt8], as index: Int, of run: String, isOnlyCopy: Bool
  ) throws(JournalFailure) {
    try doing { () throws in
      try makeFolders(of: run)
      try PrivateFolder.make(path.appending(run + ".d"))
      let file = try FileDescriptor.open(
        copy(index, of: run), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
      try file.closeAfter {
        _ = try file.writeAll(bytes)
        if isOnlyCopy { try FileSyncing.syncData(file) }
      }
      if isOnlyCopy { try FileSyncing.syncFolder(path.appending(run + ".d")) }
    }
  }

  /// Creates and locks the file of a new journal.
  func create(_ run: String) throws(JournalFailure) -> LockedJournal {
    try doing { () throws in
      try makeFolders(of: run)
      let file = try FileDescriptor.open(
        journal(run), .writeOnly,
        options: [.create, .exclusiveCreate, .append, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
      let journal = LockedJournal(file)
      guard try FileLock.take(file) else { throw Errno.wouldBlock }
      // The name of the file must be as durable as its content.
      try FileSyncing.syncFolder(folder(of: run))
      return journal
    }
  }

  /// What the folder has of a run that is about to be executed, perhaps again.
  package enum Claim {
    /// Nothing: its journal has been created and locked, and is empty.
    case new(LockedJournal)
    /// The journal of its earlier execution, locked.
    case earlier(LockedJournal, RecordedRun)
    /// Another process is executing it.
    case taken
  }

  /// Takes the journal of a run, which is created if there is none.
  ///
  /// Of several processes that do so at once, one gets it.
  package func claim(_ run: String) throws(JournalFailure) -> Claim {
    try doing { () throws in
      try makeFolders(of: run)
      let file = try FileDescriptor.open(
        journal(run), .readWrite,
        options: [.create, .append, .nonBlocking, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
      let journal = LockedJournal(file)
      guard FileStatus.identityOfRegularFile(file) != nil else {
        throw RecordedRun.Problem(reason: "it is not a regular file")
      }
      try PrivateFolder.checkFile(file)
      guard try FileLock.take(file) else { return .taken }
      let bytes = try WholeFile.read(file)
      let past: RecordedRun
      do throws(RecordedRun.Problem) {
        past = try RecordedRun(bytes, boot: SystemBoot.name())
      } catch {
        // What has no first line cannot have sent anything.
        guard error == .noBeginning else { throw error }
        try FileSyncing.truncate(file, to: 0)
        // Nor can it be resumed: its copies are made again.
        removeCopies(of: run)
        try FileSyncing.syncFolder(folder(of: run))
        return .new(journal)
      }
      try FileSyncing.truncate(file, to: past.wholeLength)
      return .earlier(journal, past)
    }
  }

  func makeFolders(of run: String) throws {
    let folder = folder(of: run)
    try PrivateFolder.makeAll(folder)
    try PrivateFolder.check(folder)
  }

  private func doing<Result>(_ body: () throws -> Result) throws(JournalFailure) -> Result {
    do {
      return try body()
    } catch let problem as PrivateFolder.Problem {
      throw JournalFailure(reason: problem.reason)
    } catch let problem as RecordedRun.Problem {
      throw JournalFailure(reason: problem.reason)
    } catch {
      throw JournalFailure(reason: "\(path): \(Files.words(for: error))")
    }
  }

  // MARK: Reading

  /// The names of all runs apart from shards, latest first.
  ///
  /// An empty journal is ignored, as its run cannot have sent anything; so is anything that is not
  /// a regular file.
  package func runs() -> [String] {
    journals().filter { FileAccess.lengthOfRegularFile(journal($0).string).map { $0 > 0 } ?? false }
  }

  /// The names of all journals, complete or not, latest first.
  private func journals() -> [String] {
    PrivateFolder.names(in: path).filter { $0.hasSuffix(".jsonl") }
      .map { String($0.dropLast(6)) }.sorted(by: >)
  }

  private func openJournal(
    _ run: String, _ mode: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions = []
  ) throws -> FileDescriptor {
    // Opening a pipe would wait for its other end.
    let file = try FileDescriptor.open(
      journal(run), mode, options: options.union([.nonBlocking, .closeOnExec, .noFollow]))
    guard FileStatus.identityOfRegularFile(file) != nil else {
      try file.close()
      throw RecordedRun.Problem(reason: "it is not a regular file")
    }
    return file
  }

  /// Reads a journal.
  package func read(_ run: String) throws(RecordedRun.Problem) -> RecordedRun {
    do {
      let file = try openJournal(run, .readOnly)
      let bytes = try file.closeAfter { try WholeFile.read(file) }
      return try RecordedRun(bytes, boot: SystemBoot.name())
    } catch let problem as RecordedRun.Problem {
      throw problem
    } catch {
      throw RecordedRun.Problem(reason: Files.words(for: error))
    }
  }

  /// Reads the beginning of a journal: when the run began, and what it executed.
  package func readBeginning(of run: String) -> RecordedRun? {
    guard let file = try? openJournal(run, .readOnly),
      let bytes = try? file.closeAfter({ try FileBeginning.read(file, upTo: 1 << 16) })
    else { return nil }
    return try? RecordedRun(bytes, boot: nil)
  }

  /// Opens a journal to continue it, and cuts off its torn end; returns `nil` if another process
  /// holds it.
  package func resume(
    _ run: String
  ) throws(JournalFailure) -> (journal: LockedJournal, past: RecordedRun)? {
    try doing { () throws in
      try PrivateFolder.check(folder(of: run))
      let journal = LockedJournal(try openJournal(run, .readWrite, [.append]))
      try PrivateFolder.checkFile(journal.file)
      guard try FileLock.take(journal.file) else { return nil }
      let past = try RecordedRun(try WholeFile.read(journal.file), boot: SystemBoot.name())
      try FileSyncing.truncate(journal.file, to: past.wholeLength)
      return (journal, past)
    }
  }

  /// The length of a run's journal, in bytes; `nil` if it cannot be opened.
  package func length(of run: String) -> Int64? {
    guard let file = try? openJournal(run, .readOnly) else { return nil }
    defer {
      // Nothing was written.
      try? file.close()
    }
    return try? file.seek(offset: 0, from: .end)
  }

  /// Whether a process is executing the run; takes no lock.
  package func isInUse(_ run: String) -> Bool {
    guard let file = try? openJournal(run, .readOnly) else { return false }
    defer {
      // Nothing was written.
      try? file.close()
    }
    return FileLock.isTaken(file)
  }

  /// Removes the journals beyond the newest `count` and those older than `oldest`, whatever the
  /// outcome of their runs, but never the journal of a run that is being executed.
  ///
  /// `oldest`: a time in milliseconds since 1970.
  package func removeOld(keeping count: Int, since oldest: UInt64) {
    removeOldGroups(keeping: count, since: oldest)
    var index = 0
    for run in journals() {
      // Anything that is not a regular file is not ours; an empty journal does not count.
      guard let length = FileAccess.lengthOfRegularFile(journal(run).string) else { continue }
      if length > 0 { index += 1 }
      guard index > count || RunID.milliseconds(run) < oldest, !isInUse(run) else { continue }
      removeCopies(of: run)
      try? RemovedFile.remove(journal(run))
    }
  }

  private func removeCopies(of run: String) {
    for copy in PrivateFolder.names(in: path.appending(run + ".d")) {
      try? RemovedFile.remove(path.appending(run + ".d").appending(copy))
    }
    PrivateFolder.remove(path.appending(run + ".d"))
  }

  /// Removes groups as a whole: the shards that are left would be half of a run.
  private func removeOldGroups(keeping count: Int, since oldest: UInt64) {
    let groups = groups().compactMap { name in group(name).map { (name: name, $0.started) } }
      .sorted { $0.1 > $1.1 }
    for (index, (name, started)) in groups.enumerated()
    where index >= count || started < oldest {
      let shards = shards(of: name)
      guard !shards.contains(where: isInUse) else { continue }
      for run in shards { removeCopies(of: run) }
      let folder = path.appending(name)
      for file in PrivateFolder.names(in: folder) where file != "group.json" {
        try? RemovedFile.remove(folder.appending(file))
      }
      try? RemovedFile.remove(folder.appending("group.json"))
      PrivateFolder.remove(folder)
    }
  }
}
