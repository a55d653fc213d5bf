import FlexScript
import SystemPackage

/// A first word that is neither a command nor a file.
package enum UnknownCommand {
  /// The end of the program if the word after `runs` is none of its commands.
  package static func askedOfRuns(_ arguments: [String], commands: [String]) -> CommandEnd? {
    guard arguments.first == "runs", arguments.count > 1, !arguments[1].hasPrefix("-"),
      !(commands + ["help"]).contains(arguments[1])
    else { return nil }
    let word = arguments[1]
    let meant = Suggestion.closest(to: word, among: commands)
    return CommandEnd(
      status: ExitStatus.usage,
      message: "there is no command `runs \(word)`"
        + (meant.map { "; did you mean `runs \($0)`?" } ?? ""),
      help: meant == nil
        ? "flexsh runs show RUN shows a run; the commands are "
          + commands.joined(separator: ", ") : nil)
  }

  /// The end of the program if the first argument is such a word; a word with a dot or a slash is
  /// meant as a file.
  package static func asked(for arguments: [String], commands: [String]) -> CommandEnd? {
    let commands = commands + ["help"]
    guard let word = arguments.first, !word.isEmpty, !word.hasPrefix("-"),
      !word.contains(where: { $0 == "." || $0 == "/" || $0 == "=" }), !commands.contains(word),
      !isThere(word)
    else { return nil }
    let meant = Suggestion.closest(to: word, among: commands)
    return CommandEnd(
      status: ExitStatus.usage,
      message: "there is no command and no file `\(word)`"
        + (meant.map { "; did you mean `\($0)`?" } ?? ""),
      help: meant == nil ? "the commands are \(commands.joined(separator: ", "))" : nil)
  }

  private static func isThere(_ path: String) -> Bool {
    do {
      try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec]).close()
      return true
    } catch {
      return error as? Errno != .noSuchFileOrDirectory
    }
  }
}
