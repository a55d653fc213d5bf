/// What a terminal shows: enough of one to tell what libedit has drawn.
///
/// Lines that have left the window at its top are kept, so that a whole session can be read.
package struct Screen: Sendable {
  /// One place of the window; empty for the second half of a wide letter.
  private typealias Cell = String

  package private(set) var columns: Int
  private var height: Int
  private var lines: [[Cell]] = [[]]
  /// Whether a line goes on in the next one, because its last column was passed.
  private var goesOn: [Bool] = [false]
  /// Whether a change of the window breaks its lines anew, as most terminals do, or cuts them off.
  package var reflows = false
  /// The line of the cursor, from the first one that ever was, and its column.
  package private(set) var row = 0
  private var column = 0
  /// Whether the last column was written, so that the next letter begins a new line.
  private var isAtEdge = false
  private var pending: [UInt8] = []
  /// The place that was saved.
  private var saved = (row: 0, column: 0, isAtEdge: false)
  /// What the terminal answers to questions, and has not been sent.
  package var answers: [UInt8] = []
  /// What the window was each time before it was cleared.
  package private(set) var cleared: [Picture] = []
  /// Whether pasted texts are marked.
  package private(set) var marksPaste = false
  /// Everything that was received, as it was.
  package private(set) var received: [UInt8] = []

  package init(columns: Int, lines: Int) {
    self.columns = columns
    height = lines
  }

  /// The window's lines, and the cursor in them.
  package struct Picture: Hashable, Sendable, CustomStringConvertible {
    package let lines: [String]
    /// The line and the column of the cursor, from 0.
    package let row, column: Int

    package var description: String {
      lines.map { "|\($0)|" }.joined(separator: "\n") + "\ncursor \(row), \(column)"
    }

    /// The lines from the last one that begins with a text on.
    package func from(_ prompt: String) -> Picture {
      let first = lines.lastIndex { $0.hasPrefix(prompt) } ?? 0
      return Picture(lines: Array(lines[first...]), row: row - first, column: column)
    }
  }

  /// What the window is.
  package var picture: Picture {
    var shown = lines.dropFirst(top).map(Self.joined)
    while shown.last == "" { shown.removeLast() }
    // A cursor that waits after the last column is at the beginning of the next line.
    return isAtEdge
      ? Picture(lines: shown, row: row - top + 1, column: 0)
      : Picture(lines: shown, row: row - top, column: column)
  }

  /// The first line of the window.
  private var top = 0

  package mutating func resize(columns: Int) {
    defer { self.columns = columns }
    isAtEdge = false
    guard reflows else {
      for index in lines.indices { lines[index] = Array(lines[index].prefix(columns)) }
      column = min(column, columns - 1)
      return
    }
    var (newLines, newGoesOn): ([[Cell]], [Bool]) = ([], [])
    var place = (row: 0, column: 0)
    var index = 0
    while index < lines.count {
      // One line as it was written, which may be several of the window.
      var whole: [Cell] = []
      var cursor: Int?
      repeat {
        if index == row { cursor = whole.count + column }
        whole += lines[index]
        index += 1
      } while goesOn[index - 1] && index < lines.count
      if let cursor { while whole.count < cursor { whole.append(" ") } }
      var offset = 0
      repeat {
        var count = min(columns, whole.count - offset)
        if offset + count < whole.count, whole[offset + count] == "", count > 1 { count -= 1 }
        if let cursor, cursor >= offset, cursor < offset + count || offset + count == whole.count {
          place = (newLines.count, cursor - offset)
        }
        newLines.append(Array(whole[offset..<(offset + count)]))
        offset += count
        newGoesOn.append(offset < whole.count)
      } while offset < whole.count
    }
    if place.column >= columns {
      place = (place.row + 1, 0)
      if place.row == newLines.count {
        newLines.append([])
        newGoesOn.append(false)
      }
    }
    (lines, goesOn) = (newLines, newGoesOn)
    (row, column) = place
    top = max(0, row - height + 1)
  }

  /// Every line so far, without the spaces at their ends.
  package var text: String { lines.map(Self.joined).joined(separator: "\n") }

  /// The line of the cursor up to the cursor.
  package var beforeCursor: String {
    lines[row].prefix(column).joined()
  }

  private static func joined(_ cells: [Cell]) -> String {
    var line = cells.joined()
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Takes in what a program has written.
  package mutating func feed(_ bytes: [UInt8]) {
    received += bytes
    pending += bytes
    while let length = take() { pending.removeFirst(length) }
  }

  /// Takes one letter or one sequence; `nil` when it is not whole yet.
  private mutating func take() -> Int? {
    guard let first = pending.first else { return nil }
    switch first {
    case 0x1B: return escape()
    case 0x0D: (column, isAtEdge) = (0, false)
    case 0x0A: lineFeed()
    case 0x08:
      column = max(0, column - 1)
      isAtEdge = false
    case 0x07, 0..<0x20: break
    default:
      let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
      guard pending.count >= length else { return nil }
      put(String(decoding: pending.prefix(length), as: UTF8.self))
      return length
    }
    return 1
  }

  private mutating func lineFeed() {
    row += 1
    isAtEdge = false
    if row == lines.count {
      lines.append([])
      goesOn.append(false)
    }
    top = max(top, row - height + 1)
  }

  private mutating func put(_ letter: String) {
    let isCombining = letter.unicodeScalars.allSatisfy {
      $0.properties.generalCategory == .nonspacingMark
    }
    if isCombining {
      if column > 0, column <= lines[row].count { lines[row][column - 1] += letter }
      return
    }
    let width =
      letter.unicodeScalars.contains {
        (0x1100...0x115F).contains($0.value)
          || (0x2E80...0xFFDC).contains($0.value) && !(0xE000...0xF8FF).contains($0.value)
          || $0.value >= 0x1F300
      } ? 2 : 1
    if isAtEdge || column + width > columns {
      goesOn[row] = true
      lineFeed()
      column = 0
    }
    while lines[row].count < column + width { lines[row].append(" ") }
    lines[row][column] = letter
    if width == 2 { lines[row][column + 1] = "" }
    column += width
    if column >= columns {
      column = columns - 1
      isAtEdge = true
    }
  }

  private mutating func escape() -> Int? {
    guard pending.count >= 2 else { return nil }
    guard pending[1] == UInt8(ascii: "[") else {
      // A character set takes one byte more.
      let isCharacterSet = pending[1] == UInt8(ascii: "(") || pending[1] == UInt8(ascii: ")")
      if isCharacterSet { return pending.count >= 3 ? 3 : nil }
      switch pending[1] {
      case UInt8(ascii: "M"): row = max(top, row - 1)
      case UInt8(ascii: "7"): saved = (row, column, isAtEdge)
      case UInt8(ascii: "8"): (row, column, isAtEdge) = saved
      default: break
      }
      return 2
    }
    guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
      return nil
    }
    let parameters = String(decoding: pending[2..<end], as: UTF8.self)
    let number = Int(parameters.split(separator: ";").first ?? "") ?? 0
    // A change of colours moves nothing.
    if pending[end] != UInt8(ascii: "m") { isAtEdge = false }
    switch pending[end] {
    case UInt8(ascii: "n"): answers += Array("\u{1B}[\(row - top + 1);\(column + 1)R".utf8)
    case UInt8(ascii: "H"):
      cleared.append(picture)
      (row, column) = (top, 0)
    case UInt8(ascii: "A"): row = max(top, row - max(1, number))
    case UInt8(ascii: "B"): for _ in 0..<max(1, number) { lineFeed() }
    case UInt8(ascii: "C"): column = min(columns - 1, column + max(1, number))
    case UInt8(ascii: "D"): column = max(0, column - max(1, number))
    case UInt8(ascii: "G"): column = max(0, number - 1)
    case UInt8(ascii: "K"):
      if number == 0 {
        lines[row] = Array(lines[row].prefix(column))
        goesOn[row] = false
      }
    case UInt8(ascii: "J"):
      lines[row] = Array(lines[row].prefix(column))
      lines.removeLast(lines.count - row - 1)
      goesOn.removeLast(goesOn.count - row - 1)
      goesOn[row] = false
    case UInt8(ascii: "P"):
      let end = min(lines[row].count, column + max(1, number))
      if column < end { lines[row].removeSubrange(column..<end) }
    case UInt8(ascii: "@"):
      if column < lines[row].count {
        lines[row].insert(contentsOf: Array(repeating: " ", count: max(1, number)), at: column)
        lines[row] = Array(lines[row].prefix(columns))
      }
    case UInt8(ascii: "h"): if parameters == "?2004" { marksPaste = true }
    case UInt8(ascii: "l"): if parameters == "?2004" { marksPaste = false }
    default: break
    }
    return end + 1
  }
}
