import ArgumentParser
import FlexCommands
import FlexConsole
import FlexLanguageServer
import FlexScript

/// What a shell asks while a command is typed: `---complete SHELL WORD…`.
enum ShellCompletionCommand {
  /// Answers what the arguments ask for; `nil` when they ask for something else.
  static func asked(for arguments: [String]) -> CommandEnd? {
    if let shell = scriptAsked(for: arguments) { return shell }
    guard arguments.first == "---complete", arguments.count >= 3,
      let shell = ShellScripts.Shell(rawValue: arguments[1])
    else { return nil }
    let completion = ShellCompletion(
      ShellCompletion.Commands(
        all: CommandTree.commands, describe: CommandTree.command,
        editors: EditorFiles.Editor.allCases.map(\.rawValue)),
      environment: CommandContext.process().variables)
    switch shell {
    case .bash:
      let line = ShellLine(arguments[2])
      let found = completion.candidates(after: line.before, for: line.word)
      return HelpTopics.print(
        ([line.written] + found.map { line.written(for: $0.text) }).joined(separator: "\n"))
    case .zsh, .fish:
      let found = completion.candidates(
        after: Array(arguments[2...].dropLast()), for: arguments[arguments.count - 1])
      guard !found.isEmpty else { return CommandEnd(status: ExitStatus.success) }
      return HelpTopics.print(found.map { text($0, shell) }.joined(separator: "\n"))
    }
  }

  /// A candidate and what it is; a name from outside never breaks the line.
  private static func text(_ candidate: CompletionCandidate, _ shell: ShellScripts.Shell) -> String
  {
    let meaning = VisibleText.escaped(candidate.meaning)
    if shell == .fish { return candidate.text + (meaning.isEmpty ? "" : "\t" + meaning) }
    let value = candidate.text.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    return value + (meaning.isEmpty ? "" : ":" + meaning)
  }

  /// `--generate-completion-script SHELL`.
  private static func scriptAsked(for arguments: [String]) -> CommandEnd? {
    let option = "--generate-completion-script"
    guard let first = arguments.first, first == option || first.hasPrefix(option + "=") else {
      return nil
    }
    let name =
      first == option ? arguments.dropFirst().first : String(first.dropFirst(option.count + 1))
    let known = ShellScripts.Shell.allCases.map(\.rawValue)
    guard let name, let shell = ShellScripts.Shell(rawValue: name) else {
      return CommandEnd(
        status: ExitStatus.usage,
        message: name.map { "there is no completion for the shell `\($0)`" }
          ?? "\(option) needs a shell",
        help: "flexsh \(option) \(known.joined(separator: "|"))")
    }
    return HelpTopics.print(ShellScripts.script(for: shell))
  }
}

/// A command line of bash up to the cursor, split into words as bash would.
struct ShellLine {
  /// The words before the last one, without the program's name.
  private(set) var before: [String] = []
  /// The last word, without quotes.
  private(set) var word = ""
  /// The last word as it is written.
  private(set) var written = ""
  /// The quote that is open at the end.
  private var quote: Character?

  init(_ line: String) {
    var words: [String] = []
    var isInWord = false
    var rest = Substring(line)
    while let character = rest.popFirst() {
      switch (character, quote) {
      case (" ", nil), ("\t", nil):
        if isInWord { words.append(word) }
        (word, written, isInWord) = ("", "", false)
        continue
      case ("\\", nil), ("\\", "\""):
        written.append(character)
        guard let next = rest.popFirst() else { continue }
        written.append(next)
        if quote == "\"", !"\"\\$`".contains(next) { word.append("\\") }
        word.append(next)
        isInWord = true
        continue
      case ("'", nil), ("\"", nil): quote = character
      case (let end, let open?) where end == open: quote = nil
      default: word.append(character)
      }
      written.append(character)
      isInWord = true
    }
    before = Array(words.dropFirst())
  }

  /// How a word is written where the last one stands: with its quote, or with `\` before what the shell
  /// would read otherwise.
  func written(for text: String) -> String {
    switch quote {
    case "'": return text
    case "\"": return Self.escaped(text, "\"\\$`")
    default: return Self.escaped(text, " \t\\\"'`$&|;()<>*?[]#!{}")
    }
  }

  private static func escaped(_ text: String, _ special: String) -> String {
    text.reduce(into: "") { escaped, character in
      if special.contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
  }
}
