/// Takes the events of a run, from its beginning to its end.
///
/// A run may have several reports; each gets the same events in the same order, from one task.
package protocol RunReport: AnyObject {
  /// Reports that the run begins.
  func begin(_ start: RunStart)
  /// Reports an event.
  func emit(_ event: RunEvent)
  /// Writes what was reported so far.
  func flush()
  /// Reports how the run ended, and writes everything.
  func end(_ end: RunEnd)
  /// Whether something could not be written: then no further action is begun.
  var isLost: Bool { get }
}

extension RunReport {
  /// Reports nothing.
  package func begin(_ start: RunStart) {}
  /// Writes nothing.
  package func flush() {}
  /// Reports nothing.
  package func end(_ end: RunEnd) {}
  /// Nothing is written, so nothing is lost.
  package var isLost: Bool { false }
}

/// What is known of a run before its first action.
package struct RunStart: Sendable {
  /// The name of the run, which sorts by time; `nil` if the command ended before it had one.
  package var run: String?
  /// The scripts, as they were named, with the SHA-256 of each in hexadecimal; empty if no report
  /// shows it.
  package var scripts: [(name: String, sha256: String)]
  /// The account, `AC…`; `nil` if no credentials are needed.
  package var account: String?
  /// Where requests go; `nil` if none are sent.
  package var baseURL: String?
  /// The profile in use; `nil` if none is.
  package var profile: String?
  /// Whether a simulator answers.
  package var isSimulated = false
  /// The version of flexsh.
  package var version: String

  /// Puts one together.
  package init(
    run: String? = nil, scripts: [(name: String, sha256: String)] = [], account: String? = nil,
    baseURL: String? = nil, version: String
  ) {
    self.run = run
    self.scripts = scripts
    self.account = account
    self.baseURL = baseURL
    self.version = version
  }
}

/// How a run ended, for reports.
package struct RunEnd: Sendable {
  /// The number of actions by outcome.
  package var summary: RunSummary
  /// How long it took.
  package var duration: Duration
  /// The exit status.
  package var exit: Int32
  /// What a rehearsal invented for the script; `nil` if it invented nothing.
  package var inventions: String?
  /// Why the command ended early, or what else is said at its end; empty for nothing.
  package var message = ""
  /// What to do next, such as the command that resumes the run; `nil` for nothing.
  package var help: String?

  /// Puts one together.
  package init(_ summary: RunSummary, duration: Duration, exit: Int32) {
    self.summary = summary
    self.duration = duration
    self.exit = exit
  }
}
