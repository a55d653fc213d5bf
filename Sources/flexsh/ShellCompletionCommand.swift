import FlexCommands
import FlexLanguageServer

/// What a shell asks while a command is typed: `---complete SHELL WORD…`.
enum ShellCompletionCommand {
  /// Answers what the arguments ask for; `nil` when they ask for something else.
  static func asked(for arguments: [String]) -> CommandEnd? {
    let option = "--generate-completion-script"
    if arguments.first == option {
      return Commands.completionScript(of: arguments.dropFirst().first, in: .process())
    }
    if let first = arguments.first, first.hasPrefix(option + "=") {
      return Commands.completionScript(
        of: String(first.dropFirst(option.count + 1)), in: .process())
    }
    guard arguments.first == "---complete", arguments.count >= 3,
      let shell = Shell(rawValue: arguments[1])
    else { return nil }
    return Commands.complete(
      Array(arguments.dropFirst(2)), for: shell,
      with: ShellCompletion.Commands(
        all: CommandTree.commands, describe: CommandTree.command,
        editors: EditorFiles.Editor.allCases.map(\.rawValue)), in: .process())
  }
}
