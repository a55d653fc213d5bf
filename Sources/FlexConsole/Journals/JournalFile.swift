import Dispatch
package import FlexRuntime
import Synchronization
package import SystemPackage

/// A run's journal on the disk.
///
/// The file comes into being with the first action; what was noted before is written then. Entries
/// that wait for the disk at the same time share one `fdatasync`.
package final class JournalFile: RunJournal {
  private struct State {
    var buffer: [UInt8] = []
    var waiting: [CheckedContinuation<JournalFailure?, Never>] = []
    var isWriting = false
    /// Whether what was noted will be written soon, should nobody commit before.
    var isDue = false
    var isBegun: Bool
    var failure: JournalFailure?
  }

  private let state: Mutex<State>
  private let descriptor: Mutex<FileDescriptor?>
  private let queue = DispatchQueue(label: "flexsh.journal")
  private let open: @Sendable () throws(JournalFailure) -> FileDescriptor

  /// A journal of a run in a folder.
  ///
  /// `header`: makes the beginning, once, when the first action is about to be sent: most of what it
  /// takes is reading the scripts again, and a run that changes nothing needs none of it.
  package init(
    of run: String, in directory: RunDirectory,
    header: @escaping @Sendable () throws(JournalFailure) -> JournalHeader
  ) {
    state = Mutex(State(isBegun: false))
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
    var state = State(isBegun: false)
    state.buffer = JournalEntry.resumed(at: Int(time)).line
    self.state = Mutex(state)
    self.descriptor = Mutex(descriptor)
    open = { () throws(JournalFailure) in descriptor }
  }

  /// Whether anything was written: then there is something to resume.
  package var isBegun: Bool { state.withLock { $0.isBegun } }
  /// Why writing failed, once it has.
  package var failure: JournalFailure? { state.withLock { $0.failure } }

  package func commit(_ entry: JournalEntry) async throws(JournalFailure) {
    let line = entry.line
    let failure = await withCheckedContinuation { continuation in
      let (starts, failure) = state.withLock { state -> (Bool, JournalFailure?) in
        if let failure = state.failure { return (false, failure) }
        state.isBegun = true
        state.buffer += line
        state.waiting.append(continuation)
        defer { state.isWriting = true }
        return (!state.isWriting, nil)
      }
      if let failure { return continuation.resume(returning: failure) }
      if starts { queue.async { self.writeAll() } }
    }
    if let failure { throw failure }
  }

  /// How long what was noted waits for a commit to go with.
  ///
  /// Nothing is lost by it: before the next request leaves, all that was noted has been written.
  private static let patience = DispatchTimeInterval.milliseconds(1)

  package func note(_ entry: JournalEntry) {
    let line = entry.line
    let schedules = state.withLock { state in
      guard state.failure == nil else { return false }
      state.buffer += line
      guard state.isBegun, !state.isWriting, !state.isDue else { return false }
      state.isDue = true
      return true
    }
    guard schedules else { return }
    queue.asyncAfter(deadline: .now() + JournalFile.patience) {
      let starts = self.state.withLock { state in
        state.isDue = false
        guard !state.isWriting, !state.buffer.isEmpty else { return false }
        state.isWriting = true
        return true
      }
      if starts { self.writeAll() }
    }
  }

  /// Writes what has gathered, until nothing more has.
  private func writeAll() {
    while true {
      let (bytes, waiting) = state.withLock { state -> ([UInt8], _) in
        let taken = (state.buffer, state.waiting)
        state.buffer.removeAll()
        state.waiting.removeAll()
        if taken.0.isEmpty { state.isWriting = false }
        return taken
      }
      if bytes.isEmpty { return }
      var failure: JournalFailure?
      do throws(JournalFailure) {
        try write(bytes, durably: !waiting.isEmpty)
      } catch {
        failure = error
        // A write that failed once is not tried again: what the disk holds is not known any more.
        state.withLock { $0.failure = error }
      }
      for continuation in waiting { continuation.resume(returning: failure) }
    }
  }

  private func write(_ bytes: [UInt8], durably: Bool) throws(JournalFailure) {
    let file: FileDescriptor
    if let opened = descriptor.withLock({ $0 }) {
      file = opened
    } else {
      file = try open()
      descriptor.withLock { $0 = file }
    }
    do {
      _ = try file.writeAll(bytes)
      if durably { try FileSyncing.syncData(file) }
    } catch {
      throw JournalFailure(reason: Files.words(for: error))
    }
  }
}
