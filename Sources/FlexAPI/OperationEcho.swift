/// Whether an answer is about what was asked.
///
/// A 2xx proves nothing by itself: it may be cut short, stale, or belong to another request. The
/// answer counts when it names at least one of the SIDs that were addressed and contradicts none;
/// a field that is absent or null contradicts nothing.
extension Operation {
  /// Why an answer cannot be believed, lower case; `nil` when it can.
  package func mismatch(in answer: JSONObject) -> String? {
    if case .createInteraction = self {
      let sid: InteractionSID? = answer.sid("sid")
      return sid == nil ? "the answer names no interaction (`sid` should be a KD…)" : nil
    }
    if let key = listKey { return mismatch(in: answer, listing: key) }
    var echo = Echo(answer)
    compare(with: &echo)
    if let doubt = echo.doubt { return doubt }
    return echo.isThere ? nil : "the answer names none of the SIDs that were addressed"
  }

  /// Why a page of a listing cannot be believed: one item about another place makes all of it doubtful.
  private func mismatch(in page: JSONObject, listing key: String) -> String? {
    guard let items = page[key]?.array else { return "the answer has no list `\(key)`" }
    for item in items {
      guard let fields = item.object, fields.anySID("sid") != nil else {
        return "an item of `\(key)` names no SID"
      }
      var echo = Echo(fields)
      compare(with: &echo)
      if let doubt = echo.doubt { return doubt }
    }
    switch page["meta"]?.object?["next_page_url"] {
    case nil, .null, .string: return nil
    case let other?: return "the answer's `next_page_url` is \(other.serialized)"
    }
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

  /// Compares the fields of an answer that must not name another SID.
  private func compare(with echo: inout Echo) {
    switch self {
    case .createInteraction: break
    case .fetchInteraction(let sid), .updateInteraction(let sid, _): echo.compare("sid", sid.any)
    case .listChannels(let sid, _): echo.compare("interaction_sid", sid.any)
    case .fetchChannel(let path), .updateChannel(let path, _):
      echo.compare("sid", path.channel.any)
      echo.compare("interaction_sid", path.interaction.any)
    case .updateParticipant(let path, let sid, _):
      echo.compare("sid", sid.any)
      echo.compare(path)
    case .fetchTransfer(let path, let sid), .updateTransfer(let path, let sid, _):
      echo.compare("sid", sid.any)
      echo.compare(path)
    case .createInvite(let path, _), .listInvites(let path, _),
      .createParticipant(let path, _, _, _), .listParticipants(let path, _),
      .createTransfer(let path, _):
      echo.compare(path)
    }
  }
}

/// What the fields of an answer say of the SIDs that were addressed.
private struct Echo {
  private let answer: JSONObject
  /// Whether one of them is named.
  private(set) var isThere = false
  /// The first contradiction.
  private(set) var doubt: String?

  init(_ answer: JSONObject) {
    self.answer = answer
  }

  mutating func compare(_ path: ChannelPath) {
    compare("channel_sid", path.channel.any)
    compare("interaction_sid", path.interaction.any)
  }

  mutating func compare(_ field: String, _ sid: AnySID) {
    guard doubt == nil else { return }
    if answer.anySID(field) == sid {
      isThere = true
      return
    }
    switch answer[field] {
    case nil, .null: break
    case let other?:
      doubt = "the answer's `\(field)` is \(other.serialized), and \(sid) was addressed"
    }
  }
}
