package import FlexAPI

/// The SIDs that a session has seen, each with what is known of it; the newest first.
package struct SeenSIDs {
  /// How many of a kind are remembered.
  private static let maximum = 1000

  private var byPrefix: [String: [AnySID]] = [:]
  private var meanings: [AnySID: String] = [:]

  /// Begins with none.
  package init() {}

  /// The SIDs of a kind, or of every kind, the newest first.
  package func all(of type: SIDType?) -> [AnySID] {
    guard let type else { return SIDType.allCases.flatMap { byPrefix[$0.rawValue] ?? [] } }
    return byPrefix[type.rawValue] ?? []
  }

  /// What is known of one, in a few words.
  package func meaning(of sid: AnySID) -> String {
    meanings[sid] ?? sid.type?.noun ?? "SID"
  }

  /// Remembers one.
  package mutating func note(_ sid: AnySID) {
    var known = byPrefix[sid.prefix] ?? []
    if known.first == sid { return }
    known.removeAll { $0 == sid }
    known.insert(sid, at: 0)
    if known.count > SeenSIDs.maximum { meanings[known.removeLast()] = nil }
    byPrefix[sid.prefix] = known
  }

  /// Remembers those that stand in a text.
  package mutating func note(in text: String) {
    for sid in AnySID.all(in: Array(text.utf8)[...]) { note(sid) }
  }

  /// Remembers those of a resource: its own last, as it is what was asked for.
  package mutating func note(_ resource: JSONObject) {
    for member in resource.members.reversed() where member.name != "sid" {
      switch member.value {
      case .string(let text): if let sid = AnySID(text) { note(sid) }
      case .object(let object) where member.name != "links": note(object)
      default: break
      }
    }
    guard let sid = resource["sid"]?.text.flatMap({ AnySID($0) }) else { return }
    note(sid)
    let words =
      ["type", "status"].compactMap { resource[$0]?.text }
      + ["channel_sid", "interaction_sid"].compactMap { name in
        resource[name]?.text.map { "of \($0.prefix(2))…\($0.suffix(2))" }
      }.prefix(1)
    if !words.isEmpty { meanings[sid] = words.joined(separator: ", ") }
  }
}
