import FlexAPI

/// A position as the protocol has it: a line and a number of code units, both from 0.
struct Position: Hashable, Comparable {
  var line: Int
  var character: Int

  init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  init?(_ json: JSON?) {
    guard let line = json?.object?["line"]?.integer, line >= 0,
      let character = json?.object?["character"]?.integer, character >= 0
    else { return nil }
    self.init(line: line, character: character)
  }

  var json: JSON { .object(["line": .number(line), "character": .number(character)]) }

  static func < (left: Position, right: Position) -> Bool {
    (left.line, left.character) < (right.line, right.character)
  }
}

/// The units in which a client counts the characters of a line.
enum PositionEncoding: String, Sendable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
}

/// Converts between offsets in a text and the positions of the protocol.
///
/// Lines end with LF, CRLF or CR, as the protocol says, whatever the language makes of them.
struct LineTable {
  let bytes: [UInt8]
  let encoding: PositionEncoding
  /// The offset at which each line begins.
  private let starts: [Int]

  init(_ bytes: [UInt8], encoding: PositionEncoding) {
    self.bytes = bytes
    self.encoding = encoding
    var starts = [0]
    bytes.withUnsafeBufferPointer { buffer in
      for index in buffer.indices {
        switch buffer[index] {
        case 0x0A: starts.append(index + 1)
        case 0x0D where index + 1 == buffer.count || buffer[index + 1] != 0x0A:
          starts.append(index + 1)
        default: break
        }
      }
    }
    self.starts = starts
  }

  /// The number of lines; the last one may be empty.
  var count: Int { starts.count }

  /// The position of an offset; an offset after the end is at the end.
  func position(_ offset: Int) -> Position {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return Position(line: low, character: units(bytes[starts[low]..<offset]))
  }

  /// The offset of a position; what is after the end of a line is at its end, and a position inside a
  /// character is before it.
  func offset(_ position: Position) -> Int {
    guard position.line < starts.count else { return bytes.count }
    var offset = starts[position.line]
    let end = endOfLine(position.line)
    var rest = position.character
    while offset < end, rest > 0 {
      let length = min(Self.length(bytes[offset]), end - offset)
      let width = units(bytes[offset..<offset + length])
      guard width <= rest else { break }
      rest -= width
      offset += length
    }
    return offset
  }

  /// The offset at which a line begins; the end of the text for a line after the last.
  func startOfLine(_ line: Int) -> Int { line < starts.count ? starts[line] : bytes.count }

  /// The offset just before the end of a line.
  func endOfLine(_ line: Int) -> Int {
    guard line + 1 < starts.count else { return bytes.count }
    var end = starts[line + 1]
    while end > starts[line], bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return end
  }

  /// The position of a line and a column in scalars, both from 1, as in a data file.
  func position(line: Int, column: Int) -> Position {
    let line = line - 1
    guard line < starts.count else { return position(bytes.count) }
    var offset = starts[line]
    let end = endOfLine(line)
    var rest = column - 1
    if line == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { rest += 1 }
    while offset < end, rest > 0 {
      offset = min(offset + Self.length(bytes[offset]), end)
      rest -= 1
    }
    return position(offset)
  }

  /// The number of units of a text.
  func units(_ text: ArraySlice<UInt8>) -> Int {
    switch encoding {
    case .utf8: return text.count
    case .utf16:
      var count = 0
      for byte in text where byte & 0xC0 != 0x80 { count += byte >= 0xF0 ? 2 : 1 }
      return count
    }
  }

  /// The number of bytes of the scalar that begins with a byte.
  private static func length(_ byte: UInt8) -> Int {
    switch byte {
    case 0xF0...: 4
    case 0xE0...: 3
    case 0xC0...: 2
    default: 1
    }
  }
}
