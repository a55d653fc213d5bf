import ArgumentParser
import FlexCommands
import FlexConsole
import SystemPackage

/// Checks scripts, and runs them.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Check scripts as a whole and run them, one after another.",
    discussion: "With no file, or with `-`, the script is read from standard input.")

  @Argument(
    help: ArgumentHelp(
      "Scripts, and values for their parameters as name=value.", valueName: "file|name=value"))
  var filesAndValues: [String] = []

  @Option(
    name: .customShort("c"),
    help: ArgumentHelp("Run this text; several are the lines of one script.", valueName: "text"))
  var lines: [String] = []

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Run")
  var run: RunOptions

  @OptionGroup(title: "Accounts")
  var accounts: AccountsOptions

  @OptionGroup(title: "Shards")
  var shards: ShardOptions

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  @OptionGroup(title: "Output")
  var format: FormatOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  @OptionGroup(title: "Reports")
  var reports: ReportOptions

  func validate() throws {
    try target.validate(with: connection)
    try output.validate(with: format)
    // A session at the prompt shares what it saves.
    if !isPrompt { try reports.requireReport() }
    if !lines.isEmpty, !ScriptArguments(filesAndValues).files.isEmpty {
      throw ValidationError("-c is a script already: name either files or -c")
    }
  }

  /// Whether a session at the prompt is meant.
  private var isPrompt: Bool {
    lines.isEmpty && filesAndValues.isEmpty && Terminal.isTerminal(.standardInput)
  }

  /// What it asks for.
  func request() throws -> RunRequest {
    let written = try ScriptArguments.reading(filesAndValues)
    let scripts: RunRequest.Scripts
    if !lines.isEmpty {
      scripts = .text(lines.joined(separator: "\n") + "\n")
    } else if isPrompt {
      scripts = .prompt
    } else {
      scripts = .files(written.files.isEmpty ? ["-"] : written.files)
    }
    var setup = RunSetup(target, connection, run, output.settings(format, reports), journal)
    setup.shards = shards.settings
    setup.accounts = accounts.settings
    return RunRequest(scripts, values: written.values, setup)
  }

  func run() async throws {
    throw await Commands.run(try request(), in: .process())
  }
}
