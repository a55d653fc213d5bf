package import FlexAPI

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
  case read(Int, path: String, answer: JSON)
  /// An action is about to be sent, or will be soon: nothing is sent before this line is durable.
  case intent(ActionIntent)
  /// Actions whose intents were written ahead begin: nothing is sent before this line would survive
  /// the end of the process.
  case begun([Int])
  /// An action has ended.
  case result(ActionResult)
  /// The run has ended.
  case end(exit: Int32, RunSummary)
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
  /// Whether it executes a plan, and its one script is that plan.
  package var isPlan: Bool
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
package struct ActionIntent: Hashable, Sendable {
  /// Its number in the run.
  package let number: Int
  /// Where its sentence is.
  package let at: String
  /// The operation; `nil` when it was read from a journal and has a body, which is left out there.
  package let operation: Operation?
  /// Whether it was written before its turn had come; ``JournalEntry/begun(_:)`` says when it had.
  package let isAhead: Bool
  private let spelling: String?

  /// The sentence with every SID in its place.
  package var sentence: String {
    spelling ?? operation.map { $0.sentence } ?? ""
  }

  init(_ record: ActionRecord, _ operation: Operation, isAhead: Bool) {
    number = record.journalNumber
    at = record.at
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
package struct ActionResult: Hashable, Sendable {
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
  /// What went wrong.
  package var error: String?
  /// What went wrong in the attempts before the last one.
  package var earlierAttempts: [String] = []
  /// Whether the answer was lost and reading back decided the outcome.
  package var isSettled = false
  /// The response, if a name refers to it.
  package var resource: JSONObject?

  init(_ record: ActionRecord) {
    let (answer, failure) = (record.answer, record.error)
    number = record.journalNumber
    outcome = record.outcome
    status = answer?.status ?? failure?.status
    requestID = answer?.requestID ?? failure?.requestID
    attempts = answer?.attempts ?? failure?.attempts ?? 0
    duration = record.duration?.milliseconds ?? 0
    error = failure.map { "\($0.kind.rawValue): \($0.message)" }
    earlierAttempts = (answer?.earlierAttempts ?? failure?.earlierAttempts ?? []).map {
      "\($0.kind.rawValue): \($0.message), after \(Int($0.duration.milliseconds)) ms"
    }
    isSettled = answer?.isSettled ?? false
    resource = record.keepsAnswer ? answer?.fields : nil
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
