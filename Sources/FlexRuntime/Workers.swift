import Synchronization

/// An action whose turn has come.
struct Job: Sendable {
  /// Its number in the queue.
  let number: Int
  let record: ActionRecord
}

/// What came of an action that was in flight.
struct CompletedAction: Sendable {
  let number: Int
  let passage: WriteGuard.ActionAttempt
  let duration: Duration
}

/// Those who carry actions out, each one at a time.
///
/// A worker is a task that lives until ``dismiss()``, and keeps the memory that it has grown to need: a
/// task for each action asked for seven pieces of a kilobyte every time.
final class Workers: Sendable {
  fileprivate struct State {
    /// Those who have nothing to do.
    var idle: [CheckedContinuation<Job?, Never>] = []
    /// What has ended since somebody looked.
    var ended: [CompletedAction] = []
    /// Who waits for something to end.
    var waiting: CheckedContinuation<[CompletedAction], Never>?
  }

  private let state = Mutex(State())

  /// Hands a job to somebody who has nothing to do; `false` when there is nobody.
  func take(_ job: Job) -> Bool {
    guard let worker = state.withLock({ $0.idle.popLast() }) else { return false }
    worker.resume(returning: job)
    return true
  }

  /// Works: carries out a job, then those that are handed over, until ``dismiss()``.
  func work(_ first: Job, behind writes: WriteGuard) async {
    var next: Job? = first
    while let job = next {
      let start = ContinuousClock.now
      let passage = await writes.pass(job.record)
      next = await collect(
        CompletedAction(number: job.number, passage: passage, duration: ContinuousClock.now - start)
      )
    }
  }

  /// Tells what came of a job, and waits for the next one.
  private func collect(_ completed: CompletedAction) async -> Job? {
    await withCheckedContinuation { (worker: CheckedContinuation<Job?, Never>) in
      let (waiting, ended) = state.withLock { state in
        state.idle.append(worker)
        state.ended.append(completed)
        return state.takeEnded()
      }
      waiting?.resume(returning: ended)
    }
  }

  /// Waits until something has ended that has not been told yet.
  func completedActions() async -> [CompletedAction] {
    await withCheckedContinuation { waiting in
      let (waiting, ended) = state.withLock { state in
        state.waiting = waiting
        return state.takeEnded()
      }
      waiting?.resume(returning: ended)
    }
  }

  /// Lets everybody go, once everything has ended.
  func dismiss() {
    let idle = state.withLock { state in
      defer { state.idle.removeAll() }
      return state.idle
    }
    for worker in idle { worker.resume(returning: nil) }
  }
}

extension Workers.State {
  /// Takes what has ended together with who waits for it, when there are both.
  mutating func takeEnded() -> (CheckedContinuation<[CompletedAction], Never>?, [CompletedAction]) {
    guard let waiting, !ended.isEmpty else { return (nil, []) }
    defer {
      self.waiting = nil
      ended = []
    }
    return (waiting, ended)
  }
}
