import FlexAPI
import FlexScript

/// Conditions; what they look up is passed in.
extension Evaluator {
  /// Looks up the parenthesized left side of a comparison.
  typealias LookUp = (LookUpSubject) async throws(RuntimeError) -> Value

  /// A look-up inside a condition.
  enum LookUpSubject {
    case fetch(Fetch)
    case collection(Collection, where: Condition?)
  }

  /// Whether a condition holds; `nil` if that needs a response, and nothing was asked.
  ///
  /// `item`: what `where` examines.
  func holds(
    _ condition: Condition, of item: Value? = nil, _ lookUp: LookUp
  ) async throws(RuntimeError) -> Bool? {
    switch condition {
    case .any(let parts):
      var result: Bool? = false
      for part in parts {
        guard let holds = try await holds(part, of: item, lookUp) else {
          result = nil
          continue
        }
        if holds { return true }
      }
      return result
    case .all(let parts):
      var result: Bool? = true
      for part in parts {
        guard let holds = try await holds(part, of: item, lookUp) else {
          result = nil
          continue
        }
        if !holds { return false }
      }
      return result
    case .not(let inner): return try await holds(inner, of: item, lookUp).map { !$0 }
    case .test(let subject):
      let value = try await value(subject, of: item, lookUp)
      if case .json(.bool(let flag)) = value { return flag }
      if case .empty = value { return false }
      if case .unanswered = value { return nil }
      throw .sentence("\(value.description) is neither yes nor no")
    case .isEmpty(let subject, let negated):
      let value = try await value(subject, of: item, lookUp)
      if case .unanswered = value { return nil }
      return value.isEmpty != negated
    case .equals(let subject, let expression, let negated):
      guard let (left, right) = try await sides(subject, expression, of: item, lookUp) else {
        return nil
      }
      // `is not X` does not hold for what is empty, so that nothing is acted on by default.
      if case .empty = left { return false }
      return left.matches(right) != negated
    case .compares(let subject, let mark, let expression):
      guard let (left, right) = try await sides(subject, expression, of: item, lookUp) else {
        return nil
      }
      if case .empty = left { return false }
      guard let order = left.magnitude(comparedTo: right) else {
        throw .sentence(
          "\(left.description) and \(right.description) cannot be compared: "
            + "numbers and durations can")
      }
      return mark.holds(order)
    }
  }

  /// Both sides of a comparison; `nil` if one of them is not known.
  private func sides(
    _ subject: Subject, _ expression: Expression, of item: Value?, _ lookUp: LookUp
  ) async throws(RuntimeError) -> (Value, Value)? {
    let left = try await value(subject, of: item, lookUp)
    let right = try value(expression)
    if case .unanswered = left { return nil }
    if case .unanswered = right { return nil }
    return (left, right)
  }

  /// The value on the left of a comparison.
  private func value(
    _ subject: Subject, of item: Value?, _ lookUp: LookUp
  ) async throws(RuntimeError) -> Value {
    switch subject {
    case .fetch(let fetch, let path): return try await lookUp(.fetch(fetch)).following(path)
    case .collection(let collection, let filter, let path):
      return try await lookUp(.collection(collection, where: filter)).following(path)
    case .value(let expression): return try value(expression)
    case .field(let path): return item?.following(path) ?? .empty
    }
  }

  /// What was found on the left side of a condition that does not hold, for people.
  func found(_ condition: Condition, of item: Value? = nil, _ lookUp: LookUp) async -> String? {
    switch condition {
    case .equals(let subject, _, _), .compares(let subject, _, _), .isEmpty(let subject, _),
      .test(let subject):
      return (try? await value(subject, of: item, lookUp))?.description
    case .not(let inner): return await found(inner, of: item, lookUp)
    case .all(let parts):
      for part in parts where (try? await holds(part, of: item, lookUp)) == false {
        return await found(part, of: item, lookUp)
      }
      return nil
    case .any(let parts):
      var all: [String] = []
      for part in parts {
        if let found = await found(part, of: item, lookUp) { all.append(found) }
      }
      return all.isEmpty ? nil : all.joined(separator: "; ")
    }
  }
}

extension ComparisonOperator {
  /// Whether it holds for a left side that is greater than the right one by this difference.
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

  /// The difference to another value; `nil` unless both are numbers or both durations.
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
