import FlexAPI

/// Why a run ended before its script did.
package enum Halt: Hashable, Sendable {
  /// A sentence failed, or its outcome is unknown.
  case failure
  /// A sentence of a script under `try` failed: the rest of that script is not run.
  case scriptFailed
  /// A `stop`: all is well.
  case stopped
  /// A confirmation was refused.
  case refused
  /// The credentials were rejected.
  case unauthorized
  /// The reports could not be written.
  case outputLost
  /// The journal could not be written; the reason.
  case journalLost(String)
  case interrupted(Interruption.Cause)
  /// A plan ends here, because what follows depends on what does not exist yet.
  case planEnds
  /// A file changed or became unreadable after it was checked; which one, and why.
  case fileChanged(String)
}

/// What counts for the exit status; the later, the worse.
package enum Severity: Int, Comparable, Sendable {
  case none, failed, refused, unknown

  package static func < (left: Severity, right: Severity) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// How a run ended.
package struct RunResult: Sendable {
  /// Why it ended before its script did, if it did.
  package internal(set) var halt: Halt?
  /// The worst that happened and was not tolerated.
  package internal(set) var worst = Severity.none
  /// The number of actions by outcome.
  package internal(set) var summary = RunSummary()
  /// What was not reached.
  package internal(set) var unreached = UnreachedFolding()
  /// Whether the server answered at least one request, with any status.
  package internal(set) var wasAnswered = false
  /// Whether a request failed before the server answered it.
  package internal(set) var wasUnreachable = false

  /// A run in which nothing has happened.
  package init() {}
}

/// The state of a run, which all parts of the runtime share; one task owns it.
final class RunState {
  /// The state of the run.
  var result = RunResult()
  var settings: Settings
  var interruption: Interruption

  init(settings: Settings, interruption: Interruption) {
    self.settings = settings
    self.interruption = interruption
  }

  /// Whether the rest of a block is only walked through, because a `use` or a `let` in it failed.
  var isSkipping = false

  /// Whether the run has ended, or a block has, and the rest is only walked through.
  var isHalted: Bool { result.halt != nil || isSkipping }

  /// Ends the run, unless it has ended for another reason.
  func halt(_ reason: Halt) {
    result.halt = result.halt ?? reason
  }

  /// Ends the run for a reason that outweighs every other one.
  func haltRegardless(_ reason: Halt) {
    result.halt = reason
  }

  /// Ends the run if a signal asked for it.
  func checkInterruption() {
    if result.halt == nil, let cause = interruption.cause { result.halt = .interrupted(cause) }
  }

  /// Notes that a sentence did not succeed, and ends the run if it is set so.
  func noteFailure(_ severity: Severity, _ toleration: Toleration) {
    if severity == .failed, tolerates(toleration) { return }
    noteUntolerated(severity)
    if !settings.keepsGoing { halt(.failure) }
  }

  /// Notes a failure that no `try` tolerates and after which no run continues.
  func noteFatalFailure() {
    noteUntolerated(.failed)
    halt(.failure)
  }

  /// Whether a `try` tolerates a failure; one around a script ends that script.
  private func tolerates(_ toleration: Toleration) -> Bool {
    switch toleration {
    case .none: return false
    case .sentence: return true
    case .script:
      if !settings.keepsGoing { halt(.scriptFailed) }
      return true
    }
  }

  private func noteUntolerated(_ severity: Severity) {
    result.worst = max(result.worst, severity)
    // If a signal cut the sentence off, the signal is the reason.
    checkInterruption()
  }

  /// Notes a refusal by flexsh, which is no failure of a sentence.
  func noteRefusal() {
    result.worst = max(result.worst, .refused)
  }

  /// Notes a refusal that is based on the state of a resource: a `try` tolerates it, and otherwise it
  /// ends the run as a failure does.
  func noteStateRefusal(_ toleration: Toleration) {
    if tolerates(toleration) { return }
    noteRefusal()
    if !settings.keepsGoing { halt(.refused) }
  }

  /// Notes what an error says about the server and the credentials.
  func note(_ error: APIError) {
    // An answer that is not well-formed is an answer.
    if error.status != nil || error.kind == .protocol {
      result.wasAnswered = true
    } else {
      result.wasUnreachable = true
    }
    if error.kind == .auth { haltRegardless(.unauthorized) }
  }
}

/// Whether the failure of a sentence is tolerated.
enum Toleration: Sendable {
  case none
  /// A `try` tolerates it.
  case sentence
  /// It is part of a script under `try`, which its first failure ends.
  case script

  var isTolerated: Bool {
    switch self {
    case .none: false
    case .sentence, .script: true
    }
  }
}

/// What holds for one sentence while it is executed.
struct SentenceContext: Sendable {
  /// Where it is.
  var location: SourceLocation
  /// Its first word.
  var verb = "apply"
  /// Its text, if it was kept.
  let source: String?
  /// Whether its failure is tolerated.
  var toleration = Toleration.none
  /// Whether a name will refer to the response to its action.
  var keepsAnswer = false
  /// Whether it is an action, or contains one.
  var mayChange = false
  /// The number of look-ups before it.
  var lookUpsBefore = 0
  /// Whether the script may continue before its actions have ended.
  var mayOverlap = false
  /// The channel that is in use.
  var channelInUse: AnySID?

  /// The location as text: `file:line:column`.
  var at: String { location.description }
}
