package import FlexAPI

/// One sentence as written, before anything is known about its names.
///
/// The grammar is in `Grammar.md`. A statement that could not be parsed does not exist; its
/// mistakes are in the diagnostics.
package struct StatementSyntax: Sendable {
  /// The range from its first word to its last.
  package let range: SourceRange
  /// The range of its first word.
  package let verb: SourceRange
  /// The kind of sentence, with its parts.
  package let kind: Kind

  /// The kinds of sentences in the language.
  package enum Kind: Sendable {
    case param(ParamSyntax)
    /// The value is absent if the place is what `of` leads to.
    case use(SIDType, ValueSyntax?, in: ScopeSyntax)
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
  /// Whether it contains other sentences.
  var holdsBlock: Bool {
    switch kind {
    case .loop, .branch: true
    default: false
    }
  }
}

/// A name as written, with its range.
package struct NameSyntax: Hashable, Sendable {
  /// The name.
  package let text: String
  /// The range of the name.
  package let range: SourceRange

  /// Whether a word can be a name: `[a-z][a-z0-9_]*`.
  package static func isName(_ word: String) -> Bool { Parser.isName(word) }

  /// Whether a word can follow a dot without quotes: `[A-Za-z_][A-Za-z0-9_]*`.
  static func isSegment(_ word: String) -> Bool {
    guard let first = word.utf8.first, !Lexer.isDigit(first) else { return false }
    return word.utf8.allSatisfy(Lexer.isSegmentByte)
  }
}

/// A block: `{ … }`.
package struct BlockSyntax: Sendable {
  /// The sentences in the block.
  package let statements: [StatementSyntax]
  /// The range from its `{` to its `}`.
  package let range: SourceRange
}

/// A parameter declaration: `param chat: channel = UO… "the conversation"`.
package struct ParamSyntax: Sendable {
  /// The name of the parameter.
  package let name: NameSyntax
  /// The type of the parameter.
  package let type: ParameterType
  /// The default value; `nil` if there is none.
  package let defaultValue: ValueSyntax?
  /// The description in quotes; `nil` if there is none.
  package let documentation: String?
}

/// The type of a parameter, as written after the colon of a `param`.
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

  /// The words for all types.
  static let allWords =
    SIDType.allCases.map(\.noun) + ["sid", "text", "number", "duration", "file"]

  /// The word for the type in a script.
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

/// The place that a sentence names, innermost first: `on UO… in KD…`.
package struct ScopeSyntax: Sendable {
  /// One of its SIDs.
  package struct Part: Sendable {
    /// The kind of SID that is expected.
    package let type: SIDType
    /// The value that is written for it.
    package let value: ValueSyntax
  }

  /// Its SIDs, in the order in which they are written.
  package var parts: [Part] = []
  /// What follows `of`, from which the place is found out: one or two values.
  package var origins: [ValueSyntax] = []

  /// The SID of a kind; `nil` if the sentence does not name one.
  subscript(type: SIDType) -> ValueSyntax? { parts.first { $0.type == type }?.value }
}

/// A sentence that changes something.
package struct ActionSyntax: Sendable {
  /// The object that an action acts on.
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

  /// The API operation that the sentence calls.
  package let operation: OperationDefinition
  /// The object that it acts on.
  package let object: Object
  /// The place that it names.
  package let scope: ScopeSyntax
  /// A value for each parameter of the operation; `nil` for one that is left out.
  package let arguments: [Argument?]
}

/// The participants that `close` and `wrapup` act on.
package enum ParticipantsSyntax: Sendable {
  case everyAgent(SourceRange)
  case values([ValueSyntax])
}

/// A sentence that queries the API and shows the result.
package enum QuerySyntax: Sendable {
  case show(FetchSyntax)
  case list(CollectionSyntax, where: ConditionSyntax?)
  case find(ValueSyntax)
}

/// A lookup of one resource.
package struct FetchSyntax: Sendable {
  /// The API operation that returns the resource.
  package let operation: OperationDefinition
  /// The SID of the resource; `nil` for the resource in use.
  package let object: ValueSyntax?
  /// The place that the lookup names.
  package let scope: ScopeSyntax
}

/// A listing of resources.
package struct CollectionSyntax: Sendable {
  /// The API operation that lists the resources.
  package let operation: OperationDefinition
  /// The place that the listing names.
  package let scope: ScopeSyntax
  /// How many are wanted, if not all: what is written after `first`.
  var first: ValueSyntax?

  /// The resource that is listed.
  var resource: ResourceDefinition { operation.resource }
}

/// What `let` stores.
package enum BindingSyntax: Sendable {
  case value(ValueSyntax)
  case fetch(FetchSyntax)
  case collection(CollectionSyntax, where: ConditionSyntax?)
  /// Rows of `find`, or the end of a path that begins there or at another look-up in parentheses.
  case lookUp(SubjectSyntax)
  case find(ValueSyntax)
  case action(ActionSyntax)
}

/// What `for` iterates over.
package enum LoopSource: Sendable {
  case value(ValueSyntax)
  case collection(CollectionSyntax)
  case find(ValueSyntax)
  case rows(ValueSyntax)
}

/// A sentence that runs another script: `run "park.flex" with chat = $c`.
package struct RunSyntax: Sendable {
  /// The path of the script.
  package let path: TextSyntax
  /// The arguments, in the order in which they are written.
  package let arguments: [(name: NameSyntax, value: ValueSyntax)]
}

/// The setting that a `set …` sentence changes.
package enum SettingSyntax: Sendable {
  case timeout(ValueSyntax)
  case retries(ValueSyntax)
  case jobs(ValueSyntax)
  case rate(ValueSyntax)
  case onError(continuing: Bool)
}

/// A condition that a sentence depends on.
package indirect enum ConditionSyntax: Sendable {
  case any([ConditionSyntax])
  case all([ConditionSyntax])
  case not(ConditionSyntax)
  case test(SubjectSyntax)
  case isEmpty(SubjectSyntax, negated: Bool)
  case equals(SubjectSyntax, ComparandSyntax, negated: Bool)
  case compares(SubjectSyntax, ComparisonOperator, ValueSyntax)
  case isOneOf(SubjectSyntax, CandidatesSyntax, negated: Bool)
  case dates(SubjectSyntax, DateComparison, ValueSyntax)
}

/// What follows `is one of`.
package enum CandidatesSyntax: Sendable {
  case written([ComparandSyntax])
  case reference(ValueSyntax)
}

/// A comparison of times: with a duration before now, or with a time.
package enum DateComparison: String, Sendable {
  case older = "older than"
  case newer = "newer than"
  case before
  case after
}

/// A comparison operator: `<`, `<=`, `>`, `>=`.
package enum ComparisonOperator: String, Sendable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// The left side of a comparison, and its location.
package struct SubjectSyntax: Sendable {
  /// The kinds of subjects.
  package enum Kind: Sendable {
    case fetch(FetchSyntax, path: [NameSyntax])
    case collection(CollectionSyntax, where: ConditionSyntax?, path: [NameSyntax])
    case find(ValueSyntax, path: [NameSyntax])
    case value(ValueSyntax)
    /// A field of the item that `where` examines.
    case field([NameSyntax])
  }

  /// The kind of subject, with its parts.
  package let kind: Kind
  /// The range of the subject.
  package let range: SourceRange
}

/// The right side of `is`.
package enum ComparandSyntax: Sendable {
  case value(ValueSyntax)
  case word(String, SourceRange)
}

/// A value at a place where one is expected.
package struct ValueSyntax: Sendable {
  /// The forms of values in the language.
  package enum Kind: Sendable {
    case sid(AnySID)
    case reference(ReferenceSyntax)
    case text(TextSyntax)
    case number(Number)
    case duration(Duration)
    case rate(RequestRate)
    case list([ValueSyntax])
    /// `worker`, `queue`, `workflow` or `workspace`, and a name or a SID for one.
    indirect case named(SIDType, ValueSyntax)
    /// A value that could not be read; a diagnostic has been reported.
    case malformed
  }

  /// The form of the value, with its contents.
  package let kind: Kind
  /// The range of the value.
  package let range: SourceRange
}

/// A reference to a name: `$row.channel`.
package struct ReferenceSyntax: Sendable {
  /// The name, without its `$`.
  package let name: NameSyntax
  /// The fields after the name.
  package let path: [NameSyntax]
  /// The range of the reference, including its `$`.
  package let range: SourceRange
  /// Whether it is part of a text, where `${name}` ends it early.
  var isInText = false
}

/// A text with its escapes decoded.
package struct TextSyntax: Sendable {
  /// A part of a text.
  package enum Part: Sendable {
    case literal(String)
    case reference(ReferenceSyntax)
  }

  /// The parts of the text, in order; at least one.
  package let parts: [Part]
  /// The range of the text, including its quotes.
  package let range: SourceRange

  /// The text itself, if nothing in it is interpolated.
  package var literal: String? {
    parts.reduce("") { joined, part in
      if let joined, case .literal(let text) = part { joined + text } else { nil }
    }
  }
}

/// JSON in a sentence: texts may contain references, and a reference may stand for a value.
package indirect enum JSONSyntax: Sendable {
  case literal(JSON)
  case text(TextSyntax)
  case reference(ReferenceSyntax)
  case named(ValueSyntax)
  case array([JSONSyntax])
  case object([JSONMemberSyntax])
}

/// A member of a JSON object in a sentence.
package struct JSONMemberSyntax: Sendable {
  /// Its name, and the range of that.
  package let name: String
  let nameRange: SourceRange
  /// Its value, and the range of that.
  package let value: JSONSyntax
  let valueRange: SourceRange
}
