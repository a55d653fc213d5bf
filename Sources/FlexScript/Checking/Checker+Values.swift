import FlexAPI

extension Checker {
  /// Checks a reference, and returns it with its type.
  mutating func reference(_ syntax: ReferenceSyntax) -> (Reference, ValueType) {
    usesNames = true
    let reference = Reference(name: syntax.name.text, path: syntax.path.map(\.text))
    guard let entry = environment[syntax.name.text] else {
      if !environment.hasLostNames {
        let range =
          syntax.path.isEmpty
          ? syntax.range : SourceRange(start: syntax.range.start, end: syntax.name.range.end)
        report(
          .unknownName(
            syntax.name.text, candidates: environment.names, isInText: syntax.isInText),
          at: range)
      }
      return (reference, .anything)
    }
    environment.markUsed(syntax.name.text)
    return (reference, follow(syntax.path, from: entry.type, named: "$" + syntax.name.text))
  }

  /// Returns the type at the end of a path of fields.
  mutating func follow(_ path: [NameSyntax], from type: ValueType, named: String) -> ValueType {
    var type = type
    var owner = named
    for (index, field) in path.enumerated() {
      // `worker` alone is the name of a reservation's worker, `worker.…` a field of that worker.
      if index + 1 < path.count, case .resource(let resource) = type,
        let related = resource.related(field.text)
      {
        type = .resource(related)
        owner += "." + field.text
        continue
      }
      guard let next = self.field(field, of: type, owner) else { return .anything }
      type = next
      owner += "." + field.text
    }
    return type
  }

  private mutating func field(
    _ name: NameSyntax, of type: ValueType, _ owner: String
  ) -> ValueType? {
    let known: [String]
    switch type {
    case .anything, .json: return type
    case .resource(let resource):
      if let type = resource.type(of: name.text) { return type }
      known = resource.definition.fieldNames
    case .row(let row):
      guard let header = row.header else { return .column(row, [name.text]) }
      if header.index(of: name.text) != nil { return .column(row, [name.text]) }
      known = header.segments
    case .column(let row, let path) where row.header == nil: return .column(row, path + [name.text])
    case .list:
      if name.text == "count" { return .number }
      known = ["count"]
    default: known = []
    }
    // A field in a `where` belongs to the item that is examined, which has no name.
    let owner = owner == "where" ? type.description : "`\(owner)`, \(type.description),"
    report(.unknownField(name.text, of: owner, candidates: known), at: name.range)
    return nil
  }

  /// Checks a value, and returns it with its type; `nil` if it could not be read.
  mutating func expression(_ syntax: ValueSyntax) -> (Expression, ValueType)? {
    switch syntax.kind {
    case .sid(let sid):
      noteShape(of: sid, at: syntax.range)
      noteSimilar(sid, at: syntax.range)
      return (.sid(sid), .sid(OtherSIDs.areAdmitted ? nil : sid.type))
    case .reference(let reference):
      let (checked, type) = self.reference(reference)
      return (.reference(checked), type)
    case .text(let text): return (.text(template(text)), .text)
    case .number(let number): return (.number(number), .number)
    case .duration(let duration): return (.duration(duration), .duration)
    case .rate(let rate): return (.rate(rate), .rate)
    case .named(let type, let inner): return named(type, inner)
    case .list(let elements):
      var checked: [Expression] = []
      var common: ValueType?
      for element in elements {
        guard let (expression, type) = expression(element) else { return nil }
        checked.append(expression)
        common = common.map { Checker.common($0, type) } ?? type
      }
      return (.list(checked), .list(of: common ?? .anything))
    case .malformed: return nil
    }
  }

  /// Checks a name or a SID after a word such as `worker`.
  mutating func named(
    _ type: SIDType, _ syntax: ValueSyntax
  ) -> (Expression, ValueType)? {
    // Its text is kept: what it stands for is looked up.
    usesNames = true
    guard let (expression, found) = expression(syntax) else { return nil }
    if case .text(let text) = syntax.kind, let literal = text.literal {
      session.collect(literal, for: type)
    } else if case .reference(let reference) = syntax.kind, reference.path.isEmpty,
      let constant = environment[reference.name.text]?.constant
    {
      session.collect(constant, for: type)
    }
    switch found {
    case .text, .word, .nameOrSID, .file, .anything, .json: break
    case .column(let row, let path): note(row, path, .nameOf(type), type.noun)
    default:
      guard isSID(found, type, type.noun, at: syntax.range) else { return nil }
    }
    return (.named(type, expression), .sid(type))
  }

  /// Returns the type that is true of both values.
  private static func common(_ left: ValueType, _ right: ValueType) -> ValueType {
    switch (left, right) {
    case (.sid(let first), .sid(let second)): .sid(first == second ? first : nil)
    case (.text, .text), (.word, .text), (.text, .word), (.word, .word): .text
    case (.number, .number): .number
    case (.duration, .duration): .duration
    case (.resource(let first), .resource(let second)) where first.sidType == second.sidType: left
    default: .anything
    }
  }

  mutating func noteSimilar(_ sid: AnySID, at range: SourceRange) {
    let (file, window) = (file, window)
    similar.note(sid) { other, digits in
      CheckError.similarSID(sid, to: other, digits: digits).message
        .diagnostic(file: file, range: range, window: window)
    }
  }

  /// Checks a value that is converted to text.
  mutating func printed(_ syntax: ValueSyntax) -> Expression? {
    guard let (expression, type) = expression(syntax) else { return nil }
    if case .row = type {
      mismatch("a whole row", "a value", at: syntax.range, help: "name a column: $row.column")
      return nil
    }
    return expression
  }

  mutating func template(_ syntax: TextSyntax) -> Template {
    Template(
      parts: syntax.parts.map { part in
        switch part {
        case .literal(let text): return .literal(text)
        case .reference(let reference):
          let (checked, type) = self.reference(reference)
          if case .row = type {
            mismatch(
              "a whole row", "a value", at: reference.range, help: "name a column: $row.column")
          }
          return .reference(checked)
        }
      })
  }

  mutating func json(_ syntax: JSONSyntax) -> JSONTemplate {
    switch syntax {
    case .literal(let value): .literal(value)
    case .text(let text): .text(template(text))
    case .reference(let reference): .reference(self.reference(reference).0)
    case .named(let value):
      if case .named(let type, let name)? = expression(value)?.0 {
        .named(type, name)
      } else {
        .literal(.null)
      }
    case .array(let elements): .array(elements.map { json($0) })
    case .object(let members):
      .object(
        members.map { member in
          let value = json(member.value)
          if member.name.hasSuffix("_sid") { checkSID(member) }
          return (member.name, value)
        })
    }
  }

  /// Checks a value in JSON whose name says that it is a SID.
  private mutating func checkSID(_ member: JSONMemberSyntax) {
    let noun = member.name == "task_queue_sid" ? "queue" : String(member.name.dropLast(4))
    let expected = SIDType.allCases.first { $0.noun == noun }
    let verb = member.name
    switch member.value {
    case .literal(.string(let text)):
      if let sid = AnySID(ofAnyShape: text) {
        noteShape(of: sid, at: member.valueRange)
        if let expected { _ = take(sid, as: expected, verb, at: member.valueRange) }
      } else if let defect = SIDDefect(word: text) {
        report(syntax: .malformedSID(word: text, defect), at: member.valueRange)
      } else {
        mismatch("a text", expected?.nounWithArticle ?? "a SID", at: member.valueRange)
      }
    case .literal(.null): break
    case .named(let value):
      guard let expected, case .named(let type, _) = value.kind, type != expected else { return }
      report(
        .wrongSIDKind(
          verb: verb, expected: expected, found: .name(window.text(value.range), type)),
        at: member.valueRange)
    case .literal, .array, .object:
      mismatch("JSON", expected?.nounWithArticle ?? "a SID", at: member.valueRange)
    case .text(let text):
      guard text.parts.count == 1, case .reference(let reference) = text.parts[0] else { return }
      checkSID(reference, expected, verb)
    case .reference(let reference): checkSID(reference, expected, verb)
    }
  }

  private mutating func checkSID(
    _ syntax: ReferenceSyntax, _ expected: SIDType?, _ verb: String
  ) {
    guard let entry = environment[syntax.name.text] else { return }
    // Mistakes in the path have been reported.
    let errors = (errorCount, diagnostics)
    let type = follow(syntax.path, from: entry.type, named: "$" + syntax.name.text)
    (errorCount, diagnostics) = errors
    switch type {
    // A text may well be a SID; only the run can tell.
    case .text, .word, .nameOrSID, .file: break
    case .column(let row, let path): note(row, path, .sid(expected), verb)
    default:
      if let expected { _ = isSID(type, expected, verb, at: syntax.range) }
    }
  }

  mutating func mismatch(
    _ found: String, _ expected: String, at range: SourceRange, help: String? = nil
  ) {
    report(.typeMismatch(found: found, expected: expected, help: help), at: range)
  }

  // MARK: SIDs

  /// Returns a SID as one of the kind that is due, and reports one of another kind.
  ///
  /// Where SIDs of another shape are admitted, another kind is a warning.
  mutating func take(
    _ sid: AnySID, as expected: SIDType, _ verb: String, at range: SourceRange
  ) -> AnySID? {
    if sid.type == expected { return sid }
    let taken = sid.of(expected)
    // One mistake: the warning of its shape is enough.
    if sid.isOfOtherShape { return taken }
    var message = CheckError.wrongSIDKind(verb: verb, expected: expected, found: .written(sid))
      .message
    if taken != nil { message.severity = .warning }
    report(message, at: range)
    return taken
  }

  /// Warns of a SID of another shape, which is only admitted on request.
  mutating func noteShape(of sid: AnySID, at range: SourceRange) {
    guard sid.isOfOtherShape else { return }
    report(SIDDefect.warning(sid.description), at: range)
  }

  /// Checks a value where a SID of a kind is expected.
  ///
  /// `verb`: the word that takes it, such as `close` or `on`.
  mutating func target(
    _ syntax: ValueSyntax, _ verb: String, _ expected: SIDType
  ) -> (target: Target, type: ValueType)? {
    switch syntax.kind {
    case .sid(let sid):
      noteShape(of: sid, at: syntax.range)
      guard let sid = take(sid, as: expected, verb, at: syntax.range) else { return nil }
      noteSimilar(sid, at: syntax.range)
      return (Target(type: expected, value: .sid(sid)), .sid(expected))
    case .reference:
      guard let (expression, type) = expression(syntax) else { return nil }
      // After `worker` and the like, a text is a name.
      switch type {
      case .text, .word, .nameOrSID, .file, .column:
        guard expected.isNameable, verb.hasSuffix(expected.noun) else { break }
        return named(expected, syntax).map {
          (Target(type: expected, value: .expression($0.0)), $0.1)
        }
      default: break
      }
      guard isSID(type, expected, verb, at: syntax.range) else { return nil }
      return (Target(type: expected, value: .expression(expression)), type)
    case .malformed: return nil
    case .text where expected.isNameable:
      return named(expected, syntax).map {
        (Target(type: expected, value: .expression($0.0)), $0.1)
      }
    case .named(let type, _):
      guard let (expression, _) = expression(syntax) else { return nil }
      guard type == expected else {
        report(
          .wrongSIDKind(
            verb: verb, expected: expected, found: .name(window.text(syntax.range), type)),
          at: syntax.range)
        return nil
      }
      return (Target(type: expected, value: .expression(expression)), .sid(expected))
    case .text(let text):
      let help =
        text.literal.flatMap { AnySID($0) } != nil ? "write the SID without quotes" : nil
      mismatch("a text", expected.nounWithArticle, at: syntax.range, help: help)
      return nil
    case .number, .duration, .rate, .list:
      guard let (_, type) = expression(syntax) else { return nil }
      mismatch(type.description, expected.nounWithArticle, at: syntax.range)
      return nil
    }
  }

  /// Returns whether a name of this type can stand for a SID of a kind, and reports it if not.
  mutating func isSID(
    _ type: ValueType, _ expected: SIDType, _ verb: String, at range: SourceRange
  ) -> Bool {
    let found: SIDType
    switch type {
    case .anything, .json, .sid(nil): return true
    case .sid(let kind?):
      if kind == expected { return true }
      found = kind
    case .resource(let resource):
      if resource.standsFor(expected) { return true }
      found = resource.sidType
    case .column(let row, let path):
      note(row, path, .sid(expected), verb)
      return true
    default:
      let help: String? =
        switch type {
        case .row: "name a column: $row.column"
        case .text, .word, .nameOrSID, .file: "a parameter for it is declared as `\(expected.noun)`"
        default: nil
        }
      mismatch(type.description, expected.nounWithArticle, at: range, help: help)
      return false
    }
    report(
      .wrongSIDKind(verb: verb, expected: expected, found: .name(window.text(range), found)),
      at: range)
    return false
  }

  /// Checks what follows `of`: one or two resources that lead to a place.
  ///
  /// `isList`: whether it may be a list of them.
  mutating func origins(
    _ syntax: [ValueSyntax], _ kinds: [SIDType], isList: Bool
  ) -> [Expression]? {
    usesNames = true
    var checked: [Expression] = []
    for (index, value) in syntax.enumerated() {
      let due = index == 0 ? kinds : [.task, .worker]
      guard let (expression, type) = expression(value),
        isOrigin(type, due, isList: isList && index == 0, at: value.range)
      else { return nil }
      checked.append(expression)
    }
    return checked
  }

  private mutating func isOrigin(
    _ type: ValueType, _ kinds: [SIDType], isList: Bool, at range: SourceRange
  ) -> Bool {
    let found: SIDType?
    switch type {
    case .anything, .json, .sid(nil): return true
    case .sid(let kind?):
      if kinds.contains(kind) { return true }
      found = kind
    case .resource(let resource):
      if kinds.contains(where: resource.standsFor) { return true }
      found = resource.sidType
    case .list(let element) where isList:
      return isOrigin(element, kinds, isList: false, at: range)
    case .column(let row, let path):
      note(row, path, .sidOf(kinds), "of")
      return true
    default: found = nil
    }
    if let found {
      report(
        .wrongOrigin(after: "of", expected: kinds, found: found, name: window.text(range)),
        at: range)
    } else {
      let expected = SyntaxError.list(kinds.map(\.nounWithArticle))
      let named = kinds.first(where: \.isNameable)
      mismatch(
        type.description, expected, at: range,
        help: named.map { "a name goes after its kind: of \($0.noun) \"…\"" })
    }
    return false
  }

  /// Records what a cell must hold.
  mutating func note(_ row: RowType, _ path: [String], _ need: CellUse.Need, _ verb: String) {
    guard rowUses.indices.contains(row.uses) else { return }
    rowUses[row.uses].note(path, need, verb)
  }

  // MARK: Quantities

  mutating func duration(_ syntax: ValueSyntax, for word: String) -> Expression? {
    guard let (expression, type) = expression(syntax) else { return nil }
    switch type {
    case .duration, .anything, .json: return expression
    case .column(let row, let path):
      note(row, path, .duration, word)
      return expression
    default:
      mismatch(
        type.description, "a duration", at: syntax.range,
        help: "`\(word)` takes a duration: 500ms, 10s, 2m, 1h, 1d")
      return nil
    }
  }

  mutating func setting(_ syntax: SettingSyntax) -> Setting? {
    switch syntax {
    case .timeout(let value):
      guard let expression = duration(value, for: "timeout") else { return nil }
      if case .duration(let limit) = expression, limit <= .zero {
        mismatch(window.text(value.range), "a duration of more than 0", at: value.range)
        return nil
      }
      return .timeout(expression)
    case .retries(let value): return count(value, "retries", 0...100).map { .retries($0) }
    case .jobs(let value): return count(value, "jobs", 1...256).map { .jobs($0) }
    case .rate(let value):
      guard let (expression, type) = expression(value) else { return nil }
      switch type {
      case .rate, .anything, .json: return .rate(expression)
      default:
        mismatch(type.description, "a rate", at: value.range, help: "a rate is written as 20/s")
        return nil
      }
    case .onError(let continuing): return .onError(continuing: continuing)
    }
  }

  mutating func count(
    _ syntax: ValueSyntax, _ word: String, _ range: ClosedRange<Int>
  ) -> Expression? {
    guard let (expression, type) = expression(syntax) else { return nil }
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    switch type {
    case .number:
      if case .number(let number) = expression,
        !(number.integer.map(range.contains) ?? false)
      {
        mismatch(
          number.spelling, expected, at: syntax.range,
          help: word == "first" ? nil : "`set \(word)` takes \(expected)")
        return nil
      }
      return expression
    case .anything, .json: return expression
    default:
      mismatch(type.description, expected, at: syntax.range)
      return nil
    }
  }
}

extension SIDType {
  /// Whether a text can stand for one: it has a name that flexsh looks up.
  package var isNameable: Bool {
    switch self {
    case .worker, .queue, .workflow, .workspace: true
    case .interaction, .channel, .participant, .invite, .transfer, .task, .reservation,
      .conversation, .account, .chatParticipant, .finding:
      false
    }
  }
}
