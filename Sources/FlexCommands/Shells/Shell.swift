import FlexConsole
import FlexScript

/// A shell that can ask what can be typed next.
package enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish
}

extension Commands {
  /// Prints the completion script of a shell: `--generate-completion-script SHELL`.
  package static func completionScript(
    of name: String?, in context: CommandContext
  ) -> CommandEnd {
    let option = "--generate-completion-script"
    guard let name, let shell = Shell(rawValue: name) else {
      let known = Shell.allCases.map(\.rawValue)
      return CommandEnd(
        status: ExitStatus.usage,
        message: name.map { "there is no completion for the shell `\($0)`" }
          ?? "\(option) needs a shell",
        help: "flexsh \(option) \(known.joined(separator: "|"))")
    }
    return printed(ShellScripts.script(for: shell) + "\n", in: context)
  }

  /// Answers a shell: `words` are what its script passes, the last of which is being typed; bash passes
  /// the whole line.
  package static func complete(
    _ words: [String], for shell: Shell, with commands: ShellCompletion.Commands,
    in context: CommandContext
  ) -> CommandEnd {
    let completion = ShellCompletion(commands, environment: context.variables)
    let last = words.last ?? ""
    let lines: [String]
    switch shell {
    case .bash:
      let line = ShellLine(last)
      let found = safe(completion.candidates(after: line.before, for: line.word))
      lines = [line.written] + found.map { line.written(for: $0.text) }
    case .zsh, .fish:
      lines = safe(completion.candidates(after: words.dropLast(), for: last)).map {
        text($0, shell)
      }
    }
    return printed(lines.map { $0 + "\n" }.joined(), in: context)
  }

  /// The candidates that a terminal can show as they are.
  private static func safe(_ candidates: [CompletionCandidate]) -> [CompletionCandidate] {
    candidates.filter { !$0.text.unicodeScalars.contains(where: VisibleText.isUnsafe) }
  }

  /// A candidate and what it is; a name from outside never breaks the line.
  private static func text(_ candidate: CompletionCandidate, _ shell: Shell) -> String {
    let meaning = VisibleText.escaped(candidate.meaning)
    if shell == .fish { return candidate.text + (meaning.isEmpty ? "" : "\t" + meaning) }
    let value = candidate.text.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    return value + (meaning.isEmpty ? "" : ":" + meaning)
  }

  /// Prints a text.
  package static func printed(_ text: String, in context: CommandContext) -> CommandEnd {
    var output = context.outputStream()
    output.write(text)
    output.flush()
    return CommandEnd(
      status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed)
  }
}
