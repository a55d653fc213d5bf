/// A value that a sentence gives to an operation.
package struct OperationParameter: Sendable {
  /// What the value is.
  package enum Kind: Sendable {
    /// One form field that holds JSON.
    case json
    /// The whole body, which is JSON.
    case jsonBody
    case text
    /// A SID with this prefix; `noun`: what it names, for messages.
    case sid(prefix: String, noun: String)
    /// A word that follows the verb.
    case word([String])
  }

  /// The field of the request, in Pascal case; empty for a whole body.
  package let field: String
  /// The member of journals and plans.
  package let name: String
  /// The keyword before the value; `nil` for a value without one.
  package let keyword: String?
  /// What the value is.
  package let kind: Kind
  /// Whether a sentence has to give it.
  package let isRequired: Bool
  /// The field of the returned resource that then has this value, if there is one.
  package let answerField: String?
  /// What messages call the value, with an article.
  package let description: String

  /// Describes a parameter.
  package init(
    _ field: String, as name: String, keyword: String?, _ kind: Kind, isRequired: Bool = true,
    answeredAs answerField: String? = nil, description: String = "JSON"
  ) {
    self.field = field
    self.name = name
    self.keyword = keyword
    self.kind = kind
    self.isRequired = isRequired
    self.answerField = answerField
    self.description = description
  }

  /// Whether it is the routing of a new task.
  package var isRouting: Bool { name == "routing" }

  /// Whether the value may name people or hold their data, and so is left out of journals.
  package var isPrivate: Bool {
    switch kind {
    case .json, .jsonBody, .text, .sid: true
    case .word: false
    }
  }
}

/// How a sentence asks for an operation: words, object, place, parameters, suffix, in this order.
package struct SentenceForm: Sendable {
  /// What the sentence acts on, after its words.
  package enum Object: Sendable {
    /// Nothing: the place says it all.
    case none
    /// One resource, written out or by name.
    case one
    /// One resource; the one in use if the sentence names none.
    case oneOrInUse
    /// Participants: several, lists of them, or `every agent`.
    case participants
  }

  /// The words that it begins with.
  package let words: [String]
  /// What follows them.
  package let object: Object
  /// The words that it ends with.
  package let suffix: [String]

  /// Describes a form.
  package init(_ words: [String], _ object: Object, suffix: [String] = []) {
    self.words = words
    self.object = object
    self.suffix = suffix
    wordBytes = Array(words.joined(separator: " ").utf8)
    suffixBytes = Array(suffix.joined(separator: " ").utf8)
  }

  let wordBytes, suffixBytes: [UInt8]
}
