import FlexAPI

extension Parser {
  mutating func loop() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    let name = try name()
    try expect(.in)
    let source: LoopSource
    var filtered: SIDType?
    if take(.rows) {
      try expect(.of)
      source = .rows(try value(.dataFile))
    } else if take(.find) {
      source = .find(try value(.sought))
      filtered = .finding
    } else if let collection = try collectionIfAny() {
      source = .collection(collection)
      filtered = collection.resource.type
    } else {
      source = .value(try value(.iterated))
    }
    let filter = try filter(of: filtered)
    return .loop(name: name, source, where: filter, try block())
  }

  mutating func branch() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    var branches = [(condition: try condition(), block: try block())]
    while take(.else) {
      guard take(.if) else { return .branch(branches, otherwise: try block()) }
      branches.append((condition: try condition(), block: try block()))
    }
    return .branch(branches, otherwise: nil)
  }

  mutating func expectation() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    let condition = try condition()
    guard take(.comma) else { return .expect(condition, nil) }
    guard atText else { throw unexpected(["a text in quotes"]) }
    return .expect(condition, try text())
  }

  mutating func wait() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    try expect(.until)
    let condition = try condition()
    let every = take(.every) ? try value(.duration("2s")) : nil
    let timeout = take(.timeout) ? try value(.duration("60s")) : nil
    return .waitUntil(condition, every: every, timeout: timeout)
  }

  mutating func attempt() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    note(vocabulary.actionVerbs + [.show, .list, .find, .run, .use])
    let verb = current
    let kind: StatementSyntax.Kind
    switch current.keyword {
    case .show, .list, .find: kind = .query(try query())
    case .run: kind = .run(try run())
    case .use: kind = try use()
    case let keyword:
      guard let keyword, vocabulary.actions[keyword] != nil else {
        throw unexpected(["an action, `show`, `list`, `find`, `run` or `use`"])
      }
      kind = .action(try action())
    }
    return .attempt(
      StatementSyntax(range: verb.range...previousEnd, verb: verb.range, kind: kind))
  }

  mutating func run() throws(Unreadable) -> RunSyntax {
    advance()
    note(.value(.scriptFile))
    guard atText else { throw unexpected([ValueRole.scriptFile.description]) }
    let path = try text()
    var arguments: [(name: NameSyntax, value: ValueSyntax)] = []
    if take(.with) {
      repeat {
        note(.parameterName(of: path.literal ?? "", given: arguments.map(\.name.text)))
        let name = try name()
        guard take(.equals) else { throw unexpected(["`=`"]) }
        note(.parameterValue(of: path.literal ?? "", name: name.text))
        arguments.append((name, try value(.argument)))
      } while take(.comma)
    }
    return RunSyntax(path: path, arguments: arguments)
  }

  mutating func setting() throws(Unreadable) -> SettingSyntax {
    advance()
    note([.timeout, .retries, .jobs, .rate, .onError])
    switch current.keyword {
    case .timeout:
      advance()
      return .timeout(try value(.duration("30s")))
    case .retries:
      advance()
      return .retries(try value(.number))
    case .jobs:
      advance()
      return .jobs(try value(.number))
    case .rate:
      advance()
      return .rate(try rate())
    case .onError:
      advance()
      if take(.continue) { return .onError(continuing: true) }
      if take(.stop) { return .onError(continuing: false) }
      throw unexpected(["`stop`", "`continue`"])
    default:
      throw unexpected(["`timeout`", "`retries`", "`jobs`", "`rate`", "`on-error`"])
    }
  }

  private mutating func rate() throws(Unreadable) -> ValueSyntax {
    let token = current
    if token.kind == .reference { return try value(.rate) }
    guard token.kind == .rate else { throw unexpected(["a rate, for instance 20/s"]) }
    advance()
    guard let rate = RequestRate(spelling: text(token.range)) else {
      report(.rateOutOfRange(text(token.range)), at: token.range)
      return ValueSyntax(kind: .malformed, range: token.range)
    }
    return ValueSyntax(kind: .rate(rate), range: token.range)
  }

  // MARK: Conditions

  mutating func condition() throws(Unreadable) -> ConditionSyntax {
    var parts = [try conjunction()]
    while take(.or) { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws(Unreadable) -> ConditionSyntax {
    var parts = [try test()]
    while take(.and) { parts.append(try test()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func test() throws(Unreadable) -> ConditionSyntax {
    if take(.not) {
      try deepen()
      defer { depth -= 1 }
      return .not(try test())
    }
    if current.kind == .openParenthesis {
      let start = current.range
      try open()
      if let subject = try parenthesizedLookUp(from: start) {
        return try comparison(of: subject)
      }
      let inner = try condition()
      guard current.kind == .closeParenthesis else { throw unexpected(["`)`"]) }
      try close(.closeParenthesis)
      return inner
    }
    let start = current.range
    if readsWhere { note(.field(of: filtered)) }
    if readsWhere, !startsNamedValue, let field = try fieldIfAny() {
      let path = [field] + (try self.path())
      return try comparison(of: SubjectSyntax(kind: .field(path), range: start...previousEnd))
    }
    let value = try value(.subject(inWhere: readsWhere))
    return try comparison(of: SubjectSyntax(kind: .value(value), range: value.range))
  }

  /// Reads the first segment of a field of the item that `where` examines: a word or a text.
  private mutating func fieldIfAny() throws(Unreadable) -> NameSyntax? {
    let range = current.range
    let word = text(range)
    if atText {
      guard let name = try text().literal, !name.isEmpty else {
        throw fail(.invalidSegment(word), at: range)
      }
      return NameSyntax(text: name, range: range)
    }
    guard current.kind == .word, AnySID(word) == nil, !Parser.isMeantAsSID(word) else {
      return nil
    }
    guard NameSyntax.isSegment(word) else { throw fail(.invalidSegment(word), at: range) }
    advance()
    return NameSyntax(text: word, range: range)
  }

  /// Whether a word that is not a SID was meant as one, and not as a field or a text.
  private static func isMeantAsSID(_ word: String) -> Bool {
    word.utf8.count >= 24 && SIDDefect(word: word) != nil || looksLikeSecret(word)
  }

  /// Whether the word after `(` is a field inside `where`, because a comparison follows it.
  private var wordIsField: Bool {
    guard readsWhere else { return false }
    var ahead = lexer
    var token = ahead.next()
    while token.kind.isTrivia || token.kind == .newline { token = ahead.next() }
    switch token.kind {
    case .dot, .less, .lessOrEqual, .greater, .greaterOrEqual: return true
    default:
      switch token.keyword {
      case .is, .and, .or: return true
      // `older than`, and `before` a text.
      case .older, .newer, .before, .after: return true
      default: return false
      }
    }
  }

  /// Reads a look-up after its `(`, the `)`, and the path after it; `nil` if it is none.
  mutating func parenthesizedLookUp(
    from start: SourceRange
  ) throws(Unreadable) -> SubjectSyntax? {
    guard let lookUp = try lookUp() else { return nil }
    guard current.kind == .closeParenthesis else { throw unexpected(["`)`"]) }
    try close(.closeParenthesis)
    let path = try path(of: lookUp.sidType, isListing: lookUp.sidType == nil)
    return subject(lookUp, path, from: start)
  }

  private enum LookUp {
    case fetch(FetchSyntax)
    case collection(CollectionSyntax, ConditionSyntax?)
    case find(ValueSyntax)

    /// The kind of SID of the resource that is looked up; `nil` for a listing.
    var sidType: SIDType? {
      switch self {
      case .fetch(let fetch): fetch.operation.resource.type
      case .collection, .find: nil
      }
    }
  }

  private mutating func lookUp() throws(Unreadable) -> LookUp? {
    let outer = readsWhere
    note(vocabulary.fetchWords + vocabulary.listWords + [.find])
    guard let word = current.keyword,
      vocabulary.fetches[word] != nil || vocabulary.lists[word] != nil || word == .find
        || word == .first, !wordIsField
    else { return nil }
    readsWhere = false
    defer { readsWhere = outer }
    if take(.find) { return .find(try value(.sought)) }
    if let fetch = try fetchIfAny() { return .fetch(fetch) }
    guard let collection = try collectionIfAny() else { return nil }
    return .collection(collection, try filter(of: collection.resource.type))
  }

  private func subject(
    _ lookUp: LookUp, _ path: [NameSyntax], from start: SourceRange
  ) -> SubjectSyntax {
    let range = start...previousEnd
    return switch lookUp {
    case .fetch(let fetch): SubjectSyntax(kind: .fetch(fetch, path: path), range: range)
    case .collection(let collection, let filter):
      SubjectSyntax(kind: .collection(collection, where: filter, path: path), range: range)
    case .find(let value): SubjectSyntax(kind: .find(value, path: path), range: range)
    }
  }

  private mutating func comparison(
    of subject: SubjectSyntax
  ) throws(Unreadable) -> ConditionSyntax {
    if take(.is) {
      let negated = take(.not)
      if take(.empty) { return .isEmpty(subject, negated: negated) }
      if current.keyword == .one, peek().keyword == .of {
        advance()
        advance()
        return .isOneOf(subject, try candidates(of: subject), negated: negated)
      }
      note(.keyword(.one))
      if let (owner, field) = known(subject) { note(.word(of: owner, field: field)) }
      return .equals(subject, try comparand(), negated: negated)
    }
    if let dates = try dateComparison(of: subject) { return dates }
    let mark: ComparisonOperator
    switch current.kind {
    case .less: mark = .less
    case .lessOrEqual: mark = .lessOrEqual
    case .greater: mark = .greater
    case .greaterOrEqual: mark = .greaterOrEqual
    default: return .test(subject)
    }
    advance()
    return .compares(subject, mark, try value(.quantity))
  }

  /// Reads `older than 2h` and the like; `nil` if there is no such word.
  private mutating func dateComparison(
    of subject: SubjectSyntax
  ) throws(Unreadable) -> ConditionSyntax? {
    let comparison: DateComparison
    switch current.keyword {
    case .older: comparison = .older
    case .newer: comparison = .newer
    case .before: comparison = .before
    case .after: comparison = .after
    default:
      if mayBeTime(subject) { note([.older, .newer, .before, .after]) }
      return nil
    }
    advance()
    switch comparison {
    case .older, .newer:
      try expect(.than)
      return .dates(subject, comparison, try value(.duration("2h")))
    case .before, .after: return .dates(subject, comparison, try value(.time))
    }
  }

  /// Whether a subject may be a time, as far as its resource is known.
  private func mayBeTime(_ subject: SubjectSyntax) -> Bool {
    guard let (owner, name) = known(subject), let owner,
      let field = vocabulary.catalog.resource(owner)?.field(named: name)
    else { return true }
    switch field.kind {
    case .date, .text, .json, .jsonText: return true
    case .sid, .word, .number, .flag, .seconds: return false
    }
  }

  /// Reads what follows `is one of`: a reference, or a list of words and values.
  private mutating func candidates(
    of subject: SubjectSyntax
  ) throws(Unreadable) -> CandidatesSyntax {
    if current.kind == .reference { return .reference(try value(.comparand)) }
    guard current.kind == .openBracket else { throw unexpected(["`[`", "a list by its name"]) }
    try open()
    var candidates: [ComparandSyntax] = []
    while current.kind != .closeBracket {
      if let (owner, field) = known(subject) { note(.word(of: owner, field: field)) }
      candidates.append(try comparand())
      guard take(.comma) else { break }
    }
    guard current.kind == .closeBracket else { throw unexpected(["`,`", "`]`"]) }
    try close(.closeBracket)
    return .written(candidates)
  }

  /// Returns the field that a subject ends in, and the kind of resource that it belongs to.
  private func known(_ subject: SubjectSyntax) -> (SIDType?, String)? {
    switch subject.kind {
    case .fetch(let fetch, let path):
      return path.count == 1 ? (LookUp.fetch(fetch).sidType, path[0].text) : nil
    case .field(let path): return path.count == 1 ? (filtered, path[0].text) : nil
    case .collection, .find, .value: return nil
    }
  }

  private mutating func comparand() throws(Unreadable) -> ComparandSyntax {
    if current.kind == .word, !startsNamedValue {
      let token = current
      let word = text(token.range)
      // A short word in capital letters is a word; a long one was meant as a SID.
      if AnySID(word) == nil, !Parser.isMeantAsSID(word) {
        advance()
        return .word(word, token.range)
      }
    }
    return .value(try value(.comparand))
  }
}
