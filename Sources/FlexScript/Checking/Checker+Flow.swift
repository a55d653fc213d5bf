import FlexAPI

extension Checker {
  mutating func param(_ syntax: ParamSyntax) -> Command.Kind? {
    let type = Checker.type(of: syntax.type)
    let errorsBefore = errorCount
    let defaultValue = syntax.defaultValue.flatMap { literal($0, for: syntax.type) }
    let written = syntax.defaultValue.map { window.text($0.range) }
    note(
      Parameter(
        name: syntax.name.text, type: syntax.type, defaultText: written,
        documentation: syntax.documentation))
    var constant: String?
    if case .text(let template)? = defaultValue, case .literal(let text)? = template.parts.first {
      constant = text
    }
    if let arguments {
      if let argument = arguments[syntax.name.text] {
        if let problem = ArgumentValue.problem(with: argument, for: syntax.type) {
          report(
            .badArgument(
              name: syntax.name.text, expected: type.description, problem: problem),
            at: syntax.name.range)
        }
        constant = argument
        if session.refusesLiteralSIDs, syntax.type != .file {
          refuseLiteralSIDs(inArgument: argument, of: syntax)
        }
        if case .sid(let kind) = syntax.type, kind.isNameable {
          session.collect(argument, for: kind)
        }
      } else if syntax.defaultValue == nil {
        report(
          .missingArgument(syntax.name.text, type: syntax.type.word, script: nil),
          at: syntax.name.range)
      }
    }
    var isArgument = arguments?[syntax.name.text] != nil
    if let data = dataArguments[syntax.name.text] {
      (constant, isArgument) = (data.path, data.isArgument)
    }
    declare(syntax.name, type, constant: constant, isArgument: isArgument)
    guard errorCount == errorsBefore else { return nil }
    return .param(name: syntax.name.text, syntax.type, defaultValue: defaultValue)
  }

  /// Returns the type of a name that was declared with a parameter type.
  static func type(of type: ParameterType) -> ValueType {
    switch type {
    case .sid(let kind): .sid(kind)
    case .anySID: .sid(nil)
    case .text: .text
    case .number: .number
    case .duration: .duration
    case .file: .file
    }
  }

  /// Checks a default value.
  private mutating func literal(_ value: ValueSyntax, for type: ParameterType) -> Expression? {
    guard let (expression, found) = expression(value) else { return nil }
    switch (type, found, expression) {
    case (.sid(let kind), .sid, .sid(let sid)):
      return take(sid, as: kind, "param", at: value.range).map { .sid($0) }
    case (.sid(let kind), .text, _) where kind.isNameable:
      if let constant = expression.constantText { session.collect(constant, for: kind) }
      return .named(kind, expression)
    case (.sid, .sid, _), (.anySID, .sid, _), (.text, .text, _), (.file, .text, _),
      (.number, .number, _), (.duration, .duration, _):
      return expression
    default:
      mismatch(found.description, Checker.type(of: type).description, at: value.range)
      return nil
    }
  }

  mutating func bind(
    _ name: NameSyntax, _ syntax: BindingSyntax, _ statement: StatementSyntax
  ) -> Command.Kind? {
    let binding: Binding?
    var type = ValueType.anything
    var constant: String?
    switch syntax {
    case .value(let value):
      let checked = expression(value)
      binding = checked.map { .value($0.0) }
      type = checked?.1 ?? .anything
      if case .text(let text) = value.kind { constant = text.literal }
    case .fetch(let fetch):
      let checked = self.fetch(fetch, verb: statement.verb)
      binding = checked.map { .fetch($0.fetch) }
      type = checked?.type ?? .anything
    case .collection(let collection, let filter):
      var (checked, element) = self.collection(collection, verb: statement.verb)
      let condition = filter.map { self.condition($0, looksAt: element) }
      if element.sidType == .participant { element.isAgent = condition?.keepsAgentsOnly ?? false }
      binding = .collection(checked, where: condition)
      type = .list(of: .resource(element))
    case .find(let value):
      binding = sought(value).map { .find($0) }
      type = .list(of: .resource(ResourceType(Finding.resource)))
    case .lookUp(let subject):
      let (checked, end) = self.subject(subject, nil)
      binding = .lookUp(checked)
      type = end
    case .action(let action):
      let checked = self.action(action, statement)
      binding = checked.map { .action($0.action) }
      type = checked?.answer ?? .anything
    }
    declare(name, type, constant: constant)
    return binding.map { .bind(name: name.text, $0) }
  }

  mutating func loop(
    _ name: NameSyntax, _ source: LoopSource, _ filter: ConditionSyntax?, _ body: BlockSyntax,
    _ statement: StatementSyntax
  ) -> Command.Kind? {
    var checked: Loop?
    var element = ValueType.anything
    var data: OpenedFile?
    switch source {
    case .value(let value):
      if let (expression, type) = expression(value) {
        checked = .value(expression)
        switch type {
        case .list(let inner): element = inner
        case .anything: break
        case .json: element = .json
        case .column(let row, let path) where row.header == nil:
          note(row, path, .list, "for")
          element = .column(row, path + ["*"])
        default: mismatch(type.description, "a list", at: value.range)
        }
      }
    case .collection(let collection):
      let (listing, type) = self.collection(collection, verb: statement.verb)
      checked = .collection(listing)
      element = .resource(type)
    case .find(let value):
      checked = sought(value).map { .find($0) }
      element = .resource(ResourceType(Finding.resource))
    case .rows(let value):
      checked = rows(value, &data).map { .rows($0) }
      element = rowType(&data, at: value.range)
    }
    let condition = filter.map { syntax -> Condition in
      if case .row(let row) = element { rowUses[row.uses].readsFilter = true }
      // The name itself can be used as well: `where $row.x is empty`.
      environment.push()
      if case .row = element { declare(name, element) }
      environment.markUsed(name.text)
      let condition = self.condition(syntax, looksAtType: element)
      _ = environment.pop()
      if case .row(let row) = element { rowUses[row.uses].readsFilter = false }
      if case .resource(var resource) = element, resource.sidType == .participant {
        resource.isAgent = condition.keepsAgentsOnly
        element = .resource(resource)
      }
      return condition
    }
    if filter == nil, case .resource(var resource) = element, resource.sidType == .participant,
      resource.isAgent == nil
    {
      resource.isAgent = false
      element = .resource(resource)
    }
    environment.push()
    declare(name, element)
    let commands = block(body)
    closeScope()
    if case .row(let row) = element, let data, end == nil {
      checkRows(data, row, named: name.text, where: condition, commands)
      annotate(source, data)
    }
    return checked.map { .loop(name: name.text, $0, where: condition, commands) }
  }

  mutating func branch(
    _ branches: [(condition: ConditionSyntax, block: BlockSyntax)], _ otherwise: BlockSyntax?,
    _ statement: StatementSyntax
  ) -> Command.Kind? {
    var checked: [(condition: Condition, block: [Command])] = []
    for (condition, body) in branches {
      let condition = self.condition(condition, looksAt: nil)
      environment.push()
      narrow(condition)
      checked.append((condition, block(body)))
      closeScope()
    }
    return .branch(checked, otherwise: otherwise.map { block($0) } ?? [])
  }

  /// Makes the name an agent inside a block that runs only for agents.
  private mutating func narrow(_ condition: Condition) {
    guard let name = condition.nameKnownToBeAgent, var entry = environment[name],
      case .resource(var resource) = entry.type
    else { return }
    resource.isAgent = true
    entry = Environment.Entry(
      type: .resource(resource), range: entry.range, excerpt: entry.excerpt,
      constant: entry.constant, isUsed: true)
    environment.markUsed(name)
    environment.declare(name, entry)
  }

  mutating func expect(
    _ syntax: ConditionSyntax, _ message: TextSyntax?, _ statement: StatementSyntax
  ) -> Command.Kind? {
    let condition = self.condition(syntax, looksAt: nil)
    return .expect(
      condition, source: conditionText(statement, before: message),
      message: message.map { template($0) })
  }

  /// Returns the words between `expect` and its text.
  private func conditionText(_ statement: StatementSyntax, before message: TextSyntax?) -> String {
    let end = message?.range.start ?? statement.range.end
    var text = window.text(SourceRange(start: statement.verb.end, end: end))
    while let last = text.last, last == " " || last == "," || last == "\t" { text.removeLast() }
    return String(text.drop { $0 == " " || $0 == "\t" })
  }

  mutating func wait(
    _ syntax: ConditionSyntax, _ every: ValueSyntax?, _ timeout: ValueSyntax?,
    _ statement: StatementSyntax
  ) -> Command.Kind? {
    let condition = self.condition(syntax, looksAt: nil)
    var text = window.text(
      SourceRange(
        start: statement.verb.end, end: (every ?? timeout)?.range.start ?? statement.range.end))
    for word in ["timeout", "every"] {
      while text.last == " " { text.removeLast() }
      if text.hasSuffix(word), every != nil || timeout != nil { text.removeLast(word.count) }
    }
    while text.last == " " { text.removeLast() }
    if let range = text.utf8Range(of: "until") { text = String(text[range.upperBound...]) }
    if let every, case .duration(let interval) = every.kind, interval < .milliseconds(100) {
      mismatch(
        window.text(every.range), "a duration of at least 100ms", at: every.range,
        help: "`every` is how often the condition is looked up")
    }
    return .waitUntil(
      condition, source: String(text.drop { $0 == " " }),
      every: every.flatMap { duration($0, for: "every") },
      timeout: timeout.flatMap { duration($0, for: "timeout") })
  }
}

extension Expression {
  /// The text that it is, if nothing in it is interpolated.
  fileprivate var constantText: String? {
    guard case .text(let template) = self, template.parts.count == 1,
      case .literal(let text) = template.parts[0]
    else { return nil }
    return text
  }
}
