import FlexAPI
package import FlexScript

/// What commands would change if they were executed now.
package struct Rehearsal: Sendable {
  /// The actions, in their order.
  package fileprivate(set) var actions: [ActionRecord] = []
  /// Why the number of changes is not known, lower case; `nil` if it is.
  package fileprivate(set) var blindness: String?

  /// Begins with nothing.
  package init() {}
}

/// Keeps what a rehearsal needs, and nothing else.
final class RehearsalReport: RunReport {
  private(set) var rehearsal = Rehearsal()

  func emit(_ event: RunEvent) {
    switch event {
    case .action(let record) where record.outcome == .planned: rehearsal.actions.append(record)
    case .query(let record):
      guard case .failure(let error) = record.result, !record.isTolerated else { return }
      rehearsal.blindness = "a look-up failed: \(error.message)"
    case .action, .echo, .expectation, .failure, .fileChanged, .note, .noPasses, .unexpanded,
      .diagnostic,
      .sentence:
      break
    }
  }

  /// Ends the rehearsal; `problem`: why it could not go on.
  func end(_ problem: String?) {
    rehearsal.blindness = rehearsal.blindness ?? problem
  }
}

extension Command {
  /// Whether it is an action, or contains one; a script that it runs may.
  package var mayChange: Bool {
    switch kind {
    case .action, .bind(_, .action), .run: true
    case .loop(_, _, _, let body): body.contains(where: \.mayChange)
    case .branch(let branches, let otherwise):
      branches.contains { $0.block.contains(where: \.mayChange) }
        || otherwise.contains(where: \.mayChange)
    case .attempt(let inner): inner.mayChange
    case .param, .use, .query, .bind, .expect, .waitUntil, .stop, .fail, .echo, .confirm, .sleep,
      .set:
      false
    }
  }

  /// Whether one sentence may change more than one thing.
  package var mayChangeSeveral: Bool {
    switch kind {
    case .action(let action), .bind(_, .action(let action)): action.mayChangeSeveral
    case .loop, .branch, .run: true
    case .attempt(let inner): inner.mayChangeSeveral
    case .param, .use, .query, .bind, .expect, .waitUntil, .stop, .fail, .echo, .confirm, .sleep,
      .set:
      false
    }
  }
}

extension Command {
  /// Whether a production account asks before it, whatever it changes: it closes a channel, or is a
  /// loop, `every agent` or `run`.
  package var asksInProduction: Bool {
    switch kind {
    case .action(let action), .bind(_, .action(let action)):
      if case .participants(.everyAgent) = action.object { return true }
      return action.operation.closesPlace
    case .loop(_, _, _, let body): return body.contains(where: \.mayChange)
    case .branch(let branches, let otherwise):
      return branches.contains { $0.block.contains(where: \.asksInProduction) }
        || otherwise.contains(where: \.asksInProduction)
    case .run: return true
    case .attempt(let inner): return inner.asksInProduction
    case .param, .use, .query, .bind, .expect, .waitUntil, .stop, .fail, .echo, .confirm, .sleep,
      .set:
      return false
    }
  }
}

extension Action {
  fileprivate var mayChangeSeveral: Bool {
    switch object {
    case .none, .one: return false
    case .participants(.everyAgent): return true
    case .participants(.targets(let targets)):
      if targets.count > 1 { return true }
      if case .expression? = targets.first?.value { return true }
      return false
    }
  }
}
