import FlexRuntime
import Synchronization

/// Runs that the same signals interrupt.
///
/// A signal means one thing at a time, so several runs at once share what it means.
final class SharedSignals: Sendable {
  private struct State {
    var runs: [Int: InterruptibleRun] = [:]
    var progress: [Int: @Sendable () -> Void] = [:]
    var next = 0
    var cause: Interruption.Cause?
  }

  private let state = Mutex(State())

  /// The signal that has arrived; `nil` for none.
  var cause: Interruption.Cause? { state.withLock { $0.cause } }

  /// Notes a signal.
  ///
  /// - Returns: The runs to interrupt, and whether there was another signal before.
  func note(_ cause: Interruption.Cause) -> (runs: [InterruptibleRun], isSecond: Bool) {
    state.withLock { state in
      defer { state.cause = state.cause ?? cause }
      return (Array(state.runs.values), state.cause != nil)
    }
  }

  /// Runs a body that signals interrupt.
  func interrupting<Result>(
    _ run: InterruptibleRun, _ body: () async -> Result
  ) async -> Result {
    let (number, cause) = state.withLock { state in
      state.next += 1
      state.runs[state.next] = run
      return (state.next, state.cause)
    }
    if let cause {
      run.interruption.raise(cause)
      run.control.end()
    }
    defer { state.withLock { $0.runs[number] = nil } }
    return await body()
  }

  /// Runs a body that can say how far it is.
  func telling<Result>(
    _ progress: @escaping @Sendable () -> Void, _ body: () async -> Result
  ) async -> Result {
    let number = state.withLock { state in
      state.next += 1
      state.progress[state.next] = progress
      return state.next
    }
    defer { state.withLock { $0.progress[number] = nil } }
    return await body()
  }

  /// Lets every run say how far it is.
  func tellProgress() {
    for (_, tell) in state.withLock({ $0.progress.sorted { $0.key < $1.key } }) { tell() }
  }
}
