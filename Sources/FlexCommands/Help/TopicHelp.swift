import FlexConsole
import FlexScript
import SystemPackage

extension Commands {
  /// Prints the topic that `help TOPIC` asks for; `nil` when the arguments ask for a command's own help.
  ///
  /// `commands`: the names of the commands.
  package static func help(
    _ arguments: [String], commands: [String], in context: CommandContext
  ) -> CommandEnd? {
    guard arguments.first == "help" else { return nil }
    var words = Array(arguments.dropFirst())
    var isForPrograms = false
    if let last = words.last, ["-o", "--output"].contains(last) {
      return CommandEnd(
        status: ExitStatus.usage, message: "\(last) needs a format; help prints text, json")
    }
    if words.count >= 2, ["-o", "--output"].contains(words[words.count - 2]) {
      let format = words[words.count - 1]
      guard ["json", "text"].contains(format) else {
        return CommandEnd(
          status: ExitStatus.usage, message: "help does not print \(format); it prints text, json")
      }
      isForPrograms = format == "json"
      words.removeLast(2)
    }
    if isForPrograms, words.isEmpty {
      return LanguageHelp.json(on: nil).map { printed($0 + "\n", in: context) }
    }
    // `help "close channel"`, `help one of`: the first word of them that is a topic.
    let phrase = words.joined(separator: " ")
    guard !words.isEmpty, !words.contains(where: { $0.hasPrefix("-") }) else { return nil }
    let parts = phrase.split(separator: " ").map(String.init)
    let isTopic = LanguageHelp.text(on: phrase) != nil
    guard
      let name = isTopic
        ? phrase : parts.first(where: { LanguageHelp.text(on: $0) != nil }) ?? parts.first
    else { return nil }
    // The help of a command is its options.
    if commands.contains(name), !isForPrograms { return nil }
    guard let text = LanguageHelp.text(on: name) else {
      let near = LanguageHelp.nearest(to: name) ?? Suggestion.closest(to: name, among: commands)
      return CommandEnd(
        status: ExitStatus.usage,
        message: "there is no help on `\(name)`" + (near.map { "; did you mean `\($0)`?" } ?? ""),
        help: near == nil
          ? "there is help on \((helpTopics + commands).joined(separator: ", "))" : nil)
    }
    if isForPrograms, let object = LanguageHelp.json(on: name) {
      return printed(object + "\n", in: context)
    }
    let isTerminal = Terminal.isTerminal(.standardOutput)
    let columns = isTerminal ? Terminal.size(.standardOutput)?.columns : nil
    return printed(TextWindow.filled(text, columns: columns) + "\n", in: context)
  }

  /// The names of all topics, for the help of the program.
  package static let helpTopics = LanguageHelp.topics + ["each word of the language"]
}
