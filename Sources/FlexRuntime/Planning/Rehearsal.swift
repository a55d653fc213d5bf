package import FlexScript

extension Interpreter {
  /// What commands would change, were they carried out now: the live state is read, nothing is sent.
  package func rehearse(
    _ commands: [Command], interruption: Interruption
  ) async -> [ActionRecord] {
    var rehearsal = Interpreter<ActionCollection>(
      door: Door(Planner(door.api)), check: check, report: ActionCollection(), settings: settings,
      clock: ImmediateClock(), interruption: interruption, applySettings: { _ in },
      confirm: { _ in .yes })
    rehearsal.frames = frames
    await rehearsal.runAtPrompt(commands, interruption: interruption)
    return rehearsal.report.records
  }
}

/// Keeps the actions that are told, and nothing else.
struct ActionCollection: RunReport {
  var records: [ActionRecord] = []
  var isLost: Bool { false }

  mutating func tell(_ event: RunEvent) {
    if case .action(let record) = event, record.outcome == .planned { records.append(record) }
  }

  mutating func flush() {}
}

extension Command {
  /// Whether one sentence may change more than one thing.
  package var mayChangeSeveral: Bool {
    switch kind {
    case .action(let action), .bind(_, .action(let action)): action.mayChangeSeveral
    case .loop, .branch, .run: true
    case .attempt(let inner): inner.mayChangeSeveral
    default: false
    }
  }
}

extension Action {
  fileprivate var mayChangeSeveral: Bool {
    guard case .update(let participants, _, _) = self else { return false }
    switch participants {
    case .everyAgent: return true
    case .targets(let targets):
      if targets.count > 1 { return true }
      if case .expression? = targets.first { return true }
      return false
    }
  }
}
