import FlexAPI
import FlexScript

/// Finds possible completions, from the grammar and from what the session has seen.
struct Completer {
  let checker: PromptChecker
  let seen: SeenSIDs
  let rows: ListedRows
  /// The columns of the terminal, read when a list is shown: the window may have changed.
  let width: () -> Int?
  /// Lists a folder.
  let entries: PromptFiles.Entries
  /// The names of profiles.
  let profiles: () -> [String]

  /// Completes the end of a text.
  ///
  /// `earlier`: the previous lines of the open block.
  func complete(_ text: String, after earlier: String) -> Completion {
    if earlier.isEmpty, let completion = completeOwnCommand(text) { return completion }
    if earlier.isEmpty, let rest = sentence(in: text) { return complete(rest, after: "") }
    if let mark = rowMark(at: text) {
      return Completion(mark, rows.candidates, width: width())
    }
    let typed = earlier + text
    let replacements = try? rows.replacements(in: typed, place: nil) + seen.replacements(in: typed)
    let whole = TypedText(typed, replacements ?? []).whole
    let context = checker.completion(of: whole)
    // `not` alone is no completion of nothing: it would turn a condition round.
    if context.word.isEmpty, context.due == [.keyword(.not)] {
      return Completion("", [], width: width())
    }
    let beginsSentence = beginsSentence(String(whole.utf8.prefix(context.start)) ?? "")
    var candidates = context.due.flatMap {
      self.candidates(for: $0, word: context.word, beginsSentence: beginsSentence)
    }
    if earlier.isEmpty {
      // The rest of one of the prompt's own commands, whose first word may be the language's.
      let typed = text.drop { $0 == " " }.dropLast(context.word.count)
      for command in ConsoleCommand.words where command.word.hasPrefix(typed) {
        let word = command.word.dropFirst(typed.count).prefix { $0 != " " }
        let candidate = Completion.Candidate(text: String(word), meaning: command.meaning)
        if !candidates.contains(where: { $0.text == word }) { candidates.append(candidate) }
      }
    }
    return Completion(context.word, candidates, width: width())
  }

  /// Whether a sentence begins after a text.
  private func beginsSentence(_ text: String) -> Bool {
    guard let last = text.last(where: { $0 != " " }) else { return true }
    return "\n;{=".contains(last) || text.hasSuffix("try ")
  }

  /// The sentence, or what reads like one, in one of the prompt's own commands.
  private func sentence(in text: String) -> String? {
    let line = text.drop { $0 == " " }
    if line.hasPrefix("plan ") { return String(line.dropFirst("plan ".count)) }
    if line.hasPrefix("again "), let until = line.firstRange(of: " until ") {
      return "expect " + line[until.upperBound...]
    }
    return nil
  }

  private func candidates(
    for due: CompletionContext.Due, word: String, beginsSentence: Bool
  ) -> [Completion.Candidate] {
    switch due {
    case .keyword(let keyword):
      [.init(text: keyword.rawValue, meaning: meaning(of: keyword, beginsSentence))]
    case .sid(let type):
      seen.all(of: type).map { .init(text: $0.description, meaning: seen.meaning(of: $0)) }
    case .name(let type):
      seen.names(of: type).map { .init(text: "\"\($0)\"", meaning: type.noun) }
    case .word(let text, let meaning): [.init(text: text, meaning: meaning)]
    case .parameter(let name, let meaning):
      [.init(text: name + "=", meaning: meaning, isPartial: true)]
    case .scriptFile: files(word, ["flex"], isText: true)
    case .dataFile: files(word, ["csv", "tsv", "jsonl", "ndjson", "json"], isText: true)
    }
  }

  /// What a keyword does at the beginning of a sentence, or what it stands for inside one.
  private func meaning(of keyword: Keyword, _ beginsSentence: Bool) -> String {
    if !beginsSentence, keyword.isVerb,
      let type = SIDType.allCases.first(where: { $0.noun == keyword.rawValue })
    {
      return "\(type.nounWithArticle) (\(type.rawValue)…)"
    }
    return WordHelp(on: keyword).what
  }

  /// The `@` and digits at the end of a text; `nil` if there is none.
  private func rowMark(at text: String) -> String? {
    guard let at = text.lastIndex(of: "@") else { return nil }
    let mark = text[at...]
    return mark.dropFirst().allSatisfy { $0.isASCII && $0.isNumber } ? String(mark) : nil
  }

  /// Completes what follows one of the prompt's own words.
  private func completeOwnCommand(_ text: String) -> Completion? {
    let line = text.drop { $0 == " " }
    guard let space = line.firstIndex(of: " ") else { return nil }
    let rest = line[space...].drop { $0 == " " }
    let candidates: [Completion.Candidate]
    switch line[..<space] {
    case "help":
      candidates = LanguageHelp.allTopics.map { .init(text: $0, meaning: "") }
    case "source":
      return Completion(
        String(rest), files(String(rest), ["flex"]), width: width(), isPath: true)
    case "save":
      return Completion(String(rest), files(String(rest), []), width: width(), isPath: true)
    case "output": candidates = plain(ConsoleCommand.Output.allCases.map(\.rawValue))
    case "timing", "dry": candidates = plain(["on", "off"])
    case "read-only": candidates = plain(["on"])
    case "again":
      guard !line.contains(" until ") else { return nil }
      // A duration is typed by hand.
      guard !line.hasSuffix(" every ") else { return Completion("", [], width: width()) }
      candidates = plain(line.contains(" every ") ? ["until"] : ["every", "until"])
      let word = rest.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
      return Completion(String(word), candidates, width: width())
    case "use" where rest.hasPrefix("profile "):
      let word = rest.dropFirst("profile ".count)
      return Completion(String(word), plain(profiles()), width: width())
    case "set" where rest.hasPrefix("hints ") || rest.hasPrefix("names "):
      let word = rest.dropFirst("hints ".count)
      return Completion(String(word), plain(["on", "off"]), width: width())
    default: return nil
    }
    return Completion(String(rest), candidates, width: width())
  }

  private func files(
    _ word: String, _ kinds: [String], isText: Bool = false
  ) -> [Completion.Candidate] {
    FileNames.candidates(for: word, kinds: kinds, isText: isText, among: entries)
  }

  private func plain(_ words: [String]) -> [Completion.Candidate] {
    words.map { .init(text: $0, meaning: "") }
  }
}
