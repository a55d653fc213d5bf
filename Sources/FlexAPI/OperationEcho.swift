/// Whether an answer is about what was asked.
///
/// A 2xx proves nothing by itself: it may be cut short, stale, or belong to another request. The
/// answer counts when it names at least one of the SIDs that were addressed and contradicts none;
/// a field that is absent or null contradicts nothing.
extension Operation {
  /// Why an answer cannot be believed, lower case; `nil` when it can.
  package func reasonToDoubt(_ answer: JSONObject) -> String? {
    if case .createInteraction = self {
      let sid: InteractionSID? = answer.sid("sid")
      return sid == nil ? "the answer names no interaction (`sid` should be a KD…)" : nil
    }
    if let key = listKey {
      return answer[key]?.array == nil ? "the answer has no list `\(key)`" : nil
    }
    var echoed = false
    for (field, sid) in addressed {
      switch answer[field] {
      case nil, .null: continue
      case .string(let text) where AnySID(text) == sid: echoed = true
      case let other?:
        return "the answer's `\(field)` is \(other.serialized), and \(sid) was addressed"
      }
    }
    return echoed ? nil : "the answer names none of the SIDs that were addressed"
  }

  /// The member of a page that holds its items; `nil` for an operation that is no listing.
  package var listKey: String? {
    switch self {
    case .listChannels: "channels"
    case .listInvites: "invites"
    case .listParticipants: "participants"
    default: nil
    }
  }

  /// The fields of an answer that must not name another SID.
  private var addressed: [(field: String, sid: AnySID)] {
    let parents: [(String, AnySID)] =
      channelPath.map {
        [("channel_sid", $0.channel.any), ("interaction_sid", $0.interaction.any)]
      } ?? []
    return switch self {
    case .createInteraction: []
    case .fetchInteraction(let sid), .updateInteraction(let sid, _): [("sid", sid.any)]
    case .listChannels(let sid, _): [("interaction_sid", sid.any)]
    case .fetchChannel(let path), .updateChannel(let path, _):
      [("sid", path.channel.any), ("interaction_sid", path.interaction.any)]
    case .updateParticipant(_, let sid, _): [("sid", sid.any)] + parents
    case .fetchTransfer(_, let sid), .updateTransfer(_, let sid, _): [("sid", sid.any)] + parents
    case .createInvite, .listInvites, .createParticipant, .listParticipants, .createTransfer:
      parents
    }
  }
}
