import ArgumentParser
import FlexCommands

/// Resumes a run that was interrupted or failed.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Resume an interrupted or failed run.",
    discussion: """
      What is done is skipped. What was in flight is checked first, and sent again if it did not take
      effect; what creates something is sent again only with --resend. What failed, and everything
      after it, is looked up again. The options of the run are kept, and options given now take
      precedence. Without a name: the last run on a real account that did not finish. The options, the
      environment and the profile decide where requests go; a run that was made for another account or
      host is refused. A simulated run needs --simulate.
      """)

  @Argument(help: "The run: its id, at least 4 characters of the id's end, or `last`.")
  var run: String?

  @Flag(help: "Also resend actions in doubt that create something.")
  var resend = false

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Run")
  var options: RunOptions

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
    if target.dryRun {
      throw ValidationError("a run is resumed for real: --dry-run cannot be used")
    }
    if journal.noJournal {
      throw ValidationError("a resumed run keeps its journal: --no-journal cannot be used")
    }
  }

  func run() async throws {
    var setup = RunSetup(
      target, connection, options, output.settings(format, reports), journal)
    setup.run.resends = resend
    throw await Commands.resume(ResumeRequest(run: run, setup), in: .process())
  }
}
