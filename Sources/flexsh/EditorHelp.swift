import FlexCommands
import FlexLanguageServer
import FlexScript

/// `flexsh help editor NAME`: the files with which an editor knows the language.
enum EditorHelp {
  /// Prints or writes the files that the arguments ask for; `nil` when they ask for something else.
  static func asked(for arguments: [String]) async -> CommandEnd? {
    guard arguments.starts(with: ["help", "editor"]), arguments.count > 2 else { return nil }
    let known = EditorFiles.Editor.allCases.map(\.rawValue)
    guard let editor = EditorFiles.Editor(rawValue: arguments[2]) else {
      let meant = Suggestion.closest(to: arguments[2], among: known)
      return CommandEnd(
        status: ExitStatus.usage,
        message: "there are no files for the editor `\(arguments[2])`"
          + (meant.map { "; did you mean `\($0)`?" } ?? ""),
        help: meant == nil ? "there are files for \(known.joined(separator: ", "))" : nil)
    }
    let files = EditorFiles(for: editor, version: Version.current)
    let rest = Array(arguments.dropFirst(3))
    guard let option = rest.first else {
      return HelpTopics.print(String(files.main.text.dropLast()))
    }
    guard let folder = OutFolder.read(rest) else {
      return CommandEnd(
        status: ExitStatus.usage, message: "`\(option)` cannot stand here",
        help: "flexsh help editor \(editor.rawValue) --out FOLDER writes all files")
    }
    return await Commands.write(
      files.files.map { ($0.path, $0.text) }, to: folder, list: ".flexsh-\(editor.rawValue).sha256",
      advice: files.advice, in: .process())
  }
}

/// `--out FOLDER`, the only option of what `help` writes.
enum OutFolder {
  /// The folder; `nil` if the arguments are anything else.
  static func read(_ arguments: [String]) -> String? {
    if arguments.count == 2, arguments[0] == "--out", !arguments[1].isEmpty { return arguments[1] }
    if arguments.count == 1, arguments[0].hasPrefix("--out="), arguments[0].count > 6 {
      return String(arguments[0].dropFirst(6))
    }
    return nil
  }
}
