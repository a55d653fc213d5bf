package import FlexAPI
package import FlexScript

/// What commands would change, were they carried out now.
package struct Rehearsal: Sendable {
  /// The actions, in their order.
  package fileprivate(set) var actions: [ActionRecord] = []
  /// Where a sentence is whose changes need what others create, and cannot be foreseen.
  package fileprivate(set) var unforeseen: Set<String> = []
  /// Why nobody knows how many there would be: a look-up got no answer, and another time it may.
  package fileprivate(set) var blindness: APIError?

  /// Begins with nothing.
  package init() {}
}

extension Interpreter {
  /// Finds out what commands would change: the live state is read, nothing is sent.
  package func rehearse(_ commands: [Command], interruption: Interruption) async -> Rehearsal {
    var rehearsal = Interpreter<RehearsalReport>(
      writes: WriteGuard(Planner(writes.api)), check: check, report: RehearsalReport(),
      settings: settings,
      clock: ImmediateClock(), interruption: interruption, applySettings: { _ in },
      confirm: { _ in .yes })
    rehearsal.frames = frames
    await rehearsal.runAtPrompt(commands, interruption: interruption)
    return rehearsal.report.rehearsal
  }
}

/// Keeps what a rehearsal needs, and nothing else.
private struct RehearsalReport: RunReport {
  var rehearsal = Rehearsal()
  var isLost: Bool { false }

  mutating func emit(_ event: RunEvent) {
    switch event {
    case .action(let record) where record.outcome == .planned: rehearsal.actions.append(record)
    case .action(let record) where record.operation == nil: rehearsal.unforeseen.insert(record.at)
    case .query(let record):
      // A refusal will be one the next time too; a server that does not answer may answer then.
      guard case .failure(let error) = record.result,
        error.status.map({ $0 >= 500 || $0 == 408 || $0 == 429 }) ?? true
      else { return }
      rehearsal.blindness = error
    default: break
    }
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
