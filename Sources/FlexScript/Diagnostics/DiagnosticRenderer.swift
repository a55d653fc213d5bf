/// Renders diagnostics as text for people.
package enum DiagnosticRenderer {
  /// Renders one diagnostic, without a line ending after it.
  ///
  /// `columns`: the width of the window; `nil` for no limit. A line of the script that is longer is cut
  /// around the carets.
  package static func render(_ diagnostic: Diagnostic, columns: Int? = nil) -> String {
    func wrapped(_ line: String) -> String { TextWindow.wrapped(line, columns: columns) }
    var lines = [
      wrapped(
        "\(diagnostic.severity.rawValue)[\(diagnostic.id.rawValue)]: "
          + VisibleText.escaped(diagnostic.message))
    ]
    let help = diagnostic.help.map { "= help: " + VisibleText.escaped($0) }
    guard let range = diagnostic.range else {
      if let help { lines.append(wrapped("  " + help)) }
      return lines.joined(separator: "\n")
    }
    let number = String(range.start.line)
    let gutter = String(repeating: " ", count: number.utf8.count)
    let file = VisibleText.escaped(diagnostic.file)
    lines.append("\(gutter) --> \(file):\(number):\(range.start.column)")
    if let excerpt = diagnostic.excerpt {
      let room = columns.map { max(10, $0 - gutter.utf8.count - 3) }
      let (text, before, width) = cut(measure(excerpt, range), to: room)
      let carets = String(repeating: "^", count: max(1, width))
      let label = diagnostic.label.map { " " + VisibleText.escaped($0) } ?? ""
      lines.append("\(gutter) |")
      lines.append("\(number) | \(text)")
      let space = String(repeating: " ", count: before)
      if let room, before + max(1, width) + TextWindow.width(label) > room, !label.isEmpty {
        lines.append("\(gutter) | \(space)\(carets)")
        // The label has lines of its own, as far to the left as it needs.
        let start = max(0, min(before, room - TextWindow.width(label) + 1))
        let indent = String(repeating: " ", count: start)
        lines.append(
          TextWindow.wrapped("\(gutter) | \(indent)\(label.dropFirst())", columns: columns))
      } else {
        lines.append("\(gutter) | \(space)\(carets)\(label)")
      }
    }
    if let help { lines.append(wrapped("\(gutter) \(help)")) }
    return lines.joined(separator: "\n")
  }

  /// Renders all kept diagnostics of a file, an empty line after each, and the number left out.
  package static func render(_ list: DiagnosticList, columns: Int? = nil) -> String {
    var text = list.all.map { render($0, columns: columns) + "\n\n" }.joined()
    for (count, noun) in [(list.moreErrors, "error"), (list.moreWarnings, "warning")]
    where count > 0 {
      let file = VisibleText.escaped(list.file)
      text += "\(file): and \(count) more \(noun)\(count == 1 ? "" : "s")\n\n"
    }
    return text
  }

  /// Cuts a line around its carets, so that it fits.
  private static func cut(
    _ line: (text: String, before: Int, width: Int), to room: Int?
  ) -> (text: String, before: Int, width: Int) {
    guard let room, TextWindow.width(line.text) > room else { return line }
    let marked = min(line.width, room - 2)
    // As much before the carets as after them, but nothing is wasted at an end.
    let total = TextWindow.width(line.text)
    var start = max(0, line.before - (room - marked) / 2)
    start = min(start, max(0, total - room))
    let isCut = (front: start > 0, back: start + room < total)
    let from = start + (isCut.front ? 1 : 0)
    let to = start + room - (isCut.back ? 1 : 0)
    var text = isCut.front ? "…" : ""
    var column = 0
    for scalar in line.text.unicodeScalars {
      let taken = VisibleText.width(scalar)
      if column >= from, column + taken <= to { text.unicodeScalars.append(scalar) }
      column += taken
    }
    if isCut.back { text += "…" }
    let before = max(isCut.front ? 1 : 0, line.before - start)
    return (text, before, max(1, min(line.width, to - max(line.before, from))))
  }

  /// Returns the line as shown, the columns before the range, and the columns that the range takes.
  private static func measure(
    _ excerpt: Excerpt, _ range: SourceRange
  ) -> (text: String, before: Int, width: Int) {
    var text = excerpt.cutFront ? "…" : ""
    var columns = excerpt.cutFront ? 1 : 0
    var before = columns
    var width = 0
    let isOneLine = range.end.line == range.start.line
    for (index, scalar) in excerpt.text.unicodeScalars.enumerated() {
      let column = excerpt.firstColumn + index
      // A tab advances to the next multiple of four, as the line number shifts the line anyway.
      let shown =
        scalar == "\t"
        ? String(repeating: " ", count: 4 - columns % 4) : VisibleText.escaped(String(scalar))
      let taken = VisibleText.width(shown)
      if column < range.start.column {
        before += taken
      } else if !isOneLine || column < range.end.column {
        width += taken
      }
      columns += taken
      text += shown
    }
    return (excerpt.cutBack ? text + "…" : text, before, width)
  }
}
