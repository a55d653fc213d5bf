package import FlexAPI

/// One sentence that has been checked: every name is known, every SID written out is of the kind
/// that is due, and every place is given.
package struct Command: Sendable {
  /// Where its first word stands.
  package let position: SourcePosition
  /// The text of the sentence, kept for those that hold a block or a reference.
  package let source: String?
  /// What to do.
  package let kind: Kind

  /// The sentences of the language.
  package enum Kind: Sendable {
    /// A parameter gets its value: the argument, or else the default.
    case param(name: String, ParameterType, defaultValue: Expression?)
    case use(Target, in: ScopeReference)
    case action(Action)
    case query(Query)
    case bind(name: String, Binding)
    case loop(name: String, Loop, where: Condition?, [Command])
    case branch([(condition: Condition, block: [Command])], otherwise: [Command])
    case expect(Condition, source: String, message: Template?)
    case waitUntil(Condition, source: String, every: Expression?, timeout: Expression?)
    indirect case attempt(Command)
    case run(Run)
    case stop(Template?)
    case fail(Template)
    case echo([Expression])
    case confirm(Template)
    case sleep(Expression)
    case set(Setting)
  }
}

/// A SID of a known kind, or an expression that will be one when the sentence is reached.
package struct Target: Sendable {
  /// The two ways to name it.
  package enum Value: Sendable {
    case sid(AnySID)
    case expression(Expression)
  }

  /// The kind of SID; the checker has proved a SID that is written out to be of this kind.
  package let type: SIDType
  package let value: Value
}

/// The place of a sentence, as far as the sentence names it.
///
/// A kind that is not named comes from the resource that is acted on, if that knows its own place, or
/// else from the last `use`.
package struct ScopeReference: Sendable {
  /// What is named, the innermost first.
  package var targets: [Target] = []

  /// What names a kind; `nil` if nothing does.
  package subscript(type: SIDType) -> Target? { targets.first { $0.type == type } }
}

/// A sentence that changes something.
package struct Action: Sendable {
  /// What it acts on.
  package enum Object: Sendable {
    /// The resource in use, or what the place names.
    case none
    case one(Target)
    case participants(Participants)
  }

  /// A value that is sent.
  package enum Argument: Sendable {
    case word(String)
    case json(JSONTemplate)
    case expression(Expression)
  }

  /// What is asked of the API.
  package let operation: OperationDefinition
  package let object: Object
  package let scope: ScopeReference
  /// A value for each parameter of the operation; `nil` for one that is left out.
  package let arguments: [Argument?]
}

/// The participants that `close` and `wrapup` act on.
package enum Participants: Sendable {
  /// The participants of type `agent` that the channel lists when the sentence is reached.
  case everyAgent
  /// These, in this order; an expression may give several.
  case targets([Target])
}

/// A sentence that asks and shows.
package enum Query: Sendable {
  case show(Fetch)
  case list(Collection, where: Condition?)
}

/// One resource that is looked up.
package struct Fetch: Sendable {
  package let operation: OperationDefinition
  /// `nil` for the resource in use.
  package let target: Target?
  package let scope: ScopeReference
}

/// A listing.
package struct Collection: Sendable {
  package let operation: OperationDefinition
  package let scope: ScopeReference
}

/// What `let` keeps.
package enum Binding: Sendable {
  case value(Expression)
  case fetch(Fetch)
  case collection(Collection, where: Condition?)
  case action(Action)
}

/// What `for` goes over.
package enum Loop: Sendable {
  case value(Expression)
  case collection(Collection)
  /// The rows of a file, its path as the script has it.
  case rows(Expression)
}

/// `run "park.flex" with chat = $c`.
package struct Run: Sendable {
  /// The path as the script has it, relative to that script.
  package let path: String
  package let arguments: [(name: String, value: Expression)]
}

/// `set …`.
package enum Setting: Sendable {
  case timeout(Expression)
  case retries(Expression)
  case jobs(Expression)
  case rate(Expression)
  case onError(continuing: Bool)
}

/// A value, or how to get one.
package enum Expression: Sendable {
  case sid(AnySID)
  case reference(Reference)
  case text(Template)
  case number(Number)
  case duration(Duration)
  case rate(RequestRate)
  case list([Expression])
}

/// A name, and the fields to follow from what it stands for.
package struct Reference: Hashable, Sendable {
  package let name: String
  package let path: [String]
}

/// A text with references in it.
package struct Template: Sendable {
  /// A part of a text.
  package enum Part: Sendable {
    case literal(String)
    case reference(Reference)
  }

  package let parts: [Part]
}

/// JSON with references in it.
package indirect enum JSONTemplate: Sendable {
  case literal(JSON)
  case text(Template)
  case reference(Reference)
  case array([JSONTemplate])
  case object([(name: String, value: JSONTemplate)])
}

/// What a sentence hangs on.
package indirect enum Condition: Sendable {
  case any([Condition])
  case all([Condition])
  case not(Condition)
  /// A yes or no.
  case test(Subject)
  case isEmpty(Subject, negated: Bool)
  case equals(Subject, Expression, negated: Bool)
  case compares(Subject, ComparisonOperator, Expression)
}

/// What stands on the left of a comparison.
package indirect enum Subject: Sendable {
  case fetch(Fetch, path: [String])
  case collection(Collection, where: Condition?, path: [String])
  case value(Expression)
  /// A field of the thing that `where` looks at.
  case field([String])
}
