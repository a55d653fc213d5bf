/// Fits lines into the window of a terminal: at spaces, never inside a word.
package enum TextWindow {
  /// A line, wrapped at spaces; what follows its first row is indented.
  ///
  /// `columns`: the width of the window; `nil` for no limit. `hanging`: how far the other rows are
  /// indented beyond the first. Sequences that set colours take no column. A word that does not fit is
  /// never broken: it begins at the edge.
  package static func wrapped(_ line: String, columns: Int?, hanging: Int = 2) -> String {
    guard let columns, columns > 0, width(line) > columns else { return line }
    let indent = line.prefix { $0 == " " }.count
    let margin = min(indent + hanging, max(0, columns / 2))
    var rows = [String(repeating: " ", count: min(indent, columns / 3))]
    var used = rows[0].utf8.count
    var isEmpty = true
    var gap = 0
    for piece in pieces(line.dropFirst(indent)) {
      if piece.first == " " {
        gap = piece.utf8.count
        continue
      }
      let taken = width(String(piece))
      if !isEmpty, used + gap + taken > columns {
        let start = margin + taken > columns ? 0 : margin
        rows.append(String(repeating: " ", count: start))
        (used, gap) = (start, 0)
      }
      rows[rows.count - 1] += String(repeating: " ", count: isEmpty ? 0 : gap) + piece
      used += (isEmpty ? 0 : gap) + taken
      (isEmpty, gap) = (false, 0)
    }
    return rows.joined(separator: "\n")
  }

  /// A text of several lines, each of them wrapped.
  ///
  /// The rows of a table keep what is in their last column below it: `hanging` is the beginning of that
  /// column, as far as there is room.
  package static func wrappedTable(_ text: String, columns: Int?) -> String {
    guard let columns else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let line = String(line)
      guard width(line) > columns else { return line }
      return wrapped(line, columns: columns, hanging: hanging(line, columns))
    }.joined(separator: "\n")
  }

  /// How far the rest of a line belongs below its last column; 2 if it has no columns.
  private static func hanging(_ line: String, _ columns: Int) -> Int {
    let indent = line.prefix { $0 == " " }.count
    guard let gap = line.dropFirst(indent).firstRange(of: "  ") else { return 2 }
    let rest = line[gap.lowerBound...].prefix { $0 == " " }
    let start = line.distance(from: line.startIndex, to: rest.endIndex)
    return start <= columns / 2 ? start - indent : 2
  }

  /// Runs of spaces and what is between them.
  private static func pieces(_ text: Substring) -> [Substring] {
    var pieces: [Substring] = []
    var start = text.startIndex
    while start < text.endIndex {
      let isSpace = text[start] == " "
      let end = text[start...].firstIndex { ($0 == " ") != isSpace } ?? text.endIndex
      pieces.append(text[start..<end])
      start = end
    }
    return pieces
  }

  /// The columns that a text takes; sequences that set colours take none.
  package static func width(_ text: String) -> Int {
    guard text.utf8.contains(0x1B) else { return VisibleText.width(text) }
    var width = 0
    var isInSequence = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1B}" {
        isInSequence = true
      } else if isInSequence {
        isInSequence = scalar != "m"
      } else {
        width += VisibleText.width(scalar)
      }
    }
    return width
  }
}
