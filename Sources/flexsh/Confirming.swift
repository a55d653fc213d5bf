import FlexConsole
import FlexRuntime
import FlexScript
import SystemPackage

/// Asks whoever sits at the terminal.
enum Confirming {
  /// Asks a question; only `yes` is a yes.
  static func answer(_ question: String, assumingYes: Bool) -> Confirmation {
    if assumingYes { return .yes }
    guard let answer = typed("\(VisibleText.escaped(question)) Type yes to go on: ") else {
      return .nobody
    }
    return answer == "yes" ? .yes : .no
  }

  /// What is typed behind a question; `nil` when nobody is there.
  static func typed(_ question: String) -> String? {
    guard Terminal.isTerminal(.standardInput), Terminal.isTerminal(.standardError) else {
      return nil
    }
    var errors = OutputStream(.standardError, isBuffered: false)
    errors.write(question)
    return readLine() ?? ""
  }
}
