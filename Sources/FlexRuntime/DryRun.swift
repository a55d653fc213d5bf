package import FlexAPI

/// An API that is never asked: writes are answered with what would come back, reads with nothing.
///
/// A predicted SID is visibly no real one: its digits are zeros and a count.
package actor DryRun: InteractionsAPI {
  private var predictions = 0

  /// Begins with nothing predicted.
  package init() {}

  package func perform(_ operation: Operation) async throws(APIError) -> Answer {
    Answer(
      status: nil, fields: operation.isWrite ? prediction(of: operation) : JSONObject(),
      requestID: nil, attempts: 0)
  }

  private func prediction(of operation: Operation) -> JSONObject {
    var fields = JSONObject()
    switch operation {
    case .updateInteraction(let sid, _): fields["sid"] = .string(sid.description)
    case .updateChannel(let path, let target):
      fields["sid"] = .string(path.channel.description)
      fields["status"] = .string(target.status.rawValue)
    case .updateParticipant(_, let sid, _): fields["sid"] = .string(sid.description)
    case .updateTransfer(_, let sid, _): fields["sid"] = .string(sid.description)
    case .createInteraction: fields["sid"] = newSID(.interaction)
    case .createInvite: fields["sid"] = newSID(.invite)
    case .createParticipant(_, let type, _, _):
      fields["sid"] = newSID(.participant)
      fields["type"] = .string(type.rawValue)
    case .createTransfer: fields["sid"] = newSID(.transfer)
    default: break
    }
    if let path = operation.channelPath {
      fields["interaction_sid"] = .string(path.interaction.description)
      if fields["status"] == nil { fields["channel_sid"] = .string(path.channel.description) }
    }
    return fields
  }

  private func newSID(_ type: SIDType) -> JSON {
    predictions += 1
    let digits = String(predictions)
    let zeros = String(repeating: "0", count: 32 - digits.utf8.count)
    return .string(type.rawValue + zeros + digits)
  }
}
