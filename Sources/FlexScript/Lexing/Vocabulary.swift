package import FlexAPI

/// The words of a catalogue as keywords, in the form that the parser needs.
package final class Vocabulary: Sendable {
  /// The catalogue.
  package let catalog: Catalog
  /// The operations of sentences that begin with a verb, in the order of the catalogue.
  let actions: [Keyword: [OperationDefinition]]
  /// The verbs of sentences that change something, in the order of the catalogue.
  let actionVerbs: [Keyword]
  /// The operations that return one resource, by the word for it.
  let fetches: [Keyword: OperationDefinition]
  /// The words of ``fetches``, in the order of the catalogue.
  let fetchWords: [Keyword]
  /// The operations that list resources, by the word for them.
  let lists: [Keyword: OperationDefinition]
  /// The words of ``lists``, in the order of the catalogue.
  let listWords: [Keyword]
  /// The resources that `use` can name, outermost first.
  let scopes: [(word: Keyword, resource: ResourceDefinition)]

  /// The words of the standard catalogue.
  package static let standard = Vocabulary(.standard)

  /// Creates the vocabulary of a catalogue; each of its words must be a keyword.
  package init(_ catalog: Catalog) {
    self.catalog = catalog
    actionVerbs = catalog.actionVerbs.map { Keyword(of: $0) }
    actions = Dictionary(
      uniqueKeysWithValues: catalog.actionVerbs.map { (Keyword(of: $0), catalog.actions(verb: $0)) }
    )
    fetchWords = catalog.fetchWords.map { Keyword(of: $0) }
    fetches = Dictionary(
      uniqueKeysWithValues: catalog.fetchWords.compactMap { word in
        catalog.fetch(named: word).map { (Keyword(of: word), $0) }
      })
    listWords = catalog.listWords.map { Keyword(of: $0) }
    lists = Dictionary(
      uniqueKeysWithValues: catalog.listWords.compactMap { word in
        catalog.list(named: word).map { (Keyword(of: word), $0) }
      })
    scopes = catalog.scopeTypes.compactMap { type in
      catalog.resource(type).map { (Keyword(of: $0.noun), $0) }
    }
  }
}

extension Keyword {
  /// Creates the keyword for a word of a catalogue, which must be a keyword.
  init(of word: String) {
    guard let keyword = Keyword(rawValue: word) else {
      preconditionFailure("`\(word)` is a word of the catalogue and no keyword")
    }
    self = keyword
  }

  /// Creates the word for a kind of SID that a place names: `on` or `in`.
  init(prepositionOf resource: ResourceDefinition) {
    self.init(of: resource.preposition)
  }
}
