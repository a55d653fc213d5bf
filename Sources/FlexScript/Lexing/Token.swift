/// A lexeme and where it stands; joined, a script's lexemes are the script.
package struct Token: Hashable, Sendable {
  /// What it is.
  package let kind: Kind
  /// The word that it is, for a word of the language.
  package let keyword: Keyword?
  /// Where it stands.
  package let range: SourceRange

  /// What a lexeme can be.
  package enum Kind: String, Sendable {
    /// Letters, digits, `_` and `-`, beginning with a letter: a keyword, a name or a SID.
    case word
    /// The same with a scalar that is not ASCII in it.
    case foreignWord = "foreign-word"
    /// `$name`, without what follows a dot.
    case reference
    /// `"…"`, on one line.
    case text
    /// `'…'`, on one line.
    case plainText = "plain-text"
    case number
    case duration
    case rate
    /// Begins with a digit, or a minus, and is none of the three.
    case badNumber = "bad-number"
    case comma = ","
    case colon = ":"
    case equals = "="
    case dot = "."
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case openBrace = "{"
    case closeBrace = "}"
    case openBracket = "["
    case closeBracket = "]"
    case openParenthesis = "("
    case closeParenthesis = ")"
    case semicolon = ";"
    /// LF or CRLF.
    case newline
    /// Spaces and tabs.
    case space
    /// `#` and what follows on its line.
    case comment
    /// `\` and the line end behind it.
    case continuation
    /// The end of the file; empty.
    case end
    /// Refused; a diagnostic has been made.
    case invalid

    /// Whether the grammar does not see it.
    var isTrivia: Bool { self == .space || self == .comment || self == .continuation }

    /// Whether a statement ends before it.
    var endsStatement: Bool { self == .newline || self == .semicolon || self == .end }
  }
}
