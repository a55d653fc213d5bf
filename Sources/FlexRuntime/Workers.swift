import Synchronization

/// An action whose turn has come.
struct Job: Sendable {
  /// Its number in the queue.
  let number: Int
  let record: ActionRecord
}

/// The result of an action that was in flight.
struct CompletedAction: Sendable {
  let number: Int
  let record: ActionRecord
  let attempt: ActionExecutor.ActionAttempt
  let start: ContinuousClock.Instant
  let duration: Duration
}

/// A pool of worker tasks; each executes one action at a time.
///
/// A worker lives until ``dismiss()`` and keeps the memory that it has grown to need: a task for each
/// action would allocate seven kilobytes every time.
final class Workers: Sendable {
  fileprivate struct State {
    /// Idle workers.
    var idle: [CheckedContinuation<Job?, Never>] = []
    /// Actions that have ended and were not taken yet.
    var ended: [CompletedAction] = []
    /// The dispatcher, while it waits for an action to end.
    var waiting: CheckedContinuation<[CompletedAction], Never>?
  }

  private let state = Mutex(State())

  /// Hands a job to an idle worker; `false` if there is none.
  func take(_ job: Job) -> Bool {
    guard let worker = state.withLock({ $0.idle.popLast() }) else { return false }
    worker.resume(returning: job)
    return true
  }

  /// Executes a job, then those that are handed over, until ``dismiss()``.
  func work(_ first: Job, _ executor: ActionExecutor) async {
    var next: Job? = first
    while let job = next.take() {
      let start = ContinuousClock.now
      let attempt = await executor.execute(job.record)
      next = await collect(
        CompletedAction(
          number: job.number, record: job.record, attempt: attempt, start: start,
          duration: ContinuousClock.now - start))
    }
  }

  /// Hands over a result, and waits for the next job.
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

  /// Waits until an action has ended that was not taken yet.
  func completedActions() async -> [CompletedAction] {
    await withCheckedContinuation { waiting in
      let (waiting, ended) = state.withLock { state in
        state.waiting = waiting
        return state.takeEnded()
      }
      waiting?.resume(returning: ended)
    }
  }

  /// Ends the workers, once all actions have ended.
  func dismiss() {
    let idle = state.withLock { state in
      defer { state.idle.removeAll() }
      return state.idle
    }
    for worker in idle { worker.resume(returning: nil) }
  }
}

extension Workers.State {
  /// Takes the ended actions and the continuation that waits for them, if there are both.
  mutating func takeEnded() -> (CheckedContinuation<[CompletedAction], Never>?, [CompletedAction]) {
    guard let waiting, !ended.isEmpty else { return (nil, []) }
    defer {
      self.waiting = nil
      ended = []
    }
    return (waiting, ended)
  }
}
