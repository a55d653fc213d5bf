import FlexAPI
import FlexScript

/// The words and the patterns of the language, for grammars that know nothing but regular expressions.
enum GrammarTables {
  /// The words that begin sentences.
  static let verbs = Keyword.verbs.map(\.rawValue).sorted()
  /// The other words.
  static let keywords = Keyword.allCases.filter { !$0.isVerb }.map(\.rawValue).sorted()
  /// All words, longest first, so that a pattern prefers the longest.
  static let words = (verbs + keywords).sorted { ($0.count, $1) > ($1.count, $0) }
  /// The prefixes of the SIDs that the language names.
  static let prefixes = SIDType.allCases.map(\.rawValue).sorted()
  /// What follows the digits of a number, a duration or a rate.
  static let units = ["ms", "s", "m", "h", "d", "/s", "/m", "/h"]

  /// The words and patterns in the notation that Oniguruma, Python and JavaScript share.
  enum Expressions {
    /// Neither a letter, a digit, `_` nor `-` follows.
    static let wordEnd = "(?![A-Za-z0-9_-])"
    /// Nothing of the kind comes before.
    static let wordStart = "(?<![A-Za-z0-9_-])"
    static let verbs = GrammarTables.verbs.joined(separator: "|")
    static let words = GrammarTables.words.joined(separator: "|")
    static let sid = "(?:\(prefixes.joined(separator: "|")))[0-9A-Fa-f]{32}"
    /// With an exponent, as in JSON.
    static let number =
      "[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+|\(units.joined(separator: "|")))?"
    static let name = "[a-z][A-Za-z0-9_]*"
    static let segment = "[A-Za-z_][A-Za-z0-9_]*"
    static let reference =
      #"\$\#(name)(?:\.(?:\#(segment)|"[^"\n]*"|'[^'\n]*'))*"#
    /// A reference in a text.
    static let interpolation =
      #"\$\{\#(name)(?:\.(?:\#(segment)|'[^'\n]*'))*\}|\$\#(name)(?:\.\#(segment))*"#
    static let escape = #"\\(?:u\{[0-9A-Fa-f]{1,8}\}|u[0-9A-Fa-f]{4}|[^\n])"#
    /// The beginning of a file that is a script, after comments: its first words.
    static let beginning = "(?:\(verbs))\(wordEnd)"
  }
}
