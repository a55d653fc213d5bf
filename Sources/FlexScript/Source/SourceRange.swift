/// A position in a script.
package struct SourcePosition: Hashable, Sendable {
  /// The UTF-8 offset in the file; a leading byte-order mark is counted.
  package var offset: Int
  /// The line, 1-based.
  package var line: Int
  /// The 1-based column, in Unicode scalars; a leading byte-order mark is not counted.
  package var column: Int

  /// Creates a position.
  package init(offset: Int, line: Int, column: Int) {
    self.offset = offset
    self.line = line
    self.column = column
  }

  /// The start of every file.
  package static let start = SourcePosition(offset: 0, line: 1, column: 1)
}

/// A half-open range of a script.
package struct SourceRange: Hashable, Sendable {
  /// The position of its first scalar.
  package var start: SourcePosition
  /// The position just after its last scalar.
  package var end: SourcePosition

  /// Creates a range.
  package init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = end
  }

  /// Returns the range from the start of one range to the end of another.
  package static func ... (first: SourceRange, last: SourceRange) -> SourceRange {
    SourceRange(start: first.start, end: last.end)
  }

  /// The empty range just after it: the place where a missing word belongs.
  package var atEnd: SourceRange { SourceRange(start: end, end: end) }
}
