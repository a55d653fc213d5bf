package import FlexAPI

/// One sentence as it is written, before anything is known of its names.
///
/// The grammar is in `Grammar.md`. A statement that could not be parsed does not exist; its
/// mistakes are in the diagnostics.
package struct StatementSyntax: Sendable {
  /// From its first word to its last.
  package let range: SourceRange
  /// Its first word.
  package let verb: SourceRange
  /// What it says.
  package let kind: Kind

  /// The sentences of the language.
  package enum Kind: Sendable {
    case param(ParamSyntax)
    case use(SIDType, ValueSyntax, in: ScopeSyntax)
    case action(ActionSyntax)
    case query(QuerySyntax)
    case bind(name: NameSyntax, BindingSyntax)
    case loop(name: NameSyntax, LoopSource, where: ConditionSyntax?, BlockSyntax)
    case branch([(condition: ConditionSyntax, block: BlockSyntax)], otherwise: BlockSyntax?)
    case expect(ConditionSyntax, TextSyntax?)
    case waitUntil(ConditionSyntax, every: ValueSyntax?, timeout: ValueSyntax?)
    indirect case attempt(StatementSyntax)
    case run(RunSyntax)
    case stop(TextSyntax?)
    case fail(TextSyntax)
    case echo([ValueSyntax])
    case confirm(TextSyntax)
    case sleep(ValueSyntax)
    case set(SettingSyntax)
  }
}

extension StatementSyntax {
  /// Whether other sentences stand in it.
  var holdsBlock: Bool {
    switch kind {
    case .loop, .branch: true
    default: false
    }
  }
}

/// A name where it is declared.
package struct NameSyntax: Hashable, Sendable {
  package let text: String
  package let range: SourceRange
}

/// `{ … }`.
package struct BlockSyntax: Sendable {
  package let statements: [StatementSyntax]
  package let range: SourceRange
}

/// `param chat: channel = UO… "the conversation"`.
package struct ParamSyntax: Sendable {
  package let name: NameSyntax
  package let type: ParameterType
  package let defaultValue: ValueSyntax?
  package let documentation: String?
}

/// What may be written after the colon of a `param`.
package enum ParameterType: Hashable, Sendable {
  /// A SID of this kind.
  case sid(SIDType)
  /// A SID of any kind.
  case anySID
  case text, number, duration, file

  init?(_ keyword: Keyword) {
    switch keyword {
    case .sid: self = .anySID
    case .text: self = .text
    case .number: self = .number
    case .duration: self = .duration
    case .file: self = .file
    default:
      guard let type = SIDType.allCases.first(where: { $0.noun == keyword.rawValue }) else {
        return nil
      }
      self = .sid(type)
    }
  }

  /// Every type's word.
  static let allWords =
    SIDType.allCases.map(\.noun) + ["sid", "text", "number", "duration", "file"]

  /// The word that the script says.
  package var word: String {
    switch self {
    case .sid(let type): type.noun
    case .anySID: "sid"
    case .text: "text"
    case .number: "number"
    case .duration: "duration"
    case .file: "file"
    }
  }
}

/// `on UO… in KD…`: what a sentence says of its place, the innermost first.
package struct ScopeSyntax: Sendable {
  /// One of its SIDs.
  package struct Part: Sendable {
    /// The kind of SID that is due.
    package let type: SIDType
    package let value: ValueSyntax
  }

  /// Its SIDs, in the order in which they are written.
  package var parts: [Part] = []

  /// The SID of a kind; `nil` if the sentence does not say it.
  subscript(type: SIDType) -> ValueSyntax? { parts.first { $0.type == type }?.value }
}

/// A sentence that changes something.
package struct ActionSyntax: Sendable {
  /// What it acts on.
  package enum Object: Sendable {
    /// The resource in use, or what the place names.
    case none
    case one(ValueSyntax)
    case participants(ParticipantsSyntax)
  }

  /// A value that is sent.
  package enum Argument: Sendable {
    case word(String)
    case json(JSONSyntax)
    case value(ValueSyntax)
  }

  package let operation: OperationDefinition
  package let object: Object
  package let scope: ScopeSyntax
  /// A value for each parameter of the operation; `nil` for one that is left out.
  package let arguments: [Argument?]
}

/// The participants that `close` and `wrapup` act on.
package enum ParticipantsSyntax: Sendable {
  case everyAgent(SourceRange)
  case values([ValueSyntax])
}

/// A sentence that asks and shows.
package enum QuerySyntax: Sendable {
  case show(FetchSyntax)
  case list(CollectionSyntax, where: ConditionSyntax?)
}

/// One resource that is looked up.
package struct FetchSyntax: Sendable {
  package let operation: OperationDefinition
  /// `nil` for the resource in use.
  package let object: ValueSyntax?
  package let scope: ScopeSyntax
}

/// A listing.
package struct CollectionSyntax: Sendable {
  package let operation: OperationDefinition
  package let scope: ScopeSyntax

  /// What is listed.
  var resource: ResourceDefinition { operation.resource }
}

/// What `let` keeps.
package enum BindingSyntax: Sendable {
  case value(ValueSyntax)
  case fetch(FetchSyntax)
  case collection(CollectionSyntax, where: ConditionSyntax?)
  case action(ActionSyntax)
}

/// What `for` goes over.
package enum LoopSource: Sendable {
  case value(ValueSyntax)
  case collection(CollectionSyntax)
  case rows(ValueSyntax)
}

/// `run "park.flex" with chat = $c`.
package struct RunSyntax: Sendable {
  package let path: TextSyntax
  package let arguments: [(name: NameSyntax, value: ValueSyntax)]
}

/// `set …`.
package enum SettingSyntax: Sendable {
  case timeout(ValueSyntax)
  case retries(ValueSyntax)
  case jobs(ValueSyntax)
  case rate(ValueSyntax)
  case onError(continuing: Bool)
}

/// What a sentence hangs on.
package indirect enum ConditionSyntax: Sendable {
  case any([ConditionSyntax])
  case all([ConditionSyntax])
  case not(ConditionSyntax)
  case test(SubjectSyntax)
  case isEmpty(SubjectSyntax, negated: Bool)
  case equals(SubjectSyntax, ComparandSyntax, negated: Bool)
  case compares(SubjectSyntax, ComparisonOperator, ValueSyntax)
}

/// `<`, `<=`, `>`, `>=`.
package enum ComparisonOperator: String, Sendable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// What stands on the left of a comparison, and where.
package struct SubjectSyntax: Sendable {
  /// What it is.
  package enum Kind: Sendable {
    case fetch(FetchSyntax, path: [NameSyntax])
    case collection(CollectionSyntax, where: ConditionSyntax?, path: [NameSyntax])
    case value(ValueSyntax)
    /// A field of the thing that `where` looks at.
    case field([NameSyntax])
  }

  package let kind: Kind
  package let range: SourceRange
}

/// What stands on the right of `is`.
package enum ComparandSyntax: Sendable {
  case value(ValueSyntax)
  case word(String, SourceRange)
}

/// A value where one is due.
package struct ValueSyntax: Sendable {
  /// The forms of the language's values.
  package enum Kind: Sendable {
    case sid(AnySID)
    case reference(ReferenceSyntax)
    case text(TextSyntax)
    case number(Number)
    case duration(Duration)
    case rate(RequestRate)
    case list([ValueSyntax])
    /// Could not be read; a diagnostic has been made.
    case malformed
  }

  package let kind: Kind
  package let range: SourceRange
}

/// `$row.channel`.
package struct ReferenceSyntax: Sendable {
  package let name: NameSyntax
  package let path: [NameSyntax]
  package let range: SourceRange
}

/// A text, its escapes decoded.
package struct TextSyntax: Sendable {
  /// A part of a text.
  package enum Part: Sendable {
    case literal(String)
    case reference(ReferenceSyntax)
  }

  package let parts: [Part]
  package let range: SourceRange

  /// The text itself, if nothing in it is interpolated.
  package var literal: String? {
    parts.reduce("") { joined, part in
      if let joined, case .literal(let text) = part { joined + text } else { nil }
    }
  }
}

/// JSON as a sentence takes it: texts may interpolate and a reference may stand for a value.
package indirect enum JSONSyntax: Sendable {
  case literal(JSON)
  case text(TextSyntax)
  case reference(ReferenceSyntax)
  case array([JSONSyntax])
  case object([(name: String, value: JSONSyntax)])
}
