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
    // The answer to a question is typed after a space.
    if gap > 0, used + gap < columns { rows[rows.count - 1] += String(repeating: " ", count: gap) }
    return rows.joined(separator: "\n")
  }

  /// A text of several lines as a window has it: paragraphs are filled, and the rows of a table keep
  /// what is in their last column below it, as far as there is room.
  ///
  /// A text that fits stays as it is.
  package static func filled(_ text: String, columns: Int?) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let columns, columns > 0, lines.contains(where: { width($0) > columns }) else {
      return text
    }
    return unwrapped(lines).map { line in
      guard width(line) > columns else { return line }
      let indent = line.prefix { $0 == " " }.count
      guard let start = lastColumn(line) else {
        return wrapped(line, columns: columns, hanging: indent == 0 ? 0 : 2)
      }
      return row(line, lastColumnAt: start, columns: columns)
    }.joined(separator: "\n")
  }

  /// A row of a table whose last column begins at a place: what does not fit is below its beginning, or
  /// below the row if there is more room.
  package static func row(_ line: String, lastColumnAt start: Int, columns: Int?) -> String {
    guard let columns, columns > 0, width(line) > columns else { return line }
    let indent = line.prefix { $0 == " " }.count
    let rest = line.dropFirst(start)
    let longest = pieces(rest).map { width(String($0)) }.max() ?? 0
    if start <= columns / 2, start + longest <= columns {
      return wrapped(line, columns: columns, hanging: start - indent)
    }
    var first = line.prefix(start)
    while first.last == " " { first.removeLast() }
    return wrapped(String(first), columns: columns) + "\n"
      + wrapped(String(repeating: " ", count: indent + 4) + rest, columns: columns, hanging: 0)
  }

  /// The lines, with what continues a paragraph or a row of a table joined to it.
  private static func unwrapped(_ lines: [String]) -> [String] {
    var joined: [String] = []
    for line in lines {
      let indent = line.prefix { $0 == " " }.count
      guard let last = joined.last, !last.isEmpty, indent < line.count else {
        joined.append(line)
        continue
      }
      let continuesRow = indent > 4 && lastColumn(last) == indent
      let continuesParagraph =
        indent == 0 && !last.hasPrefix(" ") && last.contains(" ") && !last.hasSuffix(":")
        && lastColumn(last) == nil && lastColumn(line) == nil
      if continuesRow || continuesParagraph {
        joined[joined.count - 1] += " " + line.dropFirst(indent)
      } else {
        joined.append(line)
      }
    }
    return joined
  }

  /// Where the last column of a row of a table begins; `nil` for a line without columns.
  private static func lastColumn(_ line: String) -> Int? {
    let indent = line.prefix { $0 == " " }.count
    guard let gap = line.dropFirst(indent).firstRange(of: "  ") else { return nil }
    let rest = line[gap.lowerBound...].prefix { $0 == " " }
    return line.distance(from: line.startIndex, to: rest.endIndex)
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
