package import FlexAPI

/// One sentence that has been checked: every name is known, every SID written out is of the
/// expected kind, and every place is given.
package struct Command: Sendable {
  /// The position of its first word.
  package let position: SourcePosition
  /// The text of the sentence, kept if it contains a block or a reference.
  package let source: String?
  /// Its first word, or the words of its action: `show`, `close channel`.
  package var verb: String {
    switch kind {
    case .param: "param"
    case .use: "use"
    case .action(let action): action.operation.verb
    case .query(.show): "show"
    case .query(.list): "list"
    case .query(.find): "find"
    case .bind: "let"
    case .loop: "for"
    case .branch: "if"
    case .expect: "expect"
    case .waitUntil: "wait"
    case .attempt(let inner): inner.verb
    case .run: "run"
    case .stop: "stop"
    case .fail: "fail"
    case .echo: "echo"
    case .confirm: "confirm"
    case .sleep: "sleep"
    case .set: "set"
    }
  }
  /// What the command does.
  package let kind: Kind

  /// The kinds of sentences in the language.
  package enum Kind: Sendable {
    /// Sets a parameter to its argument, or else to its default.
    case param(name: String, ParameterType, defaultValue: Expression?)
    /// `target` is absent if the place is what `of` leads to.
    case use(SIDType, Target?, in: ScopeReference)
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

/// A SID of a known kind, or an expression that yields one when the sentence is reached.
package struct Target: Sendable {
  /// The two ways to name a target.
  package enum Value: Sendable {
    case sid(AnySID)
    case expression(Expression)
  }

  /// The kind of SID; the checker has verified that a SID that is written out is of this kind.
  package let type: SIDType
  /// The SID, or the expression for it.
  package let value: Value

  /// Names a target.
  package init(type: SIDType, value: Value) {
    self.type = type
    self.value = value
  }
}

/// The place of a sentence, as far as the sentence names it.
///
/// A kind that is not named comes from the resource that is acted on, if that knows its own place,
/// or else from the last `use`.
package struct ScopeReference: Sendable {
  /// The targets that are named, innermost first.
  package var targets: [Target] = []
  /// What leads to the place: what is written after `of`, one or two values.
  package var origins: [Expression] = []

  /// Names nothing yet.
  package init(targets: [Target] = [], origins: [Expression] = []) {
    self.targets = targets
    self.origins = origins
  }

  /// The target of a kind; `nil` if none is named.
  package subscript(type: SIDType) -> Target? { targets.first { $0.type == type } }
}

/// A sentence that changes something.
package struct Action: Sendable {
  /// The object that an action acts on.
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

  /// The API operation that the action calls.
  package let operation: OperationDefinition
  /// The object that it acts on.
  package let object: Object
  /// The place that the sentence names.
  package let scope: ScopeReference
  /// A value for each parameter of the operation; `nil` for one that is left out.
  package let arguments: [Argument?]
}

/// The participants that `close` and `wrapup` act on.
package enum Participants: Sendable {
  /// The participants of type `agent` that the channel lists when the sentence is reached.
  case everyAgent
  /// These targets, in this order; an expression may yield several.
  case targets([Target])
}

/// A sentence that queries the API and shows the result.
package enum Query: Sendable {
  case show(Fetch)
  case list(Collection, where: Condition?)
  case find(Expression)
}

/// A lookup of one resource.
package struct Fetch: Sendable {
  /// The API operation that returns the resource.
  package let operation: OperationDefinition
  /// The resource; `nil` for the resource in use.
  package let target: Target?
  /// The place that the lookup names.
  package let scope: ScopeReference

  /// Puts a lookup together.
  package init(operation: OperationDefinition, target: Target?, scope: ScopeReference) {
    self.operation = operation
    self.target = target
    self.scope = scope
  }
}

/// A listing of resources.
package struct Collection: Sendable {
  /// The API operation that lists the resources.
  package let operation: OperationDefinition
  /// The place that the listing names.
  package let scope: ScopeReference
  /// How many are wanted, if not all.
  package var first: Expression?

  /// Puts a listing together.
  package init(operation: OperationDefinition, scope: ScopeReference) {
    self.operation = operation
    self.scope = scope
  }
}

/// What `let` stores.
package enum Binding: Sendable {
  case value(Expression)
  case fetch(Fetch)
  case collection(Collection, where: Condition?)
  case find(Expression)
  /// The end of a path that begins at a look-up in parentheses.
  case lookUp(Subject)
  case action(Action)
}

/// What `for` iterates over.
package enum Loop: Sendable {
  case value(Expression)
  case collection(Collection)
  case find(Expression)
  /// The rows of a file, with its path as written in the script.
  case rows(Expression)
}

/// A sentence that runs another script: `run "park.flex" with chat = $c`.
package struct Run: Sendable {
  /// The path as written in the script, relative to that script.
  package let path: String
  /// The arguments, in the order in which they are written.
  package let arguments: [(name: String, value: Expression)]
}

/// The setting that a `set …` sentence changes.
package enum Setting: Sendable {
  case timeout(Expression)
  case retries(Expression)
  case jobs(Expression)
  case rate(Expression)
  case onError(continuing: Bool)
}

/// A value, or how to compute one.
package indirect enum Expression: Sendable {
  case sid(AnySID)
  /// A worker, queue, workflow or workspace, by its name or its SID.
  case named(SIDType, Expression)
  case reference(Reference)
  case text(Template)
  case number(Number)
  case duration(Duration)
  case rate(RequestRate)
  case list([Expression])
}

/// A name, and the fields to follow from what it stands for.
package struct Reference: Hashable, Sendable {
  /// The name, without its `$`.
  package let name: String
  /// The fields after the name.
  package let path: [String]
}

/// A text with references in it.
package struct Template: Sendable {
  /// A part of a text.
  package enum Part: Sendable {
    case literal(String)
    case reference(Reference)
  }

  /// The parts of the text, in order.
  package let parts: [Part]
}

/// JSON with references in it.
package indirect enum JSONTemplate: Sendable {
  case literal(JSON)
  case text(Template)
  case reference(Reference)
  /// A worker, queue, workflow or workspace, by its name or its SID.
  case named(SIDType, Expression)
  case array([JSONTemplate])
  case object([(name: String, value: JSONTemplate)])
}

/// A condition that a sentence depends on.
package indirect enum Condition: Sendable {
  case any([Condition])
  case all([Condition])
  case not(Condition)
  /// A yes-or-no value.
  case test(Subject)
  case isEmpty(Subject, negated: Bool)
  case equals(Subject, Expression, negated: Bool)
  case compares(Subject, ComparisonOperator, Expression)
  /// Compares with each value; a value that is a list stands for its elements.
  case isOneOf(Subject, [Expression], negated: Bool)
  case dates(Subject, DateComparison, Expression)
}

/// The left side of a comparison.
package indirect enum Subject: Sendable {
  case fetch(Fetch, path: [String])
  case collection(Collection, where: Condition?, path: [String])
  case find(Expression, path: [String])
  case value(Expression)
  /// A field of the item that `where` examines.
  case field([String])
}
