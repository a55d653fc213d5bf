import FlexAPI

/// Decides whether a row of a data file can pass the `where` of its loop, as far as its own cells and
/// what is written out say.
struct RowFilter {
  /// The name that the loop gives to a row.
  let name: String
  let condition: Condition

  /// The results that a condition may have.
  private struct Possible: OptionSet {
    let rawValue: Int
    static let yes = Possible(rawValue: 1)
    static let no = Possible(rawValue: 2)
    /// A comparison with something empty: neither true nor false.
    static let neither = Possible(rawValue: 4)
    static let unknown: Possible = [.yes, .no, .neither]

    static func of(_ holds: Bool) -> Possible { holds ? .yes : .no }
  }

  /// Whether the row may pass.
  func mayPass(_ row: DataRow) -> Bool {
    results(of: condition, row).contains(.yes)
  }

  private func results(of condition: Condition, _ row: DataRow) -> Possible {
    switch condition {
    case .all(let parts):
      let results = parts.map { self.results(of: $0, row) }
      var possible: Possible = []
      if results.allSatisfy({ $0.contains(.yes) }) { possible.insert(.yes) }
      if results.contains(where: { $0.contains(.no) }) { possible.insert(.no) }
      if results.contains(where: { $0.contains(.neither) }),
        results.allSatisfy({ !$0.isDisjoint(with: [.yes, .neither]) })
      {
        possible.insert(.neither)
      }
      return possible
    case .any(let parts):
      let results = parts.map { self.results(of: $0, row) }
      var possible: Possible = []
      if results.allSatisfy({ $0.contains(.no) }) { possible.insert(.no) }
      if results.contains(where: { $0.contains(.yes) }) { possible.insert(.yes) }
      if results.contains(where: { $0.contains(.neither) }),
        results.allSatisfy({ !$0.isDisjoint(with: [.no, .neither]) })
      {
        possible.insert(.neither)
      }
      return possible
    case .not(let inner):
      let result = results(of: inner, row)
      var possible: Possible = result.contains(.neither) ? .neither : []
      if result.contains(.yes) { possible.insert(.no) }
      if result.contains(.no) { possible.insert(.yes) }
      return possible
    case .test(let subject):
      switch json(subject, row) {
      case .null?: return .neither
      case .bool(let flag)?: return .of(flag)
      case _?: return .no
      case nil: return .unknown
      }
    case .isEmpty(let subject, let negated):
      guard let value = json(subject, row) else { return .unknown }
      let isEmpty = value == .null || value == .string("") || value == .array([])
      return .of(isEmpty != negated)
    case .equals(let subject, let expression, let negated):
      guard let left = value(subject, row), let right = value(expression, row) else {
        return .unknown
      }
      if left.isEmpty || right.isEmpty { return .neither }
      return .of(left.matches(right) != negated)
    case .compares(let subject, let mark, let expression):
      guard let left = value(subject, row), let right = value(expression, row) else {
        return .unknown
      }
      if left.isEmpty || right.isEmpty { return .neither }
      return left.difference(to: right).map { .of(mark.holds($0)) } ?? .unknown
    case .isOneOf(let subject, let expressions, let negated):
      guard let left = value(subject, row) else { return .unknown }
      if left.isEmpty { return .neither }
      let candidates = expressions.map { value($0, row) }
      if candidates.contains(where: { $0.map { left.matches($0) } ?? false }) {
        return .of(!negated)
      }
      let isDecided = candidates.allSatisfy { $0.map { !$0.isEmpty && !$0.isList } ?? false }
      return isDecided ? .of(negated) : .unknown
    // What is older depends on when it is asked.
    case .dates: return .unknown
    }
  }

  private func value(_ subject: Subject, _ row: DataRow) -> ComparedValue? {
    if case .value(let expression) = subject { return value(expression, row) }
    return json(subject, row).map { ComparedValue($0) }
  }

  /// The JSON on the left of a comparison; `nil` if the row does not say.
  private func json(_ subject: Subject, _ row: DataRow) -> JSON? {
    switch subject {
    case .field(let path): return row.value(path)
    case .value(.reference(let reference)) where reference.name == name:
      return row.value(reference.path)
    case .value, .fetch, .collection, .find: return nil
    }
  }

  private func value(_ expression: Expression, _ row: DataRow) -> ComparedValue? {
    switch expression {
    case .sid(let sid): return .sid(sid)
    case .number(let number): return .number(number.value, spelling: number.spelling)
    case .duration(let duration): return .duration(duration)
    case .text(let template):
      guard template.parts.count == 1, case .literal(let text) = template.parts[0] else {
        return nil
      }
      return .text(text)
    case .reference(let reference):
      return reference.name == name ? ComparedValue(row.value(reference.path)) : nil
    case .list, .rate, .named: return nil
    }
  }
}

extension DataRow {
  /// The value at the end of a path; `null` for what is absent.
  func value(_ path: [String]) -> JSON {
    guard let first = path.first, let field = field(first) else { return .null }
    return path.dropFirst().reduce(field.value) { value, name in
      if name == "count", case .array(let elements) = value {
        return .number("\(elements.count)")
      }
      return value.object?[name] ?? .null
    }
  }
}
