import FlexConsole
import FlexScript

/// Shows what the client logs on standard error, line by line, with control characters escaped.
struct LogOutput: Sendable {
  let context: CommandContext

  /// Writes one or more lines.
  func write(_ text: String) {
    var errors = context.errorStream()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      errors.write(VisibleText.escaped(String(line), keepingTabs: true) + "\n")
    }
    errors.flush()
  }
}
