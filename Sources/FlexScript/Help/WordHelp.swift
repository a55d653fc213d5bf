import FlexAPI

/// The help on one word of the language, for the prompt, for `flexsh help` and for editors.
package struct WordHelp: Sendable {
  /// What the word does, in one or two sentences.
  package let what: String
  /// A sentence with the word, with SIDs shortened to their prefix and `…`.
  package let example: String
  /// Every form of the sentences that begin with it; empty for other words.
  package let forms: [String]
  /// How far what it does can be undone, a line for each operation.
  package let undo: [String]

  /// The help on a word.
  package init(on keyword: Keyword) {
    let entry =
      Self.actionEntry(keyword.rawValue) ?? Self.resourceEntry(keyword.rawValue)
      ?? LanguageWords.entries[keyword]
    guard let entry else {
      preconditionFailure("every keyword is explained: \(keyword.rawValue)")
    }
    (what, example) = entry
    forms = LanguageForms.forms[keyword] ?? []
    undo = Self.undo(of: keyword.rawValue)
  }

  /// How far the sentences of a verb can be undone.
  private static func undo(of verb: String) -> [String] {
    Catalog.standard.actions(verb: verb).map { definition in
      let words = definition.form.words.joined(separator: " ")
      let suffix =
        definition.form.suffix.isEmpty ? "" : " … " + definition.form.suffix.joined(separator: " ")
      return "\(words)\(suffix): \(definition.undo.extent.rawValue); \(definition.undo.advice)"
    }
  }

  /// The help on a verb whose sentences change something.
  private static func actionEntry(_ word: String) -> (what: String, example: String)? {
    let helps = Catalog.standard.actions(verb: word).compactMap(\.help)
    guard let first = helps.first else { return nil }
    return (helps.map(\.summary).joined(separator: " "), first.example)
  }

  /// The help on a noun for one resource, or for several.
  private static func resourceEntry(_ word: String) -> (what: String, example: String)? {
    if let help = Catalog.standard.list(named: word)?.help {
      return (help.summary, help.example)
    }
    guard let resource = Catalog.standard.resources.first(where: { $0.noun == word }) else {
      return nil
    }
    return (resource.help.summary, resource.help.example)
  }
}
