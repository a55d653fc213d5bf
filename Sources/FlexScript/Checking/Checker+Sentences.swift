import FlexAPI

extension Checker {
  // MARK: Scope

  mutating func use(
    _ type: SIDType, _ value: ValueSyntax?, in scope: ScopeSyntax
  ) -> Command.Kind? {
    let resource = session.vocabulary.catalog.resource(type)
    guard let value else {
      keepsSources = true
      for outer in resource?.scope ?? [] { environment.use(outer.type) }
      environment.use(type)
      guard let origins = origins(scope.origins, resource?.itemOrigins ?? [], isList: false),
        let workspace = workspace(scope)
      else { return nil }
      return .use(
        type, nil, in: ScopeReference(targets: workspace, origins: origins))
    }
    let checked = target(value, "use \(type.noun)", type)
    for inner in session.vocabulary.scopes
    where inner.resource.scope.contains(where: { $0 == resource }) {
      environment.stopUsing(inner.resource.type)
    }
    var written: AnySID?
    if case .sid(let sid)? = checked?.target.value { written = sid }
    environment.use(type, written)
    if case .resource? = checked?.type {
      for outer in resource?.scope ?? [] { environment.use(outer.type) }
    }
    var targets: [Target] = []
    for part in scope.parts {
      var written: AnySID?
      if let outer = target(part.value, preposition(part.type), part.type) {
        targets.append(outer.target)
        if case .sid(let sid) = outer.target.value { written = sid }
      }
      environment.use(part.type, written)
    }
    if let resource {
      let own = ScopeSyntax.Part(type: type, value: value)
      noteScope(ScopeSyntax(parts: [own] + scope.parts), of: resource)
    }
    guard let checked, targets.count == scope.parts.count else { return nil }
    return .use(type, checked.target, in: ScopeReference(targets: targets))
  }

  /// Checks the workspace that a sentence names after `of …`; `nil` if it is mistaken.
  private mutating func workspace(_ scope: ScopeSyntax) -> [Target]? {
    var targets: [Target] = []
    for part in scope.parts {
      guard let (target, _) = target(part.value, "in", part.type) else { return nil }
      targets.append(target)
    }
    return targets
  }

  private func preposition(_ type: SIDType) -> String {
    session.vocabulary.catalog.resource(type)?.preposition ?? type.noun
  }

  /// Checks the place in which a sentence acts.
  ///
  /// - Parameters:
  ///   - syntax: The place as written.
  ///   - resource: The resource that the sentence is about; its scope is what the place must name.
  ///   - verb: The words that say what the sentence does; anything missing is reported there.
  ///   - ownScope: Whether the object that is acted on knows its own scope.
  ///   - needsResource: Whether the resource itself must be in use as well.
  ///   - kinds: The kinds that may follow `of`.
  ///   - isList: Whether a list of them may.
  /// - Returns: The place; what is in use is not part of it.
  mutating func scope(
    _ syntax: ScopeSyntax, of resource: ResourceDefinition, verb: SourceRange,
    ownScope: Bool = false, needsResource: Bool = false, of kinds: [SIDType] = [],
    isList: Bool = false
  ) -> ScopeReference {
    var scope = ScopeReference()
    if !syntax.origins.isEmpty {
      scope.origins = origins(syntax.origins, kinds, isList: isList) ?? []
      scope.targets = workspace(syntax) ?? []
      return scope
    }
    var isKnown = ownScope
    var missing: [SIDType] = []
    if needsResource, resource.placeRule == .named, !environment.isInUse(resource.type) {
      missing.append(resource.type)
    }
    for outer in resource.scope.reversed() {
      if let value = syntax[outer.type] {
        guard let (target, type) = target(value, outer.preposition, outer.type) else {
          // A mistaken value may know its scope.
          isKnown = true
          continue
        }
        scope.targets.append(target)
        if case .resource = type { isKnown = true }
      } else if outer.placeRule == .named, !isKnown, !environment.isInUse(outer.type) {
        missing.append(outer.type)
      }
    }
    if missing.contains(.interaction) {
      report(.noInteraction(needsChannel: missing.contains(.channel)), at: verb)
    } else if missing.contains(.channel) {
      report(.noChannel(isObject: resource.type == .channel), at: verb)
    }
    // One missing sentence is one mistake, regardless of how many sentences need it.
    for type in missing { environment.use(type) }
    return scope
  }

  // MARK: Actions

  /// Checks an action, and returns it with the type of the API's response.
  mutating func action(
    _ syntax: ActionSyntax, _ statement: StatementSyntax
  ) -> (action: Action, answer: ValueType)? {
    let operation = syntax.operation
    var answer = ResourceType(operation.resource)
    switch syntax.object {
    case .participants(let participants):
      let action = update(participants, syntax, statement)
      return (action, answers(participants, action, .resource(answer)))
    case .none:
      let scope = self.scope(
        syntax.scope, of: operation.resource, verb: statement.verb,
        needsResource: operation.address == .item, of: operation.origins)
      noteUse(of: syntax.scope, operation.resource, statement)
      if operation.resource.type == .participant {
        answer.isAgent = syntax.arguments.contains {
          if case .word(Participant.agent)? = $0 { true } else { false }
        }
      }
      return arguments(syntax).map {
        (
          Action(operation: operation, object: .none, scope: scope, arguments: $0),
          .resource(answer)
        )
      }
    case .one(let value):
      let words = operation.form.words.joined(separator: " ")
      let object = target(value, words, operation.resource.type)
      // A mistaken object is one mistake: its place is not required as well.
      var ownScope = object == nil
      if case .resource? = object?.type { ownScope = true }
      let scope = self.scope(
        syntax.scope, of: operation.resource, verb: statement.verb, ownScope: ownScope,
        of: operation.origins)
      if let repetition = operation.repetition {
        note(repetition, operation, on: value, syntax.scope, statement)
      }
      noteUse(of: syntax.scope, operation.resource, statement)
      if case .sid(let sid) = value.kind, operation.precondition.endsTasks {
        session.collect(sid, endedBy: operation)
      }
      guard let arguments = arguments(syntax), let object else { return nil }
      return (
        Action(
          operation: operation, object: .one(object.target), scope: scope, arguments: arguments),
        .resource(answer)
      )
    }
  }

  /// Checks the values that are sent; `nil` if one is mistaken and its sentence cannot be kept.
  private mutating func arguments(_ syntax: ActionSyntax) -> [Action.Argument?]? {
    var arguments: [Action.Argument?] = []
    for (parameter, argument) in zip(syntax.operation.parameters, syntax.arguments) {
      switch argument {
      case nil: arguments.append(nil)
      case .word(let word)?: arguments.append(.word(word))
      case .json(let json)?:
        if parameter.isRouting { checkProperties(of: json) }
        arguments.append(.json(self.json(json)))
      case .value(let value)?:
        guard let expression = self.argument(value, parameter) else { return nil }
        arguments.append(.expression(expression))
      }
    }
    return arguments
  }

  /// Reports keys in the `properties` of a routing that Twilio does not name.
  private mutating func checkProperties(of routing: JSONSyntax) {
    guard case .object(let members) = routing,
      let properties = members.first(where: { $0.name == "properties" }),
      case .object(let keys) = properties.value
    else { return }
    for key in keys where !Invite.routingProperties.contains(key.name) {
      report(.unknownKey(key.name, candidates: Invite.routingProperties), at: key.nameRange)
    }
  }

  /// Checks a value that is sent as text.
  private mutating func argument(
    _ syntax: ValueSyntax, _ parameter: OperationParameter
  ) -> Expression? {
    guard let (expression, type) = expression(syntax) else { return nil }
    if case .sid(let prefix, let noun) = parameter.kind {
      if case .column(let row, let path) = type {
        note(row, path, .prefixedSID(prefix, noun: noun), parameter.keyword ?? parameter.name)
      }
      if case .sid(let sid) = expression, !sid.begins(with: prefix) {
        mismatch("`\(sid.prefix)…`", parameter.description, at: syntax.range)
        return nil
      }
      if case .resource = type {
        mismatch(type.description, parameter.description, at: syntax.range)
        return nil
      }
    }
    switch type {
    case .text, .word, .nameOrSID, .date, .anything, .json, .column, .sid, .resource:
      return expression
    case .number, .seconds, .flag, .duration, .rate, .file, .list, .row:
      let isText = if case .text = parameter.kind { true } else { false }
      mismatch(type.description, isText ? "a text" : parameter.description, at: syntax.range)
      return nil
    }
  }

  private func answers(
    _ syntax: ParticipantsSyntax, _ action: Action, _ participant: ValueType
  ) -> ValueType {
    guard case .participants(.targets(let targets)) = action.object, targets.count == 1,
      case .sid = targets[0].value
    else {
      if case .values(let values) = syntax, values.count == 1 { return .anything }
      return .list(of: participant)
    }
    return participant
  }

  private mutating func update(
    _ participants: ParticipantsSyntax, _ syntax: ActionSyntax, _ statement: StatementSyntax
  ) -> Action {
    let operation = syntax.operation
    func action(_ participants: Participants, _ scope: ScopeReference) -> Action {
      Action(
        operation: operation, object: .participants(participants), scope: scope, arguments: [])
    }
    guard case .values(let values) = participants else {
      let scope = self.scope(
        syntax.scope, of: operation.resource, verb: statement.verb, of: operation.origins,
        isList: true)
      noteUse(of: syntax.scope, operation.resource, statement)
      return action(.everyAgent, scope)
    }
    var targets: [Target] = []
    var ownScope = true
    for value in values {
      let (checked, knows) = participant(value, operation.verb)
      targets += checked
      ownScope = ownScope && knows
    }
    let scope = self.scope(
      syntax.scope, of: operation.resource, verb: statement.verb, ownScope: ownScope,
      of: operation.origins)
    if let repetition = operation.repetition {
      for value in values { note(repetition, operation, on: value, syntax.scope, statement) }
    }
    noteUse(of: syntax.scope, operation.resource, statement)
    return action(.targets(targets), scope)
  }

  /// Checks one value where participants are expected: a SID, a name for one, or a list of them.
  ///
  /// - Returns: The targets, and whether each knows its own place (or is mistaken anyway).
  private mutating func participant(
    _ value: ValueSyntax, _ verb: String
  ) -> ([Target], Bool) {
    if case .list(let elements) = value.kind {
      let checked = elements.map { participant($0, verb) }
      return (checked.flatMap(\.0), !checked.isEmpty && checked.allSatisfy(\.1))
    }
    if case .reference(let syntax) = value.kind {
      let (reference, type) = self.reference(syntax)
      var element = type
      if case .list(let inner) = type { element = inner }
      if case .column(let row, let path) = type, row.header == nil {
        self.note(row, path, .participants, verb)
        return ([Target(type: .participant, value: .expression(.reference(reference)))], false)
      }
      guard isSID(element, .participant, verb, at: value.range) else { return ([], true) }
      if case .resource(let resource) = element, resource.isAgent == false {
        report(.closesNonAgent(verb: verb, name: window.text(value.range)), at: value.range)
      }
      // A value that is not known before the run may well be a participant from a listing.
      let knows: Bool
      switch element {
      case .resource, .anything: knows = true
      case .sid, .text, .word, .nameOrSID, .number, .seconds, .flag, .date, .duration, .rate, .file,
        .list, .row, .column, .json:
        knows = false
      }
      return (
        [Target(type: .participant, value: .expression(.reference(reference)))], knows
      )
    }
    guard let (target, _) = target(value, verb, .participant) else { return ([], true) }
    return ([target], false)
  }

  // MARK: Actions that cannot be intended

  /// Records an action on a SID that is written out, and reports one that repeats or is too late.
  private mutating func note(
    _ repetition: OperationDefinition.Repetition, _ operation: OperationDefinition,
    on value: ValueSyntax, _ scope: ScopeSyntax, _ statement: StatementSyntax
  ) {
    if case .list(let elements) = value.kind {
      for element in elements { note(repetition, operation, on: element, scope, statement) }
      return
    }
    guard case .sid(let sid) = value.kind, sid.type == operation.resource.type else { return }
    let earlier = history.lines(of: sid)
    if contradicts(sid, in: outerSID(of: operation.resource, scope), at: value.range) {
      // One mistake: that it repeats an action as well follows from it.
    } else if earlier[repetition] > 0 {
      let words = operation.form.words.joined(separator: " ")
      report(
        .duplicateAction(sentence: "\(words) \(sid)", line: earlier[repetition]),
        at: value.range)
    } else if earlier[.ends] > 0 {
      report(
        .actionAfterClose(sid: sid.description, line: earlier[.ends]), at: value.range)
    }
    history.note(repetition, on: sid, line: statement.range.start.line)
  }

  /// The SID of the resource above another one that a sentence acts on, if it is written out.
  private func outerSID(of resource: ResourceDefinition, _ scope: ScopeSyntax) -> AnySID? {
    guard let outer = resource.scope.last else { return nil }
    guard let value = scope[outer.type] else {
      // What is in use holds only if the sentence names nothing below it.
      return environment.sidInUse(outer.type)
    }
    if case .sid(let sid) = value.kind, sid.type == outer.type { return sid }
    return nil
  }

  /// Records where the resources of a place are, and reports one that was elsewhere.
  private mutating func noteScope(_ scope: ScopeSyntax, of resource: ResourceDefinition) {
    for inner in resource.scope + [resource] {
      guard let value = scope[inner.type], case .sid(let sid) = value.kind, sid.type == inner.type
      else { continue }
      _ = contradicts(sid, in: outerSID(of: inner, scope), at: value.range)
    }
  }

  /// Records where a resource is, and reports it if it was elsewhere.
  private mutating func contradicts(
    _ sid: AnySID, in place: AnySID?, at range: SourceRange
  ) -> Bool {
    guard let place, let line = places.note(sid, in: place, line: range.start.line) else {
      return false
    }
    report(.contradictingPlace(sid, place: place, earlier: nil, line: line), at: range)
    return true
  }

  /// Reports an action in a place that was ended earlier.
  private mutating func noteUse(
    of scope: ScopeSyntax, _ resource: ResourceDefinition, _ statement: StatementSyntax
  ) {
    noteScope(scope, of: resource)
    guard history.hasEndedPlaces else { return }
    for part in scope.parts {
      guard case .sid(let sid) = part.value.kind else { continue }
      let earlier = history.lines(of: sid)[.ends]
      if earlier > 0 {
        report(.actionAfterClose(sid: sid.description, line: earlier), at: part.value.range)
      }
    }
  }

  // MARK: Queries

  mutating func query(_ syntax: QuerySyntax, _ statement: StatementSyntax) -> Command.Kind? {
    let (resource, words): (ResourceDefinition, String) =
      switch syntax {
      case .show(let fetch): (fetch.operation.resource, "show \(fetch.operation.resource.noun)")
      case .list(let collection, _):
        (collection.resource, "list \(collection.resource.collection ?? "")")
      case .find: (Finding.resource, "find")
      }
    let start = statement.range.start
    session.note(
      ShownTable(line: start.line, column: start.column, resource: resource, words: words))
    switch syntax {
    case .show(let fetch):
      return self.fetch(fetch, verb: statement.verb).map { .query(.show($0.fetch)) }
    case .list(let collection, let filter):
      let (checked, element) = self.collection(collection, verb: statement.verb)
      let condition = filter.map { self.condition($0, looksAt: element) }
      return .query(.list(checked, where: condition))
    case .find(let value): return sought(value).map { .query(.find($0)) }
    }
  }

  /// Checks what `find` looks for: a SID or a resource of any kind, or a text.
  mutating func sought(_ syntax: ValueSyntax) -> Expression? {
    guard let (expression, type) = expression(syntax) else { return nil }
    if case .text(let text) = syntax.kind, let literal = text.literal {
      session.collect(literal, for: .conversation)
    }
    let kinds: [SIDType] = [
      .task, .reservation, .worker, .interaction, .channel, .conversation, .invite, .participant,
    ]
    var sid: SIDType?
    if case .sid(let kind?) = type { sid = kind }
    if let sid, !kinds.contains(sid) {
      report(
        .wrongOrigin(
          after: "find", expected: kinds, found: sid, name: window.text(syntax.range)),
        at: syntax.range)
      return nil
    }
    switch type {
    case .sid, .resource, .text, .word, .nameOrSID, .anything, .json: return expression
    case .column(let row, let path):
      note(row, path, .text, "find")
      return expression
    case .number, .seconds, .flag, .date, .duration, .rate, .file, .list, .row:
      mismatch(
        type.description, "a SID, a name, an address or a number", at: syntax.range,
        help: "a telephone number goes in quotes: find \"+15550100\"")
      return nil
    }
  }

  /// Checks a lookup, and returns it with the type of its result.
  mutating func fetch(
    _ syntax: FetchSyntax, verb: SourceRange
  ) -> (fetch: Fetch, type: ValueType)? {
    let operation = syntax.operation
    let type = ValueType.resource(ResourceType(operation.resource))
    guard let value = syntax.object else {
      let scope = self.scope(
        syntax.scope, of: operation.resource, verb: verb, needsResource: true,
        of: operation.origins)
      return (Fetch(operation: operation, target: nil, scope: scope), type)
    }
    let object = target(
      value, operation.form.words.joined(separator: " "), operation.resource.type)
    var ownScope = object == nil
    if case .resource? = object?.type { ownScope = true }
    let scope = self.scope(
      syntax.scope, of: operation.resource, verb: verb, ownScope: ownScope, of: operation.origins)
    return object.map { (Fetch(operation: operation, target: $0.target, scope: scope), type) }
  }

  /// Checks a listing, and returns it with the type of its items.
  mutating func collection(
    _ syntax: CollectionSyntax, verb: SourceRange
  ) -> (Collection, ResourceType) {
    let scope = self.scope(
      syntax.scope, of: syntax.resource, verb: verb, of: syntax.operation.origins, isList: true)
    var collection = Collection(operation: syntax.operation, scope: scope)
    if let first = syntax.first { collection.first = count(first, "first", 1...Int(Int32.max)) }
    return (collection, ResourceType(syntax.resource))
  }
}
