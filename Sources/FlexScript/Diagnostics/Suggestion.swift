/// Finds the word that was probably meant.
package enum Suggestion {
  /// Returns the nearest candidate at an edit distance of at most 2, ignoring case.
  ///
  /// Words of at most three letters require a distance of 1: nearly everything is close to them.
  package static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased().utf8)
    let most = wanted.count <= 3 ? 1 : 2
    // Nothing can be inferred from a single character.
    guard wanted.count >= 2, wanted.count <= 40 else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in candidates {
      let distance = distance(wanted, Array(candidate.lowercased().utf8))
      if distance <= most, distance < (best?.distance ?? Int.max) { best = (candidate, distance) }
    }
    return best?.word
  }

  /// Returns the candidates that are most like a text, the nearest first, ignoring case.
  ///
  /// Those that contain it, or are contained in it, come first; of the others, those that differ in less
  /// than half of the text.
  package static func nearest(
    to text: String, among candidates: [String], limit: Int
  ) -> [String] {
    let wanted = text.lowercased()
    let scored = candidates.compactMap { candidate -> (text: String, score: Int)? in
      let lower = candidate.lowercased()
      guard !lower.isEmpty else { return nil }
      if !wanted.isEmpty, lower.contains(wanted) || wanted.contains(lower) { return (candidate, 0) }
      let (left, right) = (Array(wanted.utf8.prefix(64)), Array(lower.utf8.prefix(64)))
      let score = distance(left, right, limit: Int.max)
      return score * 2 < max(left.count, 4) ? (candidate, score) : nil
    }
    let ordered = scored.sorted { $0.score == $1.score ? $0.text < $1.text : $0.score < $1.score }
    return ordered.prefix(limit).map(\.text)
  }

  /// Returns the number of insertions, deletions, replacements and swaps of adjacent bytes; a larger
  /// number than `limit` if the lengths differ by more.
  private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int = 2) -> Int {
    guard abs(left.count - right.count) <= limit else { return limit + 1 }
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let same = left[row - 1] == right[column - 1]
        var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          cost = min(cost, beforeLast[column - 2] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
