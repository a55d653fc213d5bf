import ArgumentParser
import FlexCommands

/// Says which account would be used.
struct WhoAmICommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whoami",
    abstract: "Show the account and the settings in use, and where each of them comes from.",
    discussion: "Nothing is sent without --check, and secrets are never printed.")

  @Flag(help: "Ask the account once whether the credentials work.")
  var check = false

  @Option(help: ArgumentHelp("Use this profile's account.", valueName: "name"))
  var profile: String?

  @Option(
    name: .customLong("base-url"),
    help: ArgumentHelp("Send requests to this URL.", valueName: "url"))
  var baseURL: String?

  @OptionGroup(title: "Journal")
  var folder: JournalFolderOption

  @OptionGroup(title: "Output")
  var format: FormatOptions

  func validate() throws { try format.require(OutputSettings.Format.ofData, of: "whoami") }

  func run() async throws {
    var request = WhoAmIRequest()
    request.profile = profile
    request.baseURL = baseURL
    request.checks = check
    request.output = format.settings
    request.journal = folder.settings
    throw await Commands.whoAmI(request, in: .process())
  }
}
