import ArgumentParser
import FlexCommands

/// Plans a run, or shows a saved plan.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Read the live state, send no writes, and show what would happen or be refused.",
    discussion: """
      `flexsh apply` executes exactly the steps of a saved plan. A plan never decides where requests \
      go: the options, the environment and the profile do. Its checksum guards against accidents only: \
      anyone can compute it.
      """,
    subcommands: [PlanMake.self, PlanShow.self], defaultSubcommand: PlanMake.self)
}

/// Shows a saved plan.
struct PlanShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the steps of a saved plan.")

  @Argument(help: "The plan that `flexsh plan --out` saved.")
  var plan: String

  @OptionGroup(title: "Output")
  var format: FormatOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    try output.validate(with: format)
    try format.require(OutputSettings.Format.ofData, of: "plan show")
  }

  func run() async throws {
    let settings = output.settings(format)
    throw await Commands.showPlan(plan, settings, in: .process())
  }
}

/// Shows what a run would do to the live state.
struct PlanMake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Read the live state, send no writes, and show what would happen or be refused.",
    discussion: """
      Each look-up is made once; after a planned change, it is answered from the state that the change
      would lead to. Ends with 2 if something would be refused. `flexsh apply` executes what --out
      saves.
      """)

  @Argument(
    help: ArgumentHelp(
      "Scripts, and values for their parameters as name=value.", valueName: "file|name=value"))
  var filesAndValues: [String] = []

  @Option(help: ArgumentHelp("Save the plan, with what it saw.", valueName: "plan"))
  var out: String?

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Run")
  var run: RunOptions

  @OptionGroup(title: "Output")
  var format: FormatOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  @OptionGroup(title: "Reports")
  var reports: ReportOptions

  func validate() throws {
    try target.validate(with: connection)
    try output.validate(with: format)
    try reports.requireReport()
    try format.require(OutputSettings.Format.ofData, of: "plan")
    if target.dryRun {
      throw ValidationError("a plan reads the live state, and --dry-run sends nothing: choose one")
    }
    if ScriptArguments(filesAndValues).files.isEmpty {
      throw ValidationError("name the script to plan, or - for standard input")
    }
  }

  func run() async throws {
    let written = try ScriptArguments.reading(filesAndValues)
    throw await Commands.plan(
      PlanRequest(
        files: written.files, values: written.values, out: out,
        RunSetup(target, connection, run, output.settings(format, reports))),
      in: .process())
  }
}
