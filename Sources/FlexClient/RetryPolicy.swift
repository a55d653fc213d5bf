package import FlexAPI

/// Decides, without waiting, whether to send a request again, and after how long.
///
/// Sources: Twilio, error 20429 <https://www.twilio.com/docs/api/errors/20429>: a 429 was never
/// processed; full jitter:
/// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>.
package struct RetryPolicy: Sendable {
  /// The maximum number of attempts after the first.
  package var retries: Int
  /// Whether a request is sent again only if it provably was not processed.
  package var isAtMostOnce: Bool

  /// The maximum wait before the second attempt; it doubles with every attempt.
  package static let firstWait = Duration.milliseconds(250)
  /// The maximum wait, unless the server asks for a longer one.
  package static let maximumWait = Duration.seconds(20)
  /// The maximum wait that a server may ask for; after a longer one the request is not retried.
  package static let maximumRetryAfter = Duration.seconds(60)

  /// Creates a policy that allows at most `retries` attempts after the first.
  package init(retries: Int = 4, isAtMostOnce: Bool = false) {
    self.retries = retries
    self.isAtMostOnce = isAtMostOnce
  }

  /// What to do after a failed attempt.
  package enum Decision: Hashable, Sendable {
    /// Do not send the request again.
    case stop
    /// Send the request again after this duration.
    case retry(after: Duration)
    /// Do not send it again: the server asked for a wait above ``RetryPolicy/maximumRetryAfter``.
    case stopForRetryAfter(Duration)
  }

  /// Decides after a failure.
  ///
  /// `attempt`: the number of attempts already made, from 1. `retryAfter`: the wait that the server
  /// asked for, counted from now; a wait is never shorter. `jitter`: a number from 0 up to 1; the
  /// wait is that fraction of the longest one.
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

/// What is known about a failed attempt.
package enum FailureClass: Hashable, Sendable {
  /// No byte of the request was sent, and another attempt may succeed.
  case neverSent
  /// 429, or a Twilio code with the same meaning: never processed.
  case throttled
  /// Refused because another change of the resource is in progress: not processed.
  case busy
  /// Sent, but no trustworthy answer arrived.
  case lost
  /// A failure that another attempt would not change.
  case final

  /// Classifies an error.
  package init(_ error: APIError) {
    switch error.kind {
    case .connect: self = .neverSent
    case .timeout, .reset, .protocol: self = error.wasSent ? .lost : .neverSent
    case .rateLimit: self = .throttled
    case .tls, .auth, .refused, .interrupted: self = .final
    case .api:
      let code: Int? = if case .number(let number)? = error.code { number } else { nil }
      switch (error.status ?? 0, code) {
      // Whatever its body says, it does not prove that the request was not processed.
      case (408, _), (500..<600, _): self = .lost
      // Too many requests, as Twilio and Flex report it.
      case (400..<500, 20429), (400..<500, 45010), (400..<500, 45780): self = .throttled
      // A conflicting update is in progress; the participant may not be modified now.
      case (400..<500, 20162), (400..<500, 45309): self = .busy
      // A redirect is not followed, and would be the same again.
      default: self = .final
      }
    }
  }
}

/// The number of retries that a whole run may add: a server that is down does not get five requests
/// per sentence.
///
/// Each retry spends one; each success refunds one.
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
