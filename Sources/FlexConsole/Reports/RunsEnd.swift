package import FlexRuntime

/// How the runs of one script in several accounts ended.
package struct RunsEnd: Sendable {
  /// The run of one account.
  package struct Member: Sendable {
    /// The name of the profile.
    package var profile: String
    /// The account, `AC…`; `nil` if it is not known.
    package var account: String?
    /// The id of the run; `nil` if there was none.
    package var run: String?
    /// How it ended; `nil` if it was not begun.
    package var end: RunEnd?

    /// A run that has not begun.
    package init(profile: String, account: String?) {
      self.profile = profile
      self.account = account
    }
  }

  /// The runs, in the order of their profiles.
  package var members: [Member]
  /// How long all of them took.
  package var duration: Duration
  /// The exit status of all of them.
  package var exit: Int32
  /// What else is said at the end; empty for nothing.
  package var message = ""

  /// Puts one together.
  package init(_ members: [Member], duration: Duration, exit: Int32) {
    (self.members, self.duration, self.exit) = (members, duration, exit)
  }

  /// The counts of all runs.
  package var summary: RunSummary {
    var sum = RunSummary()
    for member in members { member.end.map { sum.add($0.summary) } }
    return sum
  }
}
