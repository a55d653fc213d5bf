import FlexAPI

extension Checker {
  /// Checks a condition; `item` is the type of the resource that `where` examines.
  mutating func condition(_ syntax: ConditionSyntax, looksAt item: ResourceType?) -> Condition {
    condition(syntax, looksAtType: item.map { .resource($0) })
  }

  /// Checks a condition; `item` is the type of the item that `where` examines.
  mutating func condition(_ syntax: ConditionSyntax, looksAtType item: ValueType?) -> Condition {
    switch syntax {
    case .any(let parts): return .any(parts.map { condition($0, looksAtType: item) })
    case .all(let parts): return .all(parts.map { condition($0, looksAtType: item) })
    case .not(let inner): return .not(condition(inner, looksAtType: item))
    case .test(let subject):
      let (checked, type) = self.subject(subject, item)
      switch type {
      case .anything, .json, .flag: break
      case .column(let row, _) where row.header == nil: break
      default:
        mismatch(
          type.description, "a yes or no", at: subject.range,
          help: "compare it: `is`, `is not`, `is empty`, <, <=, >, >=")
      }
      return .test(checked)
    case .isEmpty(let subject, let negated):
      return .isEmpty(self.subject(subject, item).0, negated: negated)
    case .equals(let subject, let comparand, let negated):
      let (checked, type) = self.subject(subject, item)
      return .equals(checked, self.comparand(comparand, type, subject), negated: negated)
    case .isOneOf(let subject, let candidates, let negated):
      let (checked, type) = self.subject(subject, item)
      switch candidates {
      case .written(let comparands):
        return .isOneOf(
          checked, comparands.map { comparand($0, type, subject) }, negated: negated)
      case .reference(let value):
        let list = expression(value)
        switch list?.1 {
        case .list, .anything, .json, .column, nil: break
        case let other?: mismatch(other.description, "a list", at: value.range)
        }
        return .isOneOf(checked, [list?.0 ?? .list([])], negated: negated)
      }
    case .dates(let subject, let comparison, let value):
      let (checked, type) = self.subject(subject, item)
      switch type {
      case .date, .text, .anything, .json: break
      case .column(let row, let path): note(row, path, .date, comparison.rawValue)
      default:
        mismatch(
          type.description, "a time", at: subject.range,
          help: "`\(comparison.rawValue)` compares times such as `date_updated`")
      }
      return .dates(checked, comparison, time(value, comparison) ?? .list([]))
    case .compares(let subject, let mark, let value):
      let (checked, type) = self.subject(subject, item)
      switch type {
      case .number, .seconds, .duration, .anything, .json, .column: break
      default:
        mismatch(
          type.description, "a number or a duration", at: subject.range,
          help: "`\(mark.rawValue)` compares numbers and durations")
      }
      let limit = expression(value)
      switch limit?.1 {
      case .number, .seconds, .duration, .anything, .json, .column, nil: break
      case let other?:
        mismatch(other.description, "a number or a duration", at: value.range)
      }
      if case (.number, .duration?) = (type, limit?.1) {
        mismatch("a duration", "a number", at: value.range)
      } else if case (.duration, .number?) = (type, limit?.1) {
        mismatch("a number", "a duration", at: value.range)
      }
      noteComparison(type, limit?.1 ?? .anything, mark)
      return .compares(checked, mark, limit?.0 ?? .list([]))
    }
  }

  /// Records what the cells on the two sides of a comparison must hold.
  private mutating func noteComparison(
    _ left: ValueType, _ right: ValueType, _ mark: ComparisonOperator
  ) {
    func comparison(with type: ValueType) -> CellUse.Need.Comparison {
      switch type {
      case .number: .number
      case .duration: .duration
      default: .quantity
      }
    }
    if case .column(let row, let path) = left, case .column(let other, let otherPath) = right,
      row.uses == other.uses
    {
      return note(row, path, .compared(with: .cell(otherPath)), mark.rawValue)
    }
    if case .column(let row, let path) = left {
      note(row, path, .compared(with: comparison(with: right)), mark.rawValue)
    }
    if case .column(let row, let path) = right {
      note(row, path, .compared(with: comparison(with: left)), mark.rawValue)
    }
  }

  /// Checks what times are compared with: a duration before now, or a time.
  private mutating func time(
    _ syntax: ValueSyntax, _ comparison: DateComparison
  ) -> Expression? {
    switch comparison {
    case .older, .newer:
      let limit = duration(syntax, for: comparison.rawValue)
      if case .duration(let duration)? = limit { session.collect(age: duration) }
      return limit
    case .before, .after: break
    }
    guard let (expression, type) = expression(syntax) else { return nil }
    switch type {
    case .text, .word, .date, .anything, .json: break
    case .column(let row, let path): note(row, path, .date, comparison.rawValue)
    default: mismatch(type.description, "a time in quotes", at: syntax.range)
    }
    if case .text(let text) = syntax.kind, let literal = text.literal, Timestamp(literal) == nil {
      mismatch(
        window.text(syntax.range), "a time with its time zone", at: syntax.range,
        help: "write it as \"2026-11-26T10:00:00Z\" or \"2026-11-26T10:00:00+01:00\"")
    }
    return expression
  }

  private mutating func comparand(
    _ syntax: ComparandSyntax, _ type: ValueType, _ subject: SubjectSyntax
  ) -> Expression {
    switch syntax {
    case .word(let word, let range):
      if case .flag = type {
        mismatch(
          "`\(word)`", "no comparison", at: range,
          help: "it is a yes or no: write `\(window.text(subject.range))` or "
            + "`not \(window.text(subject.range))`")
      } else if case .word(let words) = type, !words.contains(word) {
        report(.unknownValue(word, of: window.text(subject.range), words: words), at: range)
      } else if case .word(let words) = type {
        session.collect(state: word, of: words)
      }
      return .text(Template(parts: [.literal(word)]))
    case .value(let value):
      guard let (expression, found) = expression(value) else { return .list([]) }
      if case .flag = type {
        mismatch(
          found.description, "no comparison", at: value.range,
          help: "it is a yes or no: write `\(window.text(subject.range))` or "
            + "`not \(window.text(subject.range))`")
      }
      if case .nameOrSID(let due) = type, case .sid(let kind?) = found, kind != due {
        report(
          .wrongSIDKind(
            verb: "is", expected: due, found: .name(window.text(value.range), kind)),
          at: value.range)
      }
      if case .sid(let due?) = type, case .sid(let sid) = expression {
        _ = take(sid, as: due, "is", at: value.range)
      }
      if case .row = found {
        mismatch("a whole row", "a value", at: value.range, help: "name a column: $row.column")
      }
      return expression
    }
  }

  mutating func subject(
    _ syntax: SubjectSyntax, _ item: ValueType?
  ) -> (Subject, ValueType) {
    switch syntax.kind {
    case .fetch(let fetch, let path):
      guard let (checked, type) = self.fetch(fetch, verb: syntax.range) else {
        return (.field([]), .anything)
      }
      let end = follow(path, from: type, named: window.text(syntax.range))
      return (.fetch(checked, path: path.map(\.text)), end)
    case .collection(let collection, let filter, let path):
      let (checked, element) = self.collection(collection, verb: syntax.range)
      let condition = filter.map { self.condition($0, looksAt: element) }
      let end = follow(
        path, from: .list(of: .resource(element)), named: collection.resource.collection ?? "")
      return (.collection(checked, where: condition, path: path.map(\.text)), end)
    case .find(let value, let path):
      let sought = self.sought(value)
      let element = ResourceType(Finding.resource)
      let end = follow(path, from: .list(of: .resource(element)), named: "find")
      return (.find(sought ?? .list([]), path: path.map(\.text)), end)
    case .value(let value):
      let checked = expression(value)
      return (.value(checked?.0 ?? .list([])), checked?.1 ?? .anything)
    case .field(let path):
      let type = follow(path, from: item ?? .anything, named: "where")
      return (.field(path.map(\.text)), type)
    }
  }
}

extension Condition {
  /// Whether it is true only for participants of type `agent`.
  var keepsAgentsOnly: Bool {
    switch self {
    case .all(let parts): parts.contains { $0.keepsAgentsOnly }
    case .any(let parts): parts.allSatisfy { $0.keepsAgentsOnly }
    case .equals(.field(["type"]), .text(let template), negated: false): template.isAgent
    default: false
    }
  }

  /// The name that it requires to be an agent.
  var nameKnownToBeAgent: String? {
    switch self {
    case .all(let parts):
      return parts.lazy.compactMap(\.nameKnownToBeAgent).first
    case .equals(.value(.reference(let reference)), .text(let template), negated: false)
    where reference.path == ["type"] && template.isAgent:
      return reference.name
    default: return nil
    }
  }
}

extension Template {
  fileprivate var isAgent: Bool {
    guard parts.count == 1, case .literal(let word) = parts[0] else { return false }
    return word == Participant.agent
  }
}
