import ArgumentParser
import FlexCommands

/// The journals of runs.
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs, show what happened in one, or check whether it still holds.",
    subcommands: [RunsList.self, RunsShow.self, RunsVerify.self],
    defaultSubcommand: RunsList.self)
}

/// Lists runs.
struct RunsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the runs, the latest first.")

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  func run() async throws {
    throw await Commands.listRuns(journal.settings, in: .process())
  }
}

/// Shows what happened in a run.
struct RunsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what happened in a run, in order.")

  @Argument(help: "The run; without one the last on a real account.")
  var run: String?

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  func run() async throws {
    throw await Commands.showRun(run, journal.settings, in: .process())
  }
}

/// Checks whether what a run did still holds.
struct RunsVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read back what a run did, and say what does not hold any more.",
    discussion: "Closed participants and the states of channels can be read back; the rest cannot.")

  @Argument(help: "The run; without one the last on a real account.")
  var run: String?

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    if target.simulate || target.dryRun {
      throw ValidationError(
        "the state is read from the real account: \(target.simulate ? "--simulate" : "--dry-run") "
          + "cannot be used")
    }
  }

  func run() async throws {
    var setup = RunSetup(target: target.target)
    setup.connection = connection.settings
    setup.output = output.settings
    setup.journal = journal.settings
    throw await Commands.verifyRun(run, setup, in: .process())
  }
}
