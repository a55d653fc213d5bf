package import FlexAPI

/// Whether to send a request again, and after how long: a decision, made without waiting.
///
/// Sources: Twilio, error 20429 <https://www.twilio.com/docs/api/errors/20429>: a 429 was never
/// processed; full jitter: <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>.
package struct RetryPolicy: Sendable {
  /// How many tries may follow the first.
  package var retries: Int
  /// Whether a request is sent again only when it provably was not processed.
  package var isAtMostOnce: Bool

  /// The wait before the second try is at most this; it doubles with every try.
  package static let firstWait = Duration.milliseconds(250)
  /// No wait is longer, unless the server asks for it.
  package static let maximumWait = Duration.seconds(20)
  /// A server that asks for more than this is not waited for.
  package static let maximumRetryAfter = Duration.seconds(60)

  /// Allows so many tries after the first.
  package init(retries: Int = 4, isAtMostOnce: Bool = false) {
    self.retries = retries
    self.isAtMostOnce = isAtMostOnce
  }

  /// What to do after a try that did not succeed.
  package enum Decision: Hashable, Sendable {
    /// Leave it at that.
    case stop
    /// Send it again after so long.
    case retry(after: Duration)
    /// The server asked for a longer wait than is waited.
    case stopForRetryAfter(Duration)
  }

  /// Decides after a failure.
  ///
  /// - `attempt`: tries made already, from 1.
  /// - `retryAfter`: what the server asked for, counted from now; a wait is never shorter.
  /// - `jitter`: a number from 0 up to 1; the wait is that part of the longest one.
  package func decision(
    for operation: Operation, after failure: FailureClass, attempt: Int, retryAfter: Duration?,
    jitter: Double
  ) -> Decision {
    let isDue =
      switch failure {
      case .neverSent, .throttled, .busy: true
      case .lost: !operation.creates && !(isAtMostOnce && operation.isWrite)
      case .final: false
      }
    guard isDue, attempt <= retries else { return .stop }
    if let retryAfter, retryAfter > RetryPolicy.maximumRetryAfter {
      return .stopForRetryAfter(retryAfter)
    }
    let longest = RetryPolicy.firstWait * (1 << min(attempt - 1, 16))
    let wait = min(longest, RetryPolicy.maximumWait) * jitter
    return .retry(after: max(wait, retryAfter ?? .zero))
  }
}

/// What is known of a try that did not succeed.
package enum FailureClass: Hashable, Sendable {
  /// No byte of the request left, and another try may fare better.
  case neverSent
  /// 429, or a code of Twilio's that means the same: never processed.
  case throttled
  /// Refused because another change of the resource is under way: not processed.
  case busy
  /// Sent, and no answer came that can be believed.
  case lost
  /// Nothing that another try would change.
  case final

  /// Reads an error.
  package init(_ error: APIError) {
    switch error.kind {
    case .connect: self = .neverSent
    case .timeout, .reset, .protocol: self = error.wasSent ? .lost : .neverSent
    case .rateLimit: self = .throttled
    case .tls, .auth, .refused, .interrupted: self = .final
    case .api:
      let code: Int? = if case .number(let number)? = error.code { number } else { nil }
      switch (error.status ?? 0, code) {
      // Too many requests, in the words of Twilio and of Flex.
      case (400..<500, 20429), (400..<500, 45010), (400..<500, 45780): self = .throttled
      // A conflicting update is in progress; the participant may not be modified now.
      case (400..<500, 20162), (400..<500, 45309): self = .busy
      case (408, _), (500..<600, _): self = .lost
      // A redirect is not followed, and would be the same again.
      default: self = .final
      }
    }
  }
}

/// How many tries a whole run may add: a server that is down is not asked five times a sentence.
///
/// Each try after the first costs one; each success gives one back.
struct RetryBudget {
  static let capacity = 500
  private var left = RetryBudget.capacity

  mutating func spend() -> Bool {
    guard left > 0 else { return false }
    left -= 1
    return true
  }

  mutating func refund() {
    left = min(left + 1, RetryBudget.capacity)
  }
}
