import ArgumentParser
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// Checks scripts, and runs them.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Check scripts as a whole and run them, one after the other.",
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

  @OptionGroup(title: "Journal")
  var journal: JournalOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    try target.validate(with: connection)
    if !lines.isEmpty, !ScriptArguments(filesAndValues).files.isEmpty {
      throw ValidationError("-c is a script already: name either files or -c")
    }
  }

  func run() async throws {
    let written = try ScriptArguments.reading(filesAndValues)
    let isPrompt =
      lines.isEmpty && filesAndValues.isEmpty && PromptSession.isWanted
    let scripts = isPrompt ? [] : try openScripts(written.files)
    let root = written.files.first { $0 != "-" }
    let runner = BatchRunner(
      scripts: scripts, arguments: written.values, files: Files(root: root))
    let session = RunSession(
      runner: runner, target: target.target, connection: connection, run: run, output: output,
      journal: journal)
    try await session.run()
  }

  private func openScripts(_ files: [String]) throws -> [OpenedFile] {
    if !lines.isEmpty {
      let text = lines.joined(separator: "\n") + "\n"
      return [OpenedFile(identity: "-c", name: "-c", source: BytesSource(text))]
    }
    return try (files.isEmpty ? ["-"] : files).map { try ScriptOpening.open($0) }
  }
}

/// What changes how a run goes.
struct RunOptions: ParsableArguments {
  @Flag(help: "Go on after a failed sentence.")
  var keepGoing = false

  @Flag(name: .shortAndLong, help: "Answer every confirmation with yes.")
  var yes = false

  @Flag(help: "Warnings of the checker fail too.")
  var strict = false

  @Flag(help: "Refuse every write before it is sent.")
  var readOnly = false

  @Option(
    help: ArgumentHelp("Refuse a run that would change more than so many things.", valueName: "n"))
  var maxChanges: Int?

  func validate() throws {
    if let maxChanges, maxChanges < 0 {
      throw ValidationError("--max-changes takes a number from 0 up")
    }
  }
}

/// What is shown.
struct OutputOptions: ParsableArguments {
  /// The forms of results on standard output.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, ndjson
  }

  @Option(name: .shortAndLong, help: "How results are printed: text or ndjson.")
  var output = Format.text

  @Flag(name: .shortAndLong, help: "Tell less: results and failures only.")
  var quiet = false

  @Flag(
    name: .shortAndLong,
    help: "Show requests as curl lines; twice: requests and replies whole. Secrets never.")
  var verbose: Int

  @Option(help: "When to colour: auto, always or never.")
  var color = Palette.Choice.auto
}

extension Palette.Choice: ExpressibleByArgument {}
