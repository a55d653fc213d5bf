import FlexAPI

/// The last actions of a script with targets written out, to detect one that cannot be intended.
struct ActionHistory {
  /// The number of actions that it looks back.
  static let reach = 1024

  /// The lines of the last actions on a target; 0 for none.
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

    /// Forgets the actions up to and including a given one.
    mutating func forget(before action: Int) {
      if ends.action <= action { ends.line = 0 }
      if sets.action <= action { sets.line = 0 }
    }
  }

  /// The actions of the current generation, and of the one before: together they hold the last
  /// actions, and dropping a whole generation has no cost per action.
  private var recent = Generation()
  private var older = Generation()
  private var count = 0
  /// Whether any place, such as a channel, was ended: places have to be looked up only then.
  private(set) var hasEndedPlaces = false

  /// Returns what was done to a target among the last actions.
  func lines(of target: AnySID) -> Lines {
    guard var lines = recent[target] ?? older[target] else { return Lines() }
    lines.forget(before: count - ActionHistory.reach)
    return lines
  }

  /// Records the first action on a target; returns `false`, and records nothing, for other targets.
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

  /// Records an action.
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

  /// Drops the older generation when the current one is full.
  private mutating func turnOver() {
    guard recent.count > ActionHistory.reach else { return }
    swap(&recent, &older)
    recent.removeAll()
  }
}

/// Detects SIDs that differ from another one in one or two digits, as mistyped ones do.
struct SimilarSIDs {
  /// A script that names more SIDs of a kind than this has surely copied them from somewhere.
  static let most = 64

  private var seen: [UInt16: [AnySID]] = [:]
  private var doubts: [UInt16: [Diagnostic]] = [:]
  /// The prefixes for which a script names too many SIDs.
  private var exhausted: [UInt16] = []

  /// Whether a SID of this kind can still cause a warning.
  func looks(at sid: AnySID) -> Bool { !exhausted.contains(sid.prefixCode) }

  /// Records a SID; `doubt` creates the warning that it may need.
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

  /// The warnings that remain at the end of the script.
  var warnings: [Diagnostic] { doubts.values.flatMap { $0 } }
}
