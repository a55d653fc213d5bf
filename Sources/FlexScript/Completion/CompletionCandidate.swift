/// A word that an incomplete word can become.
package struct CompletionCandidate: Hashable, Sendable {
  /// The whole word.
  package let text: String
  /// A description in a few words.
  package let meaning: String
  /// Whether something must follow immediately: the rest of a path.
  package var isPartial = false

  /// Names a word and what it stands for.
  package init(text: String, meaning: String, isPartial: Bool = false) {
    self.text = text
    self.meaning = meaning
    self.isPartial = isPartial
  }
}
