package import FlexRuntime
package import SystemPackage

/// The folder that holds the journals of runs.
///
/// A run is `RUN.jsonl`, and `RUN.d` with copies of its scripts and data files, to say what has
/// changed in them. Simulated runs have a folder of their own in it.
package struct RunDirectory: Sendable {
  /// Files that are longer are not copied; a change is then noticed and not shown.
  package static let longestCopy = 1 << 20

  /// Where it is.
  package let path: FilePath

  /// The folder that an option names, or else the one of the environment.
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

  /// The folder of simulated runs beside real ones.
  package var ofSimulatedRuns: RunDirectory { RunDirectory(path: path.appending("simulated")) }

  func journal(_ run: String) -> FilePath { path.appending(run + ".jsonl") }

  /// Where the copy of a file of a run is kept.
  package func copy(_ index: Int, of run: String) -> FilePath {
    path.appending(run + ".d").appending(String(index))
  }

  // MARK: Writing

  /// Keeps a copy of a file of a run.
  ///
  /// `isOnlyCopy`: whether the file has no name, so that resuming needs the copy.
  package func keep(
    _ bytes: [UInt8], as index: Int, of run: String, isOnlyCopy: Bool
  ) throws(JournalFailure) {
    try doing { () throws in
      try makeFolders()
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

  /// Makes the file of a new journal, locked.
  func create(_ run: String) throws(JournalFailure) -> FileDescriptor {
    try doing { () throws in
      try makeFolders()
      let file = try FileDescriptor.open(
        journal(run), .writeOnly,
        options: [.create, .exclusiveCreate, .append, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
      guard try FileLock.take(file) else { throw Errno.wouldBlock }
      // The name of the file must last as long as what is in it.
      try FileSyncing.syncFolder(path)
      return file
    }
  }

  private func makeFolders() throws {
    try PrivateFolder.makeAll(path)
    try PrivateFolder.check(path)
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

  /// The names of all runs, the latest first.
  ///
  /// A journal without a byte cannot have sent anything, and is none; nor is what is not a regular file.
  package func runs() -> [String] {
    journals().filter { FileAccess.lengthOfRegularFile(journal($0).string).map { $0 > 0 } ?? false }
  }

  /// The names of all journals, whole or not, the latest first.
  private func journals() -> [String] {
    PrivateFolder.names(in: path).filter { $0.hasSuffix(".jsonl") }
      .map { String($0.dropLast(6)) }.sorted(by: >)
  }

  private func openJournal(
    _ run: String, _ mode: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions = []
  ) throws -> FileDescriptor {
    // A pipe would wait for its other end.
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

  /// Opens a journal to go on with it, its torn end cut off; `nil` when another process has it.
  package func resume(
    _ run: String
  ) throws(JournalFailure) -> (file: FileDescriptor, past: RecordedRun)? {
    try doing { () throws in
      try PrivateFolder.check(path)
      let file = try openJournal(run, .readWrite, [.append])
      do {
        try PrivateFolder.checkFile(file)
        guard try FileLock.take(file) else {
          try file.close()
          return nil
        }
        let past = try RecordedRun(try WholeFile.read(file), boot: SystemBoot.name())
        try FileSyncing.truncate(file, to: past.wholeLength)
        return (file, past)
      } catch {
        try? file.close()
        throw error
      }
    }
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

  /// Removes the journals beyond the newest `count`, and those that are older than a time, whatever came
  /// of their runs; never that of a run that is being executed.
  ///
  /// `oldest`: in milliseconds since 1970.
  package func removeOld(keeping count: Int, since oldest: UInt64) {
    var index = 0
    for run in journals() {
      // What is not a regular file is not ours; a journal without a byte takes no place.
      guard let length = FileAccess.lengthOfRegularFile(journal(run).string) else { continue }
      if length > 0 { index += 1 }
      guard index > count || RunID.milliseconds(run) < oldest, !isInUse(run) else { continue }
      for copy in PrivateFolder.names(in: path.appending(run + ".d")) {
        try? RemovedFile.remove(path.appending(run + ".d").appending(copy))
      }
      PrivateFolder.remove(path.appending(run + ".d"))
      try? RemovedFile.remove(journal(run))
    }
  }
}
