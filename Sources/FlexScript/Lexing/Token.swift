/// A lexeme and its location; the lexemes of a script, concatenated, are the script.
package struct Token: Hashable, Sendable {
  /// The kind of lexeme.
  package let kind: Kind
  /// The keyword, if the lexeme is a word of the language.
  package let keyword: Keyword?
  /// The range of the lexeme in the script.
  package let range: SourceRange

  /// The kinds of lexemes.
  package enum Kind: String, Sendable {
    /// Letters, digits, `_` and `-`, beginning with a letter: a keyword, a name or a SID.
    case word
    /// A word with a non-ASCII scalar in it.
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
    /// Begins with a digit or a minus sign, and is none of the three.
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
    /// `\` and the line ending after it.
    case continuation
    /// The end of the file; empty.
    case end
    /// Rejected; a diagnostic has been reported.
    case invalid

    /// Whether the grammar ignores it.
    var isTrivia: Bool { self == .space || self == .comment || self == .continuation }

    /// Whether a statement ends before it.
    var endsStatement: Bool { self == .newline || self == .semicolon || self == .end }
  }
}
