package import FlexAPI

/// Conditions without references, as a script writes them: plans keep what they depend on this way.
extension Condition {
  /// The condition as text; it reads back as the same condition.
  package var text: String {
    switch self {
    case .any(let parts):
      parts.isEmpty
        ? "1 is 2" : parts.map { $0.isAny ? "(\($0.text))" : $0.text }.joined(separator: " or ")
    case .all(let parts):
      parts.isEmpty
        ? "1 is 1"
        : parts.map { $0.isAny || $0.isAll ? "(\($0.text))" : $0.text }.joined(separator: " and ")
    case .not(let inner): "not (\(inner.text))"
    case .test(let subject): subject.text
    case .isEmpty(let subject, let negated): "\(subject.text) is \(negated ? "not " : "")empty"
    case .equals(let subject, let expression, let negated):
      "\(subject.text) is \(negated ? "not " : "")\(expression.text)"
    case .compares(let subject, let mark, let expression):
      "\(subject.text) \(mark.rawValue) \(expression.text)"
    case .isOneOf(let subject, let expressions, let negated):
      "\(subject.text) is \(negated ? "not " : "")one of ["
        + expressions.map(\.text).joined(separator: ", ") + "]"
    case .dates(let subject, let comparison, let expression):
      "\(subject.text) \(comparison.rawValue) \(expression.text)"
    }
  }

  /// A condition that always has this result, as text.
  package static func text(of holds: Bool) -> String {
    (holds ? Condition.all([]) : .any([])).text
  }

  private var isAny: Bool { if case .any(let parts) = self { parts.count > 1 } else { false } }
  private var isAll: Bool { if case .all(let parts) = self { parts.count > 1 } else { false } }
}

extension Subject {
  /// The subject as text.
  package var text: String {
    switch self {
    case .fetch(let fetch, let path): "(\(fetch.text))" + Self.dotted(path)
    case .collection(let collection, let filter, let path):
      "(\(collection.text)\(filter.map { " where \($0.text)" } ?? ""))" + Self.dotted(path)
    case .find(let expression, let path): "(find \(expression.text))" + Self.dotted(path)
    case .value(let expression): expression.text
    case .field(let path): path.map(Self.segment).joined(separator: ".")
    }
  }

  private static func dotted(_ path: [String]) -> String {
    path.map { "." + segment($0) }.joined()
  }

  static func segment(_ name: String) -> String {
    NameSyntax.isSegment(name) ? name : Template.quoted(name)
  }
}

extension Expression {
  /// The expression as text.
  package var text: String {
    switch self {
    case .sid(let sid): sid.description
    case .reference(let reference):
      "$" + ([reference.name] + reference.path.map(Subject.segment)).joined(separator: ".")
    case .text(let template): template.text
    case .number(let number): number.spelling
    case .duration(let duration): duration.flexSpelling
    case .rate(let rate): rate.spelling
    case .named(let type, let name): "\(type.noun) \(name.text)"
    case .list(let elements): "[" + elements.map(\.text).joined(separator: ", ") + "]"
    }
  }
}

extension Template {
  /// A text that is taken as it is.
  package init(literal: String) {
    parts = [.literal(literal)]
  }

  fileprivate var text: String {
    "\""
      + parts.map { part in
        switch part {
        case .literal(let literal): String(Template.quoted(literal).dropFirst().dropLast())
        case .reference(let reference):
          "${" + ([reference.name] + reference.path).joined(separator: ".") + "}"
        }
      }.joined() + "\""
  }

  /// A text in double quotes, with its escapes.
  package static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "$": quoted += "\\$"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        if Lexer.isRefused(scalar) {
          quoted += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}

extension Fetch {
  /// The look-up that an operation is, with every SID written out.
  package init(_ operation: Operation) {
    self.operation = operation.definition
    target = operation.sid.map {
      Target(type: operation.definition.resource.type, value: .sid($0))
    }
    scope = ScopeReference(operation)
  }

  /// The look-up as text.
  package var text: String {
    let object = target.map { " \($0.text)" } ?? ""
    return operation.resource.noun + object + scope.text(of: operation.resource)
  }
}

extension Collection {
  /// The listing that an operation is, with every SID written out.
  package init(_ operation: Operation) {
    self.operation = operation.definition
    scope = ScopeReference(operation)
  }

  /// The listing as text.
  package var text: String {
    (first.map { "first \($0.text) " } ?? "")
      + (operation.resource.collection ?? operation.resource.noun)
      + scope.text(of: operation.resource)
  }
}

extension ScopeReference {
  fileprivate init(_ operation: Operation) {
    targets = zip(operation.definition.scope, operation.scope.sids).reversed().map {
      resource, sid in Target(type: resource.type, value: .sid(sid))
    }
  }

  fileprivate func text(of resource: ResourceDefinition) -> String {
    if !origins.isEmpty {
      return origins.map { " of \($0.text)" }.joined()
        + (self[.workspace].map { " in \($0.text)" } ?? "")
    }
    return resource.scope.reversed().compactMap { outer in
      self[outer.type].map { " \(outer.preposition) \($0.text)" }
    }.joined()
  }
}

extension Target {
  fileprivate var text: String {
    switch value {
    case .sid(let sid): sid.description
    case .expression(let expression): expression.text
    }
  }
}

extension PromptChecker {
  /// Reads a condition that stands by itself; `nil` if it is none.
  package static func condition(_ text: String) -> Condition? {
    var checker = PromptChecker(session: CheckSession(files: NoFiles()))
    guard case .commands(let commands, _) = checker.check("expect \(text)"), commands.count == 1,
      case .expect(let condition, _, _) = commands[0].kind
    else { return nil }
    return condition
  }
}

/// No files at all.
private struct NoFiles: ScriptFiles {
  func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    throw FileProblem(reason: "no such file")
  }

  func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    throw FileProblem(reason: "no such file")
  }
}
