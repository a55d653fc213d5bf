import ArgumentParser
import FlexCommands

/// Reports every diagnostic of every file, and sends nothing.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Report every mistake in every script; nothing is sent.")

  @Argument(help: ArgumentHelp("Scripts; `-` is standard input.", valueName: "file"))
  var files: [String]

  @OptionGroup(title: "Output")
  var format: FormatOptions

  @Flag(help: "Treat warnings as errors.")
  var strict = false

  @Flag(
    name: .customLong("lenient-sids"), help: "Take SIDs of another shape or kind, with a warning.")
  var lenientSIDs = false

  @Flag(name: .shortAndLong, help: "Show less: nothing about scripts without errors.")
  var quiet = false

  func validate() throws { try format.require(OutputSettings.Format.ofData, of: "check") }

  func run() async throws {
    var request = CheckRequest(files: files)
    request.output = format.settings
    request.isStrict = strict
    request.admitsOtherSIDs = lenientSIDs
    request.isQuiet = quiet
    throw await Commands.check(request, in: .process())
  }
}
