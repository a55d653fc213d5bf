/// What is not done, by its kind: the recap lists it by name.
struct UndoneList {
  /// The most that are listed of a kind, if a command lists the others.
  private static let listed = 20
  /// The most that are kept of a kind at all.
  private static let kept = 10_000

  private var kinds: [(kind: String, names: [String], count: Int)] = []

  /// Adds something.
  mutating func add(_ kind: String, _ name: String) {
    guard let index = kinds.firstIndex(where: { $0.kind == kind }) else {
      return kinds.append((kind, [name], 1))
    }
    kinds[index].count += 1
    if kinds[index].names.count < Self.kept { kinds[index].names.append(name) }
  }

  private static func heading(_ kind: String) -> String {
    kind == "unknown" ? "in doubt, because no answer says whether they took effect:" : "\(kind):"
  }

  private static func mark(_ kind: String) -> String {
    switch kind {
    case "unknown": "?"
    case "refused": "⊘"
    default: "✗"
    }
  }

  /// The lines of the recap.
  ///
  /// `listing`: the command that lists the outcomes of a name; `nil` if there is none.
  func lines(_ listing: (String) -> String?) -> [String] {
    var lines: [String] = []
    for (kind, names, count) in kinds.sorted(by: { $0.kind < $1.kind }) {
      let isOutcome = ["failed", "refused", "unknown"].contains(kind)
      let command = listing(isOutcome ? kind : "failed")
      let shown = command == nil ? names : Array(names.prefix(Self.listed))
      lines.append(Self.heading(kind))
      lines += shown.map { "  \(Self.mark(kind)) \($0)" }
      let rest = count - shown.count
      if rest > 0 { lines.append("  and \(rest) more" + (command.map { ": \($0)" } ?? "")) }
    }
    return lines
  }
}
