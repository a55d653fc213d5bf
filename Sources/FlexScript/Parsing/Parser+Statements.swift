import FlexAPI

extension Parser {
  /// Reads one sentence.
  mutating func statement() throws(Unreadable) -> StatementSyntax {
    let verb = current
    let kind = try sentence()
    return StatementSyntax(range: verb.range...previousEnd, verb: verb.range, kind: kind)
  }

  private mutating func sentence() throws(Unreadable) -> StatementSyntax.Kind {
    switch current.keyword {
    case .param: return .param(try param())
    case .use: return try use()
    case .show, .list, .find: return .query(try query())
    case .let: return try binding()
    case .for: return try loop()
    case .if: return try branch()
    case .expect: return try expectation()
    case .wait: return try wait()
    case .try: return try attempt()
    case .run: return .run(try run())
    case .stop:
      advance()
      return .stop(startsValue ? try spokenText() : nil)
    case .fail:
      advance()
      return .fail(try dueText())
    case .echo:
      advance()
      return .echo(try values(.printed))
    case .confirm:
      advance()
      return .confirm(try dueText())
    case .sleep:
      advance()
      return .sleep(try value(.duration("2s")))
    case .set: return .set(try setting())
    case let keyword:
      guard let keyword, vocabulary.actions[keyword] != nil else { throw unknownCommand() }
      return .action(try action())
    }
  }

  private mutating func unknownCommand() -> Unreadable {
    switch current.kind {
    case .word:
      let word = text(current.range)
      if Parser.looksLikeSecret(word) || Parser.namesCredential(word) {
        return fail(.credential, at: current.range)
      }
      return fail(.unknownCommand(word), at: current.range)
    case .foreignWord: return failForeignWord()
    case .invalid: return Unreadable()
    case .badNumber where Parser.looksLikeSecret(text(current.range)):
      return fail(.credential, at: current.range)
    default: return fail(.unknownCommand(text(current.range)), at: current.range)
    }
  }

  /// Whether a word is the name of an environment variable that holds a secret.
  static func namesCredential(_ word: String) -> Bool {
    word == "TWILIO_AUTH_TOKEN" || word == "TWILIO_API_SECRET"
  }

  var atText: Bool { current.kind == .text || current.kind == .plainText }

  private mutating func dueText() throws(Unreadable) -> TextSyntax {
    guard startsValue else { throw unexpected(["a text in quotes"]) }
    return try spokenText()
  }

  /// Reads a value that is said: a text, a name for one, or a SID or a number as it is written.
  private mutating func spokenText() throws(Unreadable) -> TextSyntax {
    if atText { return try text() }
    let value = try value(.text)
    switch value.kind {
    case .reference(let reference):
      return TextSyntax(parts: [.reference(reference)], range: value.range)
    case .sid, .number, .duration:
      return TextSyntax(parts: [.literal(text(value.range))], range: value.range)
    case .malformed: throw Unreadable()
    case .text, .rate, .list, .named:
      throw fail(
        .unexpectedWord(found: text(value.range), expected: ["a text in quotes"]),
        at: value.range)
    }
  }

  /// Reads one or more values, separated by commas.
  private mutating func values(_ role: ValueRole) throws(Unreadable) -> [ValueSyntax] {
    var values = [try value(role)]
    while take(.comma) { values.append(try value(role)) }
    return values
  }

  // MARK: Context and parameters

  private mutating func param() throws(Unreadable) -> ParamSyntax {
    advance()
    let name = try name()
    guard take(.colon) else { throw unexpected(["`:` and the parameter's type"]) }
    note(ParameterType.allWords.compactMap(Keyword.init))
    guard let type = current.keyword.flatMap(ParameterType.init) else {
      throw unexpected(
        ["a type, for instance `channel` or `text`"], among: ParameterType.allWords)
    }
    advance()
    var defaultValue: ValueSyntax?
    if take(.equals) {
      let literal = try value(.parameterDefault)
      switch literal.kind {
      case .reference, .list:
        throw fail(
          .unexpectedWord(found: text(literal.range), expected: ["a value written out"]),
          at: literal.range)
      default: defaultValue = literal
      }
    }
    var documentation: String?
    if atText {
      let written = try text()
      guard let literal = written.literal else {
        throw fail(
          .unexpectedWord(found: text(written.range), expected: ["a text without references"]),
          at: written.range)
      }
      documentation = literal
    }
    return ParamSyntax(
      name: name, type: type, defaultValue: defaultValue, documentation: documentation)
  }

  mutating func use() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    for scope in vocabulary.scopes where take(scope.word) {
      let origins = scope.resource.itemOrigins
      if !origins.isEmpty, let place = try origin(origins) {
        return .use(scope.resource.type, nil, in: place)
      }
      let value = try value(.sid(scope.resource.type))
      return .use(scope.resource.type, value, in: try self.scope(of: scope.resource))
    }
    throw unexpected(vocabulary.scopes.map { "`\($0.word.rawValue)`" })
  }

  /// Reads `"of" value [ "of" value ] [ "in" value ]`; `nil` if there is no `of`.
  ///
  /// `kinds`: the kinds of resources that may follow `of`.
  private mutating func origin(_ kinds: [SIDType]) throws(Unreadable) -> ScopeSyntax? {
    guard take(.of) else { return nil }
    var scope = ScopeSyntax()
    scope.origins.append(try value(.origin(kinds)))
    if take(.of) { scope.origins.append(try value(.origin([.task, .worker]))) }
    if take(.in) {
      scope.parts.append(
        ScopeSyntax.Part(type: .workspace, value: try value(.sid(.workspace))))
    }
    return scope
  }

  /// Reads the place of a sentence: what it is of, or where its resource is.
  ///
  /// `isNamed`: whether the sentence names the resource itself.
  private mutating func scope(
    of operation: OperationDefinition, isNamed: Bool = false
  ) throws(Unreadable) -> ScopeSyntax {
    // A channel that is written out has no origin; what is on a channel, and a reservation, may.
    let isOwn = operation.resource.itemOrigins == operation.origins
    let isPlace = isOwn && operation.resource.placeRule == .named
    // What is named is usually on a channel: completion does not offer `of` there.
    let isOffered = !isNamed || !isPlace && operation.resource.type != .participant
    if !operation.origins.isEmpty, !(isNamed && isPlace), isOffered || at(.of),
      let scope = try origin(operation.origins)
    {
      return scope
    }
    return try scope(of: operation.resource)
  }

  /// Reads the place of a resource: `[ "on" value ] [ "in" value ]`, innermost first.
  mutating func scope(of resource: ResourceDefinition) throws(Unreadable) -> ScopeSyntax {
    var scope = ScopeSyntax()
    var passed: [Keyword] = []
    for parent in resource.scope.reversed() where parent.placeRule != .found {
      let preposition = Keyword(prepositionOf: parent)
      if take(preposition) {
        scope.parts.append(
          ScopeSyntax.Part(type: parent.type, value: try value(.sid(parent.type))))
        if let next = current.keyword, passed.contains(next) {
          throw fail(.placeOrder, at: current.range)
        }
      }
      passed.append(preposition)
    }
    return scope
  }

  /// Reads an optional value.
  private mutating func valueIfAny(_ role: ValueRole) throws(Unreadable) -> ValueSyntax? {
    if startsValue { return try value(role) }
    note(.value(role))
    return nil
  }

  /// Whether the next lexeme can begin a value.
  private var startsValue: Bool {
    if startsNamedValue { return true }
    return switch current.kind {
    case .reference, .text, .plainText, .number, .duration, .badNumber, .openBracket, .invalid: true
    case .foreignWord: true
    case .word: current.keyword == nil
    default: false
    }
  }

  // MARK: Actions

  /// Reads a sentence that changes something, using the forms of the operations with its verb.
  mutating func action() throws(Unreadable) -> ActionSyntax {
    let verb = advance()
    return try action(verb.keyword.flatMap { vocabulary.actions[$0] } ?? [])
  }

  /// Reads what follows the verb of these operations.
  private mutating func action(
    _ operations: [OperationDefinition]
  ) throws(Unreadable) -> ActionSyntax {
    let candidates = try chooseByWords(operations)
    let form = candidates[0].form
    let (resource, parameters) = (candidates[0].resource, candidates[0].parameters)
    var arguments = [ActionSyntax.Argument?](repeating: nil, count: parameters.count)
    for (index, parameter) in parameters.enumerated() {
      if case .word(let words) = parameter.kind { arguments[index] = .word(try word(of: words)) }
    }
    let object: ActionSyntax.Object
    switch form.object {
    case .none: object = .none
    case .one: object = .one(try value(.sid(resource.type)))
    case .oneOrInUse:
      object = try valueIfAny(.sid(resource.type)).map { .one($0) } ?? .none
    case .participants: object = .participants(try participants())
    }
    let scope = try scope(of: candidates[0], isNamed: object.isNamed)
    for (index, parameter) in parameters.enumerated() where arguments[index] == nil {
      arguments[index] = try argument(parameter)
    }
    return ActionSyntax(
      operation: try chooseBySuffix(candidates), object: object, scope: scope,
      arguments: arguments)
  }

  /// Reads the words after the verb, and returns the operations that begin with them.
  private mutating func chooseByWords(
    _ operations: [OperationDefinition]
  ) throws(Unreadable) -> [OperationDefinition] {
    var candidates = operations
    var position = 1
    while true {
      var words: [Keyword] = []
      for candidate in candidates where candidate.form.words.count > position {
        let word = Keyword(of: candidate.form.words[position])
        if !words.contains(word) { words.append(word) }
      }
      var taken: Keyword?
      for word in words where take(word) {
        taken = word
        break
      }
      guard let taken else {
        let complete = candidates.filter { $0.form.words.count == position }
        guard !complete.isEmpty else { throw unexpected(words.map { "`\($0.rawValue)`" }) }
        return complete
      }
      candidates = candidates.filter {
        $0.form.words.count > position && $0.form.words[position] == taken.rawValue
      }
      position += 1
    }
  }

  /// Reads the words at the end of a sentence, which may distinguish operations.
  private mutating func chooseBySuffix(
    _ candidates: [OperationDefinition]
  ) throws(Unreadable) -> OperationDefinition {
    for candidate in candidates {
      guard let first = candidate.form.suffix.first, take(Keyword(of: first)) else { continue }
      for word in candidate.form.suffix.dropFirst() { try expect(Keyword(of: word)) }
      return candidate
    }
    return candidates.first { $0.form.suffix.isEmpty } ?? candidates[0]
  }

  /// Reads the value of a parameter, after the place; `nil` if it is left out.
  private mutating func argument(
    _ parameter: OperationParameter
  ) throws(Unreadable) -> ActionSyntax.Argument? {
    if let word = parameter.keyword {
      let keyword = Keyword(of: word)
      if parameter.isRequired {
        try expect(keyword)
      } else {
        guard take(keyword) else { return nil }
      }
    }
    switch parameter.kind {
    case .json, .jsonBody: return .json(try json())
    case .text, .sid: return .value(try value(.parameter(parameter.description)))
    case .word(let words): return .word(try word(of: words))
    }
  }

  /// Reads one of these words.
  private mutating func word(of words: [String]) throws(Unreadable) -> String {
    note(words.compactMap(Keyword.init))
    guard current.kind == .word, words.contains(text(current.range)) else {
      throw unexpected(words.map { "`\($0)`" })
    }
    return text(advance().range)
  }

  private mutating func participants() throws(Unreadable) -> ParticipantsSyntax {
    if take(.every) {
      let every = previousEnd
      return .everyAgent(every...(try expect(.agent)))
    }
    return .values(try values(.participants))
  }

  // MARK: Queries and bindings

  mutating func query() throws(Unreadable) -> QuerySyntax {
    if take(.find) { return .find(try value(.sought)) }
    if take(.show) {
      guard let fetch = try fetchIfAny() else {
        throw unexpected(vocabulary.fetchWords.map { "`\($0.rawValue)`" })
      }
      return .show(fetch)
    }
    advance()
    guard let collection = try collectionIfAny() else {
      throw unexpected(vocabulary.listWords.map { "`\($0.rawValue)`" })
    }
    return .list(collection, where: try filter(of: collection.resource.type))
  }

  mutating func fetchIfAny() throws(Unreadable) -> FetchSyntax? {
    for word in vocabulary.fetchWords where take(word) {
      guard let operation = vocabulary.fetches[word] else { continue }
      let role = ValueRole.sid(operation.resource.type)
      let object: ValueSyntax?
      switch operation.form.object {
      case .one: object = try value(role)
      case .oneOrInUse: object = try valueIfAny(role)
      case .none, .participants: object = nil
      }
      return FetchSyntax(
        operation: operation, object: object,
        scope: try scope(of: operation, isNamed: object != nil))
    }
    return nil
  }

  mutating func collectionIfAny() throws(Unreadable) -> CollectionSyntax? {
    var first: ValueSyntax?
    if current.keyword == .first, [.number, .reference, .badNumber].contains(peek().kind) {
      advance()
      first = try value(.number)
    } else {
      note(.keyword(.first))
    }
    for word in vocabulary.listWords where take(word) {
      guard let operation = vocabulary.lists[word] else { continue }
      return CollectionSyntax(
        operation: operation, scope: try scope(of: operation), first: first)
    }
    if first != nil { throw unexpected(vocabulary.listWords.map { "`\($0.rawValue)`" }) }
    return nil
  }

  /// Reads `[ "where" condition ]`.
  ///
  /// `filtered`: the kind of resource that the condition examines, if known.
  mutating func filter(of filtered: SIDType?) throws(Unreadable) -> ConditionSyntax? {
    guard take(.where) else { return nil }
    let outer = (readsWhere, self.filtered)
    (readsWhere, self.filtered) = (true, filtered)
    let condition = try condition()
    (readsWhere, self.filtered) = outer
    return condition
  }

  private mutating func binding() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    let name = try name()
    guard take(.equals) else { throw unexpected(["`=`"]) }
    note(vocabulary.actionVerbs)
    if let verb = current.keyword, let operations = vocabulary.actions[verb] {
      guard let fetch = vocabulary.fetches[verb] else {
        return .bind(name: name, .action(try action()))
      }
      // `transfer UX…` looks one up; `transfer on …` and `transfer {…}` begin one.
      advance()
      guard let object = try valueIfAny(.sid(fetch.resource.type)) else {
        return .bind(name: name, .action(try action(operations)))
      }
      let scope = try scope(of: fetch, isNamed: true)
      return .bind(
        name: name, .fetch(FetchSyntax(operation: fetch, object: object, scope: scope)))
    }
    if take(.find) { return .bind(name: name, .find(try value(.sought))) }
    if current.kind == .openParenthesis {
      let start = current.range
      try open()
      guard let lookUp = try parenthesizedLookUp(from: start) else {
        throw unexpected(["a look-up"])
      }
      return .bind(name: name, .lookUp(lookUp))
    }
    if let fetch = try fetchIfAny() { return .bind(name: name, .fetch(fetch)) }
    if let collection = try collectionIfAny() {
      return .bind(
        name: name, .collection(collection, where: try filter(of: collection.resource.type)))
    }
    return .bind(name: name, .value(try value(.kept)))
  }
}

extension ActionSyntax.Object {
  /// Whether the sentence names the resource that it acts on.
  fileprivate var isNamed: Bool {
    switch self {
    case .none: false
    case .one, .participants(.values): true
    case .participants(.everyAgent): false
    }
  }
}
