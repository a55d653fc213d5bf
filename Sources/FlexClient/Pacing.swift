import DequeModule
import Synchronization

/// The only place where requests wait: for their turn at the gate, and between two attempts.
///
/// Every request passes through here, including look-ups and retries.
final class Pacing: Sendable {
  private struct State {
    var gate: RequestGate
    /// The callers that wait for a request to finish, in order of arrival.
    var waiting: Deque<CheckedContinuation<Void, Never>> = []
    var budget = RetryBudget()
    var isEnding = false
  }

  private let state: Mutex<State>
  private let clock: any Clock<Duration>
  private let start = ContinuousClock.now
  /// The maximum sleep before checking again whether the run is to end.
  private static let step = Duration.milliseconds(50)

  init(gate: RequestGate, clock: any Clock<Duration>) {
    state = Mutex(State(gate: gate))
    self.clock = clock
  }

  /// Whether requests are no longer started or repeated.
  var isEnding: Bool { state.withLock { $0.isEnding } }

  /// Ends every wait; requests that have failed are not retried.
  func end() {
    let waiting = state.withLock { state in
      state.isEnding = true
      defer { state.waiting.removeAll() }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Allows requests again after ``end()``.
  func reopen() {
    state.withLock { $0.isEnding = false }
  }

  /// Changes the limits from now on.
  func set(ceiling: Int, interval: Duration?) {
    wake { $0.gate.set(ceiling: ceiling, interval: interval) }
  }

  /// Waits until a request may be sent.
  ///
  /// - Returns: Whether it may be sent; `false` if the run is to end.
  func enter() async -> Bool {
    while true {
      let admission = state.withLock { state in
        state.isEnding ? nil : state.gate.enter(at: ContinuousClock.now - start)
      }
      switch admission {
      case nil: return false
      case .now?: return true
      case .after(let wait)?:
        await pause(wait)
        if !isEnding { return true }
        leave(.other)
        return false
      case .queued?: await turn()
      }
    }
  }

  /// Records the result of a request that was admitted.
  func leave(_ result: RequestGate.Result) {
    wake { state in
      if result == .answered { state.budget.refund() }
      state.gate.leave(result)
    }
  }

  /// Spends one of the run's retries; returns `false` if none are left.
  func spendRetry() -> Bool {
    state.withLock { $0.budget.spend() }
  }

  /// Waits for a time, or until the run is to end.
  func pause(_ length: Duration) async {
    var rest = length
    while rest > .zero, !isEnding {
      let step = min(rest, Pacing.step)
      do {
        try await clock.sleep(for: step)
      } catch {
        return
      }
      rest -= step
    }
  }

  /// Waits until the gate has changed.
  private func turn() async {
    await withCheckedContinuation { continuation in
      let isWaiting = state.withLock { state in
        // The gate may have opened since it was last checked.
        guard !state.isEnding, state.gate.inFlight >= state.gate.limit else { return false }
        state.waiting.append(continuation)
        return true
      }
      if !isWaiting { continuation.resume() }
    }
  }

  /// Changes the gate, and wakes as many callers as it admits.
  private func wake(_ change: (inout State) -> Void) {
    let woken = state.withLock { state in
      change(&state)
      let room = max(0, state.gate.limit - state.gate.inFlight)
      let woken = Array(state.waiting.prefix(room))
      state.waiting.removeFirst(woken.count)
      return woken
    }
    for continuation in woken { continuation.resume() }
  }
}
