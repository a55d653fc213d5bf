package import FlexAPI
import FlexScript

/// The SIDs that a session has seen, each with what is known about it; newest first.
package struct SeenSIDs {
  /// The maximum number of SIDs; beyond it, the older half is forgotten.
  private static let maximum = 1_000_000

  private struct Entry {
    /// Higher for newer entries.
    var order: Int
    var meaning: String?
    /// When Twilio last answered with it, since the session began; `nil` for what was only typed.
    var answered: Duration?
  }

  /// The time since the session began, for what is noted next.
  var time = Duration.zero

  private var entries: [AnySID: Entry] = [:]
  /// The names that were seen, sorted.
  private var names: [SIDType: [String]] = [:]
  private var count = 0
  /// Whether some that were seen are not known any more.
  private(set) var hasForgotten = false

  /// Creates an empty collection.
  package init() {}

  /// The SIDs of a kind, or of every kind that the language names; newest first.
  package func all(of type: SIDType?) -> [AnySID] {
    entries.filter { $0.key.type != nil && (type == nil || $0.key.type == type) }
      .sorted { $0.value.order > $1.value.order }.map(\.key)
  }

  /// The SIDs with a prefix whose digits end like this, in lower case; in order.
  func all(endingWith digits: String, prefix: String) -> [AnySID] {
    entries.keys.filter { sid in
      sid.prefix == prefix && sid.description.lowercased().hasSuffix(digits)
    }.sorted { $0.description < $1.description }
  }

  /// The names of workers, queues, workflows or workspaces that were seen, sorted.
  ///
  /// A name that would have to be escaped in a text is left out.
  package func names(of type: SIDType) -> [String] { names[type] ?? [] }

  private mutating func note(name: String?, of type: SIDType?) {
    guard let name, let type, type.isNameable, !name.isEmpty,
      name.unicodeScalars.allSatisfy({
        !VisibleText.isUnsafe($0) && !"\"\\$".unicodeScalars.contains($0)
      })
    else { return }
    var known = names[type] ?? []
    let index = known.firstIndex { $0 >= name } ?? known.count
    guard index == known.count || known[index] != name, known.count < SeenSIDs.maximum else {
      return
    }
    known.insert(name, at: index)
    names[type] = known
  }

  /// What is known about a SID, in a few words.
  package func meaning(of sid: AnySID) -> String {
    entries[sid]?.meaning ?? sid.type?.noun ?? "SID"
  }

  /// The SID that Twilio answered with and that differs the least from another of its kind, by at
  /// most three characters, and when that was.
  func nearest(to sid: AnySID) -> (sid: AnySID, time: Duration)? {
    if let time = entries[sid]?.answered { return (sid, time) }
    let wanted = Array(sid.description.utf8)
    var best: (sid: AnySID, time: Duration, distance: Int)?
    for (other, entry) in entries {
      guard let time = entry.answered, other.prefix == sid.prefix else { continue }
      let distance = zip(wanted, other.description.utf8).count { $0 != $1 }
      guard distance <= 3, other.description.utf8.count == wanted.count else { continue }
      // The nearest, then the newest.
      if let best,
        (best.distance, time, best.sid.description) < (distance, best.time, other.description)
      {
        continue
      }
      best = (other, time, distance)
    }
    return best.map { ($0.sid, $0.time) }
  }

  /// Remembers a SID.
  ///
  /// `isAnswer`: whether Twilio answered with it.
  package mutating func note(_ sid: AnySID, isAnswer: Bool = false) {
    count += 1
    entries[sid, default: Entry(order: count)].order = count
    if isAnswer { entries[sid]?.answered = time }
    guard entries.count > SeenSIDs.maximum else { return }
    let middle = entries.values.map(\.order).sorted()[entries.count / 2]
    entries = entries.filter { $0.value.order > middle }
    hasForgotten = true
  }

  /// Remembers the SIDs in a text.
  package mutating func note(in text: String) {
    for sid in AnySID.all(in: Array(text.utf8)[...]) { note(sid) }
  }

  /// Remembers the SIDs of a resource; its own comes last, as it is the one that was requested.
  package mutating func note(_ resource: JSONObject) {
    for member in resource.members.reversed() where member.name != "sid" {
      switch member.value {
      case .string(let text): if let sid = AnySID(text) { note(sid, isAnswer: true) }
      case .object(let object) where member.name != "links": note(object)
      default: break
      }
    }
    if let worker = resource.anySID("worker_sid") ?? resource.anySID("worker"),
      let name = resource["worker_name"]?.text
    {
      entries[worker]?.meaning = name
    }
    note(name: resource["worker_name"]?.text, of: .worker)
    note(name: resource["task_queue_friendly_name"]?.text, of: .queue)
    note(name: resource["workflow_friendly_name"]?.text, of: .workflow)
    guard let sid = resource["sid"]?.text.flatMap({ AnySID($0) }) else { return }
    note(sid, isAnswer: true)
    note(name: resource["friendly_name"]?.text, of: sid.type)
    if let name = resource["friendly_name"]?.text { entries[sid]?.meaning = name }
    let owner = ["channel_sid", "interaction_sid"].lazy.compactMap { resource[$0]?.text }.first
    let words =
      ["type", "status"].compactMap { resource[$0]?.text }
      + (owner.map { ["of \($0.prefix(2))…\($0.suffix(2))"] } ?? [])
    if !words.isEmpty { entries[sid]?.meaning = words.joined(separator: ", ") }
  }
}
