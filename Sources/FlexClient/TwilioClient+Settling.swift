import FlexAPI

/// Settles an action whose answer was lost, which was sent again, and which Flex then refused.
///
/// Either the first request did it, or something else did, or it is not done; reading back shows
/// whether it is done.
extension TwilioClient {
  /// Reads back what a target-stating action asked for; returns `nil` if that does not show that it
  /// is done.
  func settle(_ operation: Operation, refusedWith error: APIError) async -> Answer? {
    guard case .holds(let found)? = try? await readBack(operation) else { return nil }
    var answer = Answer(
      status: error.status, fields: found, requestID: error.requestID, attempts: error.attempts)
    answer.earlierAttempts = error.earlierAttempts
    answer.isSettled = true
    return answer
  }
}
