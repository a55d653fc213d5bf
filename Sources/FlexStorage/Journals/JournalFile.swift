import Dispatch
package import FlexRuntime
import Synchronization
import SystemPackage

/// A run's journal on disk.
///
/// The file is created with the first action; earlier entries are written then. An entry passes
/// through two steps: it is *written* to the file, and survives the end of the process from then
/// on; and it is made *durable*, and survives a loss of power. Entries that wait for the disk at
/// the same time share one `fdatasync`, which costs more than many requests.
package final class JournalFile: RunJournal {
  fileprivate struct State {
    /// Lines that have not been written.
    var buffer: [UInt8] = []
    /// Memory for the lines that follow those in ``buffer``.
    var spare: [UInt8] = []
    /// How much of it is kept, in bytes.
    private static let maximumSpare = 1 << 16
    /// Actions that have begun, for a line that has not been made yet.
    var begun: [Int] = []
    /// The number of actions that have begun, and for how many of them that has been written.
    var begunCount = 0
    var begunWritten = 0
    /// The number of bytes that were recorded and made durable so far.
    var kept = 0
    var durable = 0
    /// The number of bytes that are required to be durable.
    var wanted = 0
    typealias Waiting = (end: Int, continuation: CheckedContinuation<JournalFailure?, Never>)
    var waiting: [Waiting] = []
    /// Whether a sync is running or scheduled.
    var isSyncing = false
    /// Whether a delayed write of noted entries is scheduled.
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
      var taken: [UInt8] = []
      swap(&taken, &spare)
      swap(&taken, &buffer)
      return taken
    }

    /// Takes back the memory of lines that have been written.
    mutating func reuse(_ lines: consuming [UInt8]) {
      lines.removeAll(keepingCapacity: lines.capacity <= State.maximumSpare)
      spare = lines
    }
  }

  private let state: Mutex<State>
  /// Locked by the thread that writes, so that the pieces stay in order.
  private let journal: Mutex<LockedJournal?>
  /// Whether the results of look-ups are recorded, for a run that may be resumed.
  private let keepsReads: Bool
  private let queue = DispatchQueue(label: "flexsh.journal")
  private let open: @Sendable () throws(JournalFailure) -> LockedJournal

  /// Creates the journal of a run in a folder.
  ///
  /// `header`: makes the first entry, once, when the first action is about to be sent: most of its
  /// cost is reading the scripts again, and a run that changes nothing needs none of it.
  /// `claimed`: the run's empty file, if it has been created; else it is created with the first entry.
  package init(
    of run: String, in directory: RunDirectory, claimed: LockedJournal? = nil,
    keepsReads: Bool = true,
    header: @escaping @Sendable () throws(JournalFailure) -> JournalHeader
  ) {
    self.keepsReads = keepsReads
    state = Mutex(State())
    journal = Mutex(nil)
    open = { () throws(JournalFailure) in
      let header = try header()
      let journal: LockedJournal
      if let claimed { journal = claimed } else { journal = try directory.create(run) }
      do {
        _ = try journal.file.writeAll(JournalEntry.header(header).line)
      } catch {
        throw JournalFailure(reason: Files.words(for: error))
      }
      return journal
    }
  }

  /// Creates a journal that continues an existing file.
  package init(going journal: LockedJournal, at time: UInt64) {
    var state = State()
    // There is something to resume already, even if nothing more is sent: an action in doubt may be
    // settled by reading back alone, and its result and the end of the run must be recorded.
    state.isBegun = true
    state.keep(.resumed(at: Int(time), boot: SystemBoot.name()))
    keepsReads = true
    self.state = Mutex(state)
    self.journal = Mutex(journal)
    open = { () throws(JournalFailure) in journal }
  }

  /// Whether anything was written, so that there is something to resume.
  package var isBegun: Bool { state.withLock { $0.isBegun } }
  /// Why writing failed, once it has.
  package var failure: JournalFailure? { state.withLock { $0.failure } }

  // MARK: Recording

  /// Creates the file and makes its first line durable, before anything is recorded.
  package func beginNow() async throws(JournalFailure) {
    state.withLock { $0.isBegun = true }
    let failure: JournalFailure? = await withCheckedContinuation { continuation in
      queue.async {
        do throws(JournalFailure) {
          let (file, end) = try self.write()
          try self.attempt { try FileSyncing.syncData(file) }
          self.state.withLock { $0.durable = max($0.durable, end) }
          continuation.resume(returning: nil)
        } catch {
          continuation.resume(returning: error)
        }
      }
    }
    if let failure { throw failure }
  }

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
    // Actions that begin together share the line, and the cost of writing it. The cost is small:
    // the line goes to the system's memory, and nothing here waits for the disk itself.
    if isDurable, !isWritten { try write() }
    return isDurable
  }

  package func settle(_ mark: JournalMark) async throws(JournalFailure) {
    try await waitUntilDurable(mark.durable)
    _ = try write(to: mark)
  }

  /// The maximum time that noted entries stay in memory.
  ///
  /// Nothing is lost: all noted entries are written before the next request leaves.
  private static let patience = DispatchTimeInterval.milliseconds(20)

  /// The maximum number of bytes in memory before the file is created: a run that only reads needs
  /// none, as long as it reads little.
  private static let maximumUnwritten = 1 << 18

  package func note(_ entry: JournalEntry) {
    // Nothing can be resumed at the prompt, so the results of look-ups are not needed again there.
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
      // A failure is stored, and reported at the next use of the journal.
      _ = try? self.write()
    }
  }

  // MARK: Writing

  /// Returns when `end` bytes are durable.
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

  /// Makes the required bytes durable, until no more are required.
  private func sync() {
    while true {
      do throws(JournalFailure) {
        let (file, end) = try write()
        try attempt { try FileSyncing.syncData(file) }
        state.withLock { $0.durable = end }
      } catch {
        // The failure is stored, and reported below.
      }
      let (ready, durable, failure, isOver) = state.withLock { state in
        let (durable, failure) = (state.durable, state.failure)
        let last = state.waiting.reduce(0) { max($0, $1.end) }
        var ready: [State.Waiting] = []
        if failure != nil || last <= durable {
          // Nearly always: all of them.
          swap(&ready, &state.waiting)
        } else {
          ready = state.waiting.filter { $0.end <= durable }
          state.waiting.removeAll { $0.end <= durable }
        }
        state.isSyncing = failure == nil && state.wanted > durable
        return (ready, durable, failure, !state.isSyncing)
      }
      // Another thread may have failed to write while this one made earlier bytes durable.
      for (end, continuation) in ready {
        continuation.resume(returning: end <= durable ? nil : failure)
      }
      if isOver { return }
    }
  }

  /// Writes the entries that were recorded.
  ///
  /// - Returns: The file, and the number of bytes that have been written to it so far.
  @discardableResult
  private func write() throws(JournalFailure) -> (file: FileDescriptor, end: Int) {
    typealias Written = Result<(file: FileDescriptor, end: Int), JournalFailure>
    let result = journal.withLock { journal -> Written in
      do throws(JournalFailure) {
        if let failure { throw failure }
        let opened: LockedJournal
        if let journal { opened = journal } else { opened = try attemptOpening() }
        journal = opened
        let file = opened.file
        let (lines, end, begun) = state.withLock { ($0.takeLines(), $0.kept, $0.begunCount) }
        if !lines.isEmpty { try attempt { _ = try file.writeAll(lines) } }
        state.withLock { state in
          state.begunWritten = begun
          state.reuse(lines)
        }
        return .success((file, end))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func attemptOpening() throws(JournalFailure) -> LockedJournal {
    do throws(JournalFailure) {
      return try open()
    } catch {
      state.withLock { $0.failure = error }
      throw error
    }
  }

  /// Performs an operation on the file.
  ///
  /// An operation that failed is not tried again: the content of the disk is no longer known.
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
  /// Requires `end` bytes to be made durable.
  ///
  /// - Returns: Whether the caller has to start the sync.
  fileprivate mutating func want(_ end: Int) -> Bool {
    wanted = max(wanted, end)
    defer { isSyncing = true }
    return !isSyncing
  }
}
