/// Reads a script one statement at a time, regardless of its length.
///
/// Memory holds one window: at least a chunk, at most the longest statement and a chunk. A
/// statement that is cut off by the end of the window is read again from a larger one.
package struct StatementReader {
  /// The number of bytes requested at a time.
  package static let chunk = 1 << 18
  /// The maximum length of a script, in bytes.
  package static let maximumLength = 1 << 32

  /// A statement, or what was found instead of one.
  package struct StatementItem {
    /// What was read.
    package let item: Parser.Item
    /// The mistakes in it.
    package let problems: [(error: SyntaxError, range: SourceRange)]
    /// The number of mistakes in it that ``problems`` does not list.
    var moreProblems = 0
    /// The text around it, for display.
    package let window: SourceWindow
  }

  private var source: any ByteSource
  private var parser: Parser
  private var isEnded = false
  private var wanted = StatementReader.chunk
  /// The number of mistakes that the lexer did not keep and that have been counted.
  private var unkeptCounted = 0
  /// The position at which the window was refilled; `nil` after something has been read.
  ///
  /// The parser is already past the comment that is there, complete or not.
  private var refilled: (start: SourcePosition, lineStart: Int)?

  /// Creates a reader that begins with the first statement of a source.
  package init(
    _ source: any ByteSource, vocabulary: Vocabulary = .standard
  ) throws(SourceFailure) {
    self.source = source
    parser = Parser(
      lexer: Lexer(window: SourceWindow(bytes: []), isFinal: false), vocabulary: vocabulary)
    try refill(from: .start, lineStart: 0)
  }

  /// Passes plain sentences that `take` takes, with the empty lines and comments between them; what is
  /// left is for ``next()``.
  mutating func readPlainLines(_ take: (Lexer.PlainTail, _ isClose: Bool, _ line: Int) -> Bool) {
    let before = parser.lexer.index
    parser.readPlainLines(take)
    guard parser.lexer.index > before else { return }
    wanted = StatementReader.chunk
    refilled = nil
  }

  /// Reads the next statement; after the last one, always returns ``Parser/Item/endOfFile``.
  package mutating func next() throws(SourceFailure) -> StatementItem {
    while true {
      let (start, lineStart) =
        refilled ?? (parser.current.range.start, parser.lexer.lineStartOffset)
      let item = parser.lexer.reachedEnd && !isEnded ? nil : parser.nextStatement()
      guard let item, isEnded || !parser.lexer.reachedEnd else {
        // The line of the lookahead began before it, unless it is the line ending itself.
        if let piece = tooLong() { return piece }
        try refill(from: start, lineStart: min(lineStart, start.offset))
        continue
      }
      wanted = StatementReader.chunk
      refilled = nil
      let problems = parser.problems
      parser.problems.removeAll()
      let more = parser.lexer.unkeptErrors - unkeptCounted
      unkeptCounted += more
      return StatementItem(
        item: item, problems: problems, moreProblems: more, window: parser.lexer.window)
    }
  }

  /// Reads more, keeping what begins at a position.
  private mutating func refill(from start: SourcePosition, lineStart: Int) throws(SourceFailure) {
    let window = parser.lexer.window
    let kept = min(start.offset, lineStart)
    var bytes = Array(window.bytes[(kept - window.base)...])
    while bytes.count < wanted, !isEnded {
      let more = try source.read(upTo: wanted - bytes.count)
      bytes += more
      isEnded = more.isEmpty
      guard kept + bytes.count <= StatementReader.maximumLength else {
        throw SourceFailure(reason: "a script may have 4 GiB")
      }
    }
    // A statement that needs more than this is read again with twice as much.
    wanted = max(StatementReader.chunk, bytes.count * 2)
    refilled = (start, lineStart)
    unkeptCounted = 0
    let larger = SourceWindow(bytes: bytes, base: kept)
    parser = Parser(
      lexer: Lexer(window: larger, isFinal: isEnded, at: start, lineStart: lineStart),
      vocabulary: parser.vocabulary)
  }

  /// Skips a line that is too long to be kept, and reports it.
  private mutating func tooLong() -> StatementItem? {
    let window = parser.lexer.window
    let last = window.bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    guard window.bytes.count - last > Lexer.maximumLineLength else { return nil }
    var line = parser.current.range.start.line
    let from = parser.current.range.start.offset - window.base
    if from < last {
      line += window.bytes[from..<last].count { $0 == UInt8(ascii: "\n") }
    }
    var length = window.bytes.count - last
    var rest: [UInt8] = []
    while true {
      guard let more = try? source.read(upTo: StatementReader.chunk), !more.isEmpty else {
        isEnded = true
        break
      }
      if let end = more.firstIndex(of: UInt8(ascii: "\n")) {
        length += end
        rest = Array(more[end...])
        break
      }
      length += more.count
    }
    let offset = window.base + last
    let start = SourcePosition(offset: offset, line: line, column: 1)
    let end = SourcePosition(offset: offset + length, line: line, column: length + 1)
    let range = SourceRange(start: start, end: end)
    refilled = nil
    unkeptCounted = 0
    parser = Parser(
      lexer: Lexer(
        window: SourceWindow(bytes: rest, base: offset + length), isFinal: isEnded, at: end),
      vocabulary: parser.vocabulary)
    return StatementItem(
      item: .skipped(began: "", range: range), problems: [(.lineTooLong(length), range)],
      window: SourceWindow(bytes: Array(window.bytes[last...].prefix(1024)), base: offset))
  }
}
