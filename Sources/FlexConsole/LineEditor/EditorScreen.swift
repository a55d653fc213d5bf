import CLibEdit
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The line that is edited, on the screen: what libedit draws, and what is painted over it.
///
/// It is used only on the editor's queue.
final class EditorScreen {
  let output = EditorOutput()
  /// Whether prompts may have colours.
  var isColored = false
  /// Whether lines may be painted, and hints shown.
  var isPainted = false
  /// How a line is shown; `nil` for plain text.
  private var appearance: ((String) -> LineAppearance)?
  /// The prompt as libedit shows it.
  private(set) var prompt: UnsafeMutablePointer<CChar> = .allocate(capacity: 1)
  /// The prompt without escape sequences.
  private(set) var promptText = ""
  /// The line that is on the screen, the place of the cursor in it, and its window.
  private var drawn: (line: String, cursor: Int, window: LinePainting.Window)?
  /// What can be inserted after the line: the hint that is shown.
  private var hint: String?
  private var showsHint = false
  /// Whether the line that is on the screen has letters whose width is not one column.
  private var isOdd = false
  /// Whether libedit has ended rows of the line itself.
  private var hasRowsApart = false
  /// Whether the line was removed from the screen since it was shown.
  private var wasErased = false
  /// Whether something was drawn since the line was painted.
  private var isOutOfDate = false

  init() {
    prompt.initialize(to: 0)
  }

  deinit {
    prompt.deallocate()
  }

  /// Begins a line.
  func begin(_ request: LineRequest) {
    let text = request.prompt
    promptText = text
    // An escape sequence must be followed by a visible character.
    setPrompt(
      isColored && request.isAlarming && text.last == " "
        ? "\u{1}\u{1B}[31m\u{1}\(text.dropLast())\u{1}\u{1B}[0m\u{1} " : text)
    appearance = isPainted ? request.appearance : nil
    (drawn, hint, showsHint) = (nil, nil, false)
    (isOdd, isOutOfDate, wasErased, hasRowsApart) = (false, true, false, false)
  }

  /// Ends the line: what is on the screen is libedit's no longer.
  func end() {
    appearance = nil
    output.flush()
  }

  private func setPrompt(_ text: String) {
    prompt.deallocate()
    let bytes = Array(text.utf8CString)
    prompt = .allocate(capacity: bytes.count)
    prompt.initialize(from: bytes, count: bytes.count)
  }

  /// Sets whether the terminal marks pasted text.
  func setPaste(_ isOn: Bool) {
    output.put(isOn ? "\u{1B}[?2004h" : "\u{1B}[?2004l")
  }

  /// Writes what libedit has drawn, with the looks of the line and its hint, before a key is awaited.
  ///
  /// `hasMore`: whether a key has been typed already, so that the line will change.
  func show(_ editor: OpaquePointer?, hasMore: Bool) {
    let bytes = output.take()
    // A long line is not looked at with every key.
    guard Self.length(of: editor) <= Self.longestPainted,
      let (line, cursor) = Self.line(of: editor),
      let window = Self.window
    else {
      drawn = nil
      return EditorOutput.write(bytes)
    }
    // Nothing was drawn: nothing has changed.
    isOutOfDate = isOutOfDate || !bytes.isEmpty
    let wasOdd = isOdd
    isOdd = line.unicodeScalars.contains { Self.width($0) != 1 && $0 != "\n" }
    drawn = (line, cursor, window)
    // Rows that libedit ends itself are not one line to the terminal when the window changes again.
    let mustBeWhole = (isOdd || wasOdd || wasErased) && !bytes.isEmpty
    if mustBeWhole { wasErased = false }
    let isPlain = appearance == nil || hasMore
    guard isOutOfDate, !Self.isSearch(line), mustBeWhole || !isPlain else {
      hasRowsApart = hasRowsApart || bytes.contains(UInt8(ascii: "\n"))
      return EditorOutput.write(bytes)
    }
    hasRowsApart = false
    let look = isPlain ? LineAppearance() : appearance?(line) ?? LineAppearance()
    isOutOfDate = isPlain && appearance != nil
    let painting = LinePainting(
      prompt: promptText,
      drawnPrompt: String(cString: prompt).replacing("\u{1}", with: ""), line: line,
      cursor: cursor, look, in: window, isWhole: mustBeWhole, width: Self.width)
    showsHint = painting?.showsHint ?? false
    hint = showsHint ? look.hint.flatMap { $0.isInsertable ? $0.text : nil } : nil
    EditorOutput.write(bytes + Array((painting?.text ?? "").utf8))
  }

  /// The longest line that is painted, in characters: a line is painted anew with every key.
  private static let longestPainted = 4096

  /// Removes the hint, if one is shown; the cursor is where it begins.
  ///
  /// - Returns: The text that the hint stands for, if it can be inserted.
  func takeHint() -> String? {
    defer { (hint, showsHint) = (nil, false) }
    if showsHint { output.put("\u{1B}[K") }
    return hint
  }

  /// Whether the cursor is after everything that is on the screen.
  var isAtEnd: Bool {
    drawn.map { $0.cursor == $0.line.utf8.count && !Self.isSearch($0.line) } ?? true
  }

  /// Removes the line from the screen, with every row that it has, so that it can be drawn again;
  /// the window may have changed since it was drawn.
  ///
  /// `cursorPlace`: asks the terminal where the cursor is, from 1.
  func erase(_ cursorPlace: () -> (row: Int, column: Int)?) {
    showsHint = false
    hint = nil
    wasErased = true
    guard let drawn, let window = Self.window else { return output.put("\r\u{1B}[J") }
    let text = promptText + (String(drawn.line.utf8.prefix(drawn.cursor)) ?? drawn.line)
    func end(of text: String, in columns: Int) -> LineLayout.Place {
      var layout = LineLayout(columns: columns, width: Self.width)
      layout.add(text.unicodeScalars)
      return layout.end
    }
    let before = end(of: text, in: drawn.window.columns)
    var rows = before.row
    if window.columns != drawn.window.columns {
      // Some terminals break the line anew, except where libedit has ended a row itself. Others cut
      // the rows off. The column of the cursor tells.
      let broken = end(of: text, in: window.columns)
      let ended = LineLayout.withRowEnds(text, columns: drawn.window.columns, width: Self.width)
      let apart = end(of: ended, in: window.columns)
      let cut = LineLayout.Place(
        row: rows, column: min(before.column, window.columns - 1))
      let likely = hasRowsApart ? [apart, broken, cut] : [broken, apart, cut]
      if likely.contains(where: { $0.row != rows }), let cursor = cursorPlace() {
        rows = (likely.first { $0.column + 1 == cursor.column } ?? likely[0]).row
      }
    }
    output.put("\r" + (rows > 0 ? "\u{1B}[\(rows)A" : "") + "\u{1B}[J")
  }

  /// The number of characters of the line.
  private static func length(of editor: OpaquePointer?) -> Int {
    guard let editor, let line = el_wline(editor), let start = line.pointee.buffer else { return 0 }
    return line.pointee.lastchar - start
  }

  /// The line and the place of the cursor in it, in bytes.
  static func line(of editor: OpaquePointer?) -> (text: String, cursor: Int)? {
    guard let editor, let line = el_line(editor), let start = line.pointee.buffer else {
      return nil
    }
    let bytes = UnsafeRawBufferPointer(start: start, count: line.pointee.lastchar - start)
    return (String(decoding: bytes, as: UTF8.self), line.pointee.cursor - start)
  }

  /// Whether libedit shows a search below the line.
  private static func isSearch(_ line: String) -> Bool {
    guard let end = line.lastIndex(of: "\n") else { return false }
    let last = line[line.index(after: end)...]
    return ["bck:", "bck?", "fwd:", "fwd?"].contains { last.hasPrefix($0) }
  }

  private static var window: LinePainting.Window? {
    Terminal.size(.standardOutput).map {
      LinePainting.Window(columns: $0.columns, lines: $0.lines)
    }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    Int(flexsh_width(wchar_t(scalar.value)))
  }

  /// Whether libedit reads what to search for, with the keys of vi.
  var isViSearch: Bool {
    guard let line = drawn?.line, let end = line.lastIndex(of: "\n") else { return false }
    return ["/", "?"].contains(line[line.index(after: end)...].prefix(1))
  }
}
