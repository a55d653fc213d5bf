/// The history of earlier sessions, to which the lines of this one are added.
package struct PromptHistory: Sendable {
  /// The lines, oldest first.
  package let lines: @Sendable () -> [String]
  /// Appends a line.
  package let keep: @Sendable (String) -> Void

  /// Creates a history from its functions.
  package init(
    lines: @escaping @Sendable () -> [String], keep: @escaping @Sendable (String) -> Void
  ) {
    self.lines = lines
    self.keep = keep
  }
}
