import ArgumentParser
import FlexCommands

/// Executes a plan.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Execute exactly the steps of a saved plan.",
    discussion: """
      What a step depends on is evaluated again, live, before the first step that depends on it; a step
      is refused if that has changed, and the others go ahead. Applying a plan again skips what
      is done. The options, the environment and the profile decide where requests go; a plan that was
      made for another account or host is refused. The checksum of a plan guards against accidents
      only.
      """)

  @Argument(help: "The plan that `flexsh plan --out` saved.")
  var plan: String

  @Flag(help: "Also resend steps in doubt that create something.")
  var resend = false

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Run")
  var run: RunOptions

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
    try reports.requireReport()
    try format.require(OutputSettings.Format.ofData, of: "apply")
    if target.dryRun {
      throw ValidationError("a plan is a rehearsal already: --dry-run cannot be used")
    }
    if journal.noJournal {
      throw ValidationError("the journal is the record of an apply: --no-journal cannot be used")
    }
  }

  func run() async throws {
    var setup = RunSetup(
      target, connection, run, output.settings(format, reports), journal)
    setup.run.resends = resend
    throw await Commands.apply(ApplyRequest(plan: plan, setup), in: .process())
  }
}
