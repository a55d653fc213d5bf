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
  package func keep(_ bytes: [UInt8], as index: Int, of run: String) throws(JournalFailure) {
    try doing { () throws in
      try makeFolders()
      try PrivateFolder.make(path.appending(run + ".d"))
      let file = try FileDescriptor.open(
        copy(index, of: run), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
      _ = try file.closeAfter { try file.writeAll(bytes) }
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
    } catch let problem as PastRun.Problem {
      throw JournalFailure(reason: problem.reason)
    } catch {
      throw JournalFailure(reason: "\(path): \(Files.words(for: error))")
    }
  }

  // MARK: Reading

  /// The names of all runs, the latest first.
  package func runs() -> [String] {
    PrivateFolder.names(in: path).filter { $0.hasSuffix(".jsonl") }
      .map { String($0.dropLast(6)) }.sorted(by: >)
  }

  /// Reads a journal.
  package func read(_ run: String) throws(PastRun.Problem) -> PastRun {
    do {
      let file = try FileDescriptor.open(
        journal(run), .readOnly, options: [.closeOnExec, .noFollow])
      let bytes = try file.closeAfter { try WholeFile.read(file) }
      return try PastRun(bytes, boot: SystemBoot.name())
    } catch let problem as PastRun.Problem {
      throw problem
    } catch {
      throw PastRun.Problem(reason: Files.words(for: error))
    }
  }

  /// Opens a journal to go on with it, its torn end cut off; `nil` when another process has it.
  package func resume(
    _ run: String
  ) throws(JournalFailure) -> (file: FileDescriptor, past: PastRun)? {
    try doing { () throws in
      try PrivateFolder.check(path)
      let file = try FileDescriptor.open(
        journal(run), .readWrite, options: [.append, .closeOnExec, .noFollow])
      do {
        try PrivateFolder.checkFile(file)
        guard try FileLock.take(file) else {
          try file.close()
          return nil
        }
        let past = try PastRun(try WholeFile.read(file), boot: SystemBoot.name())
        try FileSyncing.truncate(file, to: past.wholeLength)
        return (file, past)
      } catch {
        try? file.close()
        throw error
      }
    }
  }

  /// Whether a process is carrying the run out.
  package func isInUse(_ run: String) -> Bool {
    guard
      let file = try? FileDescriptor.open(
        journal(run), .readOnly, options: [.closeOnExec, .noFollow])
    else { return false }
    let isFree = (try? FileLock.take(file)) ?? true
    try? file.close()
    return !isFree
  }

  /// Removes the journals of finished runs beyond the newest so many, and of those that are older.
  ///
  /// `oldest`: in milliseconds since 1970.
  package func removeOld(keeping count: Int, since oldest: UInt64) {
    for (index, run) in runs().enumerated() {
      guard index >= count || RunID.milliseconds(run) < oldest, !isInUse(run),
        let past = try? read(run), past.isFinished
      else { continue }
      for copy in PrivateFolder.names(in: path.appending(run + ".d")) {
        try? RemovedFile.remove(path.appending(run + ".d").appending(copy))
      }
      PrivateFolder.remove(path.appending(run + ".d"))
      try? RemovedFile.remove(journal(run))
    }
  }
}
