import FlexAPI
package import FlexConsole
import FlexRuntime
package import FlexScript
import FlexSimulator
import FlexStorage
import SystemPackage

/// What can be typed next in a shell; sends nothing, and uses no credential.
package struct ShellCompletion {
  /// What the program says of its commands, as far as it is needed.
  package struct Commands {
    /// The names of the commands, and what each does.
    package var all: [(name: String, abstract: String)]
    /// Describes a command.
    package var describe: (String) -> CommandDescription?
    /// The editors for which there are files.
    package var editors: [String]

    /// Puts it together.
    package init(
      all: [(name: String, abstract: String)],
      describe: @escaping (String) -> CommandDescription?, editors: [String]
    ) {
      self.all = all
      self.describe = describe
      self.editors = editors
    }
  }

  private let commands: Commands
  private let environment: [String: String]
  /// The most journals that are looked at.
  private static let mostRuns = 60
  /// The most bytes of a script that are read.
  private static let longestScript = 1 << 20

  /// Prepares for completing words.
  package init(_ commands: Commands, environment: [String: String]) {
    self.commands = commands
    self.environment = environment
  }

  /// What the last word can become; `words`: those before it, without the program's name.
  package func candidates(after words: [String], for word: String) -> [CompletionCandidate] {
    all(after: words, for: word).filter { $0.text.hasPrefix(word) }
  }

  /// The folder of the journals that the words name; `nil` for the usual one.
  private static func journalFolder(_ words: [String]) -> String? {
    let option = "--journal-dir"
    if let index = words.firstIndex(of: option), index + 1 < words.count { return words[index + 1] }
    return words.first { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
  }

  private func all(after words: [String], for word: String) -> [CompletionCandidate] {
    guard let first = words.first else {
      return word.hasPrefix("-")
        ? options(of: "run") + plain(["--version", "--help", "--generate-completion-script"])
        : commands.all.map { .init(text: $0.name, meaning: Self.short($0.abstract)) }
          + [.init(text: "help", meaning: "Offline help")] + files(word, ["flex"])
    }
    if first == "--generate-completion-script" { return plain(Shell.allCases.map(\.rawValue)) }
    if first == "help" { return helpTopics(Array(words.dropFirst()), word) }
    guard let command = commands.describe(first) else {
      // `flexsh FILE` is `flexsh run FILE`.
      return commands.describe("run").map { arguments(of: $0, "run", words, word) } ?? []
    }
    return inside(command, command.name, Array(words.dropFirst()), word)
  }

  /// Completes inside a command, or one of those that it holds.
  private func inside(
    _ command: CommandDescription, _ name: String, _ words: [String], _ word: String
  ) -> [CompletionCandidate] {
    if let first = words.first,
      let inner = command.subcommands.first(where: { $0.name == first })
    {
      return inside(inner, "\(name) \(first)", Array(words.dropFirst()), word)
    }
    let isDefault = command.subcommands.first { $0.name == command.defaultSubcommand }
    let inner = isDefault.map { arguments(of: $0, name, words, word) } ?? []
    let own = arguments(of: command, name, words, word)
    let names =
      words.isEmpty && !word.hasPrefix("-")
      ? command.subcommands.map {
        CompletionCandidate(text: $0.name, meaning: Self.short($0.abstract))
      } : []
    return unique(names + inner + own)
  }

  private func unique(_ candidates: [CompletionCandidate]) -> [CompletionCandidate] {
    var known: Set<String> = []
    return candidates.filter { known.insert($0.text).inserted }
  }

  // MARK: Options

  /// Completes an option, its value, or an argument.
  private func arguments(
    of command: CommandDescription, _ name: String, _ words: [String], _ word: String
  ) -> [CompletionCandidate] {
    var rest: [String] = []
    var waiting: CommandDescription.Argument?
    var isOver = false
    for word in words {
      if waiting != nil {
        waiting = nil
      } else if isOver || !word.hasPrefix("-") || word == "-" {
        rest.append(word)
      } else if word == "--" {
        isOver = true
      } else if let option = command.option(word), option.kind == .option, !word.contains("=") {
        waiting = option
      }
    }
    if let waiting { return values(of: waiting, name, word) }
    let folder = Self.journalFolder(words)
    if !isOver, word.hasPrefix("--"), let mark = word.firstIndex(of: "="),
      let option = command.option(String(word[..<mark]))
    {
      let prefix = word[...mark]
      return values(of: option, name, String(word[word.index(after: mark)...])).map {
        .init(text: prefix + $0.text, meaning: $0.meaning, isPartial: $0.isPartial)
      }
    }
    if !isOver, word.hasPrefix("-") {
      return options(of: command)
    }
    return positional(name, rest, word, folder)
  }

  private func options(of name: String) -> [CompletionCandidate] {
    commands.describe(name).map { options(of: $0) } ?? []
  }

  private func options(of command: CommandDescription) -> [CompletionCandidate] {
    command.arguments.flatMap { argument in
      argument.names.map { .init(text: $0, meaning: Self.short(argument.abstract)) }
    }
  }

  /// The values of an option.
  private func values(
    of option: CommandDescription.Argument, _ command: String, _ word: String
  ) -> [CompletionCandidate] {
    switch option.names.first {
    case "--profile": return plain(AccountResolver.profileNames(environment))
    case "--profiles": return profiles(word)
    case "--output":
      let scripts = ["run", "find", "runs show", "runs merge"].contains(command)
      return plain(option.choices.filter { scripts || $0 != "flex" })
    case "--fault": return Fault.examples.map { .init(text: $0.text, meaning: $0.meaning) }
    case "--fixture": return files(word, ["json"])
    case "--shard": return plain(["auto"])
    case "--only": return plain(RunShowRequest.outcomes)
    default: break
    }
    if !option.choices.isEmpty { return plain(option.choices) }
    switch option.value {
    case "file", "plan": return files(word, nil)
    case "folder": return files(word, [])
    default: return []
    }
  }

  /// Profiles, of which several may be named with commas between them.
  private func profiles(_ word: String) -> [CompletionCandidate] {
    let names = word.split(separator: ",", omittingEmptySubsequences: false).dropLast()
    let before = names.map { $0 + "," }.joined()
    let left = AccountResolver.profileNames(environment).filter { !names.contains($0[...]) }
    return plain((names.isEmpty ? ["all"] : []) + left.map { before + $0 })
  }

  // MARK: Arguments

  private func positional(
    _ command: String, _ before: [String], _ word: String, _ journals: String?
  ) -> [CompletionCandidate] {
    switch command {
    case "run", "plan":
      let scripts = before.filter { !$0.contains("=") }
      if let mark = word.firstIndex(of: "="), mark > word.startIndex {
        return argumentValues(
          scripts, String(word[..<mark]), String(word[word.index(after: mark)...]))
      }
      let more = command == "run" || scripts.isEmpty
      return parameters(of: scripts, given: before)
        + (more ? files(word, ["flex"]) : [])
    case "check", "fmt": return files(word, ["flex"])
    case "apply", "plan show": return before.isEmpty ? files(word, nil) : []
    case "resume", "runs show", "runs verify", "runs undo", "runs reveal":
      return before.isEmpty ? runs(in: journals) + groups(in: journals, shards: true) : []
    case "runs merge": return groups(in: journals, shards: false) + files(word, [])
    default: return []
    }
  }

  /// The parameters of scripts that have no value yet.
  private func parameters(of scripts: [String], given words: [String]) -> [CompletionCandidate] {
    let given = Set(
      words.compactMap { word in
        word.firstIndex(of: "=").map { String(word[..<$0]) }
      })
    return unique(
      scripts.flatMap { declared(in: $0) }.filter { !given.contains($0.name) }.map { parameter in
        let optional = parameter.defaultText.map { ", else \($0)" } ?? ""
        let why = parameter.documentation.map { ": \($0)" } ?? ""
        return CompletionCandidate(
          text: parameter.name + "=", meaning: parameter.type.word + optional + why, isPartial: true
        )
      })
  }

  /// The parameters of a script: only what declares them is read.
  private func declared(in script: String) -> [Parameter] {
    guard let content = FileBeginning.read(script, upTo: Self.longestScript) else { return [] }
    return ScriptParameters.read(content)
  }

  /// The values for a parameter: files, or what it has otherwise.
  private func argumentValues(
    _ scripts: [String], _ name: String, _ word: String
  ) -> [CompletionCandidate] {
    let parameters = scripts.flatMap { declared(in: $0) }.filter { $0.name == name }
    return unique(
      parameters.flatMap { parameter -> [CompletionCandidate] in
        switch parameter.type {
        case .file: return files(word, ["csv", "tsv", "jsonl", "ndjson", "json"])
        case .sid, .anySID, .text, .number, .duration:
          return parameter.defaultText.map {
            [.init(text: Self.unquoted($0), meaning: "the default")]
          } ?? []
        }
      }
    ).map { .init(text: "\(name)=" + $0.text, meaning: $0.meaning, isPartial: $0.isPartial) }
  }

  /// A default value as it is written on a command line.
  private static func unquoted(_ text: String) -> String {
    guard let quote = text.first, quote == "\"" || quote == "'", text.count >= 2, text.last == quote
    else { return text }
    return String(text.dropFirst().dropLast())
  }

  private func helpTopics(_ before: [String], _ word: String) -> [CompletionCandidate] {
    if before.isEmpty {
      return LanguageHelp.allTopics.map { .init(text: $0, meaning: "") }
        + commands.all.map { .init(text: $0.name, meaning: Self.short($0.abstract)) }
    }
    if before == ["editor"] { return plain(commands.editors) }
    if before == ["man"] {
      return plain(
        ["--out", "flexsh", "flexsh-language"] + commands.all.map { "flexsh-\($0.name)" })
    }
    if before.count >= 2, ["editor", "man"].contains(before[0]) {
      return before.last == "--out" ? files(word, []) : plain(["--out"])
    }
    return before.last == "-o" ? plain(["json", "text"]) : []
  }

  /// The newest runs, each with its date and its scripts.
  private func runs(in folder: String?) -> [CompletionCandidate] {
    let real = RunDirectory(folder, environment: environment, isSimulated: false)
    let all = [(real, ""), (real.ofSimulatedRuns, " (simulated)")].flatMap { directory, note in
      directory.runs().prefix(Self.mostRuns).map { (name: $0, directory: directory, note: note) }
    }
    let newest = all.sorted { $0.name > $1.name }.prefix(Self.mostRuns)
    return [.init(text: "last", meaning: "the most recent run")]
      + newest.map { run in
        let past = run.directory.readBeginning(of: run.name)
        let scripts = past?.header.scripts.map(\.name).joined(separator: ", ") ?? ""
        let what = scripts.isEmpty ? "at the prompt" : scripts
        return .init(
          text: run.name,
          meaning: [past?.startedText ?? "", what + run.note].joined(separator: " "))
      }
  }

  /// The groups, or their shards.
  private func groups(in folder: String?, shards: Bool) -> [CompletionCandidate] {
    let real = RunDirectory(folder, environment: environment, isSimulated: false)
    return [real, real.ofSimulatedRuns].flatMap { directory in
      directory.groups().prefix(Self.mostRuns).flatMap { group in
        shards ? plain(directory.shards(of: group)) : plain([group])
      }
    }
  }

  // MARK: Words

  /// Folders, and files of some kinds; of every kind for `nil`.
  private func files(_ word: String, _ kinds: [String]?) -> [CompletionCandidate] {
    let home = UserFolders.home(environment).string
    let isHome = word.hasPrefix("~/")
    let path = isHome ? home + word.dropFirst() : word
    let found = FileNames.candidates(
      for: path, kinds: kinds, isText: false, among: FolderEntries.list)
    return found.map {
      let text = isHome ? "~" + $0.text.dropFirst(home.count) : $0.text
      return .init(text: text, meaning: "", isPartial: $0.isPartial)
    }
  }

  private func plain(_ words: [String]) -> [CompletionCandidate] {
    words.map { .init(text: $0, meaning: "") }
  }

  /// The first sentence of a text, without its full stop.
  private static func short(_ text: String) -> String {
    let first = text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) } ?? text
    return first.hasSuffix(".") ? String(first.dropLast()) : first
  }
}

extension CommandDescription {
  /// The option or the flag with a name.
  fileprivate func option(_ name: String) -> Argument? {
    arguments.first { $0.names.contains(name) }
  }
}
