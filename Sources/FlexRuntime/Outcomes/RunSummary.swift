import FlexAPI

/// How a run ended, in numbers.
package struct RunSummary: Hashable, Sendable {
  /// The number of actions that took effect.
  package var done = 0
  /// The number of actions that failed, tolerated or not.
  package var failed = 0
  /// The number of actions that flexsh refused.
  package var refused = 0
  /// The number of actions that may have taken effect.
  package var unknown = 0
  /// The number of actions that an earlier run had done.
  package var skipped = 0
  /// The number of actions of a dry run or a plan.
  package var planned = 0
  /// The number of actions that were not reached.
  package var notRun = 0
  /// The number of planned actions that would be refused.
  package var foreseenRefusals = 0
  /// The number of failures that a `try` tolerated: actions, look-ups and expectations.
  package var tolerated = 0
  /// The number of actions among these.
  package var toleratedActions = 0
  /// The number of look-ups that failed and were not tolerated.
  package var lookUpsFailed = 0
  /// The number of expectations, waits and other sentences that failed and were not tolerated.
  package var expectationsFailed = 0

  /// Begins with nothing counted.
  package init() {}

  /// Counts an outcome.
  package mutating func count(_ outcome: Outcome, times: Int = 1) {
    switch outcome {
    case .done: done += times
    case .failed: failed += times
    case .refused: refused += times
    case .unknown: unknown += times
    case .skipped: skipped += times
    case .planned: planned += times
    case .notRun: notRun += times
    }
  }

  /// Counts an action.
  mutating func count(_ record: ActionRecord) {
    count(record.outcome)
    if record.isTolerated {
      tolerated += 1
      toleratedActions += 1
    }
    if record.outcome == .planned, record.answer?.forecast?.isRefused ?? false {
      foreseenRefusals += 1
    }
  }

  /// Counts what is reported, apart from actions, which are counted when they end.
  mutating func count(_ event: RunEvent) {
    switch event {
    case .query(let record):
      guard case .failure = record.result else { return }
      if record.isTolerated { tolerated += 1 } else { lookUpsFailed += 1 }
    case .expectation(_, _, let outcome, _, let isTolerated):
      guard outcome == .failed else { return }
      if isTolerated { tolerated += 1 } else { expectationsFailed += 1 }
    case .failure(_, let verb, _, let isTolerated):
      if isTolerated {
        tolerated += 1
      } else if verb == "confirm" {
        refused += 1
      } else if ["expect", "fail"].contains(verb) {
        expectationsFailed += 1
      } else {
        lookUpsFailed += 1
      }
    case .action, .echo, .fileChanged, .note, .noPasses, .unexpanded, .diagnostic, .sentence: break
    }
  }

  /// Counts everything that another run counts, too.
  package mutating func add(_ other: RunSummary) {
    done += other.done
    failed += other.failed
    refused += other.refused
    unknown += other.unknown
    skipped += other.skipped
    planned += other.planned
    notRun += other.notRun
    foreseenRefusals += other.foreseenRefusals
    tolerated += other.tolerated
    toleratedActions += other.toleratedActions
    lookUpsFailed += other.lookUpsFailed
    expectationsFailed += other.expectationsFailed
  }

  /// Every outcome with its number.
  package var counts: [(outcome: Outcome, count: Int)] {
    [
      (.done, done), (.failed, failed), (.refused, refused), (.unknown, unknown),
      (.skipped, skipped), (.planned, planned), (.notRun, notRun),
    ]
  }
}
