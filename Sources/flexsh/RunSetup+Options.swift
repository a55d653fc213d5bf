import FlexCommands

extension RunSetup {
  /// What the options of a command for runs say; without options for a journal, none is kept.
  init(
    _ target: TargetOptions, _ connection: ConnectionOptions, _ run: RunOptions,
    _ output: OutputSettings, _ journal: JournalOptions? = nil
  ) {
    self.init(target: target.target)
    self.connection = connection.settings
    self.run = run.settings
    self.output = output
    if let journal { self.journal = journal.settings } else { self.journal.isOff = true }
  }
}
