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

  /// What a condition comes to.
  ///
  /// Every part is evaluated that can change the result. `item`: what `where` examines.
  func verdict(
    _ condition: Condition, of item: Value? = nil, _ lookUp: LookUp
  ) async throws(RuntimeError) -> Verdict {
    switch condition {
    case .any(let parts):
      var result = Verdict.no
      for part in parts {
        result = try await verdict(part, of: item, lookUp).or(result)
        if case .yes = result { return result }
      }
      return result
    case .all(let parts):
      var result = Verdict.yes
      for part in parts {
        result = try await verdict(part, of: item, lookUp).and(result)
        if case .no = result { return result }
      }
      return result
    case .not(let inner):
      let result = try await verdict(inner, of: item, lookUp)
      switch result {
      case .yes: return .no
      case .no: return .yes
      case .neither, .unanswered: return result
      }
    case .test(let subject):
      let value = try await value(subject, of: item, lookUp)
      switch value {
      case .json(.bool(let flag)): return flag ? .yes : .no
      case .empty: return .neither(empty: subject.text)
      case .unanswered, .pending: return .unanswered
      default: return .no
      }
    case .isEmpty(let subject, let negated):
      let value = try await value(subject, of: item, lookUp)
      if value.isUnknown { return .unanswered }
      return value.isEmpty != negated ? .yes : .no
    case .equals(let subject, let expression, let negated):
      return try await compare(subject, expression, of: item, lookUp) { left, right in
        left.compared.matches(right.compared) != negated
      }
    case .compares(let subject, let mark, let expression):
      return try await compare(subject, expression, of: item, lookUp) {
        (left, right) throws(RuntimeError) in
        guard let difference = left.compared.difference(to: right.compared) else {
          throw .sentence(
            "\(left.description) and \(right.description) cannot be compared: "
              + "numbers and durations can")
        }
        return mark.holds(difference)
      }
    }
  }

  /// Compares two values; neither true nor false if one of them is empty.
  private func compare(
    _ subject: Subject, _ expression: Expression, of item: Value?, _ lookUp: LookUp,
    _ holds: (Value, Value) throws(RuntimeError) -> Bool
  ) async throws(RuntimeError) -> Verdict {
    let left = try await value(subject, of: item, lookUp)
    let right = try value(expression)
    if left.isUnknown || right.isUnknown { return .unanswered }
    if left.compared.isEmpty { return .neither(empty: subject.text) }
    if right.compared.isEmpty { return .neither(empty: Subject.value(expression).text) }
    return try holds(left, right) ? .yes : .no
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
      for part in parts {
        switch try? await verdict(part, of: item, lookUp) {
        case .yes?, .unanswered?, nil: continue
        case .no?, .neither?: return await found(part, of: item, lookUp)
        }
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

/// What a condition comes to.
enum Verdict {
  case yes, no
  /// Something empty was compared: neither true nor false. What it was, as the script has it.
  case neither(empty: String)
  /// It needs a response, and nothing was asked.
  case unanswered

  /// Both.
  func and(_ other: Verdict) -> Verdict {
    switch (other, self) {
    case (.no, _), (_, .no): .no
    case (.unanswered, _), (_, .unanswered): .unanswered
    case (.neither(let empty), _), (_, .neither(let empty)): .neither(empty: empty)
    case (.yes, .yes): .yes
    }
  }

  /// Either.
  func or(_ other: Verdict) -> Verdict {
    switch (other, self) {
    case (.yes, _), (_, .yes): .yes
    case (.unanswered, _), (_, .unanswered): .unanswered
    case (.neither(let empty), _), (_, .neither(let empty)): .neither(empty: empty)
    case (.no, .no): .no
    }
  }
}
