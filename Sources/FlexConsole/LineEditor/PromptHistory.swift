/// The history of earlier sessions, to which the lines of this one are added.
package struct PromptHistory: Sendable {
  /// The lines, oldest first.
  package let lines: @Sendable () -> [String]
  /// Appends a line.
  package let keep: @Sendable (String) -> Void

  /// Whether a line may be kept, and offered again.
  package let mayKeep: @Sendable (String) -> Bool

  /// Creates a history from its functions.
  package init(
    lines: @escaping @Sendable () -> [String], keep: @escaping @Sendable (String) -> Void,
    mayKeep: @escaping @Sendable (String) -> Bool
  ) {
    self.lines = lines
    self.keep = keep
    self.mayKeep = mayKeep
  }

  /// No history.
  package static var none: PromptHistory {
    PromptHistory(lines: { [] }, keep: { _ in }, mayKeep: { _ in false })
  }
}
