package import FlexAPI
package import FlexScript

/// What restrains the writes of a run.
package struct WritePolicy: Sendable {
  /// Whether every write is refused.
  package var isReadOnly = false
  /// Whether an action that may have been processed is never sent again.
  package var isAtMostOnce = false
  /// Whether an action in doubt that creates something is sent again.
  package var resends = false
  /// The limit of `--max-changes`; `nil` for none.
  package var maximumChanges: Int?
  /// What was shown to the user and confirmed; `nil` if nothing was shown.
  package var confirmed: ConfirmedChanges?

  /// Lets every write through.
  package init() {}
}

/// Everything that a run needs from outside.
package struct RunConfiguration {
  /// What operations are performed on.
  package var api: any TwilioAPI
  /// The session that checked the scripts; it opens those that are run.
  package var check: CheckSession
  /// What restrains the writes.
  package var policy = WritePolicy()
  /// The journal; `nil` for runs that send nothing, and with `--no-journal`.
  package var journal: (any RunJournal)?
  /// The run that this one resumes.
  package var recorded: RecordedRun?
  /// The reports; each gets the same events.
  package var reports: [any RunReport] = []
  /// The settings at the start.
  package var settings = Settings()
  /// The clock that `sleep` and `wait` use.
  package var clock: any Clock<Duration> = ContinuousClock()
  /// What the run waits for.
  package var activity = RunActivity()
  /// How the run is interrupted.
  package var interruption = Interruption()
  /// Called whenever a script sets something.
  package var applySettings: (Settings) -> Void = { _ in }
  /// Asks the user a question; without a terminal by default.
  package var confirm: (String) async -> Confirmation = { _ in .noTerminal }
  /// Whether requests are only shown, and nothing is asked.
  package var isDry = false
  /// Records the steps of a plan; `nil` if the script is executed.
  package var plan: PlanRecorder?
  /// The workspace that belongs to the account; `nil` if that is to be asked.
  package var workspace: AnySID?
  /// Whether the names of the workers in listings are looked up, once per session.
  package var looksUpNames = false
  /// Returns the seconds since 1970, by the local clock.
  package var now: @Sendable () -> Int = { 0 }
  /// The part of the scripts that is executed; `nil` for all of it.
  package var sharding: Sharding?
  /// What is known of resources and operations.
  package var catalog = Catalog.standard

  /// A run on an API; everything else has its default.
  package init(api: any TwilioAPI, check: CheckSession) {
    self.api = api
    self.check = check
  }
}
