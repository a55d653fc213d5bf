import ArgumentParser
import FlexCommands
import FlexConsole
import SystemPackage

/// `flexsh help TOPIC`: what is worth knowing without a network.
enum HelpTopics {
  /// Prints the topic that the arguments ask for; `nil` when they ask for a command's own help.
  static func asked(for arguments: [String]) -> CommandEnd? {
    guard arguments.count == 2, arguments[0] == "help" else { return nil }
    let name = arguments[1]
    let commands = Flexsh.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !commands.contains(name), !name.hasPrefix("-") else { return nil }
    guard let text = LanguageHelp.text(on: name) else {
      return CommandEnd(
        status: ExitStatus.usage, message: "there is no help on `\(name)`",
        help: "there is on \((names + commands).joined(separator: ", "))")
    }
    var output = OutputStream(.standardOutput, isBuffered: true)
    output.write(text + "\n")
    output.flush()
    return CommandEnd(
      status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed, message: "")
  }

  /// The names of all topics, for the help of the command.
  static let names = LanguageHelp.topics + ["each word of the language"]
}
