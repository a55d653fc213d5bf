package import FlexScript

/// What a script may set and the command line overrides.
package struct Settings: Sendable {
  /// How long one request may take.
  package var timeout: Duration = .seconds(30)
  /// The number of attempts after the first.
  package var retries = 4
  /// How many actions may be in flight at once.
  package var jobs = 1
  /// Requests per second; `nil` for no limit.
  package var rate: RequestRate?
  /// How many processes share the rate.
  package var parts = 1
  /// Whether a run continues after a failed sentence.
  package var keepsGoing = false

  /// Which settings came from the command line, where a script's `set` changes nothing.
  package var fixed: Set<Name> = []

  /// What can be set.
  package enum Name: Sendable {
    case timeout, retries, jobs, rate, onError
  }

  /// The defaults.
  package init() {}
}
