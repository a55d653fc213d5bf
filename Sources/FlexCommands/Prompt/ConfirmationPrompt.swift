import FlexConsole
import FlexRuntime
import FlexScript
import SystemPackage

/// Asks questions at the terminal; the first signal ends a question.
///
/// The question goes to standard error. The answer is read from standard input, or from `/dev/tty` if
/// standard input is the script.
struct ConfirmationPrompt {
  let interruption: Interruption
  /// Whether every question is answered with yes.
  let assumesYes: Bool
  /// Whether the script is read from standard input.
  let scriptIsInput: Bool
  let context: CommandContext

  /// Asks a question; only `yes` is a yes.
  func answer(_ question: String) async -> Confirmation {
    if assumesYes { return .yes }
    switch await typed("\(VisibleText.escaped(question)) Type yes to continue: ") {
    case .line("yes")?: return .yes
    case .line?, .refused?, .endOfInput?: return .no
    case .interrupted?, nil: return .noTerminal
    }
  }

  /// Reads the answer to a question; `nil` if there is no terminal to ask at.
  private func typed(_ question: String) async -> LineReading? {
    guard context.saysToTerminal else { return nil }
    if !scriptIsInput {
      guard Terminal.isTerminal(.standardInput) else { return nil }
      return await ask(question, answerFrom: .standardInput)
    }
    guard
      let terminal = try? FileDescriptor.open("/dev/tty", .readOnly, options: [.closeOnExec])
    else { return nil }
    let answer = await ask(question, answerFrom: terminal)
    // Nothing was written to it.
    try? terminal.close()
    return answer
  }

  private func ask(_ question: String, answerFrom terminal: FileDescriptor) async -> LineReading {
    interruption.beginResting()
    defer { interruption.endResting() }
    var errors = context.errorStream(isBuffered: false)
    errors.write(question)
    let answer = await PlainInput(terminal).line(until: interruption)
    // After an answer the terminal has moved to the next line by itself.
    if case .line = answer {} else { errors.write("\n") }
    return answer
  }

  /// Asks for the name of a production profile before a run changes more than one thing.
  ///
  /// `changes`: the number of changes; `nil` if only the live data decides it.
  func production(_ profile: Profile?, changes: Int?) async throws {
    guard let profile, profile.isProduction, !assumesYes, changes.map({ $0 > 1 }) ?? true else {
      return
    }
    let name = VisibleText.escaped(profile.name)
    let amount = changes?.things ?? "as many things as the live data has"
    let question =
      "this changes \(amount) on \(name), a production profile; type \(name) to continue: "
    switch await typed(question) {
    case nil:
      throw CommandEnd(
        status: ExitStatus.refused,
        message: "\(name) is a production profile, and there is no terminal to ask on; "
          + "nothing was sent", help: "--yes confirms")
    case .line(profile.name)?: return
    case .interrupted?: throw interrupted()
    case .line?, .refused?, .endOfInput?:
      throw CommandEnd(status: ExitStatus.refused, message: "not confirmed; nothing was sent")
    }
  }

  /// The end of a program whose question was interrupted.
  func interrupted() -> CommandEnd {
    let cause = interruption.cause ?? .interrupt
    return CommandEnd(status: 128 + Int32(cause.rawValue), message: "nothing was sent")
  }
}

extension Int {
  /// `1 thing`, `3 things`.
  var things: String { self == 1 ? "1 thing" : "\(self) things" }
}
