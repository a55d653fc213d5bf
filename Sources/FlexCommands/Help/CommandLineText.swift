import FlexScript

/// What a command line means, and what is said of one that is wrong.
package enum CommandLineText {
  /// The arguments with the command that they leave out: `flexsh FILE` is `flexsh run FILE`.
  ///
  /// A default command of ArgumentParser would do the same, and cost a third of the start: whatever the
  /// call, it looks for what the default command does with arguments that it does not know.
  package static func complete(_ arguments: [String], commands: [String]) -> [String] {
    let own = ["help", "--help", "-h", "--version", "--generate-completion-script"]
    guard let first = arguments.first else { return ["run"] }
    let isCommand =
      (commands + own).contains(first) || first.hasPrefix("--generate-completion-script=")
    return isCommand ? arguments : ["run"] + arguments
  }

  /// The end of a program whose command line is wrong.
  ///
  /// `message`: what ArgumentParser says.
  package static func usage(
    _ message: String, _ arguments: [String], commands: [String]
  ) -> CommandEnd {
    let command = arguments.first.flatMap { commands.contains($0) ? $0 : nil } ?? "run"
    if let option = ["-o", "--output"].first(where: { message.contains("option '\($0)'") }) {
      let words = arguments.prefix { $0 != option }.filter { !$0.hasPrefix("-") }
      let name = command == "runs" ? words.prefix(2).joined(separator: " ") : command
      return CommandEnd(
        status: ExitStatus.usage, message: "\(name) prints text only, and takes no \(option)",
        help: "flexsh \(command) --help lists the options")
    }
    var text = message
    // The first letter is a capital unless it is an option, a command or a quotation.
    if let first = text.first, first.isUppercase, text.dropFirst().first?.isLowercase ?? false {
      text = first.lowercased() + text.dropFirst()
    }
    return CommandEnd(
      status: ExitStatus.usage, message: withChoices(text).replacing("\n", with: "; "),
      help: "flexsh \(command) --help lists the options")
  }

  /// A message of ArgumentParser about a value that is none of several, on one line, with the one that
  /// was probably meant.
  private static func withChoices(_ message: String) -> String {
    guard let mark = message.firstRange(of: "Please provide one of") else { return message }
    let choices = message[mark.upperBound...].split { !$0.isLetter && $0 != "-" }.map(String.init)
      .filter { !["the", "following", "or", "-"].contains($0) }
    let start = message[..<mark.lowerBound].split(separator: " ").joined(separator: " ")
    let written = start.split(separator: "'").dropFirst().first.map(String.init) ?? ""
    let meant = Suggestion.closest(to: written, among: choices)
    return "\(start.hasSuffix(".") ? String(start.dropLast()) : start): it is one of "
      + choices.joined(separator: ", ") + (meant.map { "; did you mean '\($0)'?" } ?? "")
  }
}
