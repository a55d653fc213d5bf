import FlexAPI

/// The last actions of a script whose targets are written out, to notice one that cannot be meant.
struct ActionHistory {
  /// How far it looks back.
  static let reach = 1024

  /// What can be said twice without a second effect.
  enum Effect: Int {
    case close, wrapup, closeChannel, deactivate
  }

  /// On which lines something was done to a target last; 0 for never.
  struct Lines {
    fileprivate var lines: (Int, Int, Int, Int) = (0, 0, 0, 0)

    subscript(effect: Effect) -> Int {
      get {
        switch effect {
        case .close: lines.0
        case .wrapup: lines.1
        case .closeChannel: lines.2
        case .deactivate: lines.3
        }
      }
      set {
        switch effect {
        case .close: lines.0 = newValue
        case .wrapup: lines.1 = newValue
        case .closeChannel: lines.2 = newValue
        case .deactivate: lines.3 = newValue
        }
      }
    }
  }

  private var lines: [AnySID: Lines] = [:]
  private var order: [AnySID] = []
  private var oldest = 0
  /// Whether a channel was closed at all: then every place has to be looked up.
  private(set) var hasClosedChannels = false

  /// What was done to a target among the last actions.
  func lines(of target: AnySID) -> Lines { lines[target] ?? Lines() }

  /// Notes an action.
  mutating func note(_ effect: Effect, on target: AnySID, line: Int) {
    if effect == .closeChannel { hasClosedChannels = true }
    if lines[target, default: Lines()].noteIsFirst(effect, line) {
      order.append(target)
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

extension ActionHistory.Lines {
  /// Notes a line; whether it is the first one noted.
  fileprivate mutating func noteIsFirst(_ effect: ActionHistory.Effect, _ line: Int) -> Bool {
    let isFirst = lines == (0, 0, 0, 0)
    self[effect] = line
    return isFirst
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
