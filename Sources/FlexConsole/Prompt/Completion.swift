import FlexAPI
import FlexScript

/// The effect of Tab at the end of a text: it inserts the common prefix of all candidates, or lists
/// them.
package struct Completion: Hashable, Sendable {
  /// The text to insert; empty if the candidates differ from here on.
  package let insertion: String
  /// The text that is shown below the line, including line ends.
  package let listing: String

  /// A possible completion of the last word.
  package struct Candidate: Hashable, Sendable {
    /// The whole word.
    package let text: String
    /// A description in a few words.
    package let meaning: String
    /// Whether something must follow immediately: the rest of a path.
    package var isPartial = false
  }

  /// The maximum number of candidates that are listed.
  private static let maximumListed = 40

  /// Completes a word.
  ///
  /// `candidates`: the possible completions; those that do not begin with the word are ignored.
  /// `width`: the columns of the terminal; `nil` if it has none.
  package init(_ word: String, _ candidates: [Candidate], width: Int?) {
    let fitting = candidates.filter { Self.common($0.text, word) == word.utf8.count }
    guard let first = fitting.first else {
      self.init(insertion: "", listing: "")
      return
    }
    let shared = fitting.dropFirst().reduce(first.text.utf8.count) { length, candidate in
      min(length, Self.common(candidate.text, first.text))
    }
    var insertion = String(decoding: first.text.utf8.prefix(shared), as: UTF8.self)
    // An incomplete character is not inserted.
    while insertion.last == "\u{FFFD}" { insertion.removeLast() }
    insertion = String(insertion.utf8.dropFirst(word.utf8.count)) ?? ""
    if fitting.count == 1, !first.isPartial { insertion += " " }
    self.init(
      insertion: insertion,
      listing: insertion.isEmpty ? Self.listing(of: fitting, width: width) : "")
  }

  private init(insertion: String, listing: String) {
    self.insertion = insertion
    self.listing = listing
  }

  /// The number of leading bytes that two words share; the digits of SIDs match in either case.
  private static func common(_ left: String, _ right: String) -> Int {
    var count = 0
    for (first, second) in zip(left.utf8, right.utf8) {
      let isSame =
        first == second
        || count >= 2 && first | 0x20 == second | 0x20
          && (0x61...0x66).contains(first | 0x20) && left.utf8.count == 34
      guard isSame else { break }
      count += 1
    }
    return count
  }

  private static func listing(of candidates: [Candidate], width: Int?) -> String {
    let shown = candidates.prefix(maximumListed)
    let column = shown.map { VisibleText.width($0.text) }.max() ?? 0
    var listing = ""
    for candidate in shown {
      let text = VisibleText.escaped(candidate.text)
      let padding = String(repeating: " ", count: max(0, column - VisibleText.width(text)) + 2)
      let room = width.map { $0 - max(column, VisibleText.width(text)) - 3 } ?? Int.max
      let meaning = Self.cut(VisibleText.escaped(candidate.meaning), to: room)
      listing += meaning.isEmpty ? text : text + padding + meaning
      listing += "\n"
    }
    if candidates.count > shown.count { listing += "and \(candidates.count - shown.count) more\n" }
    return listing
  }
}

extension Completion {
  /// The first sentence of a text, cut to fit; empty if only a few letters would fit.
  private static func cut(_ text: String, to room: Int) -> String {
    var text = text
    if let end = text.firstRange(of: ". ") { text = String(text[..<end.lowerBound]) }
    guard VisibleText.width(text) > room else { return text }
    guard room >= 12 else { return "" }
    while VisibleText.width(text) >= room { text.removeLast() }
    return text + "…"
  }
}

/// Finds possible completions, from the grammar and from what the session has seen.
struct Completer {
  let checker: PromptChecker
  let seen: SeenSIDs
  let rows: ListedRows
  /// The columns of the terminal, read when a list is shown: the window may have changed.
  let width: () -> Int?
  /// Lists a folder.
  let entries: PromptFiles.Entries

  /// Completes the end of a text.
  ///
  /// `earlier`: the previous lines of the open block.
  func complete(_ text: String, after earlier: String) -> Completion {
    if earlier.isEmpty, let completion = completeOwnCommand(text) { return completion }
    if let mark = rowMark(at: text) {
      return Completion(mark, rows.candidates, width: width())
    }
    let typed = earlier + text
    let replacements = try? rows.replacements(in: typed, place: nil) + seen.replacements(in: typed)
    let whole = TypedText(typed, replacements ?? []).whole
    let context = checker.completion(of: whole)
    var candidates = context.due.flatMap { self.candidates(for: $0, word: context.word) }
    if earlier.isEmpty, text.drop(while: { $0 == " " }) == context.word {
      candidates += ConsoleCommand.words.map {
        Completion.Candidate(text: $0.word, meaning: $0.meaning)
      }
    }
    return Completion(context.word, candidates, width: width())
  }

  private func candidates(
    for due: CompletionContext.Due, word: String
  ) -> [Completion.Candidate] {
    switch due {
    case .keyword(let keyword):
      [.init(text: keyword.rawValue, meaning: LanguageHelp.entry(for: keyword).what)]
    case .sid(let type):
      seen.all(of: type).map { .init(text: $0.description, meaning: seen.meaning(of: $0)) }
    case .name(let type):
      seen.names(of: type).map { .init(text: "\"\($0)\"", meaning: type.noun) }
    case .word(let text, let meaning): [.init(text: text, meaning: meaning)]
    case .scriptFile: files(word, ["flex"], isText: true)
    case .dataFile: files(word, ["csv", "tsv", "jsonl", "ndjson", "json"], isText: true)
    }
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
    case "source": candidates = files(String(rest), ["flex"])
    case "save": candidates = files(String(rest), [])
    case "output": candidates = plain(["text", "ndjson"])
    case "timing", "dry": candidates = plain(["on", "off"])
    case "read-only": candidates = plain(["on"])
    case "again": candidates = plain(["every"])
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
