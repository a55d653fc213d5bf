import ArgumentParser
import FlexConsole

/// What the commands say of themselves.
enum CommandTree {
  /// The program with all its commands.
  static var program: CommandDescription { description(of: Flexsh.self) }

  /// One of its commands; `nil` if there is none with this name.
  static func command(_ name: String) -> CommandDescription? {
    Flexsh.configuration.subcommands.first { $0.configuration.commandName == name }
      .map { description(of: $0) }
  }

  /// The names of the commands, and what each does.
  static let commands = Flexsh.configuration.subcommands.compactMap { command in
    command.configuration.commandName.map { (name: $0, abstract: command.configuration.abstract) }
  }

  private static func description(of command: any ParsableCommand.Type) -> CommandDescription {
    guard let description = CommandDescription(toolInfo: command._dumpHelp()) else {
      preconditionFailure("a command describes itself")
    }
    return description
  }
}
