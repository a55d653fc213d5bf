import FlexConsole
import FlexRuntime
import FlexScript
import SystemPackage

/// Asks whoever sits at the terminal.
enum Confirming {
  /// Asks a question; only `yes` is a yes.
  static func answer(_ question: String, assumingYes: Bool) -> Confirmation {
    if assumingYes { return .yes }
    guard Terminal.isTerminal(.standardInput), Terminal.isTerminal(.standardError) else {
      return .nobody
    }
    var errors = OutputStream(.standardError, isBuffered: false)
    errors.write("\(VisibleText.escaped(question)) Type yes to go on: ")
    return readLine() == "yes" ? .yes : .no
  }
}
