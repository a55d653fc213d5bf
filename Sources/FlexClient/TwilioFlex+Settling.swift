import FlexAPI

/// An answer was lost, the action was sent again, and now Flex says that it cannot be done: either
/// the first request did it, or something else did, or it is not so. Reading back tells.
extension TwilioFlex {
  /// Reads back what a target-stating action asked for; `nil` when that does not show that it is so.
  ///
  /// Source: LANGUAGE.md, §5: a participant that is not listed any more was closed; a channel has the
  /// status that was asked for. Nothing can be read back of the other actions.
  func settle(_ operation: Operation, refusedWith error: APIError) async -> Answer? {
    var fields = JSONObject()
    switch operation {
    case .updateParticipant(let path, let sid, to: .closed):
      guard let listed = try? await list(.participants(path)).items else { return nil }
      let isListed = listed.contains { $0.object?["sid"]?.text.flatMap { AnySID($0) } == sid.any }
      guard !isListed else { return nil }
    case .updateChannel(let path, let target):
      guard let answer = try? await perform(.fetchChannel(path)),
        answer.fields["status"]?.text == target.status.rawValue
      else { return nil }
      fields = answer.fields
    default: return nil
    }
    var answer = Answer(
      status: error.status, fields: fields, requestID: error.requestID, attempts: error.attempts)
    answer.tries = error.tries
    answer.isSettled = true
    return answer
  }
}
