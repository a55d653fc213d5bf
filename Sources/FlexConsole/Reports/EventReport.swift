package import FlexRuntime

/// A report of a run: from the first event to the summary.
package protocol EventReport: RunReport {
  /// Tells that the run begins.
  mutating func begin(_ start: RunStart)
  /// Tells how the run ended.
  mutating func end(_ summary: RunSummary, duration: Duration, exit: Int32)
}

/// What is known of a run before its first action.
package struct RunStart: Sendable {
  /// Names the run; sorts by time.
  package var run: String
  /// The scripts, as they were named, with the SHA-256 of each in hexadecimal; empty where nobody is
  /// told it.
  package var scripts: [(name: String, sha256: String)]
  /// The account, `AC…`; `nil` when no credentials are needed.
  package var account: String?
  /// Where requests go; `nil` when none are sent.
  package var baseURL: String?
  /// The version of flexsh.
  package var version: String

  /// Puts one together.
  package init(
    run: String, scripts: [(name: String, sha256: String)], account: String?, baseURL: String?,
    version: String
  ) {
    self.run = run
    self.scripts = scripts
    self.account = account
    self.baseURL = baseURL
    self.version = version
  }
}
