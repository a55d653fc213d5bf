package import FlexAPI

/// A run as its journal recorded it.
package struct RecordedRun: Sendable {
  /// An action as far as it got.
  package struct RecordedAction: Sendable {
    /// What was about to be sent.
    package let intent: ActionIntent
    /// Its last result; `nil` if it was in flight when the run was cut off.
    package internal(set) var result: ActionResult?
    /// Whether a request may have been sent.
    var hasBegun: Bool
  }

  /// A look-up and its answer.
  package struct Read: Sendable {
    /// The path and the filters.
    package let path: String
    /// The resource, or the items that were kept.
    package let answer: JSON
    /// The number of the last look-up that deciding about the items needed; `nil` unless only those are
    /// there that were kept.
    let last: Int?
  }

  /// Why a journal cannot be used: lower case.
  package struct Problem: Error, Hashable, Sendable {
    /// The reason, without a capital letter or a full stop.
    package let reason: String

    /// The first line is missing or torn: the run was killed as it began, and cannot have sent anything.
    package static let noBeginning = Problem(reason: "it has no beginning")

    /// Says why.
    package init(reason: String) {
      self.reason = reason
    }
  }

  /// What the run is a run of.
  package let header: JournalHeader
  /// The answers of look-ups, by their number.
  package private(set) var reads: [Int: Read] = [:]
  /// The actions, by their number.
  package private(set) var actions: [Int: RecordedAction] = [:]
  /// How the run ended last; `nil` for one that was cut off.
  package private(set) var end: (exit: Int32, time: Int?, summary: RunSummary)?
  /// How many bytes of the journal are whole lines; what follows was torn.
  package private(set) var wholeLength = 0

  /// The boot of the system in which the last process wrote.
  private var boot: String?

  /// Reads a journal; a torn last line is left out, a garbled one before it is a problem.
  ///
  /// `boot`: ``JournalHeader/boot`` of the system that runs now.
  package init(_ bytes: [UInt8], boot: String?) throws(Problem) {
    var header: JournalHeader?
    var entries: [JournalEntry] = []
    var length = 0
    var rest = bytes[...]
    var number = 0
    while !rest.isEmpty {
      number += 1
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { break }
      guard let entry = JournalEntry(line: rest[..<end]) else {
        // A whole line that runs into the next one was not torn: its end was garbled.
        guard end + 1 == rest.endIndex, !JournalEntry.begins(rest[..<end]) else {
          throw Problem(reason: "line \(number) is garbled")
        }
        break
      }
      rest = rest[(end + 1)...]
      length = end + 1
      if case .header(let found) = entry {
        guard header == nil else { throw Problem(reason: "line \(number) begins a second run") }
        header = found
        continue
      }
      guard header != nil else { throw Problem(reason: "line 1 is not the beginning of a run") }
      entries.append(entry)
    }
    guard let header else { throw Problem.noBeginning }
    self.header = header
    wholeLength = length
    self.boot = header.boot
    for entry in entries { take(entry) }
    judgeUnbegun(in: boot)
  }

  /// Forgets the actions that were written ahead and never began.
  ///
  /// `next`: the boot of the system in which the next process reads this. After another boot it is not
  /// known what a power failure lost: then they may have begun.
  private mutating func judgeUnbegun(in next: String?) {
    if let next, next == boot {
      actions = actions.filter { $0.value.hasBegun }
    } else {
      for number in actions.keys { actions[number]?.hasBegun = true }
    }
    boot = next
  }

  private mutating func take(_ entry: JournalEntry) {
    switch entry {
    case .header: break
    case .resumed(_, let boot):
      end = nil
      // What follows is asked, and happens, again.
      if let first = lookUpsBeforeFailure { reads = reads.filter { $0.key <= first } }
      lookUpsBeforeFailure = nil
      unreached = []
      refusals = [:]
      reportedBefore = reportedBefore + reported
      reported = []
      judgeUnbegun(in: boot)
    case .read(let number, let last, let path, let answer):
      reads[number] = Read(path: path, answer: answer, last: last)
    case .intent(let intent):
      actions[intent.number] = RecordedAction(intent: intent, hasBegun: !intent.isAhead)
      end = nil
    case .begun(let numbers):
      for number in numbers { actions[number]?.hasBegun = true }
    case .result(let result):
      actions[result.number]?.result = result
      actions[result.number]?.hasBegun = true
      // One in doubt has to be met again, so that it is settled: what led to it is not asked again.
      if result.outcome == .failed { noteFailure(lookUpsBefore: result.lookUpsBefore) }
    case .refused(let refusal):
      refusals[refusal.number] = refusal
      noteFailure(lookUpsBefore: refusal.lookUpsBefore)
    case .event(let event):
      events.append(event)
      if event.outcome == .failed { noteFailure(lookUpsBefore: event.lookUpsBefore) }
    case .reported(let entry): reported.append(entry)
    case .unreached(let actions): unreached.append(actions)
    case .end(let exit, let time, let summary):
      end = (exit, time, summary)
      // The end was written after everything else.
      actions = actions.filter { $0.value.hasBegun }
    }
  }

  /// The actions that flexsh refused, by their number.
  package private(set) var refusals: [Int: ActionRefusal] = [:]
  /// What happened apart from actions and the answers of look-ups, in order.
  package private(set) var events: [RecordedEvent] = []
  /// What the last process of a shard has reported, apart from the results of requests, in order.
  package private(set) var reported: [ReportedEntry] = []
  /// What earlier processes of the shard have reported.
  package private(set) var reportedBefore: [ReportedEntry] = []
  /// What the last process did not reach.
  package private(set) var unreached: [UnreachedActions] = []
  /// The number of look-ups before the first sentence that did not succeed; `nil` if there is none.
  package private(set) var lookUpsBeforeFailure: Int?

  /// Notes a sentence that did not succeed: what was looked up for it, and after it, is asked again.
  private mutating func noteFailure(lookUpsBefore: Int?) {
    guard let lookUpsBefore else { return }
    lookUpsBeforeFailure = min(lookUpsBeforeFailure ?? lookUpsBefore, lookUpsBefore)
  }

  /// Whether nothing is left to do.
  package var isFinished: Bool { end?.exit == 0 }

  /// The actions in the order of their numbers.
  package var inOrder: [RecordedAction] {
    actions.keys.sorted().compactMap { actions[$0] }
  }

  /// The number of actions with an outcome, as far as the journal knows.
  package func count(_ outcome: Outcome) -> Int {
    actions.values.count { ($0.result?.outcome ?? .unknown) == outcome }
  }
}

/// The actions of a resumed run, matched to those of the new run in order.
///
/// An action is met again if the same sentence, in the same pass of its loops, asks for the same
/// operation; of several, in order.
struct ReplayQueue: Sendable {
  private var waiting: [String: [RecordedRun.RecordedAction]] = [:]
  private var next: Int
  /// Whether the journal says in which pass of a loop an action was.
  private let knowsPasses: Bool

  init(_ past: RecordedRun) {
    next = (past.actions.keys.max() ?? 0) + 1
    knowsPasses = past.header.format > 1
    // The first one last, so that it is taken from the end.
    for action in past.inOrder.reversed() {
      let intent = action.intent
      let key = ReplayQueue.key(intent.at, intent.pass, intent.sentence)
      waiting[key, default: []].append(action)
    }
  }

  /// Takes the action that is met again.
  mutating func take(
    at place: SourceLocation, _ operation: Operation
  ) -> RecordedRun.RecordedAction? {
    waiting[key(place, operation)]?.popLast()
  }

  /// Whether the action that would be taken is done, or in doubt.
  func wasMet(at place: SourceLocation, _ operation: Operation) -> Bool {
    guard let action = waiting[key(place, operation)]?.last else { return false }
    return action.done != nil || action.isInDoubt
  }

  /// The actions in doubt that were not met again, in the order of their numbers.
  func doubtful() -> [RecordedRun.RecordedAction] {
    waiting.values.joined().filter(\.isInDoubt).sorted { $0.intent.number < $1.intent.number }
  }

  /// A number for an action that the journal does not know.
  mutating func newNumber() -> Int {
    defer { next += 1 }
    return next
  }

  private func key(_ place: SourceLocation, _ operation: Operation) -> String {
    ReplayQueue.key(
      place.description, knowsPasses ? place.pass?.key : nil, operation.sentence)
  }

  private static func key(_ place: String, _ pass: String?, _ sentence: String) -> String {
    "\(place) \(pass ?? "") \(sentence)"
  }
}

extension RecordedRun.RecordedAction {
  /// How it ended, if it is done.
  var done: ActionResult? {
    guard let result, result.outcome == .done || result.outcome == .skipped else { return nil }
    return result
  }

  /// Whether it was sent, and its outcome is not known.
  var isInDoubt: Bool { result == nil || result?.outcome == .unknown }
}
