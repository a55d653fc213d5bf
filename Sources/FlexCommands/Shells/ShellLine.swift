/// A command line of bash up to the cursor, split into words as bash would.
package struct ShellLine {
  /// The words before the last one, without the program's name.
  package private(set) var before: [String] = []
  /// The last word, without quotes.
  package private(set) var word = ""
  /// The last word as it is written.
  package private(set) var written = ""
  /// The quote that is open at the end.
  private var quote: Character?

  /// Splits a line.
  package init(_ line: String) {
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
  package func written(for text: String) -> String {
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
