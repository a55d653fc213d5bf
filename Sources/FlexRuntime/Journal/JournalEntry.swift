package import FlexAPI
import FlexScript

/// One line of a run's journal.
///
/// A journal is JSON Lines: a header, then what was asked and what became of each action, in the
/// order in which it happened; each line has a checksum of itself.
package enum JournalEntry: Sendable {
  /// The run begins.
  case header(JournalHeader)
  /// Another process resumes the run; milliseconds since 1970, and ``JournalHeader/boot``.
  case resumed(at: Int, boot: String?)
  /// A look-up and its answer, counted from 1 in script order.
  ///
  /// `last`: for a listing, which has only the items that were kept, the number of the last look-up that
  /// deciding about them needed.
  case read(Int, last: Int?, path: String, answer: JSON)
  /// An action is about to be sent, or will be soon: nothing is sent before this line is durable.
  case intent(ActionIntent)
  /// Actions whose intents were written ahead begin: nothing is sent before this line would survive
  /// the end of the process.
  case begun([Int])
  /// An action has ended.
  case result(ActionResult)
  /// An action was refused by flexsh: nothing was sent.
  case refused(ActionRefusal)
  /// Something happened that is neither an action nor the answer of a look-up.
  case event(RecordedEvent)
  /// In a shard: something was reported that is not the result of a request.
  case reported(ReportedEntry)
  /// Actions that were not reached; written just before the end.
  case unreached(UnreachedActions)
  /// The run has ended; when, in milliseconds since 1970.
  case end(exit: Int32, time: Int?, RunSummary)
}

/// What a run is a run of.
package struct JournalHeader: Hashable, Sendable {
  /// A script or a data file, and what was in it.
  package struct File: Hashable, Sendable {
    /// As it was named.
    package let name: String
    /// Where it is.
    package let path: String
    /// The SHA-256 of its bytes, in hexadecimal.
    package let sha256: String

    /// Puts one together.
    package init(name: String, path: String, sha256: String) {
      self.name = name
      self.path = path
      self.sha256 = sha256
    }
  }

  /// The format of the journal: 1 for version 0.1 of flexsh, which knew no passes of loops, or 2.
  package var format = 2
  /// The run's name; sorts by time.
  package var run: String
  /// When it began, in milliseconds since 1970.
  package var started: Int
  /// The version of flexsh.
  package var version: String
  /// The folder in which it was started.
  package var folder: String
  /// The scripts in the order in which they run.
  package var scripts: [File]
  /// The scripts that they run, and the data files.
  package var files: [File]
  /// Values for parameters, as written on the command line.
  package var arguments: [String: String]
  /// The account, `AC…`.
  package var account: String
  /// Where requests go.
  package var baseURL: String
  /// Whether a simulator in the process answered.
  package var isSimulated: Bool
  /// Whether the run continues after failures.
  package var keepsGoing: Bool
  /// Whether no action that may have been processed is sent again.
  package var isAtMostOnce = false
  /// The other options that limit or pace the run, as the command line has them.
  package var options = RecordedOptions()
  /// Who ran it, and on which machine: `name@host`; `nil` if unknown.
  package var login: String?
  /// Whether it executes a plan, and its one script is that plan.
  package var isPlan: Bool
  /// Which part of its group it is; `nil` for a run that executes all of its scripts.
  package var shard: RecordedShard?
  /// The system's identifier of its current boot; `nil` if it has none.
  ///
  /// What a process wrote before it was killed is there as long as the system keeps running; what was not
  /// made durable may be lost in a power failure.
  package var boot: String?

  /// Puts one together.
  package init(
    run: String, started: Int, version: String, folder: String, scripts: [File], files: [File],
    arguments: [String: String], account: String, baseURL: String, isSimulated: Bool,
    keepsGoing: Bool, isPlan: Bool, boot: String?
  ) {
    self.run = run
    self.started = started
    self.version = version
    self.folder = folder
    self.scripts = scripts
    self.files = files
    self.arguments = arguments
    self.account = account
    self.baseURL = baseURL
    self.isSimulated = isSimulated
    self.keepsGoing = keepsGoing
    self.isPlan = isPlan
    self.boot = boot
  }
}

/// An action that is about to be sent.
package struct ActionIntent: Sendable {
  /// Its number in the run.
  package let number: Int
  /// Where its sentence is.
  package let at: String
  /// The pass of the loops around it, by ``LoopPass/key``; `nil` outside loops.
  package var pass: String?
  /// Where it is in the order of the whole script; `nil` unless the run is a shard.
  package var order: ScriptOrder?
  /// The operation; `nil` when it was read from a journal and has a body, which is left out there.
  package let operation: Operation?
  /// What it addresses; `nil` if the journal does not say.
  package var target: OperationTarget?
  /// Whether it was written before its turn had come; ``JournalEntry/begun(_:)`` says when it had.
  package let isAhead: Bool
  private let spelling: String?

  /// The sentence with every SID in its place.
  package var sentence: String {
    spelling ?? operation.map { $0.sentence } ?? ""
  }

  init(_ record: borrowing ActionRecord, _ operation: consuming Operation, isAhead: Bool) {
    number = record.journalNumber
    at = record.at
    pass = record.place.pass?.key
    order = record.place.order
    self.operation = operation
    self.isAhead = isAhead
    spelling = nil
  }

  /// What a journal says; `nil` unless it says what was asked for.
  package init?(
    number: Int, at: String, sentence: String?, operation: Operation?, isAhead: Bool
  ) {
    guard sentence != nil || operation != nil else { return nil }
    self.number = number
    self.at = at
    self.operation = operation
    self.isAhead = isAhead
    spelling = sentence
  }
}

/// How an action ended.
package struct ActionResult: Sendable {
  /// Its number in the run.
  package let number: Int
  /// The outcome: done, failed or unknown.
  package let outcome: Outcome
  /// The HTTP status of the last answer.
  package var status: Int?
  /// Twilio's identifier of the last request.
  package var requestID: String?
  /// How many times the request was sent.
  package var attempts: Int
  /// The time from the first attempt to the answer, in milliseconds.
  package var duration: Double
  /// When it began, in milliseconds from the beginning of the process's run.
  package var start: Double?
  /// What went wrong.
  package var error: String?
  /// Whether a `try` tolerated the failure.
  package var isTolerated = false
  /// Twilio's code of the error, if the answer had one.
  package var code: String?
  /// What went wrong in the attempts before the last one.
  package var earlierAttempts: [String] = []
  /// Whether the answer was lost and reading back decided the outcome.
  package var isSettled = false
  /// The response, if a name refers to it.
  package var resource: JSONObject?
  /// What it created, by its noun.
  package var created: (noun: String, sid: String)?
  /// What is reported of it; only in a shard.
  package internal(set) var event: RecordedObject?
  /// The number of look-ups before its sentence, for an action that did not succeed.
  var lookUpsBefore: Int?

  init(_ record: borrowing ActionRecord) {
    number = record.journalNumber
    outcome = record.outcome
    duration = record.duration?.milliseconds ?? 0
    start = record.start?.milliseconds
    isTolerated = record.isTolerated
    lookUpsBefore = record.outcome == .done ? nil : record.lookUpsBefore
    created = record.created.map { ($0.noun, $0.sid.description) }
    guard let answer = record.answer else {
      let failure = record.error
      status = failure?.status
      requestID = failure?.requestID
      attempts = failure?.attempts ?? 0
      error = failure.map { "\($0.kind.rawValue): \($0.message)" }
      code = failure?.code?.description
      earlierAttempts = Self.words(for: failure?.earlierAttempts ?? [])
      return
    }
    status = answer.status
    requestID = answer.requestID
    attempts = answer.attempts
    earlierAttempts = Self.words(for: answer.earlierAttempts)
    isSettled = answer.isSettled
    if record.keepsAnswer { resource = answer.fields }
  }

  private static func words(for attempts: [Attempt]) -> [String] {
    attempts.map {
      "\($0.kind.rawValue): \($0.message), after \(Int($0.duration.milliseconds)) ms"
    }
  }

  init(
    number: Int, outcome: Outcome, status: Int?, requestID: String?, attempts: Int,
    duration: Double
  ) {
    self.number = number
    self.outcome = outcome
    self.status = status
    self.requestID = requestID
    self.attempts = attempts
    self.duration = duration
  }
}

/// An action that flexsh refused.
package struct ActionRefusal: Sendable {
  /// Its number in the run.
  package let number: Int
  /// Where its sentence is.
  package let at: String
  /// The pass of the loops around it; `nil` outside loops.
  package var pass: String?
  /// The sentence with every SID in its place.
  package let sentence: String
  /// Why it was refused.
  package let reason: String
  var lookUpsBefore: Int?

  init(_ record: borrowing ActionRecord, because reason: String) {
    number = record.journalNumber
    at = record.at
    pass = record.place.pass?.key
    sentence = record.sentence
    self.reason = reason
    lookUpsBefore = record.lookUpsBefore
  }

  init(
    number: Int, at: String, pass: String?, sentence: String, reason: String, lookUpsBefore: Int?
  ) {
    self.number = number
    self.at = at
    self.pass = pass
    self.sentence = sentence
    self.reason = reason
    self.lookUpsBefore = lookUpsBefore
  }
}

/// An expectation, a wait, a look-up that was shown or failed, or another sentence that failed.
package struct RecordedEvent: Sendable {
  /// Where its sentence is.
  package let at: String
  /// The pass of the loops around it; `nil` outside loops.
  package var pass: String?
  /// `expect`, `wait`, `query`, `failure` or ``unsent``.
  package let kind: String
  /// How it ended.
  package let outcome: Outcome
  /// What was expected, found or went wrong.
  package let message: String
  /// Whether a `try` tolerated its failure.
  package var isTolerated = false
  /// The number of actions before it.
  package var actionsBefore = 0
  var lookUpsBefore: Int?

  init(
    at: String, pass: String?, kind: String, outcome: Outcome, message: String,
    isTolerated: Bool = false
  ) {
    self.at = at
    self.pass = pass
    self.kind = kind
    self.outcome = outcome
    self.message = message
    self.isTolerated = isTolerated
  }

  /// An action that failed before it was known what to send.
  init(
    _ action: UnresolvedAction, at place: SourceLocation, _ number: Int, _ message: String,
    _ context: SentenceContext
  ) {
    self.init(
      at: place.description, pass: place.pass?.key, kind: RecordedEvent.unsent, outcome: .failed,
      message: "\(action.sentence): \(message)", isTolerated: context.toleration.isTolerated)
    actionsBefore = number - 1
    lookUpsBefore = context.lookUpsBefore
  }

  /// The kind of an action that failed before it was known what to send.
  package static let unsent = "action"

  /// What a journal keeps of an event; `nil` for one that it does not need.
  init?(_ event: RunEvent) {
    let place: SourceLocation
    switch event {
    case .expectation(let at, let verb, let outcome, let message, let isTolerated):
      place = at
      self.init(
        at: place.description, pass: place.pass?.key, kind: verb, outcome: outcome,
        message: message, isTolerated: isTolerated)
    case .failure(let at, _, let message, let isTolerated):
      place = at
      self.init(
        at: place.description, pass: place.pass?.key, kind: "failure", outcome: .failed,
        message: message, isTolerated: isTolerated)
    case .query(let record):
      place = record.place
      let (outcome, found): (Outcome, String)
      switch record.result {
      case .failure(let error): (outcome, found) = (.failed, error.message)
      case .items(let items): (outcome, found) = (.done, "\(items.count) found")
      case .item: (outcome, found) = (.done, "found")
      case .notAsked: return nil
      }
      self.init(
        at: place.description, pass: place.pass?.key, kind: "query", outcome: outcome,
        message: "\(record.sentence): \(found)", isTolerated: record.isTolerated)
    case .fileChanged(let at, let message):
      place = at
      self.init(
        at: place.description, pass: place.pass?.key, kind: "failure", outcome: .refused,
        message: message)
    case .action, .echo, .note, .noPasses, .unexpanded, .diagnostic, .sentence: return nil
    }
  }
}

/// A JSON object of a journal.
package enum RecordedObject: Sendable {
  /// As it is written.
  case text([UInt8])
  /// As it was read.
  case object(JSONObject)

  /// The object; empty if it cannot be read.
  package var object: JSONObject {
    switch self {
    case .text(let text): (try? JSONReader.read(text))?.object ?? JSONObject()
    case .object(let object): object
    }
  }
}

/// What a shard has reported apart from the results of requests.
package struct ReportedEntry: Sendable {
  /// Where it is in the order of the whole script.
  package let order: ScriptOrder
  /// What was reported.
  package let event: RecordedObject
  /// Whether it holds only if it does in every shard: a loop had no passes.
  package let isOfAll: Bool
  /// The number of the action before it in the shard; 0 for none.
  package let after: Int
}

/// The shard that a run is.
package struct RecordedShard: Hashable, Sendable {
  /// The name of the group.
  package let group: String
  /// Which one, from 1, and of how many.
  package let number, count: Int

  /// Names a shard.
  package init(group: String, number: Int, count: Int) {
    (self.group, self.number, self.count) = (group, number, count)
  }
}

/// The options of a run that a resumed run keeps, as the command line has them.
package struct RecordedOptions: Hashable, Sendable {
  /// `--rate`.
  package var rate: String?
  /// `--jobs`.
  package var jobs: Int?
  /// `--timeout`.
  package var timeout: String?
  /// `--connect-timeout`.
  package var connectTimeout: String?
  /// `--retries`.
  package var retries: Int?
  /// `--max-changes`.
  package var maximumChanges: Int?
  /// `--read-only`.
  package var isReadOnly = false
  /// `--lenient-sids`.
  package var admitsOtherSIDs = false
  /// `--profile`.
  package var profile: String?

  /// No options.
  package init() {}
}
