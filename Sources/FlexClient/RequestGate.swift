/// Who may send when: how many requests at once, and how many a second.
///
/// It decides and never waits. Twilio limits the requests that are *in flight*, and says by 429 when
/// there are too many; so the gate counts those, learns how many are let through, and tries a few
/// more now and then. Source: <https://www.twilio.com/docs/api/errors/20429>.
package struct RequestGate: Sendable {
  /// The answer to somebody who wants to send.
  package enum Admission: Hashable, Sendable {
    /// Go; ``leave(_:)`` when the answer is there.
    case now
    /// Go after so long: the place is kept.
    case after(Duration)
    /// Too many are in flight: ask again when one of them is back.
    case queued
  }

  /// What came of a request.
  package enum Result: Hashable, Sendable {
    /// It was let through: answered, be it with a refusal.
    case answered
    /// 429; the number of requests that the server says were in flight, where it says so.
    case throttled(concurrent: Int?)
    case other
  }

  /// How many requests are in flight at the start, before the first answers tell more.
  static let start = 64
  /// After so many successes at the limit, one more is tried.
  static let patience = 50

  /// The most that is ever let through at once.
  package private(set) var ceiling: Int
  /// How many are let through at once now.
  package private(set) var limit: Int
  /// How many are in flight.
  package private(set) var inFlight = 0

  /// The time between two requests; `nil` for none.
  private var interval: Duration?
  /// When the next request may begin, from the start of the run.
  private var nextSlot = Duration.zero
  /// Whether a 429 was seen: until then the limit grows with every success.
  private var hasBeenThrottled = false
  private var successes = 0
  /// How many of the requests in flight were sent before the limit was lowered.
  private var staleInFlight = 0

  /// At most so many at once.
  package init(ceiling: Int, rate: Duration? = nil) {
    self.ceiling = max(1, ceiling)
    limit = min(self.ceiling, RequestGate.start)
    interval = rate
  }

  /// Changes what is allowed from here on.
  package mutating func set(ceiling: Int, interval: Duration?) {
    if ceiling != self.ceiling {
      self.ceiling = max(1, ceiling)
      limit = hasBeenThrottled ? min(limit, ceiling) : min(ceiling, RequestGate.start)
    }
    self.interval = interval
  }

  /// Asks to send.
  ///
  /// `time`: since the start of the run, never going back.
  package mutating func enter(at time: Duration) -> Admission {
    guard inFlight < limit else { return .queued }
    inFlight += 1
    guard let interval else { return .now }
    // What was not used is not saved up: no burst follows a pause.
    let slot = max(nextSlot, time)
    nextSlot = slot + interval
    return slot > time ? .after(slot - time) : .now
  }

  /// Tells what came of a request.
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
        // The others that were sent together with this one say nothing new.
        limit = max(1, limit / 2)
        staleInFlight = inFlight
      }
    }
  }
}
