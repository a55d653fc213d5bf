/// Limits how many requests are in flight at the same time, and how many are sent per second.
///
/// It decides and never waits. Twilio limits the requests that are *in flight*, and answers 429 if
/// there are too many; so the gate counts those, learns how many are accepted, and occasionally
/// tries a few more. Source: <https://www.twilio.com/docs/api/errors/20429>.
package struct RequestGate: Sendable {
  /// The answer to a caller that wants to send a request.
  package enum Admission: Hashable, Sendable {
    /// Send now; call ``leave(_:)`` after the answer.
    case now
    /// Send after this duration: the place is reserved.
    case after(Duration)
    /// Too many requests are in flight: ask again when one of them has finished.
    case queued
  }

  /// The result of a request.
  package enum Result: Hashable, Sendable {
    /// It was accepted and answered, possibly with a refusal.
    case answered
    /// 429, with the number of requests that the server reports as in flight, if it does.
    case throttled(concurrent: Int?)
    case other
  }

  /// The initial limit on requests in flight, until the first answers give more information.
  static let start = 64
  /// The number of successes at the limit after which one more request is tried.
  static let patience = 50

  /// The maximum number of requests in flight, whatever the answers.
  package private(set) var ceiling: Int
  /// The current limit on requests in flight.
  package private(set) var limit: Int
  /// The number of requests in flight.
  package private(set) var inFlight = 0

  /// The time between two requests; `nil` for none.
  private var interval: Duration?
  /// When the next request may begin, counted from the start of the run.
  private var nextSlot = Duration.zero
  /// Whether a 429 was seen: until then the limit grows with every success.
  private var hasBeenThrottled = false
  private var successes = 0
  /// How many of the requests in flight were sent before the limit was lowered.
  private var staleInFlight = 0

  /// Creates a gate.
  ///
  /// `ceiling`: the maximum number of requests in flight. `rate`: the time between two requests;
  /// `nil` for none.
  package init(ceiling: Int, rate: Duration? = nil) {
    self.ceiling = max(1, ceiling)
    limit = min(self.ceiling, RequestGate.start)
    interval = rate
  }

  /// Changes the limits from now on.
  package mutating func set(ceiling: Int, interval: Duration?) {
    if ceiling != self.ceiling {
      self.ceiling = max(1, ceiling)
      limit = hasBeenThrottled ? min(limit, ceiling) : min(ceiling, RequestGate.start)
    }
    self.interval = interval
  }

  /// Asks to send a request.
  ///
  /// `now`: the time since the start of the run, which is asked for if there is a rate; it never decreases.
  package mutating func enter(at now: @autoclosure () -> Duration) -> Admission {
    guard inFlight < limit else { return .queued }
    inFlight += 1
    guard let interval else { return .now }
    let time = now()
    // Unused slots are not saved up: no burst follows a pause.
    let slot = max(nextSlot, time)
    nextSlot = slot + interval
    return slot > time ? .after(slot - time) : .now
  }

  /// Records the result of a request.
  package mutating func leave(_ result: Result) {
    inFlight -= 1
    let isStale = staleInFlight > 0
    if isStale { staleInFlight -= 1 }
    switch result {
    case .other: break
    case .answered:
      successes += 1
      if !hasBeenThrottled {
        limit = min(limit + 1, ceiling)
      } else if successes >= RequestGate.patience, inFlight + 1 >= limit {
        limit = min(limit + 1, ceiling)
        successes = 0
      }
    case .throttled(let concurrent):
      hasBeenThrottled = true
      successes = 0
      if let concurrent, concurrent > 1, concurrent - 1 < limit {
        limit = concurrent - 1
        staleInFlight = inFlight
      } else if !isStale {
        // Other requests that were sent together with this one add no information.
        limit = max(1, limit / 2)
        staleInFlight = inFlight
      }
    }
  }
}
