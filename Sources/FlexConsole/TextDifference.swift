import FlexScript

/// The line-by-line difference between two texts, for people to read.
package enum TextDifference {
  /// The number of equal lines shown around a difference.
  private static let context = 3

  private enum Line {
    case same(String)
    case removed(String)
    case added(String)
  }

  /// Returns the difference in unified format; empty if the texts are equal.
  ///
  /// `change`: how the new text differs, shown after its name: "formatted".
  package static func unified(
    _ old: String, _ new: String, name: String, change: String
  ) -> String {
    let lines = merged(lines(of: old), lines(of: new))
    guard lines.contains(where: { !isSame($0) }) else { return "" }
    let shown = VisibleText.escaped(name)
    var text = "--- \(shown)\n+++ \(shown), \(change)\n"
    var index = 0
    var (oldLine, newLine) = (1, 1)
    while index < lines.count {
      guard let first = lines[index...].firstIndex(where: { !isSame($0) }) else { break }
      let start = max(index, first - context)
      oldLine += start - index
      newLine += start - index
      let hunk = Array(lines[start..<end(of: first, in: lines)])
      let oldCount = hunk.count { if case .added = $0 { false } else { true } }
      let newCount = hunk.count { if case .removed = $0 { false } else { true } }
      text += "@@ -\(oldLine),\(oldCount) +\(newLine),\(newCount) @@\n"
      for line in hunk {
        switch line {
        case .same(let line): text += " " + VisibleText.escaped(line, keepingTabs: true) + "\n"
        case .removed(let line): text += "-" + VisibleText.escaped(line, keepingTabs: true) + "\n"
        case .added(let line): text += "+" + VisibleText.escaped(line, keepingTabs: true) + "\n"
        }
      }
      oldLine += oldCount
      newLine += newCount
      index = start + hunk.count
    }
    return text
  }

  private static func lines(of text: String) -> [String] {
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func merged(_ old: [String], _ new: [String]) -> [Line] {
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var lines: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if removed.contains(left) {
        lines.append(.removed(old[left]))
        left += 1
      } else if added.contains(right) {
        lines.append(.added(new[right]))
        right += 1
      } else {
        lines.append(.same(old[left]))
        left += 1
        right += 1
      }
    }
    return lines
  }

  /// The index after the last line of the hunk whose first difference is at `first`.
  private static func end(of first: Int, in lines: [Line]) -> Int {
    var last = first
    var index = first
    while index < lines.count, index - last <= 2 * context {
      if !isSame(lines[index]) { last = index }
      index += 1
    }
    return min(last + context + 1, lines.count)
  }

  private static func isSame(_ line: Line) -> Bool {
    if case .same = line { true } else { false }
  }
}
