package import FlexScript

/// The effect of Tab at the end of a text: it inserts the common prefix of all candidates, or lists
/// them.
package struct Completion: Hashable, Sendable {
  /// The text to insert; empty if the candidates differ from here on.
  package let insertion: String
  /// How many scalars before the cursor it replaces.
  package let removal: Int
  /// The text that is shown below the line, including line ends.
  package let listing: String

  /// A possible completion of the last word.
  package typealias Candidate = CompletionCandidate

  /// The maximum number of candidates that are listed one per line.
  private static let maximumListed = 40
  /// The maximum number of candidates that are listed in columns.
  private static let maximumInColumns = 300

  /// Completes a word.
  ///
  /// `candidates`: the possible completions; those that do not begin with the word are ignored.
  /// `width`: the columns of the terminal; `nil` if it has none. `isPath`: whether a word with a space
  /// needs quotes around it.
  package init(
    _ word: String, _ candidates: [Candidate], width: Int?, isPath: Bool = false
  ) {
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
    let isWhole = fitting.count == 1 && !first.isPartial
    let listing = insertion.isEmpty && !isWhole ? Self.listing(of: fitting, width: width) : ""
    let whole = word + insertion
    if isPath, word.first != "\"", word.first != "'", whole.contains(" ") {
      let quote = whole.contains("'") ? "\"" : "'"
      self.init(
        insertion: quote + whole + (isWhole ? quote + " " : ""),
        removal: word.unicodeScalars.count, listing: "")
      return
    }
    self.init(insertion: insertion + (isWhole ? " " : ""), listing: listing)
  }

  private init(insertion: String, removal: Int = 0, listing: String) {
    self.insertion = insertion
    self.removal = removal
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

  /// The most candidates that are shown one per line, with what each is.
  private static let mostExplained = 16

  private static func listing(of candidates: [Candidate], width: Int?) -> String {
    let isLong = candidates.count > mostExplained
    // SIDs say nothing by themselves.
    let isExplained = !isLong || candidates.allSatisfy { $0.text.utf8.count >= 34 }
    return isExplained
      ? explained(candidates, width: width) : inColumns(candidates, width: width ?? 80)
  }

  private static func explained(_ candidates: [Candidate], width: Int?) -> String {
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

  /// The candidates in as many columns as fit, read from top to bottom.
  private static func inColumns(_ candidates: [Candidate], width: Int) -> String {
    let shown = candidates.prefix(maximumInColumns).map { VisibleText.escaped($0.text) }
    let column = (shown.map { VisibleText.width($0) }.max() ?? 0) + 2
    let columns = max(1, (width - 1) / column)
    let rows = (shown.count + columns - 1) / columns
    var listing = ""
    for row in 0..<rows {
      var line = ""
      for index in stride(from: row, to: shown.count, by: rows) {
        let text = shown[index]
        line += text + String(repeating: " ", count: column - VisibleText.width(text))
      }
      while line.last == " " { line.removeLast() }
      listing += line + "\n"
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
    if text.last == "." { text.removeLast() }
    // The first word begins small unless it is a name: `JSON`.
    if let second = text.dropFirst().first, second.isLowercase || second == " " {
      text = text.prefix(1).lowercased() + text.dropFirst()
    }
    guard VisibleText.width(text) > room else { return text }
    guard room >= 12 else { return "" }
    while VisibleText.width(text) >= room { text.removeLast() }
    return text + "…"
  }
}
