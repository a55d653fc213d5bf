/// Why an operation has no answer that can be believed.
///
/// Data, not words: the message is what the other side said. No secret can be in it.
package struct APIError: Error, Hashable, Sendable {
  /// What went wrong; the raw value is `error.kind` of the ndjson contract.
  package enum Kind: String, Sendable {
    /// Flex answered with a status other than 2xx.
    case api
    /// Flex refused the credentials: 401.
    case auth
    /// 429, and the tries are used up.
    case rateLimit = "rate-limit"
    /// No complete answer within the time limit.
    case timeout
    /// No connection could be made.
    case connect
    /// The connection could not be secured.
    case tls
    /// The connection ended before a status line came.
    case reset
    /// An answer came and is cut short, malformed, or about something else.
    case `protocol`
    /// We refused to send it.
    case refused
    /// The run was interrupted.
    case interrupted
  }

  /// Twilio's error code: a number nearly everywhere, text in places.
  package enum Code: Hashable, Sendable, CustomStringConvertible {
    case number(Int)
    case text(String)

    package var description: String {
      switch self {
      case .number(let number): "\(number)"
      case .text(let text): text
      }
    }
  }

  /// What went wrong.
  package let kind: Kind
  /// The HTTP status, when one came.
  package var status: Int?
  /// Twilio's code, when the body had one.
  package var code: Code?
  /// What the other side said, or what we saw: lower case when ours, as sent when theirs.
  package var message: String
  /// Twilio's link to more about the code.
  package var moreInfo: String?
  /// `Twilio-Request-Id`, if it was sent.
  package var requestID: String?
  /// Whether Flex can have processed the request: false for a refusal, and whenever nothing left us.
  package var mayHaveBeenProcessed: Bool
  /// Whether a byte of the request can have left us.
  package var wasSent: Bool
  /// How many requests were made for the operation.
  package var attempts: Int
  /// The requests before the last one, and what came of each.
  package var earlierAttempts: [Attempt] = []

  /// Puts an error together.
  package init(
    kind: Kind, status: Int? = nil, code: Code? = nil, message: String, moreInfo: String? = nil,
    requestID: String? = nil, mayHaveBeenProcessed: Bool, wasSent: Bool = true, attempts: Int = 1
  ) {
    self.kind = kind
    self.status = status
    self.code = code
    self.message = message
    self.moreInfo = moreInfo
    self.requestID = requestID
    self.mayHaveBeenProcessed = mayHaveBeenProcessed
    self.wasSent = wasSent
    self.attempts = attempts
  }
}

extension APIError {
  /// The error of an operation whose ``SendPermission`` was refused.
  package static let notPermitted = APIError(
    kind: .refused, message: "it was not permitted to be sent", mayHaveBeenProcessed: false,
    wasSent: false, attempts: 0)
}

/// A request that was made for an operation and was followed by another one.
package struct Attempt: Hashable, Sendable {
  /// When it began, from the beginning of the first one.
  package let start: Duration
  /// How long it took.
  package let duration: Duration
  /// What went wrong.
  package let kind: APIError.Kind
  /// The HTTP status, when one came.
  package let status: Int?
  /// What the other side said, or what we saw.
  package let message: String
  /// How long the server asked to wait; `nil` if it did not.
  package let retryAfter: Duration?
  /// When the next one began, from the beginning of the first one; `nil` if none did.
  package var next: Duration?

  /// Notes what came of one.
  package init(
    start: Duration, duration: Duration, _ error: APIError, retryAfter: Duration? = nil
  ) {
    self.start = start
    self.duration = duration
    self.retryAfter = retryAfter
    kind = error.kind
    status = error.status
    message = error.message
  }
}
