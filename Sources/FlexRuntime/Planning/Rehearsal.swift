package import FlexAPI
package import FlexScript

/// What commands would change if they were executed now.
package struct Rehearsal: Sendable {
  /// The actions, in their order.
  package fileprivate(set) var actions: [ActionRecord] = []
  /// The places of sentences that need what others create, so that their changes cannot be predicted.
  package fileprivate(set) var unforeseen: Set<String> = []
  /// Why the number of changes is not known: a look-up got no response, and a later one may.
  package fileprivate(set) var blindness: APIError?

  /// Begins with nothing.
  package init() {}
}

/// Keeps what a rehearsal needs, and nothing else.
final class RehearsalReport: RunReport {
  private(set) var rehearsal = Rehearsal()

  func emit(_ event: RunEvent) {
    switch event {
    case .action(let record) where record.outcome == .planned: rehearsal.actions.append(record)
    case .action(let record) where record.operation == nil: rehearsal.unforeseen.insert(record.at)
    case .query(let record):
      // A refusal will be one the next time too; a server that does not answer may answer then.
      guard case .failure(let error) = record.result,
        error.status.map({ $0 >= 500 || $0 == 408 || $0 == 429 }) ?? true
      else { return }
      rehearsal.blindness = error
    case .action, .echo, .expectation, .failure, .note, .unexpanded, .sentence: break
    }
  }
}

extension Command {
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
