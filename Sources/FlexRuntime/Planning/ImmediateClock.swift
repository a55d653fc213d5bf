import Synchronization

/// A clock whose sleeps end at once and move its time on: for runs that only pretend.
package final class ImmediateClock: Clock {
  /// A moment, as the time slept since the clock was made.
  package struct Instant: InstantProtocol {
    fileprivate let offset: Duration

    package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    package func duration(to other: Instant) -> Duration { other.offset - offset }
    package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private let time = Mutex(Duration.zero)

  /// Makes a clock that has not slept.
  package init() {}
  package var now: Instant { Instant(offset: time.withLock { $0 }) }
  package var minimumResolution: Duration { .zero }
  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    time.withLock { $0 = max($0, deadline.offset) }
  }
}
