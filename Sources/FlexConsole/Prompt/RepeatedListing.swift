import FlexScript

/// A listing that is shown again and again in the same place, with marks at what has changed.
struct RepeatedListing {
  /// The columns that the marks take at the left.
  static let margin = 2
  private static let mark = "• "

  let palette: Palette
  /// The lines of the last listing, and the columns of its window; `nil` before the first.
  private var earlier: (lines: [String], columns: Int)?
  /// The lines that are on the screen now.
  private var shown: [String] = []

  init(palette: Palette) {
    self.palette = palette
  }

  /// Returns what replaces the last listing on the screen by a new one.
  ///
  /// `text`: the listing, narrower than the window by ``margin``. `title`: when it was last, and how
  /// often it is. `sentence`: what is repeated. `window`: the size of the terminal.
  mutating func frame(
    _ text: String, title: String, of sentence: String, in window: (columns: Int, lines: Int)
  ) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .dropLast(text.hasSuffix("\n") ? 1 : 0)
    // In another window the same rows may look different.
    let known = earlier.flatMap { $0.columns == window.columns ? Set($0.lines) : nil }
    var (changed, marked): (Int, [String]) = (0, [])
    for (index, line) in lines.enumerated() {
      // The first line is the header, which changes with the widths of its columns.
      let isNew = index > 0 && known.map { !$0.contains(line) } ?? false
      if isNew { changed += 1 }
      marked.append(
        isNew
          ? Self.mark + palette.text(line, .strong)
          : line.isEmpty ? "" : String(repeating: " ", count: Self.margin) + line)
    }
    earlier = (Array(lines), window.columns)
    // The title and the last line, where the cursor is, need room.
    let room = max(1, window.lines - 3)
    if marked.count > room {
      let more = marked.count - room + 1
      marked = Array(marked.prefix(room - 1)) + ["  … and \(more) more lines"]
    }
    let note = changed == 0 ? "" : "  \(changed) changed"
    var title = title + note + "  " + sentence
    while TextWindow.width(title) >= window.columns, !title.isEmpty { title.removeLast() }
    defer { shown = [title] + marked }
    return erasing(window.columns) + ([title] + marked).map { $0 + "\n" }.joined()
  }

  /// What removes the listing from the screen.
  private func erasing(_ columns: Int) -> String {
    let rows = shown.reduce(0) { $0 + max(1, (TextWindow.width($1) + columns - 1) / columns) }
    return rows == 0 ? "" : "\r\u{1B}[\(rows)A\u{1B}[J"
  }
}
