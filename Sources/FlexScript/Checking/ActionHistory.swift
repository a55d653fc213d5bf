import FlexAPI

/// The last actions of a script whose targets are written out, to notice one that cannot be meant.
struct ActionHistory {
  /// How far it looks back.
  static let reach = 1024

  /// What an action does to its target.
  struct Key: Hashable {
    let target: AnySID
    let effect: Effect
  }

  /// What can be said twice without a second effect.
  enum Effect: Hashable {
    case close, wrapup, closeChannel, deactivate
  }

  private var lines: [Key: Int] = [:]
  private var order: [Key] = []
  private var oldest = 0

  /// The line of the same action, if it is among the last.
  func line(of key: Key) -> Int? { lines[key] }

  /// Notes an action.
  mutating func note(_ key: Key, line: Int) {
    if lines.updateValue(line, forKey: key) == nil {
      order.append(key)
    }
    guard order.count - oldest > ActionHistory.reach else { return }
    lines[order[oldest]] = nil
    oldest += 1
    if oldest > ActionHistory.reach {
      order.removeFirst(oldest)
      oldest = 0
    }
  }
}

/// Notices SIDs that differ from another in one or two digits, as mistyped ones do.
struct SimilarSIDs {
  /// A script that names more SIDs of a kind than this has no doubt copied them from somewhere.
  static let most = 64

  private var seen: [UInt16: [AnySID]] = [:]
  private var known: Set<AnySID> = []
  private var doubts: [UInt16: [(diagnostic: Diagnostic, sid: AnySID)]] = [:]

  /// Notes a SID; `doubt` makes the warning that it may deserve.
  mutating func note(_ sid: AnySID, doubt: (AnySID, Int) -> Diagnostic) {
    let prefix = sid.prefixCode
    let others = seen[prefix] ?? []
    guard others.count <= SimilarSIDs.most, !known.contains(sid) else { return }
    known.insert(sid)
    seen[prefix, default: []].append(sid)
    if others.count == SimilarSIDs.most {
      doubts[prefix] = nil
      return
    }
    for other in others.reversed() {
      let digits = sid.digitsDiffering(from: other)
      if digits <= 2 {
        doubts[prefix, default: []].append((doubt(other, digits), sid))
        return
      }
    }
  }

  /// The warnings that stand at the end of the script.
  var warnings: [Diagnostic] { doubts.values.flatMap { $0.map(\.diagnostic) } }
}
