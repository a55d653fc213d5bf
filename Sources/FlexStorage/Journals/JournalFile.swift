import Dispatch
package import FlexRuntime
import Synchronization
package import SystemPackage

/// A run's journal on the disk.
///
/// The file comes into being with the first action; what was kept before is written then. What is
/// kept has two steps to go: it is *written* to the file, and survives the end of the process from
/// then on; and it is made *durable*, and survives a loss of power. Entries that wait for the disk at
/// the same time share one `fdatasync`, which costs more than many requests.
package final class JournalFile: RunJournal {
  fileprivate struct State {
    /// Lines that have not been written.
    var buffer: [UInt8] = []
    /// Actions that begin, for a line that has not been made.
    var begun: [Int] = []
    /// How many actions have begun, and of how many that has been written.
    var begunCount = 0
    var begunWritten = 0
    /// How many bytes were kept and made durable so far.
    var kept = 0
    var durable = 0
    /// How far somebody wants it to be durable.
    var wanted = 0
    var waiting: [(end: Int, continuation: CheckedContinuation<JournalFailure?, Never>)] = []
    /// Whether somebody sees to it that it becomes durable.
    var isSyncing = false
    /// Whether what was noted will be written soon, should nobody need it before.
    var isDue = false
    var isBegun = false
    var failure: JournalFailure?

    mutating func keep(_ entry: JournalEntry) {
      let before = buffer.count
      entry.write(to: &buffer)
      kept += buffer.count - before
    }

    mutating func takeLines() -> [UInt8] {
      if !begun.isEmpty { keep(.begun(begun)) }
      begun.removeAll(keepingCapacity: true)
      defer { buffer.removeAll(keepingCapacity: false) }
      return buffer
    }
  }

  private let state: Mutex<State>
  /// Whoever writes holds it, so that the pieces follow each other.
  private let descriptor: Mutex<FileDescriptor?>
  /// Whether what was looked up is kept, for a run that may be resumed.
  private let keepsReads: Bool
  private let queue = DispatchQueue(label: "flexsh.journal")
  private let open: @Sendable () throws(JournalFailure) -> FileDescriptor

  /// A journal of a run in a folder.
  ///
  /// `header`: makes the beginning, once, when the first action is about to be sent: most of what it
  /// takes is reading the scripts again, and a run that changes nothing needs none of it.
  package init(
    of run: String, in directory: RunDirectory, keepsReads: Bool = true,
    header: @escaping @Sendable () throws(JournalFailure) -> JournalHeader
  ) {
    self.keepsReads = keepsReads
    state = Mutex(State())
    descriptor = Mutex(nil)
    open = { () throws(JournalFailure) in
      let header = try header()
      let file = try directory.create(run)
      do {
        _ = try file.writeAll(JournalEntry.header(header).line)
      } catch {
        throw JournalFailure(reason: Files.words(for: error))
      }
      return file
    }
  }

  /// A journal that goes on.
  package init(going descriptor: FileDescriptor, at time: UInt64) {
    var state = State()
    state.keep(.resumed(at: Int(time), boot: SystemBoot.name()))
    keepsReads = true
    self.state = Mutex(state)
    self.descriptor = Mutex(descriptor)
    open = { () throws(JournalFailure) in descriptor }
  }

  deinit {
    // What was committed is on the disk; closing loses nothing, and frees the lock.
    descriptor.withLock { descriptor in
      try? descriptor?.close()
      descriptor = nil
    }
  }

  /// Whether anything was written: then there is something to resume.
  package var isBegun: Bool { state.withLock { $0.isBegun } }
  /// Why writing failed, once it has.
  package var failure: JournalFailure? { state.withLock { $0.failure } }

  // MARK: Keeping

  package func commit(_ entry: JournalEntry) async throws(JournalFailure) {
    let end = state.withLock { state in
      state.isBegun = true
      state.keep(entry)
      return state.kept
    }
    try await waitUntilDurable(end)
  }

  package func writeAhead(_ intents: [ActionIntent]) -> JournalMark {
    let (end, starts) = state.withLock { state in
      state.isBegun = true
      for intent in intents { state.keep(.intent(intent)) }
      return (state.kept, state.want(state.kept))
    }
    if starts { queue.async { self.sync() } }
    return JournalMark(durable: end, begun: 0)
  }

  package func begin(_ number: Int, after mark: JournalMark) -> JournalMark {
    state.withLock { state in
      state.begun.append(number)
      state.begunCount += 1
      return JournalMark(durable: mark.durable, begun: state.begunCount)
    }
  }

  package func write(to mark: JournalMark) throws(JournalFailure) -> Bool {
    let (isDurable, isWritten, failure) = state.withLock { state in
      (state.durable >= mark.durable, state.begunWritten >= mark.begun, state.failure)
    }
    if let failure { throw failure }
    // All that begin together share the line, and what it costs to write it. That is little: it goes
    // to the system's memory; for the disk itself nobody waits here.
    if isDurable, !isWritten { try write() }
    return isDurable
  }

  package func settle(_ mark: JournalMark) async throws(JournalFailure) {
    try await waitUntilDurable(mark.durable)
    _ = try write(to: mark)
  }

  /// How long what was noted is kept in memory at most.
  ///
  /// Nothing is lost by it: before the next request leaves, all that was noted has been written.
  private static let patience = DispatchTimeInterval.milliseconds(20)

  /// How many bytes are kept in memory at most before the file is made: a run that only reads needs none,
  /// as long as what it read is little.
  private static let maximumUnwritten = 1 << 18

  package func note(_ entry: JournalEntry) {
    // Nothing can be resumed at the prompt, so what was looked up there is not needed again.
    if !keepsReads, case .read = entry { return }
    let schedules = state.withLock { state in
      guard state.failure == nil else { return false }
      state.keep(entry)
      if state.buffer.count > JournalFile.maximumUnwritten { state.isBegun = true }
      guard state.isBegun, !state.isDue else { return false }
      state.isDue = true
      return true
    }
    guard schedules else { return }
    queue.asyncAfter(deadline: .now() + JournalFile.patience) {
      self.state.withLock { $0.isDue = false }
      // A failure is kept: whoever needs the journal next is told.
      _ = try? self.write()
    }
  }

  // MARK: Writing

  /// Comes back when so many bytes are durable.
  private func waitUntilDurable(_ end: Int) async throws(JournalFailure) {
    let (isDone, failure) = state.withLock { ($0.durable >= end, $0.failure) }
    if let failure { throw failure }
    if isDone { return }
    let result: JournalFailure? = await withCheckedContinuation { continuation in
      let (isOver, starts) = state.withLock { state in
        if state.durable >= end || state.failure != nil { return (true, false) }
        state.waiting.append((end, continuation))
        return (false, state.want(end))
      }
      if isOver { continuation.resume(returning: self.failure) }
      if starts { queue.async { self.sync() } }
    }
    if let result { throw result }
  }

  /// Makes durable what is wanted to be, until nothing more is.
  private func sync() {
    while true {
      do throws(JournalFailure) {
        let (file, end) = try write()
        try attempt { try FileSyncing.syncData(file) }
        state.withLock { $0.durable = end }
      } catch {
        // It is kept, and told below.
      }
      let (ready, durable, failure, isOver) = state.withLock { state in
        let (durable, failure) = (state.durable, state.failure)
        let ready = state.waiting.filter { failure != nil || $0.end <= durable }
        state.waiting.removeAll { failure != nil || $0.end <= durable }
        state.isSyncing = failure == nil && state.wanted > durable
        return (ready, durable, failure, !state.isSyncing)
      }
      // Another thread may have failed to write while this one made durable what was there before.
      for (end, continuation) in ready {
        continuation.resume(returning: end <= durable ? nil : failure)
      }
      if isOver { return }
    }
  }

  /// Writes what was kept.
  ///
  /// - Returns: The file, and how many bytes have been written to it now.
  @discardableResult
  private func write() throws(JournalFailure) -> (file: FileDescriptor, end: Int) {
    typealias Written = Result<(file: FileDescriptor, end: Int), JournalFailure>
    let result = descriptor.withLock { descriptor -> Written in
      do throws(JournalFailure) {
        if let failure { throw failure }
        let file: FileDescriptor
        if let descriptor {
          file = descriptor
        } else {
          file = try attemptOpening()
          descriptor = file
        }
        let (lines, end, begun) = state.withLock { ($0.takeLines(), $0.kept, $0.begunCount) }
        if !lines.isEmpty { try attempt { _ = try file.writeAll(lines) } }
        state.withLock { $0.begunWritten = begun }
        return .success((file, end))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func attemptOpening() throws(JournalFailure) -> FileDescriptor {
    do throws(JournalFailure) {
      return try open()
    } catch {
      state.withLock { $0.failure = error }
      throw error
    }
  }

  /// Does something with the file.
  ///
  /// What failed once is not tried again: what the disk holds is not known any more.
  private func attempt(_ body: () throws -> Void) throws(JournalFailure) {
    do {
      try body()
    } catch {
      let failure = JournalFailure(reason: Files.words(for: error))
      state.withLock { $0.failure = failure }
      throw failure
    }
  }
}

extension JournalFile.State {
  /// Asks for so many bytes to be made durable.
  ///
  /// - Returns: Whether somebody has to begin with it.
  fileprivate mutating func want(_ end: Int) -> Bool {
    wanted = max(wanted, end)
    defer { isSyncing = true }
    return !isSyncing
  }
}
