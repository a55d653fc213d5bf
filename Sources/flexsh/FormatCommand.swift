import ArgumentParser
import FlexCommands

/// Lays scripts out in the canonical way.
struct FormatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Rewrite scripts in the canonical layout.",
    discussion: "With `-` it reads standard input and writes standard output.")

  @Argument(help: ArgumentHelp("Scripts; `-` reads stdin.", valueName: "file"))
  var files: [String]

  @Flag(help: "Change nothing: print what would change, and exit 1 if anything would.")
  var check = false

  func run() async throws {
    throw await Commands.format(
      FormatRequest(files: files, onlyChecks: check), in: .process())
  }
}
