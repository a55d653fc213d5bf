import FlexScript

/// A command of the prompt that is not part of the language: it concerns the session itself.
package enum ConsoleCommand: Equatable, Sendable {
  case help(String?)
  /// The last N lines; all of them if `nil`.
  case history(Int?)
  case vars
  case place
  case save(String)
  case source(String)
  case edit
  case why
  case output(String)
  case timing(Bool)
  case dry(Bool)
  case readOnly
  case again(every: Duration?)
  case exit
  /// One of these words, used incorrectly.
  case mistaken(usage: String)

  /// Each word with its usage and its effect.
  package static let words: [(word: String, usage: String, meaning: String)] = [
    ("help", "help [TOPIC]", "explains the language, one of its words, or a topic; so does ?"),
    ("history", "history [N]", "shows the lines of this session and of earlier ones"),
    ("vars", "vars", "shows every name and its value"),
    ("where", "where", "shows the place in use, the account and server, and the journal"),
    ("save", "save FILE", "writes what you did as a checked script"),
    ("source", "source FILE", "runs a file as if it were typed"),
    ("edit", "edit", "opens the last sentence in $VISUAL or $EDITOR"),
    ("why", "why", "shows the last error in full, and what is safe to do next"),
    ("output", "output text|ndjson", "changes how results are shown"),
    ("timing", "timing on|off", "shows how long each sentence took"),
    ("dry", "dry on|off", "shows requests instead of sending them"),
    ("read-only", "read-only on", "refuses every write from here on"),
    ("again", "again [every D]", "repeats the last sentence; look-ups also every D"),
    ("exit", "exit", "ends the session, as Ctrl-D, quit and \\q do"),
  ]

  /// Parses a line; returns `nil` if it is not one of these commands.
  package static func parse(_ line: String) -> ConsoleCommand? {
    let parts = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    if parts.count == 1 {
      if ["quit", "\\q"].contains(parts[0]) { return .exit }
      if ["quit", "exit"].contains(parts[0].lowercased()), parts[0] != "exit" {
        return .mistaken(usage: "exit")
      }
    }
    if parts.first == "?" { return parse((["help"] + parts.dropFirst()).joined(separator: " ")) }
    guard let word = parts.first, let entry = words.first(where: { $0.word == word }) else {
      return nil
    }
    let rest = Array(parts.dropFirst())
    let command: ConsoleCommand? =
      switch word {
      case "help": rest.count < 2 ? .help(rest.first) : .help(rest.joined(separator: " "))
      case "history":
        rest.isEmpty
          ? .history(nil)
          : rest.count == 1 ? Int(rest[0]).flatMap { $0 > 0 ? .history($0) : nil } : nil
      case "save": path(in: line, after: word).map { .save($0) }
      case "source": path(in: line, after: word).map { .source($0) }
      case "output":
        rest.count == 1 && ["text", "ndjson"].contains(rest[0]) ? .output(rest[0]) : nil
      case "timing": isOn(rest).map { .timing($0) }
      case "dry": isOn(rest).map { .dry($0) }
      case "read-only": rest == ["on"] ? .readOnly : nil
      case "again" where rest.first == "every" && rest.count == 2:
        Duration(flexSpelling: rest[1]).flatMap { $0 > .zero ? .again(every: $0) : nil }
      case "again": rest.isEmpty ? .again(every: nil) : nil
      default: rest.isEmpty ? plain[word] : nil
      }
    return command ?? .mistaken(usage: entry.usage)
  }

  /// Whether a word at the beginning of a line is one of these.
  static func isOwnWord(_ word: String, in line: String) -> Bool {
    if words.contains(where: { $0.word == word }) {
      // `use` and `plan` begin sentences too.
      return parse(line) != nil
    }
    return ["?", "quit", "\\q"].contains(word)
  }

  private static let plain: [String: ConsoleCommand] = [
    "vars": .vars, "where": .place, "edit": .edit, "why": .why, "exit": .exit,
  ]

  private static func isOn(_ words: [String]) -> Bool? {
    words == ["on"] ? true : words == ["off"] ? false : nil
  }

  /// The path after a word, without the quotes around it.
  private static func path(in line: String, after word: String) -> String? {
    var rest = line.drop { $0 == " " }.dropFirst(word.count).drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    if let quote = rest.first, quote == "\"" || quote == "'", rest.count > 1, rest.last == quote {
      return rest.count > 2 ? String(rest.dropFirst().dropLast()) : nil
    }
    // A name with a space must be quoted.
    return rest.isEmpty || rest.contains(" ") ? nil : String(rest)
  }
}
