/// A command line of bash up to the cursor, split into words as bash would.
package struct ShellLine {
  /// The words before the last one, without the program's name.
  package private(set) var before: [String] = []
  /// The last word, without quotes.
  package private(set) var word = ""
  /// The last word as it is written.
  package private(set) var written = ""
  /// The quote that is open at the end.
  private var quote: Unicode.Scalar?

  /// Splits a line.
  package init(_ line: String) {
    var words: [String] = []
    var isInWord = false
    // By scalars: a mark after a special character does not make it another one.
    var rest = line.unicodeScalars[...]
    while let character = rest.popFirst() {
      switch (character, quote) {
      case (" ", nil), ("\t", nil):
        if isInWord { words.append(word) }
        (word, written, isInWord) = ("", "", false)
        continue
      case ("\\", nil), ("\\", "\""):
        written.unicodeScalars.append(character)
        guard let next = rest.popFirst() else { continue }
        written.unicodeScalars.append(next)
        if quote == "\"", !"\"\\$`".unicodeScalars.contains(next) { word.append("\\") }
        word.unicodeScalars.append(next)
        isInWord = true
        continue
      case ("'", nil), ("\"", nil): quote = character
      case (let end, let open?) where end == open: quote = nil
      default: word.unicodeScalars.append(character)
      }
      written.unicodeScalars.append(character)
      isInWord = true
    }
    before = Array(words.dropFirst())
  }

  /// How a word is written where the last one stands: with its quote, or with `\` before what the shell
  /// would read otherwise.
  package func written(for text: String) -> String {
    switch quote {
    // The quote ends before one in the text, and begins again after it.
    case "'": return text.replacing("'", with: "'\\''")
    case "\"": return Self.escaped(text, "\"\\$`")
    default: return Self.escaped(text, " \t\\\"'`$&|;()<>*?[]#!{}")
    }
  }

  private static func escaped(_ text: String, _ special: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if special.unicodeScalars.contains(scalar) { escaped.append("\\") }
      escaped.append(scalar)
    }
    return String(escaped)
  }
}
