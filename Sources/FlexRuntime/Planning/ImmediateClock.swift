/// A clock whose sleeps take no time: for runs that only pretend.
package struct ImmediateClock: Clock {
  /// A moment: they are all the same.
  package struct Instant: InstantProtocol {
    private let offset: Duration

    fileprivate init(_ offset: Duration) {
      self.offset = offset
    }

    package func advanced(by duration: Duration) -> Instant { Instant(offset + duration) }
    package func duration(to other: Instant) -> Duration { other.offset - offset }
    package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  /// A clock.
  package init() {}
  package var now: Instant { Instant(.zero) }
  package var minimumResolution: Duration { .zero }
  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
}
