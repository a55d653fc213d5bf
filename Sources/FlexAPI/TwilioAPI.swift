/// The APIs of Twilio that flexsh uses.
///
/// Conformers: the HTTP client, the simulator, the dry run and the planner. An operation means the
/// same to each of them.
package protocol TwilioAPI: Sendable {
  /// Performs one operation.
  ///
  /// `permission`: asked once, when nothing is left to do but to send the first request; if it is
  /// refused, nothing is sent, and the error is ``APIError/notPermitted``. A journal writes the intent
  /// there, so that an action that still waits for its turn is never in doubt.
  ///
  /// - Returns: A response of status 2xx that passed ``Operation/mismatch(in:)``.
  /// - Throws: Everything else, with what is known of whether it was processed.
  func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer

  /// How many requests have been answered, or have failed; `nil` if they are not counted.
  ///
  /// What was looked at since it last changed was looked at after everything that is known.
  var answerCount: Int? { get }
}

/// Whether a request may be sent now.
package typealias SendPermission = @Sendable () async -> Bool

extension TwilioAPI {
  /// Nothing is counted.
  package var answerCount: Int? { nil }

  /// Performs one operation, which needs no permission.
  package func perform(_ operation: Operation) async throws(APIError) -> Answer {
    try await perform(operation, permission: nil)
  }
}

/// The part of an API that changes nothing.
///
/// Look-ups go through it, so that no mistake in them can become a write.
package struct ReadOnlyAPI: Sendable {
  private let api: any TwilioAPI

  /// A view of an API.
  package init(_ api: any TwilioAPI) {
    self.api = api
  }

  /// Performs an operation that changes nothing; any other one is a programming error.
  package func perform(_ operation: Operation) async throws(APIError) -> Answer {
    precondition(!operation.isWrite, "a write goes through the dispatcher")
    return try await api.perform(operation)
  }

  /// Gets every page of a listing, as ``TwilioAPI/list(_:)``.
  package func list(_ listing: Operation) async throws(APIError) -> (items: [JSON], last: Answer) {
    precondition(!listing.isWrite, "a write goes through the dispatcher")
    return try await api.list(listing)
  }

}

/// The response to an operation.
package struct Answer: Hashable, Sendable {
  /// The HTTP status, 200…299; `nil` for a prediction.
  package let status: Int?
  /// The resource, or a page of them.
  package var fields: JSONObject
  /// `Twilio-Request-Id`, if it was sent.
  package let requestID: String?
  /// The number of requests that were made for it; 0 for a prediction.
  package var attempts: Int
  /// The requests before the last one, and what came of each.
  package var earlierAttempts: [Attempt] = []
  /// Whether the last response was a refusal, and reading back showed that an earlier request had
  /// taken effect.
  package var isSettled = false
  /// What the live state says of it, for a prediction that looked.
  package var forecast: Forecast? {
    get { if case .forecast(let forecast)? = looked { forecast } else { nil } }
    set { looked = newValue.map { .forecast($0) } }
  }
  private var looked: Looked?
  /// `ETag`, as it was sent; `nil` if it was not.
  package var revision: String?
  /// By how many seconds the clock of the server is ahead of this one; `nil` if it did not say.
  package var clockSkew: Int?

  /// What only predictions have, by reference: answers change hands often on their way.
  private indirect enum Looked: Hashable, Sendable {
    case forecast(Forecast)
  }

  /// Puts a response together.
  package init(status: Int?, fields: JSONObject, requestID: String?, attempts: Int) {
    self.status = status
    self.fields = fields
    self.requestID = requestID
    self.attempts = attempts
  }
}
