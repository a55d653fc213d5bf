import FlexAPI

/// An answer was lost, the action was sent again, and now Flex says that it cannot be done: either
/// the first request did it, or something else did, or it is not so. Reading back tells.
extension TwilioClient {
  /// Reads back what a target-stating action asked for; `nil` when that does not show that it is so.
  func settle(_ operation: Operation, refusedWith error: APIError) async -> Answer? {
    guard let found = try? await readBack(operation) else { return nil }
    var answer = Answer(
      status: error.status, fields: found, requestID: error.requestID, attempts: error.attempts)
    answer.earlierAttempts = error.earlierAttempts
    answer.isSettled = true
    return answer
  }
}
