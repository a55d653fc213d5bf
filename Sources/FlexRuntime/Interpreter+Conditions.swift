import FlexAPI
import FlexScript

extension Interpreter {
  /// Whether a condition holds; `nil` when only an answer could tell and none was asked for.
  ///
  /// `item`: the thing that `where` looks at.
  mutating func holds(
    _ condition: Condition, of item: Value? = nil
  ) async throws(RuntimeError) -> Bool? {
    switch condition {
    case .any(let parts):
      var result: Bool? = false
      for part in parts {
        guard let holds = try await holds(part, of: item) else {
          result = nil
          continue
        }
        if holds { return true }
      }
      return result
    case .all(let parts):
      var result: Bool? = true
      for part in parts {
        guard let holds = try await holds(part, of: item) else {
          result = nil
          continue
        }
        if !holds { return false }
      }
      return result
    case .not(let inner): return try await holds(inner, of: item).map { !$0 }
    case .test(let subject):
      let value = try await value(subject, of: item)
      switch value {
      case .json(.bool(let flag)): return flag
      case .empty: return false
      case .unanswered: return nil
      default: throw .sentence("\(value.description) is no yes or no")
      }
    case .isEmpty(let subject, let negated):
      let value = try await value(subject, of: item)
      if case .unanswered = value { return nil }
      return value.isEmpty != negated
    case .equals(let subject, let expression, let negated):
      let left = try await value(subject, of: item)
      let right = try value(expression)
      if case .unanswered = left { return nil }
      if case .unanswered = right { return nil }
      // `is not X` does not hold for what is empty, so that nothing is acted on by default.
      if case .empty = left { return false }
      return left.matches(right) != negated
    case .compares(let subject, let mark, let expression):
      let left = try await value(subject, of: item)
      let right = try value(expression)
      if case .unanswered = left { return nil }
      if case .unanswered = right { return nil }
      if case .empty = left { return false }
      guard let order = left.magnitude(comparedTo: right) else {
        throw .sentence(
          "\(left.description) and \(right.description) cannot be compared: "
            + "numbers and durations can")
      }
      return mark.holds(order)
    }
  }

  /// What stands on the left of a comparison, looked up where that is said.
  mutating func value(
    _ subject: Subject, of item: Value?
  ) async throws(RuntimeError) -> Value {
    switch subject {
    case .fetch(let fetch, let path):
      return try await look(up: try operation(fetch), type: fetch.type).following(path)
    case .collection(let collection, let filter, let path):
      guard let items = try await items(collection, where: filter) else { return .unanswered }
      return Value.list(items).following(path)
    case .value(let expression): return try value(expression)
    case .field(let path): return item?.following(path) ?? .empty
    }
  }

  /// Both sides of a condition that does not hold, for people.
  mutating func sides(of condition: Condition, of item: Value? = nil) async -> String? {
    switch condition {
    case .equals(let subject, _, _), .compares(let subject, _, _), .isEmpty(let subject, _),
      .test(let subject):
      guard let left = try? await value(subject, of: item) else { return nil }
      return left.description
    case .not(let inner): return await sides(of: inner, of: item)
    case .all(let parts):
      for part in parts where (try? await holds(part, of: item)) == false {
        return await sides(of: part, of: item)
      }
      return nil
    case .any(let parts):
      var found: [String] = []
      for part in parts {
        if let side = await sides(of: part, of: item) { found.append(side) }
      }
      return found.isEmpty ? nil : found.joined(separator: "; ")
    }
  }
}

extension ComparisonOperator {
  /// Whether it holds for a left side that is so much greater than the right one.
  fileprivate func holds(_ difference: Double) -> Bool {
    switch self {
    case .less: difference < 0
    case .lessOrEqual: difference <= 0
    case .greater: difference > 0
    case .greaterOrEqual: difference >= 0
    }
  }
}

extension Value {
  /// Whether two values are the same: SIDs whatever the case of their digits, numbers as numbers,
  /// texts byte for byte.
  fileprivate func matches(_ other: Value) -> Bool {
    if case .list(let left) = self, case .list(let right) = other {
      return left.count == right.count && zip(left, right).allSatisfy { $0.matches($1) }
    }
    if let left = asSID, let right = other.asSID { return left == right }
    if let difference = magnitude(comparedTo: other) { return difference == 0 }
    return text.utf8.elementsEqual(other.text.utf8)
  }

  private var asSID: AnySID? {
    switch self {
    case .sid(let sid): sid
    case .text(let text): AnySID(text)
    case .resource(let resource): resource.sid
    default: nil
    }
  }

  /// How much greater it is than another; `nil` unless both are numbers or both durations.
  fileprivate func magnitude(comparedTo other: Value) -> Double? {
    if let left = asNumber, let right = other.asNumber { return left - right }
    if let left = asDuration, let right = other.asDuration {
      return left.milliseconds - right.milliseconds
    }
    return nil
  }

  /// A number; also a text that spells one, as the columns of data files do.
  private var asNumber: Double? {
    switch self {
    case .number(let number): number.value
    case .json(.number(let spelling)): Double(spelling)
    case .text(let text):
      text.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } == true
        && text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E } ? Double(text) : nil
    default: nil
    }
  }

  private var asDuration: Duration? {
    switch self {
    case .duration(let duration): duration
    case .text(let text): Duration(flexSpelling: text)
    default: nil
    }
  }
}
