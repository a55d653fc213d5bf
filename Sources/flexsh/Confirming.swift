import FlexConsole
import FlexScript
import SystemPackage

/// Asks whoever sits at the terminal.
enum Confirming {
  /// - Returns: Whether the answer was `yes`; `nil` when nobody is there.
  static func ask(_ question: String, assumingYes: Bool) -> Bool? {
    if assumingYes { return true }
    guard Terminal.isTerminal(.standardInput), Terminal.isTerminal(.standardError) else {
      return nil
    }
    var errors = OutputStream(.standardError, isBuffered: false)
    errors.write("\(VisibleText.escaped(question)) Type yes to go on: ")
    return readLine() == "yes"
  }
}
