import FlexAPI

/// The last actions of a script whose targets are written out, to notice one that cannot be meant.
struct ActionHistory {
  /// How far it looks back.
  static let reach = 1024

  /// On which lines something was done to a target last; 0 for never.
  struct Lines {
    private var ends = (line: 0, action: 0)
    private var sets = (line: 0, action: 0)

    subscript(repetition: OperationDefinition.Repetition) -> Int {
      switch repetition {
      case .ends: ends.line
      case .sets: sets.line
      }
    }

    mutating func note(
      _ repetition: OperationDefinition.Repetition, line: Int, action: Int
    ) {
      switch repetition {
      case .ends: ends = (line, action)
      case .sets: sets = (line, action)
      }
    }

    /// Forgets what was done up to an action.
    mutating func forget(before action: Int) {
      if ends.action <= action { ends.line = 0 }
      if sets.action <= action { sets.line = 0 }
    }
  }

  /// What was done in the generation in hand, and in the one before: together they hold the last
  /// actions, and letting a whole generation go costs nothing for each of them.
  private var recent = Generation()
  private var older = Generation()
  private var count = 0
  /// Whether a place, such as a channel, was ended at all: only then places have to be looked up.
  private(set) var hasEndedPlaces = false

  /// What was done to a target among the last actions.
  func lines(of target: AnySID) -> Lines {
    guard var lines = recent[target] ?? older[target] else { return Lines() }
    lines.forget(before: count - ActionHistory.reach)
    return lines
  }

  /// Notes an action on a target to which nothing was done; `false`, and nothing is noted, for others.
  mutating func noteFirst(
    _ repetition: OperationDefinition.Repetition, on target: AnySID, line: Int
  ) -> Bool {
    guard recent[target] == nil, older[target] == nil else { return false }
    count += 1
    var lines = Lines()
    lines.note(repetition, line: line, action: count)
    recent.keep(lines, of: target)
    turnOver()
    return true
  }

  /// Notes an action.
  mutating func note(
    _ repetition: OperationDefinition.Repetition, on target: AnySID, line: Int
  ) {
    if repetition == .ends, target.type != .participant { hasEndedPlaces = true }
    count += 1
    var lines = recent[target] ?? older[target] ?? Lines()
    lines.note(repetition, line: line, action: count)
    recent.keep(lines, of: target)
    turnOver()
  }

  /// Lets the older generation go when the one in hand is full.
  private mutating func turnOver() {
    guard recent.count > ActionHistory.reach else { return }
    swap(&recent, &older)
    recent.removeAll()
  }
}

/// The targets of a thousand actions.
///
/// A bit for each tells that a target is not among them, which is so for nearly all, for a fraction
/// of what a dictionary costs.
private struct Generation {
  private var lines: [AnySID: ActionHistory.Lines] = [:]
  private var bits = [UInt64](repeating: 0, count: 512)

  var count: Int { lines.count }

  subscript(target: AnySID) -> ActionHistory.Lines? {
    let (word, bit) = Generation.place(of: target)
    return bits[word] & bit == 0 ? nil : lines[target]
  }

  mutating func keep(_ kept: ActionHistory.Lines, of target: AnySID) {
    let (word, bit) = Generation.place(of: target)
    bits[word] |= bit
    lines[target] = kept
  }

  mutating func removeAll() {
    lines.removeAll(keepingCapacity: true)
    for word in bits.indices { bits[word] = 0 }
  }

  private static func place(of target: AnySID) -> (word: Int, bit: UInt64) {
    let mark = target.fingerprint >> 49
    return (Int(mark >> 6), 1 << (mark & 63))
  }
}

/// Notices SIDs that differ from another in one or two digits, as mistyped ones do.
struct SimilarSIDs {
  /// A script that names more SIDs of a kind than this has no doubt copied them from somewhere.
  static let most = 64

  private var seen: [UInt16: [AnySID]] = [:]
  private var doubts: [UInt16: [Diagnostic]] = [:]
  /// Prefixes of which a script names too many.
  private var exhausted: [UInt16] = []

  /// Whether a SID of this kind may still earn a warning.
  func looks(at sid: AnySID) -> Bool { !exhausted.contains(sid.prefixCode) }

  /// Notes a SID; `doubt` makes the warning that it may deserve.
  mutating func note(_ sid: AnySID, doubt: (AnySID, Int) -> Diagnostic) {
    let prefix = sid.prefixCode
    guard !exhausted.contains(prefix) else { return }
    let others = seen[prefix] ?? []
    guard !others.contains(sid) else { return }
    guard others.count < SimilarSIDs.most else {
      exhausted.append(prefix)
      seen[prefix] = nil
      doubts[prefix] = nil
      return
    }
    seen[prefix, default: []].append(sid)
    for other in others.reversed() {
      let digits = sid.digitsDiffering(from: other)
      if digits <= 2 {
        doubts[prefix, default: []].append(doubt(other, digits))
        return
      }
    }
  }

  /// The warnings that stand at the end of the script.
  var warnings: [Diagnostic] { doubts.values.flatMap { $0 } }
}
