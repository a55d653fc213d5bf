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
  case output(Output)
  case timing(Bool)
  case dry(Bool)
  case readOnly
  /// Repeats the last sentence, until a condition holds if there is one.
  case again(every: Duration?, until: String?)
  /// Shows what a sentence would do.
  case plan(String)
  /// Begins anew with another profile.
  case profile(String)
  case hints(Bool)
  case names(Bool)
  case exit
  /// One of these words, used incorrectly.
  case mistaken(usage: String)

  /// How results are shown.
  package enum Output: String, CaseIterable, Sendable {
    case text, ndjson
    /// As text, with every SID whole.
    case wide
  }

  /// Each command's first words with its usage and its effect.
  package static let words: [(word: String, usage: String, meaning: String)] = [
    ("help", "help [TOPIC]", "explains the language, one of its words, or a topic; so does ?"),
    ("history", "history [N]", "shows the lines of this session and of earlier ones"),
    ("vars", "vars", "shows every name and its value"),
    ("where", "where", "shows the place in use, the account and server, and the journal"),
    ("plan", "plan SENTENCE", "shows what a sentence would do, and sends no write"),
    ("save", "save FILE", "writes what you did as a checked script"),
    ("source", "source FILE", "runs a file as if it were typed"),
    ("edit", "edit", "opens the last sentence in $VISUAL or $EDITOR"),
    ("why", "why", "shows the last error in full, and what is safe to do next"),
    ("output", "output text|ndjson|wide", "changes how results are shown"),
    ("timing", "timing on|off", "shows how long each sentence took"),
    ("dry", "dry on|off", "shows requests instead of sending them"),
    ("read-only", "read-only on", "refuses every write until the session ends"),
    (
      "again", "again [every D] [until CONDITION]",
      "repeats the last sentence; look-ups also every D, until a condition holds"
    ),
    ("use profile", "use profile NAME", "begins anew with the account of another profile"),
    ("set hints", "set hints on|off", "shows what could follow while you type"),
    ("set names", "set names on|off", "shows the names of workers in listings"),
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
    guard let entry = entry(for: parts) else { return nil }
    let rest = Array(parts.dropFirst(entry.word.split(separator: " ").count))
    let command: ConsoleCommand? =
      switch entry.word {
      case "help": rest.count < 2 ? .help(rest.first) : .help(rest.joined(separator: " "))
      case "history":
        rest.isEmpty
          ? .history(nil)
          : rest.count == 1 ? Int(rest[0]).flatMap { $0 > 0 ? .history($0) : nil } : nil
      case "save": path(in: line, after: entry.word).map { .save($0) }
      case "source": path(in: line, after: entry.word).map { .source($0) }
      case "output":
        rest.count == 1 ? Output(rawValue: rest[0]).map { .output($0) } : nil
      case "timing": isOn(rest).map { .timing($0) }
      case "dry": isOn(rest).map { .dry($0) }
      case "read-only" where rest == ["off"]:
        .mistaken(usage: "read-only on; only a new session may write again")
      case "read-only": rest == ["on"] ? .readOnly : nil
      case "again": again(rest, line)
      case "plan": rest.isEmpty ? nil : .plan(text(of: line, after: entry.word))
      case "use profile": rest.count == 1 ? .profile(rest[0]) : nil
      case "set hints": isOn(rest).map { .hints($0) }
      case "set names": isOn(rest).map { .names($0) }
      default: rest.isEmpty ? plain[entry.word] : nil
      }
    return command ?? .mistaken(usage: entry.usage)
  }

  private static func entry(
    for parts: [String]
  ) -> (word: String, usage: String, meaning: String)? {
    words.first { parts.starts(with: $0.word.split(separator: " ").map(String.init)) }
  }

  /// The first words of a line that make it one of these commands; `nil` if it is none.
  static func ownWords(of line: String) -> Range<Int>? {
    let start = line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
    let parts = line.split(separator: " ").map(String.init)
    if let first = parts.first, ["?", "quit", "\\q"].contains(first) {
      return start..<(start + first.utf8.count)
    }
    guard let entry = entry(for: parts) else { return nil }
    var end = start
    for word in entry.word.split(separator: " ") {
      end += line.utf8.dropFirst(end).prefix { $0 == UInt8(ascii: " ") }.count + word.utf8.count
    }
    return start..<end
  }

  /// Whether a text of several lines is what `plan` is to show.
  static func plans(_ text: String) -> Bool {
    text.split(whereSeparator: { $0 == " " || $0.isNewline }).first == "plan"
  }

  private static let plain: [String: ConsoleCommand] = [
    "vars": .vars, "where": .place, "edit": .edit, "why": .why, "exit": .exit,
  ]

  private static func isOn(_ words: [String]) -> Bool? {
    words == ["on"] ? true : words == ["off"] ? false : nil
  }

  private static func again(_ words: [String], _ line: String) -> ConsoleCommand? {
    var rest = words[...]
    var pause: Duration?
    if rest.first == "every" {
      guard let length = rest.dropFirst().first.flatMap({ Duration(flexSpelling: $0) }),
        length > .zero
      else { return nil }
      pause = length
      rest = rest.dropFirst(2)
    }
    guard let next = rest.first else { return .again(every: pause, until: nil) }
    guard next == "until", rest.count > 1, let range = line.firstRange(of: " until ") else {
      return nil
    }
    return .again(every: pause, until: String(line[range.upperBound...]))
  }

  /// What is written after a word, without the spaces around it.
  private static func text(of line: String, after word: String) -> String {
    var rest = line.drop { $0 == " " }.dropFirst(word.count).drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }

  /// The path after a word, without the quotes around it.
  private static func path(in line: String, after word: String) -> String? {
    let rest = text(of: line, after: word)
    if let quote = rest.first, quote == "\"" || quote == "'", rest.count > 1, rest.last == quote {
      return rest.count > 2 ? String(rest.dropFirst().dropLast()) : nil
    }
    // A name with a space must be quoted.
    return rest.isEmpty || rest.contains(" ") ? nil : rest
  }
}
