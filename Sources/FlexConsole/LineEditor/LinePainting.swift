/// What is written after libedit has drawn a line, to give its letters their looks and to show a
/// hint.
///
/// libedit knows nothing of it: the letters, their places and the cursor are as before, and libedit
/// writes only letters that have changed.
struct LinePainting: Hashable {
  /// The escape sequences and letters to write; empty if the line is only plain.
  let text: String
  /// Whether a hint is shown after the cursor.
  let showsHint: Bool

  /// The size of a terminal.
  struct Window: Hashable {
    let columns: Int
    let lines: Int
  }

  /// Paints a line; `nil` if it has more rows than the window.
  ///
  /// A whole painting draws everything and places the cursor, whatever libedit has drawn: libedit is
  /// right about the row of the cursor, but not about its column beside wide letters, and it draws no
  /// combining marks that a letter follows.
  ///
  /// `drawnPrompt`: the prompt with the sequences that give it its colour. `cursor`: the place of the
  /// cursor in the line, as a UTF-8 offset. `width`: the columns of a scalar; negative if it cannot be
  /// shown.
  init?(
    prompt: String, drawnPrompt: String? = nil, line: String, cursor: Int,
    _ appearance: LineAppearance, in window: Window,
    isWhole: Bool = false, width: @escaping (Unicode.Scalar) -> Int
  ) {
    var layout = LineLayout(columns: window.columns, width: width)
    layout.add(prompt.unicodeScalars)
    let start = layout.end
    var text = ""
    var place = start
    var spans = appearance.spans[...]
    var look = ""
    var offset = 0
    for scalar in line.unicodeScalars {
      if offset == cursor { place = layout.end }
      while let span = spans.first, span.range.upperBound <= offset { spans.removeFirst() }
      let next = spans.first.flatMap { $0.range.contains(offset) ? $0.look : nil } ?? ""
      if next != look {
        text += next.isEmpty ? "\u{1B}[m" : "\u{1B}[0;\(next)m"
        look = next
      }
      text += layout.add(scalar)
      offset += UTF8.width(scalar)
    }
    if offset == cursor { place = layout.end }
    if !look.isEmpty { text += "\u{1B}[m" }
    guard layout.end.row < window.lines else { return nil }
    let isAtEnd = offset == cursor
    let hint = isAtEnd ? appearance.hint.map { Self.cut($0.text, to: layout, width) } ?? "" : ""
    let shownHint = hint.isEmpty ? "" : "\u{1B}[2m" + hint + "\u{1B}[m"
    showsHint = !hint.isEmpty
    // Back to where the line begins: its row is as far above as the cursor is below it.
    let begin = "\r" + Self.up(place.row - start.row) + Self.right(start.column)
    let drawnPrompt = drawnPrompt ?? prompt
    guard isWhole else {
      self.text =
        line.isEmpty && hint.isEmpty
        ? ""
        : "\u{1B}7" + begin + text + (hint.isEmpty ? "" : "\u{1B}8" + shownHint) + "\u{1B}8"
      return
    }
    // After the last column a terminal waits on that row, where the erasing would begin.
    let end = layout.hasFilledRow ? " \r" : ""
    self.text =
      "\r" + Self.up(place.row) + drawnPrompt + text + end + "\u{1B}[J" + shownHint + "\r"
      + Self.up(layout.end.row - place.row)
      + Self.right(place.column)
  }

  private static func up(_ rows: Int) -> String { rows > 0 ? "\u{1B}[\(rows)A" : "" }

  private static func right(_ columns: Int) -> String {
    columns > 0 ? "\u{1B}[\(columns)C" : ""
  }

  /// The part of a hint that fits after the line; the last column stays free.
  private static func cut(
    _ text: String, to layout: LineLayout, _ width: (Unicode.Scalar) -> Int
  ) -> String {
    let room = layout.columns - layout.end.column - 1
    var shown = ""
    var columns = 0
    for scalar in text.unicodeScalars {
      let next = scalar == "\n" || scalar == "\t" ? 1 : width(scalar)
      // What cannot be shown ends it; a hint is not the place for it.
      guard next >= 0 else { return "" }
      if columns + next > room {
        // The last letter makes room for the mark of what is cut.
        while columns + 1 > room, let last = shown.unicodeScalars.popLast() {
          columns -= width(last)
        }
        return room < 3 ? "" : shown + "…"
      }
      shown.unicodeScalars.append(scalar == "\n" || scalar == "\t" ? " " : scalar)
      columns += next
    }
    return shown
  }
}
