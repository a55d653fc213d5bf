/// A place in a script.
package struct SourcePosition: Hashable, Sendable {
  /// Bytes of UTF-8 before it in the file, a leading byte-order mark included.
  package var offset: Int
  /// The line, from 1.
  package var line: Int
  /// Unicode scalars before it on its line, plus 1; a leading byte-order mark is not counted.
  package var column: Int

  /// Names a place.
  package init(offset: Int, line: Int, column: Int) {
    self.offset = offset
    self.line = line
    self.column = column
  }

  /// Where every file begins.
  package static let start = SourcePosition(offset: 0, line: 1, column: 1)
}

/// A stretch of a script, half-open.
package struct SourceRange: Hashable, Sendable {
  /// Its first scalar.
  package var start: SourcePosition
  /// Just behind its last scalar.
  package var end: SourcePosition

  /// Names a stretch.
  package init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = end
  }

  /// The stretch from the beginning of one to the end of another.
  package static func ... (first: SourceRange, last: SourceRange) -> SourceRange {
    SourceRange(start: first.start, end: last.end)
  }

  /// The empty stretch just behind it: the place where a missing word belongs.
  package var behind: SourceRange { SourceRange(start: end, end: end) }
}
