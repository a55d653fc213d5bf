import ArgumentParser
import FlexCommands

/// Executes a plan.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Execute exactly a saved plan, each step only while what the plan saw still holds.",
    discussion: """
      The live state is looked at just before each step. The options, the environment and the profile
      decide where requests go; a plan that was made for another account or host is refused. The
      checksum of a plan guards against accidents only.
      """)

  @Argument(help: "The plan that `flexsh plan --out` saved.")
  var plan: String

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Run")
  var run: RunOptions

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    try target.validate(with: connection)
    if target.dryRun {
      throw ValidationError("a plan was a rehearsal already: --dry-run is not taken")
    }
  }

  func run() async throws {
    throw await Commands.apply(
      ApplyRequest(plan: plan, RunSetup(target, connection, run, output, journal)), in: .process())
  }
}
