import ArgumentParser
import FlexCommands

/// The journals of runs.
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs, show what happened in one, or check whether it still holds.",
    subcommands: [
      RunsList.self, RunsShow.self, RunsVerify.self, RunsUndo.self, RunsMerge.self, RunsReveal.self,
    ],
    defaultSubcommand: RunsList.self)

  static let run: ArgumentHelp =
    "The run: its id, at least 4 characters of the id's end, or `last` (the default)."

  /// The outcomes that a list names.
  static func outcomes(_ text: String) throws -> [String] {
    let words = text.split(separator: ",").map(String.init)
    for word in words where !RunShowRequest.outcomes.contains(word) {
      throw ValidationError(
        "`\(word)` is not an outcome: " + RunShowRequest.outcomes.joined(separator: ", "))
    }
    return words
  }
}

/// Prints what would undo a run.
struct RunsUndo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Print a script that would compensate for what a run did; nothing is run.",
    discussion: "The last action comes first; a comment marks what cannot be compensated for.")

  @Argument(help: RunsCommand.run)
  var run: String?

  @OptionGroup(title: "Journal")
  var folder: JournalFolderOption

  func run() async throws {
    throw await Commands.undoRun(run, folder.settings, in: .process())
  }
}

/// Prints the shards of a group as one run.
struct RunsMerge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Print what the shards of a group did as one run.")

  @Argument(
    help: ArgumentHelp("The group, or folders with journals of it.", valueName: "group|folder"))
  var groups: [String]

  @OptionGroup(title: "Journal")
  var folder: JournalFolderOption

  @OptionGroup(title: "Output")
  var format: FormatOptions

  @OptionGroup(title: "Reports")
  var reports: ReportOptions

  func run() async throws {
    var request = ShardMergeRequest(groups)
    request.output = format.settings
    request.output.reports = reports.requests
    request.output.isShared = reports.share
    request.journal = folder.settings
    throw await Commands.mergeShards(request, in: .process())
  }
}

/// Maps a pseudonym of a shared copy back.
struct RunsReveal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reveal",
    abstract: "Say which SID a pseudonym of a shared copy stands for.",
    discussion: "Only the owner of the run's journal can: it has the key.")

  @Argument(
    help: ArgumentHelp("The run, if not the last one, and the pseudonym.", valueName: "run|sid"))
  var runAndPseudonym: [String]

  @OptionGroup(title: "Journal")
  var folder: JournalFolderOption

  @OptionGroup(title: "Output")
  var format: FormatOptions

  func validate() throws {
    if !(1...2).contains(runAndPseudonym.count) { throw ValidationError("name a run and a SID") }
    try format.require(OutputSettings.Format.ofData, of: "runs reveal")
  }

  func run() async throws {
    throw await Commands.reveal(
      runAndPseudonym[runAndPseudonym.count - 1],
      of: runAndPseudonym.count == 2 ? runAndPseudonym[0] : nil, folder.settings, format.settings,
      in: .process())
  }
}

/// Lists runs.
struct RunsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the runs, the latest first; simulated ones are marked.")

  @Option(help: ArgumentHelp("List at most N runs (default: 20).", valueName: "n"))
  var limit: Int?

  @Flag(help: "List all runs.")
  var all = false

  @OptionGroup(title: "Journal")
  var folder: JournalFolderOption

  @OptionGroup(title: "Output")
  var format: FormatOptions

  func validate() throws {
    try format.require(OutputSettings.Format.ofData, of: "runs")
    if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1") }
    if all, limit != nil { throw ValidationError("--all and --limit: choose one") }
  }

  func run() async throws {
    var request = RunListRequest()
    request.limit = all ? nil : limit ?? request.limit
    request.output = format.settings
    request.journal = folder.settings
    throw await Commands.listRuns(request, in: .process())
  }
}

/// Shows what happened in a run.
struct RunsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what happened in a run, in order.")

  @Argument(help: RunsCommand.run)
  var run: String?

  @Option(
    help: ArgumentHelp(
      "Show only these outcomes, separated by commas: failed,unknown.", valueName: "outcomes"))
  var only: String?

  @OptionGroup(title: "Journal")
  var folder: JournalFolderOption

  @OptionGroup(title: "Output")
  var format: FormatOptions

  @OptionGroup(title: "Reports")
  var reports: ReportOptions

  func run() async throws {
    var request = RunShowRequest(run: run)
    request.only = try only.map(RunsCommand.outcomes)
    request.output = format.settings
    request.output.reports = reports.requests
    request.output.isShared = reports.share
    request.journal = folder.settings
    throw await Commands.showRun(request, in: .process())
  }
}

/// Checks whether what a run did still holds.
struct RunsVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read back what a run did, and say what no longer holds.",
    discussion: "Closed participants and the states of channels can be read back; the rest cannot.")

  @Argument(help: RunsCommand.run)
  var run: String?

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  @OptionGroup(title: "Output")
  var format: FormatOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    try output.validate(with: format)
    try format.require(OutputSettings.Format.ofData, of: "runs verify")
    if target.simulate || target.dryRun {
      throw ValidationError(
        "the state is read from the real account: \(target.simulate ? "--simulate" : "--dry-run") "
          + "cannot be used")
    }
  }

  func run() async throws {
    var setup = RunSetup(target: target.target)
    setup.connection = connection.settings
    setup.output = output.settings(format)
    setup.journal = journal.settings
    throw await Commands.verifyRun(run, setup, in: .process())
  }
}
