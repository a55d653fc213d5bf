/// Gives every name in a session one declaration: a name that is declared again gets a number.
struct NameNumbering {
  /// Every name that has been declared so far, in its new form.
  private(set) var taken: Set<String> = []
  /// The new forms of names, from the outermost level inwards.
  private var scopes: [[String: String]] = [[:]]

  /// Numbers the names of a statement, and remembers those that it declares.
  mutating func rename(_ statement: StatementSyntax) -> Renaming {
    var renaming = Renaming()
    visit(statement, &renaming)
    return renaming
  }

  private mutating func declare(_ name: NameSyntax, _ renaming: inout Renaming) {
    var new = name.text
    var number = 2
    // A name that an earlier block declared can be declared again after that block.
    let isVisible = scopes.contains { $0[name.text] != nil }
    while isVisible && taken.contains(new) {
      new = "\(name.text)_\(number)"
      number += 1
    }
    taken.insert(new)
    scopes[scopes.count - 1][name.text] = new
    renaming.declare(name, as: new)
  }

  // MARK: Statements

  private mutating func visit(_ statement: StatementSyntax, _ renaming: inout Renaming) {
    switch statement.kind {
    case .param(let param):
      // In the middle of a script, a parameter becomes the value that it stood for.
      declare(param.name, &renaming)
      if let value = param.defaultValue {
        renaming.replaceParameter(statement.range, param.name, value.range)
      }
    case .use(_, let value, let scope):
      visit([value], &renaming)
      visit(scope, &renaming)
    case .action(let action): visit(action, &renaming)
    case .query(.show(let fetch)): visit(fetch, &renaming)
    case .query(.list(let collection, let filter)):
      visit(collection, &renaming)
      visit(filter, &renaming)
    case .query(.find(let value)): visit(value, &renaming)
    case .bind(let name, let binding):
      visit(binding, &renaming)
      declare(name, &renaming)
    case .loop(let name, let source, let filter, let block):
      switch source {
      case .value(let value), .rows(let value), .find(let value): visit(value, &renaming)
      case .collection(let collection): visit(collection, &renaming)
      }
      visit(filter, &renaming)
      scopes.append([:])
      declare(name, &renaming)
      visit(block, &renaming)
      scopes.removeLast()
    case .branch(let branches, let otherwise):
      for (condition, block) in branches {
        visit(condition, &renaming)
        visit(block, &renaming)
      }
      if let otherwise { visit(otherwise, &renaming) }
    case .expect(let condition, let message):
      visit(condition, &renaming)
      visit(message, &renaming)
    case .waitUntil(let condition, let every, let timeout):
      visit(condition, &renaming)
      visit([every, timeout], &renaming)
    case .attempt(let inner): visit(inner, &renaming)
    case .run(let run):
      visit(run.path, &renaming)
      visit(run.arguments.map(\.value), &renaming)
    case .stop(let text): visit(text, &renaming)
    case .fail(let text), .confirm(let text): visit(text, &renaming)
    case .echo(let values): visit(values, &renaming)
    case .sleep(let value): visit(value, &renaming)
    case .set(let setting):
      switch setting {
      case .timeout(let value), .retries(let value), .jobs(let value), .rate(let value):
        visit(value, &renaming)
      case .onError: break
      }
    }
  }

  private mutating func visit(_ block: BlockSyntax, _ renaming: inout Renaming) {
    scopes.append([:])
    for statement in block.statements { visit(statement, &renaming) }
    scopes.removeLast()
  }

  private func visit(_ binding: BindingSyntax, _ renaming: inout Renaming) {
    switch binding {
    case .value(let value): visit(value, &renaming)
    case .fetch(let fetch): visit(fetch, &renaming)
    case .collection(let collection, let filter):
      visit(collection, &renaming)
      visit(filter, &renaming)
    case .find(let value): visit(value, &renaming)
    case .lookUp(let subject): visit(subject, &renaming)
    case .action(let action): visit(action, &renaming)
    }
  }

  private func visit(_ action: ActionSyntax, _ renaming: inout Renaming) {
    switch action.object {
    case .none, .participants(.everyAgent): break
    case .one(let value): visit(value, &renaming)
    case .participants(.values(let values)): visit(values, &renaming)
    }
    visit(action.scope, &renaming)
    for argument in action.arguments {
      switch argument {
      case nil, .word?: break
      case .json(let json)?: visit(json, &renaming)
      case .value(let value)?: visit(value, &renaming)
      }
    }
  }

  private func visit(_ fetch: FetchSyntax, _ renaming: inout Renaming) {
    visit([fetch.object], &renaming)
    visit(fetch.scope, &renaming)
  }

  private func visit(_ collection: CollectionSyntax, _ renaming: inout Renaming) {
    visit([collection.first], &renaming)
    visit(collection.scope, &renaming)
  }

  private func visit(_ scope: ScopeSyntax, _ renaming: inout Renaming) {
    visit(scope.origins, &renaming)
    visit(scope.parts.map(\.value), &renaming)
  }

  // MARK: Conditions

  private func visit(_ condition: ConditionSyntax?, _ renaming: inout Renaming) {
    switch condition {
    case nil: break
    case .any(let parts), .all(let parts): for part in parts { visit(part, &renaming) }
    case .not(let part): visit(part, &renaming)
    case .test(let subject), .isEmpty(let subject, _): visit(subject, &renaming)
    case .equals(let subject, let comparand, _):
      visit(subject, &renaming)
      if case .value(let value) = comparand { visit(value, &renaming) }
    case .compares(let subject, _, let value), .dates(let subject, _, let value):
      visit(subject, &renaming)
      visit(value, &renaming)
    case .isOneOf(let subject, let candidates, _):
      visit(subject, &renaming)
      switch candidates {
      case .reference(let value): visit(value, &renaming)
      case .written(let comparands):
        for case .value(let value) in comparands { visit(value, &renaming) }
      }
    }
  }

  private func visit(_ subject: SubjectSyntax, _ renaming: inout Renaming) {
    switch subject.kind {
    case .fetch(let fetch, _): visit(fetch, &renaming)
    case .collection(let collection, let filter, _):
      visit(collection, &renaming)
      visit(filter, &renaming)
    case .value(let value), .find(let value, _): visit(value, &renaming)
    case .field: break
    }
  }

  // MARK: Values

  private func visit(_ values: [ValueSyntax?], _ renaming: inout Renaming) {
    for case let value? in values { visit(value, &renaming) }
  }

  private func visit(_ value: ValueSyntax, _ renaming: inout Renaming) {
    switch value.kind {
    case .reference(let reference): visit(reference, &renaming)
    case .text(let text): visit(text, &renaming)
    case .list(let elements): visit(elements, &renaming)
    case .named(_, let name): visit(name, &renaming)
    case .sid, .number, .duration, .rate, .malformed: break
    }
  }

  private func visit(_ text: TextSyntax?, _ renaming: inout Renaming) {
    for case .reference(let reference) in text?.parts ?? [] { visit(reference, &renaming) }
  }

  private func visit(_ json: JSONSyntax?, _ renaming: inout Renaming) {
    switch json {
    case nil, .literal: break
    case .text(let text): visit(text, &renaming)
    case .reference(let reference): visit(reference, &renaming)
    case .named(let value): visit(value, &renaming)
    case .array(let elements): for element in elements { visit(element, &renaming) }
    case .object(let members): for member in members { visit(member.value, &renaming) }
    }
  }

  private func visit(_ reference: ReferenceSyntax, _ renaming: inout Renaming) {
    for scope in scopes.reversed() {
      guard let new = scope[reference.name.text] else { continue }
      return renaming.use(reference.name, as: new)
    }
  }
}

/// The new forms of the names in one statement.
struct Renaming {
  /// The names that it uses, in their new form.
  private(set) var uses: Set<String> = []
  private var declared: [SourceRange: String] = [:]
  private var edits: [(range: Range<Int>, text: String)] = []
  private var parameter: (name: NameSyntax, value: SourceRange)?

  mutating func declare(_ name: NameSyntax, as new: String) {
    declared[name.range] = new
    if new != name.text { edits.append((name.range.offsets, new)) }
  }

  mutating func use(_ name: NameSyntax, as new: String) {
    uses.insert(new)
    if new != name.text { edits.append((name.range.offsets, new)) }
  }

  mutating func replaceParameter(_ range: SourceRange, _ name: NameSyntax, _ value: SourceRange) {
    parameter = (name, value)
  }

  func name(declaredAs name: NameSyntax) -> String { declared[name.range] ?? name.text }

  /// Returns the text of the statement with its new names.
  func apply(to window: SourceWindow, _ range: SourceRange) -> String {
    if let parameter {
      return "let \(name(declaredAs: parameter.name)) = \(window.text(parameter.value))"
    }
    var result = ""
    var end = range.start.offset
    func slice(_ start: Int, _ end: Int) -> String {
      String(decoding: window.bytes[(start - window.base)..<(end - window.base)], as: UTF8.self)
    }
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      result += slice(end, edit.range.lowerBound) + edit.text
      end = edit.range.upperBound
    }
    return result + slice(end, range.end.offset)
  }
}

extension SourceRange {
  fileprivate var offsets: Range<Int> { start.offset..<end.offset }
}
