/// The lines of earlier sessions, and where those of this one are kept.
package struct PromptHistory: Sendable {
  /// The lines, the oldest first.
  package let lines: @Sendable () -> [String]
  /// Keeps a line at the end.
  package let keep: @Sendable (String) -> Void

  /// Puts the functions together.
  package init(
    lines: @escaping @Sendable () -> [String], keep: @escaping @Sendable (String) -> Void
  ) {
    self.lines = lines
    self.keep = keep
  }
}
