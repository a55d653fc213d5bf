package import FlexAPI
package import FlexScript

/// How an action ended; every action ends in exactly one of these.
package enum Outcome: String, CaseIterable, Sendable {
  /// Flex answered that it is so, about what was addressed.
  case done
  /// Rejected, and nothing changed.
  case failed
  /// Refused by flexsh: nothing was sent.
  case refused
  /// Sent, and no trustworthy answer came back.
  case unknown
  /// Done already in the run that is being resumed.
  case skipped
  /// Not sent: a dry run.
  case planned
  /// Not reached.
  case notRun = "not-run"
}

/// One action, and what became of it.
///
/// What is large is held by reference: a record changes hands often on its way.
package struct ActionRecord: Sendable {
  /// What was to be done.
  package indirect enum Subject: Sendable {
    case operation(Operation)
    case unresolved(UnresolvedAction)
  }

  /// Its number in the run, from 1.
  package let number: Int
  /// Where the sentence is.
  package let place: SourceLocation
  /// What was to be done.
  package private(set) var subject: Subject
  /// The kind of call; `nil` if it could not be found out. (To take an operation out of ``subject`` is to
  /// copy it.)
  private let definition: OperationDefinition?
  /// How it ended.
  package var outcome: Outcome
  private var ending: Ending?
  /// From the first request to the last answer.
  package var duration: Duration?
  /// When it began, from the beginning of the run; `nil` if it did not begin.
  package var start: Duration?
  /// Whether its failure was tolerated by a `try`.
  package var isTolerated = false
  /// Whether it acts in the place that is in use.
  package var isInPlaceInUse = false
  /// Whether its failure would be tolerated.
  var toleration = Toleration.none
  /// Whether a name refers to its response, which the journal then records.
  var keepsAnswer = false
  /// The number of look-ups before its sentence; a resumed run asks those after it again.
  var lookUpsBefore = 0
  /// Its number in the journal: in a resumed run, the number that it had before.
  var journalNumber: Int
  /// What it is ordered by: actions with the same never overlap.
  var order: AnySID?
  /// What the journal has to hold before it is sent, if its intent has been written ahead.
  var journalMark: JournalMark?
  /// What is checked before it is sent.
  var precheck = Precheck.none

  /// What is checked before an action is sent.
  indirect enum Precheck: Sendable {
    case none
    /// Whether it took effect: the resumed run sent it, and its outcome is not known.
    case readBack
    /// As ``readBack``, but it is not sent again whatever that shows.
    case readBackOnly
    /// Whether what a plan saw still holds.
    case matches(Forecast)

    /// Whether it is a step of a plan.
    var isPlanned: Bool { if case .matches = self { true } else { false } }
  }

  private indirect enum Ending: Sendable {
    case answer(Answer)
    case error(APIError)
  }

  /// What Flex answered.
  package var answer: Answer? {
    get { if case .answer(let answer)? = ending { answer } else { nil } }
    set { ending = newValue.map { .answer($0) } }
  }

  /// What went wrong.
  package var error: APIError? {
    get { if case .error(let error)? = ending { error } else { nil } }
    set { ending = newValue.map { .error($0) } }
  }

  init(
    number: Int, place: SourceLocation, subject: Subject, outcome: Outcome
  ) {
    self.number = number
    self.place = place
    self.subject = subject
    definition = if case .operation(let operation) = subject { operation.definition } else { nil }
    self.outcome = outcome
    journalNumber = number
  }

  /// Where the sentence is: `file:line:column`.
  package var at: String { place.description }

  /// `close`, `wrapup`, `close channel`, `deactivate`, `invite`, `add`, `create`, `update`, `transfer`.
  package var verb: String {
    switch subject {
    case .operation(let operation): operation.definition.verb
    case .unresolved(let action): action.verb
    }
  }

  /// Notes what an answer says of what led to the action: a reservation names its task and its worker.
  mutating func noteLeads(_ answer: Answer) {
    guard definition?.resource.type == .reservation, case .operation(var operation) = subject
    else { return }
    var trail = operation.trail ?? Operation.Trail()
    trail.task = trail.task ?? answer.fields.anySID("task_sid")
    trail.worker = trail.worker ?? answer.fields.anySID("worker_sid")
    operation.trail = trail
    subject = .operation(operation)
  }

  /// The operation; `nil` if it could not be found out.
  package var operation: Operation? {
    if case .operation(let operation) = subject { operation } else { nil }
  }

  /// The sentence with every SID in its place.
  package var sentence: String {
    switch subject {
    case .operation(let operation): operation.sentence
    case .unresolved(let action): action.sentence
    }
  }

  /// The SIDs that were addressed, the outermost first, as far as they are known.
  package var address: Scope {
    switch subject {
    case .operation(let operation): operation.addressed
    case .unresolved(let action): action.address
    }
  }

  /// What led to it; `nil` if nothing is known.
  package var trail: Operation.Trail? {
    switch subject {
    case .operation(let operation): operation.trail
    case .unresolved(let action): action.trail
    }
  }

  /// What it created, by its noun; `nil` if it created nothing or did not succeed.
  package var created: (noun: String, sid: AnySID)? {
    guard outcome == .done || outcome == .skipped, let definition, definition.kind == .creates,
      definition.address == .collection, let sid = answer?.fields.anySID("sid")
    else { return nil }
    return (definition.resource.noun, sid)
  }

  /// The whole sentence as a script has it, bodies included; `nil` if it could not be found out.
  package var script: String? {
    guard case .operation(let operation) = subject else { return nil }
    return operation.script
  }

  /// What it changed, or would change.
  package var effect: String? {
    guard let definition, outcome == .done || outcome == .planned else { return nil }
    return definition.namesArguments ? operation?.effect : definition.effect
  }

  /// The request, for an action that was only planned.
  package var request: OperationRequest? {
    guard outcome == .planned, case .operation(let operation) = subject else { return nil }
    return operation.request
  }
}

/// One look-up that a script shows.
package struct QueryRecord: Sendable {
  /// What came back.
  package enum Result: Sendable {
    case item(JSONObject)
    case items([JSON])
    case failure(APIError)
    /// A dry run asks nothing.
    case notAsked
  }

  /// Where the sentence is.
  package let place: SourceLocation
  /// What was asked; for what is several operations, the one that names it.
  package let definition: OperationDefinition
  /// The sentence with every SID.
  package let sentence: String
  /// The SIDs that were addressed, the outermost first, as far as they are known.
  package var address = Scope()
  /// What came back.
  package let result: Result
  /// The names of the workers in it, as far as they are known.
  package var workerNames: [AnySID: String] = [:]
  /// Whether its failure was tolerated by a `try`.
  package var isTolerated = false
  /// Whether it is what planned actions lead to, and not the live state.
  package var isPlanned = false

  /// Describes a look-up.
  package init(
    place: SourceLocation, definition: OperationDefinition, sentence: String, result: Result
  ) {
    self.place = place
    self.definition = definition
    self.sentence = sentence
    self.result = result
  }
}

/// What a run reports, in script order.
package enum RunEvent: Sendable {
  case action(ActionRecord)
  case query(QueryRecord)
  case echo(at: SourceLocation, text: String)
  /// An expectation or a wait: whether it was met, and what was found.
  case expectation(
    at: SourceLocation, verb: String, outcome: Outcome, message: String, isTolerated: Bool = false)
  /// A sentence that could not be executed, for a reason of its own.
  ///
  /// `verb`: the first word of the sentence.
  case failure(at: SourceLocation, verb: String, message: String, isTolerated: Bool)
  /// A file is not what was checked, so that the run ends as refused; the end of the run says so, too.
  case fileChanged(at: SourceLocation, message: String)
  /// Something worth knowing that is no failure: no agent was there.
  case note(at: SourceLocation, text: String)
  /// A loop over the rows of a file had no passes: there are no rows, or the `where` kept none.
  ///
  /// `own`: how many of the rows this run executes; in a shard, not all.
  case noPasses(at: SourceLocation, file: String, rows: Int, own: Int)
  /// Sentences that only live data could expand; a dry run shows them unchanged.
  ///
  /// `mayChange`: whether there is an action among them.
  case unexpanded(at: SourceLocation, source: String, mayChange: Bool)
  /// A mistake that the check found, or a warning.
  case diagnostic(Diagnostic)
  /// At a prompt: what follows belongs to the next of the sentences that were typed together.
  case sentence
}

extension RunEvent {
  /// Where its sentence is; `nil` for one that belongs to none.
  var place: SourceLocation? {
    switch self {
    case .action(let record): record.place
    case .query(let record): record.place
    case .echo(let at, _), .expectation(let at, _, _, _, _), .failure(let at, _, _, _),
      .fileChanged(let at, _), .note(let at, _), .noPasses(let at, _, _, _),
      .unexpanded(let at, _, _):
      at
    case .diagnostic, .sentence: nil
    }
  }

  /// What is said of a loop without passes; `nil` for another event.
  package var textOfNoPasses: String? {
    guard case .noPasses(_, let file, let rows, let own) = self else { return nil }
    if rows == 0 { return "\(file) has no rows, nothing to do" }
    if own == 0 {
      return "none of the \(rows) rows of \(file) belongs to this shard, nothing to do"
    }
    return "none of the \(rows) rows of \(file) satisfies the `where`, nothing to do"
  }
}

extension APIError {
  /// The error of an action in doubt that its run does not come to again.
  static var unsettled: APIError {
    APIError(
      kind: .refused,
      message: "it may have been processed in the earlier run, whose script does not come to it "
        + "any more", mayHaveBeenProcessed: true, wasSent: false, attempts: 0)
  }

  /// The error of an action that was not sent because it may not be.
  static func refusal(because reason: String) -> APIError {
    APIError(
      kind: .refused, message: reason, mayHaveBeenProcessed: false, wasSent: false, attempts: 0)
  }
}
