/// Splits a window of a script into lexemes.
///
/// It works on bytes, never on `Character`, and loses nothing: the lexemes, concatenated, are the
/// source. Anything that is rejected everywhere (invalid UTF-8, control characters, bidirectional
/// controls) is found here and reported once; the lexeme is then ``Token/Kind/invalid``.
package struct Lexer {
  /// The maximum length of a line, in bytes.
  package static let maximumLineLength = 1 << 20

  let window: SourceWindow
  /// Whether the file ends at the end of the window.
  let isFinal: Bool
  /// The index of the next byte in the window.
  private(set) var index: Int
  private(set) var line: Int
  private var column: Int
  private(set) var lineStart: Int
  /// Whether the end of the window was reached before the end of the file: anything read near it
  /// may then be incomplete, and must be read again from a larger window.
  private(set) var reachedEnd = false
  /// Whether numbers follow RFC 8259 instead of the language.
  var readsJSON = false
  /// The errors so far, at most ``maximumErrors`` per window.
  private(set) var errors: [(error: SyntaxError, range: SourceRange)] = []
  /// The number of errors that were not kept.
  private(set) var unkeptErrors = 0

  /// The number of errors, kept or not.
  var errorCount: Int { errors.count + unkeptErrors }

  /// The maximum number of errors kept per window: a file that is not text may have one per byte.
  private static let maximumErrors = 1000

  /// Creates a lexer at a position in a window; `lineStart` is the file offset of its line's start.
  package init(
    window: SourceWindow, isFinal: Bool = true, at position: SourcePosition? = nil,
    lineStart: Int? = nil
  ) {
    self.window = window
    self.isFinal = isFinal
    let start = position ?? .start
    index = start.offset - window.base
    line = start.line
    column = start.column
    self.lineStart = lineStart.map { $0 - window.base } ?? index
    if start.offset == 0, window.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// The position at which the next lexeme begins.
  var position: SourcePosition {
    SourcePosition(offset: window.base + index, line: line, column: column)
  }

  /// The file offset, in bytes, at which the line of the next lexeme begins.
  var lineStartOffset: Int { window.base + lineStart }

  /// Returns the next lexeme; after the last one, always ``Token/Kind/end``.
  package mutating func next() -> Token {
    let start = position
    let first = index
    let kind = scan()
    let keyword = kind == .word ? Keyword.spelled(window.bytes[first..<index]) : nil
    return Token(
      kind: kind, keyword: keyword, range: SourceRange(start: start, end: position))
  }

  private mutating func scan() -> Token.Kind {
    guard let byte = peek() else { return .end }
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"):
      repeat { advance() } while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t")
      return .space
    case UInt8(ascii: "\n"): return newline(length: 1)
    case 0x0D where peek(1) == UInt8(ascii: "\n"): return newline(length: 2)
    case UInt8(ascii: "#"): return comment()
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      return word()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
    case UInt8(ascii: "-"): return number()
    case UInt8(ascii: "$"): return reference()
    case UInt8(ascii: "\""): return text(closing: byte, escapes: true)
    case UInt8(ascii: "'"): return text(closing: byte, escapes: false)
    case UInt8(ascii: "\\"): return continuation()
    case 0x80...0xFF: return foreign()
    default: return symbol(byte)
    }
  }

  private mutating func symbol(_ byte: UInt8) -> Token.Kind {
    let kind: Token.Kind
    switch byte {
    case UInt8(ascii: ","): kind = .comma
    case UInt8(ascii: ":"): kind = .colon
    case UInt8(ascii: ";"): kind = .semicolon
    case UInt8(ascii: "="): kind = .equals
    case UInt8(ascii: "."): kind = .dot
    case UInt8(ascii: "{"): kind = .openBrace
    case UInt8(ascii: "}"): kind = .closeBrace
    case UInt8(ascii: "["): kind = .openBracket
    case UInt8(ascii: "]"): kind = .closeBracket
    case UInt8(ascii: "("): kind = .openParenthesis
    case UInt8(ascii: ")"): kind = .closeParenthesis
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      advance()
      let orEqual = peek() == UInt8(ascii: "=")
      if orEqual { advance() }
      if byte == UInt8(ascii: "<") { return orEqual ? .lessOrEqual : .less }
      return orEqual ? .greaterOrEqual : .greater
    default:
      refuse(.invalidCharacter(Unicode.Scalar(byte)))
      return .invalid
    }
    advance()
    return kind
  }

  // MARK: Bytes

  /// Returns the byte `ahead` bytes after the next one; `nil` at the end of the window.
  mutating func peek(_ ahead: Int = 0) -> UInt8? {
    let place = index + ahead
    guard place < window.bytes.count else {
      if !isFinal { reachedEnd = true }
      return nil
    }
    return window.bytes[place]
  }

  /// Advances past bytes that are one scalar each.
  mutating func advance(_ count: Int = 1) {
    index += count
    column += count
  }

  /// Advances past ASCII bytes while `belongs` is true, at memory speed: most of a script is words.
  @inline(__always)
  mutating func advance(asLongAs belongs: (UInt8) -> Bool) {
    let start = index
    let end = window.bytes.withUnsafeBufferPointer { bytes in
      var place = start
      while place < bytes.count, belongs(bytes[place]) { place += 1 }
      return place
    }
    advance(end - start)
  }

  /// Advances past one scalar of several bytes.
  mutating func advance(scalarOf length: Int) {
    index += length
    column += 1
  }

  /// Advances past a line ending, and measures the line that it ends.
  mutating func newline(length: Int) -> Token.Kind {
    measureLine()
    index += length
    line += 1
    column = 1
    lineStart = index
    return .newline
  }

  /// Skips empty lines at memory speed; the next lexeme is the first one after them.
  mutating func skipEmptyLines() {
    let (count, end) = window.bytes.withUnsafeBufferPointer { bytes in
      var (count, place) = (0, index)
      while place < bytes.count {
        if bytes[place] == UInt8(ascii: "\n") {
          place += 1
        } else if bytes[place] == 0x0D, place + 1 < bytes.count,
          bytes[place + 1] == UInt8(ascii: "\n")
        {
          place += 2
        } else {
          break
        }
        count += 1
      }
      return (count, place)
    }
    // A line ending ends an empty line only if it is at the start of that line.
    guard count > 0, index == lineStart else { return }
    passLines(to: end, line: line + count)
  }

  /// Advances to the beginning of a line.
  mutating func passLines(to place: Int, line number: Int) {
    index = place
    line = number
    column = 1
    lineStart = place
  }

  /// Reports the line if it is too long; a line is measured at its end.
  private mutating func measureLine() {
    guard index - lineStart > Lexer.maximumLineLength else { return }
    let start = SourcePosition(offset: window.base + lineStart, line: line, column: 1)
    add(.lineTooLong(index - lineStart), SourceRange(start: start, end: position))
  }

  /// Rejects the next scalar, of `length` bytes, and advances past it.
  mutating func refuse(_ error: SyntaxError, length: Int = 1) {
    let start = position
    advance(scalarOf: length)
    add(error, SourceRange(start: start, end: position))
  }

  mutating func add(_ error: SyntaxError, _ range: SourceRange) {
    if errors.count < Lexer.maximumErrors {
      errors.append((error, range))
    } else {
      unkeptErrors += 1
    }
  }
}
