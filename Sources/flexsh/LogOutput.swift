import FlexConsole
import FlexScript
import SystemPackage

/// Shows what the client logs on standard error, line by line, safe to look at.
struct LogOutput: Sendable {
  /// Writes one or more lines.
  func write(_ text: String) {
    var errors = OutputStream(.standardError, isBuffered: true)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      errors.write(VisibleText.escaped(String(line), keepingTabs: true) + "\n")
    }
    errors.flush()
  }
}
