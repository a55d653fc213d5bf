import Synchronization

/// What a run waits for while nothing happens that is reported.
package final class RunActivity: Sendable {
  /// What is waited for.
  package enum Kind: Hashable, Sendable {
    /// A `sleep`.
    case sleeping
    /// A `wait until`: the condition, and how often it was asked for.
    case waiting(until: String, asked: Int)
  }

  private let state = Mutex<(kind: Kind, end: ContinuousClock.Instant)?>(nil)

  /// Waits for nothing.
  package init() {}

  /// Notes what is waited for, and until when at most.
  func begin(_ kind: Kind, until end: ContinuousClock.Instant) {
    state.withLock { $0 = (kind, end) }
  }

  /// Notes that it is over.
  func end() { state.withLock { $0 = nil } }

  /// What is waited for, and for how much longer at most; `nil` for nothing.
  package var current: (kind: Kind, rest: Duration)? {
    state.withLock { $0.map { ($0.kind, max(.zero, $0.end - .now)) } }
  }
}
