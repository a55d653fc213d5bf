import DequeModule
import Synchronization

/// The one place where requests wait: for their turn at the gate, and between two tries.
///
/// Everything that is sent passes here, look-ups and further tries too.
final class Pacing: Sendable {
  private struct State {
    var gate: RequestGate
    /// Those who wait for a request to come back, the first one first.
    var waiting: Deque<CheckedContinuation<Void, Never>> = []
    var budget = RetryBudget()
    var isEnding = false
  }

  private let state: Mutex<State>
  private let clock: any Clock<Duration>
  private let start = ContinuousClock.now
  /// How long is slept at most before somebody looks whether the run is to end.
  private static let step = Duration.milliseconds(50)

  init(gate: RequestGate, clock: any Clock<Duration>) {
    state = Mutex(State(gate: gate))
    self.clock = clock
  }

  /// Whether no request is to be begun any more, nor repeated.
  var isEnding: Bool { state.withLock { $0.isEnding } }

  /// Ends every wait: what has been tried stays tried, and is not tried again.
  func end() {
    let waiting = state.withLock { state in
      state.isEnding = true
      defer { state.waiting.removeAll() }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Lets requests begin again, after ``end()``.
  func reopen() {
    state.withLock { $0.isEnding = false }
  }

  /// Changes what is allowed from here on.
  func set(ceiling: Int, interval: Duration?) {
    wake { $0.gate.set(ceiling: ceiling, interval: interval) }
  }

  /// Waits until a request may be sent.
  ///
  /// - Returns: Whether it may; not when the run is to end.
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

  /// Tells what came of a request that was let through.
  func leave(_ result: RequestGate.Result) {
    wake { state in
      if result == .answered { state.budget.refund() }
      state.gate.leave(result)
    }
  }

  /// Takes one of the run's further tries; `false` when there are none left.
  func spendRetry() -> Bool {
    state.withLock { $0.budget.spend() }
  }

  /// Waits, unless the run is to end.
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
        // The gate may have opened since it was asked.
        guard !state.isEnding, state.gate.inFlight >= state.gate.limit else { return false }
        state.waiting.append(continuation)
        return true
      }
      if !isWaiting { continuation.resume() }
    }
  }

  /// Changes the gate, and wakes as many as it lets through.
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
