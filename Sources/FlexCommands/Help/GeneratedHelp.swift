import FlexScript

/// What `help man` and `help editor` print, and write with `--out FOLDER`.
package struct GeneratedHelp {
  /// Files that belong together.
  package struct Files {
    /// The text of the main one.
    let main: String
    /// Their paths in a folder, and their texts.
    let all: [(path: String, text: String)]
    /// The name of the list of what was written; without one, every file is overwritten.
    let list: String?
    /// Where they belong, in a sentence.
    let advice: String

    /// Puts files together.
    package init(
      main: String, all: [(path: String, text: String)], list: String?, advice: String
    ) {
      self.main = main
      self.all = all
      self.list = list
      self.advice = advice
    }
  }

  private let topic: String
  private let noun: String
  private let names: [String]
  private let files: (String) -> Files
  private let whole: Files?

  /// Describes the files of a topic.
  ///
  /// `noun`: what a name stands for: `manual page`. `names`: those that `files` takes. `whole`: what
  /// `--out` alone writes.
  package init(
    topic: String, noun: String, names: [String], files: @escaping (String) -> Files,
    whole: Files? = nil
  ) {
    self.topic = topic
    self.noun = noun
    self.names = names
    self.files = files
    self.whole = whole
  }

  /// Prints or writes what the arguments ask for; `nil` when they ask for something else.
  package func answer(_ arguments: [String], in context: CommandContext) async -> CommandEnd? {
    guard arguments.starts(with: ["help", topic]), arguments.count > 2 else { return nil }
    if let whole, let folder = Self.folder(Array(arguments.dropFirst(2))) {
      return await write(whole, to: folder, context)
    }
    if let end = Self.lacksFolder(arguments[arguments.count - 1]) { return end }
    // `help editor -o json` asks for the text on the topic.
    guard !arguments[2].hasPrefix("-") else { return nil }
    let name = names.contains("flexsh-" + arguments[2]) ? "flexsh-" + arguments[2] : arguments[2]
    guard names.contains(name) else {
      let meant = Suggestion.closest(to: name, among: names)
      return CommandEnd(
        status: ExitStatus.usage,
        message: "there is no \(noun) `\(name)`" + (meant.map { "; did you mean `\($0)`?" } ?? ""),
        help: meant == nil ? "there is one for \(names.joined(separator: ", "))" : nil)
    }
    let rest = Array(arguments.dropFirst(3))
    guard let option = rest.first else { return Commands.printed(files(name).main, in: context) }
    guard whole == nil, let folder = Self.folder(rest) else {
      let words = whole == nil ? "\(topic) \(name)" : topic
      return CommandEnd(
        status: ExitStatus.usage, message: "`\(option)` cannot stand here",
        help: "flexsh help \(words) --out FOLDER writes all files")
    }
    return await write(files(name), to: folder, context)
  }

  /// `--out` as the last word.
  private static func lacksFolder(_ word: String) -> CommandEnd? {
    guard word == "--out" || word == "--out=" else { return nil }
    return CommandEnd(status: ExitStatus.usage, message: "--out needs a folder")
  }

  private func write(
    _ files: Files, to folder: String, _ context: CommandContext
  ) async -> CommandEnd {
    await Commands.write(
      files.all, to: folder, list: files.list, advice: files.advice, in: context)
  }

  /// The folder of `--out FOLDER`; `nil` if the arguments are anything else.
  private static func folder(_ arguments: [String]) -> String? {
    if arguments.count == 2, arguments[0] == "--out", !arguments[1].isEmpty { return arguments[1] }
    if arguments.count == 1, arguments[0].hasPrefix("--out="), arguments[0].count > 6 {
      return String(arguments[0].dropFirst(6))
    }
    return nil
  }
}
