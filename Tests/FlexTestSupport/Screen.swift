/// What a terminal shows: enough of one to tell what libedit has drawn.
///
/// Lines that have left the window at its top are kept, so that a whole session can be read.
package struct Screen: Sendable {
  /// One place of the window; empty for the second half of a wide letter.
  private typealias Cell = String

  package private(set) var columns: Int
  private var height: Int
  private var lines: [[Cell]] = [[]]
  /// The line of the cursor, from the first one that ever was, and its column.
  package private(set) var row = 0
  private var column = 0
  /// Whether the last column was written, so that the next letter begins a new line.
  private var isAtEdge = false
  private var pending: [UInt8] = []
  /// Whether pasted texts are marked.
  package private(set) var marksPaste = false
  /// Everything that was received, as it was.
  package private(set) var received: [UInt8] = []

  package init(columns: Int, lines: Int) {
    self.columns = columns
    height = lines
  }

  package mutating func resize(columns: Int) { self.columns = columns }

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
    if row == lines.count { lines.append([]) }
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
      if pending[1] == UInt8(ascii: "M") { row = max(0, row - 1) }
      return 2
    }
    guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
      return nil
    }
    let parameters = String(decoding: pending[2..<end], as: UTF8.self)
    let number = Int(parameters.split(separator: ";").first ?? "") ?? 0
    isAtEdge = false
    switch pending[end] {
    case UInt8(ascii: "A"): row = max(0, row - max(1, number))
    case UInt8(ascii: "B"): for _ in 0..<max(1, number) { lineFeed() }
    case UInt8(ascii: "C"): column = min(columns - 1, column + max(1, number))
    case UInt8(ascii: "D"): column = max(0, column - max(1, number))
    case UInt8(ascii: "G"): column = max(0, number - 1)
    case UInt8(ascii: "K"): if number == 0 { lines[row] = Array(lines[row].prefix(column)) }
    case UInt8(ascii: "J"):
      lines[row] = Array(lines[row].prefix(column))
      lines.removeLast(lines.count - row - 1)
    case UInt8(ascii: "P"):
      let end = min(lines[row].count, column + max(1, number))
      if column < end { lines[row].removeSubrange(column..<end) }
    case UInt8(ascii: "@"):
      if column < lines[row].count {
        lines[row].insert(contentsOf: Array(repeating: " ", count: max(1, number)), at: column)
      }
    case UInt8(ascii: "h"): if parameters == "?2004" { marksPaste = true }
    case UInt8(ascii: "l"): if parameters == "?2004" { marksPaste = false }
    default: break
    }
    return end + 1
  }
}
