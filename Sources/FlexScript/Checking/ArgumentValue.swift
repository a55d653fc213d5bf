import FlexAPI

/// Values for parameters as written on a command line.
package enum ArgumentValue {
  /// Returns what is wrong with a value for a parameter of a type; `nil` if it fits.
  static func problem(with text: String, for type: ParameterType) -> String? {
    switch type {
    case .sid(let kind):
      if let sid = AnySID(text) {
        guard sid.of(kind) == nil else { return nil }
        return "`\(text)` is \(sid.type?.nounWithArticle ?? "of another kind")"
      }
      // A text that was not meant as a SID is a name.
      if kind.isNameable, !text.isEmpty, !Self.resemblesSID(text) { return nil }
      if AnySID(ofAnyShape: text) != nil { return nil }
      return SIDDefect(word: text).map { $0.message(text).message } ?? "`\(text)` is not a SID"
    case .anySID:
      if AnySID(ofAnyShape: text) != nil { return nil }
      return SIDDefect(word: text).map { $0.message(text).message } ?? "`\(text)` is not a SID"
    case .number:
      let isNumber = text.utf8.first.map(Lexer.isDigit) ?? false
      return isNumber && Number(spelling: text) != nil ? nil : "`\(text)` is not a number"
    case .duration: return Duration(flexSpelling: text) == nil ? "`\(text)` is not a duration" : nil
    case .text, .file: return nil
    }
  }

  /// Whether a text that is no SID was probably meant as one.
  private static func resemblesSID(_ text: String) -> Bool {
    text.utf8.count >= 24 && SIDDefect(word: text) != nil
  }

  /// Returns the value that `text` stands for, in a script that has been checked with it.
  package static func expression(_ text: String, for type: ParameterType) -> Expression? {
    switch type {
    case .sid(let kind) where kind.isNameable && AnySID(text) == nil:
      .named(kind, .text(Template(literal: text)))
    case .sid, .anySID: AnySID(ofAnyShape: text).map { .sid($0) }
    case .number: Number(spelling: text).map { .number($0) }
    case .duration: Duration(flexSpelling: text).map { .duration($0) }
    case .text, .file: .text(Template(parts: [.literal(text)]))
    }
  }
}
