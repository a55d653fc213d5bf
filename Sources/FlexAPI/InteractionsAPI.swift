/// The Interactions API: over HTTP, simulated, predicted — whoever conforms, the meaning is one.
package protocol InteractionsAPI: Sendable {
  /// Carries out one operation.
  ///
  /// - Returns: An answer of status 2xx that passed ``Operation/mismatch(in:)``.
  /// - Throws: Everything else, with what is known of whether it was processed.
  func perform(_ operation: Operation) async throws(APIError) -> Answer
}

/// What came back when an operation was carried out.
package struct Answer: Hashable, Sendable {
  /// The HTTP status, 200…299; `nil` when the answer is a prediction.
  package let status: Int?
  /// The resource, or a page of them.
  package let fields: JSONObject
  /// `Twilio-Request-Id`, where it was sent.
  package let requestID: String?
  /// How many requests were made for it; 0 for a prediction.
  package var attempts: Int
  /// The requests before the last one, and what came of each.
  package var tries: [Try] = []
  /// Whether the last answer was a refusal, and a look showed that an earlier request had done it.
  package var isSettled = false
  /// What the live state says of it, for a prediction that looked.
  package var forecast: Forecast?

  /// Puts an answer together.
  package init(status: Int?, fields: JSONObject, requestID: String?, attempts: Int) {
    self.status = status
    self.fields = fields
    self.requestID = requestID
    self.attempts = attempts
  }
}
