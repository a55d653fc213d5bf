/// The part of a script that is in memory: whole statements, not necessarily the whole file.
package struct SourceWindow: Sendable {
  /// The bytes; the first one is at offset ``base`` of the file.
  let bytes: [UInt8]
  /// The offset of the first byte in the file.
  let base: Int

  /// Creates a window of bytes that begin at offset `base` of the file.
  package init(bytes: [UInt8], base: Int = 0) {
    self.bytes = bytes
    self.base = base
  }

  /// Returns the bytes of a range, as far as the window holds them.
  func slice(_ range: SourceRange) -> ArraySlice<UInt8> {
    let lower = min(max(range.start.offset - base, 0), bytes.count)
    return bytes[lower..<min(max(range.end.offset - base, lower), bytes.count)]
  }

  /// Returns the text of a range, as far as the window holds it; invalid UTF-8 is repaired.
  package func text(_ range: SourceRange) -> String {
    String(decoding: slice(range), as: UTF8.self)
  }

  /// Returns the range of the word that begins at a position.
  func word(at start: SourcePosition) -> SourceRange {
    let bytes = slice(
      SourceRange(
        start: start,
        end: SourcePosition(offset: base + self.bytes.count, line: start.line, column: start.column)
      ))
    let length = bytes.prefix { Lexer.isWordByte($0) }.count
    var end = start
    (end.offset, end.column) = (start.offset + length, start.column + length)
    return SourceRange(start: start, end: end)
  }

  /// Returns the text of a line with every word that looks like a secret replaced by asterisks.
  private static func hidingSecrets(_ line: ArraySlice<UInt8>) -> String {
    var line = line
    for word in line.split(whereSeparator: { !Lexer.isWordByte($0) })
    where Parser.looksLikeSecret(String(decoding: word, as: UTF8.self)) {
      for index in word.indices { line[index] = UInt8(ascii: "*") }
    }
    return String(decoding: line, as: UTF8.self)
  }

  /// Returns the line on which a range begins, for display.
  func excerpt(_ range: SourceRange) -> Excerpt {
    let anchor = min(max(range.start.offset - base, 0), bytes.count)
    var lower = anchor
    var column = range.start.column
    var cutFront = false
    while lower > 0, bytes[lower - 1] != UInt8(ascii: "\n") {
      if anchor - lower >= Excerpt.reach, bytes[lower] & 0xC0 != 0x80 {
        cutFront = true
        break
      }
      lower -= 1
      if bytes[lower] & 0xC0 != 0x80 { column -= 1 }
    }
    var upper = anchor
    while upper < bytes.count, bytes[upper] != UInt8(ascii: "\n"), bytes[upper] != 0x0D {
      if upper - anchor >= 2 * Excerpt.reach, bytes[upper] & 0xC0 != 0x80 { break }
      upper += 1
    }
    let cutBack = upper < bytes.count && bytes[upper] != UInt8(ascii: "\n") && bytes[upper] != 0x0D
    if lower == 0, base == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { lower = min(3, upper) }
    return Excerpt(
      text: SourceWindow.hidingSecrets(bytes[lower..<upper]),
      firstColumn: cutFront ? column : 1, cutFront: cutFront, cutBack: cutBack)
  }
}

/// A line of a script, or part of a long one, kept for a diagnostic.
package struct Excerpt: Hashable, Sendable {
  /// The number of bytes kept before the position that is shown; twice as many are kept after it.
  static let reach = 160

  /// The text, without its line ending.
  var text: String
  /// The column of its first scalar, 1-based.
  let firstColumn: Int
  /// Whether something was left out before the text, and after it.
  let cutFront, cutBack: Bool
}
