/// Cuts a window of a script into lexemes.
///
/// It works over bytes, never over `Character`, and loses nothing: joined, the lexemes are the
/// source. What is refused everywhere — invalid UTF-8, control characters, bidirectional controls —
/// is found here and reported once; the lexeme then is ``Token/Kind/invalid``.
package struct Lexer {
  /// How long a line may be, in bytes.
  package static let maximumLineLength = 1 << 20

  let window: SourceWindow
  /// Whether the file ends where the window does.
  let isFinal: Bool
  /// The index of the next byte in the window.
  private(set) var index: Int
  private var line: Int
  private var column: Int
  private var lineStart: Int
  /// Whether the end of a window was seen that is not the end of the file: then what was read near
  /// it may not be whole, and has to be read again from a larger window.
  private(set) var reachedEnd = false
  /// Whether numbers follow RFC 8259 instead of the language.
  var readsJSON = false
  /// What was refused so far, at most ``maximumErrors`` of a window.
  private(set) var errors: [(error: SyntaxError, range: SourceRange)] = []
  /// How many more were refused than are kept.
  private(set) var unkeptErrors = 0

  /// How many were refused, kept or not.
  var errorCount: Int { errors.count + unkeptErrors }

  /// How many errors of a window are kept: a file that is not text may have one at every byte.
  private static let maximumErrors = 1000

  /// Begins in a window, at a place that the window holds; `lineStart` is where its line begins.
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

  /// Where the next lexeme begins.
  var position: SourcePosition {
    SourcePosition(offset: window.base + index, line: line, column: column)
  }

  /// Where the line of the next lexeme begins, in bytes of the file.
  var lineStartOffset: Int { window.base + lineStart }

  /// The next lexeme; after the last one ``Token/Kind/end``, for ever.
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

  /// The byte so many places ahead; `nil` at the end of the window.
  mutating func peek(_ ahead: Int = 0) -> UInt8? {
    let place = index + ahead
    guard place < window.bytes.count else {
      if !isFinal { reachedEnd = true }
      return nil
    }
    return window.bytes[place]
  }

  /// Goes over bytes that are one scalar each.
  mutating func advance(_ count: Int = 1) {
    index += count
    column += count
  }

  /// Goes over ASCII bytes as long as they belong, over memory: most of a script is words.
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

  /// Goes over one scalar of several bytes.
  mutating func advance(scalarOf length: Int) {
    index += length
    column += 1
  }

  /// Goes over a line end, and measures the line that it ends.
  mutating func newline(length: Int) -> Token.Kind {
    measureLine()
    index += length
    line += 1
    column = 1
    lineStart = index
    return .newline
  }

  /// Goes over empty lines at the speed of memory; the next lexeme is the first of what follows them.
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
    // Only at the start of a line is a line end the end of an empty one.
    guard count > 0, index == lineStart else { return }
    index = end
    line += count
    column = 1
    lineStart = end
  }

  /// Reports the line if it is too long; it is measured where it ends.
  private mutating func measureLine() {
    guard index - lineStart > Lexer.maximumLineLength else { return }
    let start = SourcePosition(offset: window.base + lineStart, line: line, column: 1)
    add(.lineTooLong(index - lineStart), SourceRange(start: start, end: position))
  }

  /// Refuses the scalar of so many bytes that is next, and goes over it.
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
