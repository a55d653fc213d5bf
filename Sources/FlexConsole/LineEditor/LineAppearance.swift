/// How a line is shown while it is typed.
package struct LineAppearance: Hashable, Sendable {
  /// The looks of a part of the line.
  package struct Span: Hashable, Sendable {
    /// The part, as UTF-8 offsets; spans do not overlap, and are in order.
    package let range: Range<Int>
    /// The parameters of the escape sequence that begins the look: `1;4`.
    package let look: String
  }

  /// What is shown dimmed after the cursor, at the end of the line.
  package struct Hint: Hashable, Sendable {
    /// The text, without line ends.
    package let text: String
    /// Whether a key can insert it; otherwise it only says what is expected.
    package let isInsertable: Bool
  }

  /// The parts that do not look like plain text.
  package var spans: [Span] = []
  /// The hint, if there is one.
  package var hint: Hint?

  /// Creates the look of a line.
  package init(spans: [Span] = [], hint: Hint? = nil) {
    self.spans = spans
    self.hint = hint
  }
}
