import ArgumentParser
import FlexCommands
import FlexScript

/// Finds what leads to conversations: the language's `find` as a command.
struct FindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Find conversations from a SID, a name, an address or a phone number.")

  @Argument(
    help: ArgumentHelp("What to look for: asha@example.org, +15550100, WT….", valueName: "X"))
  var sought: String

  @OptionGroup(title: "Target")
  var target: TargetOptions

  @OptionGroup(title: "Connection")
  var connection: ConnectionOptions

  @OptionGroup(title: "Output")
  var format: FormatOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  func validate() throws {
    try target.validate(with: connection)
    try output.validate(with: format)
  }

  func run() async throws {
    var setup = RunSetup(target: target.target)
    setup.connection = connection.settings
    setup.output = output.settings(format)
    // It changes nothing: there is nothing to resume.
    setup.journal.isOff = true
    throw await Commands.run(
      RunRequest(.text("find \(Template.quoted(sought))\n"), setup), in: .process())
  }
}
