import FlexAPI

/// The number of actions that a dry run foresees.
package final class ForeseenCount: RunReport {
  /// How many there are.
  package private(set) var count = 0
  /// Whether live data decides nothing about it.
  package private(set) var isKnown = true

  /// Begins with none.
  package init() {}

  package func emit(_ event: RunEvent) {
    switch event {
    case .action(let record):
      count += 1
      if record.outcome != .planned, record.outcome != .skipped { isKnown = false }
    case .unexpanded, .failure, .fileChanged: isKnown = false
    case .query, .echo, .note, .noPasses, .expectation, .diagnostic, .sentence: break
    }
  }
}

/// The changes that a dry run foresees, as far as they do not depend on live data.
package final class ForeseenChanges: RunReport {
  /// The changes, in their order.
  package private(set) var actions: [ActionRecord] = []
  /// Whether more may be changed, as live data or what an action returns decides.
  package private(set) var dependsOnLiveData = false

  /// Begins with nothing foreseen.
  package init() {}

  package func emit(_ event: RunEvent) {
    switch event {
    case .action(let record):
      if record.outcome == .planned { actions.append(record) } else { dependsOnLiveData = true }
    case .unexpanded(_, _, let mayChange):
      if mayChange { dependsOnLiveData = true }
    // What follows a failure was not foreseen.
    case .failure, .fileChanged: dependsOnLiveData = true
    case .expectation(_, _, let outcome, _, _): if outcome == .failed { dependsOnLiveData = true }
    case .query, .echo, .note, .noPasses, .diagnostic, .sentence: break
    }
  }

  /// Whether a production account asks before them, whatever their number: one closes a channel, or
  /// is part of a loop or of another script.
  package var areMoreThanOneSentence: Bool {
    actions.contains { record in
      record.place.pass != nil || record.operation?.definition.closesPlace ?? false
    }
  }
}
