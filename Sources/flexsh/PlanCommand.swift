import ArgumentParser
import FlexRuntime
import FlexScript
import FlexStorage

/// Shows what a run would do to the live state.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Read the live state, send no write, and show what would happen and be refused.",
    discussion:
      "Ends with 2 if something would be refused. `flexsh apply` carries out what --out saves.")

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
  var output: OutputOptions

  func validate() throws {
    try target.validate(with: connection)
    if target.dryRun {
      throw ValidationError("a plan reads the live state, and --dry-run asks nobody: choose one")
    }
    if ScriptArguments(filesAndValues).files.isEmpty {
      throw ValidationError("name the script to plan, or - for standard input")
    }
  }

  func run() async throws {
    let written = try ScriptArguments.reading(filesAndValues)
    let runner = BatchRunner(
      scripts: try written.files.map { try ScriptOpening.open($0) }, arguments: written.values,
      files: Files(root: written.files.first { $0 != "-" }))
    if let out, let there = try? Files.open(out),
      runner.scripts.contains(where: { $0.identity == there.identity })
    {
      throw Exit(
        status: ExitStatus.usage, message: "--out \(out) is the script itself; nothing was written")
    }
    if let out { try PlanFile.check(out) }
    var session = RunSession(
      runner: runner, target: target.target, connection: connection, run: run, output: output,
      journal: try JournalOptions.parse(["--no-journal"]))
    session.planning = RunSession.Planning(out: out)
    try await session.run()
  }
}
