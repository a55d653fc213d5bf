extension Operation {
  /// Whether ``InteractionsAPI/readBack(_:)`` can tell anything of it.
  package var canBeReadBack: Bool {
    switch self {
    case .updateParticipant(_, _, to: .closed), .updateChannel: true
    default: false
    }
  }
}

extension InteractionsAPI {
  /// Looks whether what an action asks for is so.
  ///
  /// Source: LANGUAGE.md, §5: a participant that is not listed any more was closed; a channel has the
  /// status that was asked for. Nothing can be read back of the other actions.
  ///
  /// - Returns: What was found, where it is so: a channel, or nothing more to show for a participant;
  ///   `nil` where it is not so, or cannot be seen.
  package func readBack(_ operation: Operation) async throws(APIError) -> JSONObject? {
    switch operation {
    case .updateParticipant(let path, let sid, to: .closed):
      let isListed = try await list(.participants(path)).items.contains {
        $0.object?["sid"]?.text.flatMap { AnySID($0) } == sid.any
      }
      return isListed ? nil : JSONObject()
    case .updateChannel(let path, let target):
      let channel = try await perform(.fetchChannel(path)).fields
      return channel["status"]?.text == target.status.rawValue ? channel : nil
    default: return nil
    }
  }
}
