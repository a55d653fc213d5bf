import FlexAPI
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
    let columns = context.saysToTerminal ? Terminal.size(.standardError)?.columns : nil
    let lines = question.split(separator: "\n", omittingEmptySubsequences: false).map {
      TextWindow.wrapped(String($0), columns: columns)
    }
    let answer = await context.statusLine.asking {
      errors.write(lines.joined(separator: "\n"))
      return await PlainInput(terminal).line(until: interruption)
    }
    // After an answer the terminal has moved to the next line by itself.
    if case .line = answer {} else { errors.write("\n") }
    return answer
  }

  /// Asks for the name of a production profile.
  func production(_ question: ProductionQuestion) async throws {
    guard !assumesYes else { return }
    let profile = question.profile
    let name = VisibleText.escaped(profile.name)
    switch await typed(question.text) {
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

/// The question that a production profile asks before a run.
struct ProductionQuestion {
  let profile: Profile
  private let actions: [(sentence: String, extent: Undo.Extent)]
  private let dependsOnLiveData: Bool
  private let isAlwaysDue: Bool
  private let planning: String?

  /// The question about what a dry run foresees; `planning`: the command that plans the run.
  init(profile: Profile, _ foreseen: ForeseenChanges, planning: String) {
    self.profile = profile
    self.planning = planning
    actions = foreseen.actions.compactMap { record in
      record.operation.map { (record.sentence, $0.definition.undo.extent) }
    }
    dependsOnLiveData = foreseen.dependsOnLiveData
    isAlwaysDue = foreseen.areMoreThanOneSentence
  }

  /// The question about the steps of a plan.
  init(profile: Profile, _ plan: PlanContent) {
    self.profile = profile
    planning = nil
    let due = plan.actions.filter { !$0.forecast.isRefused }
    actions = due.map {
      (plan.displayText($0.operation.sentence), $0.operation.definition.undo.extent)
    }
    dependsOnLiveData = false
    isAlwaysDue = plan.steps.contains { step in
      step.action.map { step.place.pass != nil || $0.operation.definition.closesPlace } ?? false
    }
  }

  /// Whether it has to be asked.
  var isDue: Bool { actions.count > 1 || dependsOnLiveData || (isAlwaysDue && !actions.isEmpty) }

  /// What would change, at most 20 lines, and what to type.
  var text: String {
    let name = VisibleText.escaped(profile.name)
    var lines = ["\(name) is a production profile. This run would:"]
    for action in actions.prefix(20) {
      lines.append("  \(VisibleText.escaped(action.sentence))  (\(action.extent.rawValue))")
    }
    if actions.count > 20 { lines.append("  and \(actions.count - 20) more") }
    if dependsOnLiveData {
      lines.append(
        actions.isEmpty
          ? "  change things that only live data can tell"
          : "  and change other things that only live data can tell")
      if let planning { lines.append("To see them first: \(VisibleText.escaped(planning))") }
    }
    return lines.joined(separator: "\n") + "\nType \(name) to continue: "
  }
}

extension Int {
  /// `1 thing`, `3 things`.
  var things: String { self == 1 ? "1 thing" : "\(self) things" }
}
