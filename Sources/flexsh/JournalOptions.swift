import ArgumentParser
import FlexCommands

/// The folder in which the journals of runs are.
struct JournalFolderOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of journals (default: $XDG_STATE_HOME/flexsh/runs).", valueName: "folder"))
  var journalDir: String?

  /// What it says.
  var settings: JournalSettings {
    var settings = JournalSettings()
    settings.folder = journalDir
    return settings
  }
}

/// Where the journals of runs are.
struct JournalOptions: ParsableArguments {
  @Flag(help: "Keep no journal: such a run cannot be resumed.")
  var noJournal = false

  @Option(
    help: ArgumentHelp(
      "The folder of journals (default: $XDG_STATE_HOME/flexsh/runs).", valueName: "folder"))
  var journalDir: String?

  /// What they say.
  var settings: JournalSettings {
    var settings = JournalSettings()
    settings.isOff = noJournal
    settings.folder = journalDir
    return settings
  }
}
