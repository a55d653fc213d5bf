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

  /// Wants the name of a production profile typed, before several things are changed in it.
  ///
  /// `changes`: how many; `nil` when only the live data says it.
  static func production(_ profile: Profile?, changes: Int?, assumingYes: Bool) throws {
    guard let profile, profile.isProduction, !assumingYes, changes.map({ $0 > 1 }) ?? true else {
      return
    }
    let name = VisibleText.escaped(profile.name)
    let amount = changes?.things ?? "as many things as the live data has"
    let question =
      "this changes \(amount) on \(name), a production profile; type \(name) to go on: "
    guard let answer = typed(question) else {
      throw Exit(
        status: ExitStatus.refused,
        message: "\(name) is a production profile, and nobody is there to confirm; "
          + "nothing was sent", help: "--yes confirms")
    }
    guard answer == profile.name else {
      throw Exit(status: ExitStatus.refused, message: "not confirmed; nothing was sent")
    }
  }
}

extension Int {
  /// `1 thing`, `3 things`.
  var things: String { self == 1 ? "1 thing" : "\(self) things" }
}
