import FlexScript

/// Measures the time since it was started, on any clock.
struct Stopwatch {
  private let sinceStart: () -> Duration
  private var skipped = Duration.zero

  /// Starts.
  init(_ clock: any Clock<Duration>) {
    sinceStart = Self.start(clock)
  }

  private static func start(_ clock: some Clock<Duration>) -> () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }

  /// The time since the start.
  var elapsed: Duration { sinceStart() + skipped }

  /// Counts a time that did not have to pass, as it passed in an earlier run.
  mutating func skip(_ duration: Duration) { skipped += duration }
}

extension Duration {
  /// The duration as messages show it, in tenths of a second.
  var rounded: Duration { .milliseconds(Int64((milliseconds / 100).rounded() * 100)) }
}
