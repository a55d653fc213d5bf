/// Renders diagnostics as text for people.
package enum DiagnosticRenderer {
  /// Renders one diagnostic, without a line ending after it.
  package static func render(_ diagnostic: Diagnostic) -> String {
    var lines = [
      "\(diagnostic.severity.rawValue)[\(diagnostic.id.rawValue)]: "
        + VisibleText.escaped(diagnostic.message)
    ]
    let help = diagnostic.help.map { "= help: " + VisibleText.escaped($0) }
    guard let range = diagnostic.range else {
      if let help { lines.append("  " + help) }
      return lines.joined(separator: "\n")
    }
    let number = String(range.start.line)
    let gutter = String(repeating: " ", count: number.utf8.count)
    let file = VisibleText.escaped(diagnostic.file)
    lines.append("\(gutter) --> \(file):\(number):\(range.start.column)")
    if let excerpt = diagnostic.excerpt {
      let (text, before, width) = measure(excerpt, range)
      let carets = String(repeating: "^", count: max(1, width))
      let label = diagnostic.label.map { " " + VisibleText.escaped($0) } ?? ""
      lines.append("\(gutter) |")
      lines.append("\(number) | \(text)")
      lines.append("\(gutter) | \(String(repeating: " ", count: before))\(carets)\(label)")
    }
    if let help { lines.append("\(gutter) \(help)") }
    return lines.joined(separator: "\n")
  }

  /// Renders all kept diagnostics of a file, an empty line after each, and the number left out.
  package static func render(_ list: DiagnosticList) -> String {
    var text = list.all.map { render($0) + "\n\n" }.joined()
    for (count, noun) in [(list.moreErrors, "error"), (list.moreWarnings, "warning")]
    where count > 0 {
      let file = VisibleText.escaped(list.file)
      text += "\(file): and \(count) more \(noun)\(count == 1 ? "" : "s")\n\n"
    }
    return text
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
