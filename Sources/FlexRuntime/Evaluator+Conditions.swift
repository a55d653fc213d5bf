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
    case find(Expression)
    /// Something that has to be looked up before a value can be computed.
    case need(Need)
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
      return try await verdict(inner, of: item, lookUp).negated
    case .test(let subject):
      let value = try await value(subject, of: item, lookUp)
      switch value {
      case .json(.bool(let flag)): return flag ? .yes : .no
      case .empty: return .neither(empty: subject.text)
      case .unanswered, .pending, .placeholder: return .unanswered
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
    case .isOneOf(let subject, let expressions, let negated):
      var result = Verdict.no
      for expression in expressions {
        let part = try await compare(subject, expression, of: item, lookUp) { left, right in
          if case .list(let candidates) = right {
            return candidates.contains { left.compared.matches($0.compared) }
          }
          return left.compared.matches(right.compared)
        }
        result = part.or(result)
        if case .yes = result { break }
      }
      return negated ? result.negated : result
    case .dates(let subject, let comparison, let expression):
      let service = item?.service
      return try await compare(subject, expression, of: item, lookUp) {
        (left, right) throws(RuntimeError) in
        try compare(left, comparison, right, service ?? .taskRouter)
      }
    }
  }

  /// Compares a time with a duration before now, or with another time.
  private func compare(
    _ left: Value, _ comparison: DateComparison, _ right: Value, _ service: Service
  ) throws(RuntimeError) -> Bool {
    guard let time = Timestamp(left.text)?.seconds else {
      throw .sentence("\(left.description) is not a time")
    }
    switch comparison {
    case .older, .newer:
      guard let limit = right.compared.asDuration else {
        throw .sentence("\(right.description) is not a duration: 500ms, 10s, 2m, 1h, 1d")
      }
      let age = Duration.seconds(supplies.now(service) - time)
      return comparison == .older ? age > limit : age < limit
    case .before, .after:
      guard let other = Timestamp(right.text)?.seconds else {
        throw .sentence("\(right.description) is not a time such as 2026-11-26T10:00:00Z")
      }
      return comparison == .before ? time < other : time > other
    }
  }

  /// Compares two values; neither true nor false if one of them is empty.
  private func compare(
    _ subject: Subject, _ expression: Expression, of item: Value?, _ lookUp: LookUp,
    _ holds: (Value, Value) throws(RuntimeError) -> Bool
  ) async throws(RuntimeError) -> Verdict {
    let right = try await supplied(lookUp) { () throws(RuntimeError) in try value(expression) }
    let isSID = right.isSID
    let left = try await value(subject, of: item, besideSID: isSID, lookUp)
    if left.isUnknown || right.isUnknown { return .unanswered }
    if left.compared.isEmpty { return .neither(empty: subject.text) }
    if right.compared.isEmpty { return .neither(empty: Subject.value(expression).text) }
    return try holds(left, right) ? .yes : .no
  }

  /// The value on the left of a comparison.
  ///
  /// `besideSID`: whether it is compared with a SID, so that a short name is the SID beside the name.
  func value(
    _ subject: Subject, of item: Value?, besideSID: Bool = false, _ lookUp: LookUp
  ) async throws(RuntimeError) -> Value {
    var start: Value
    let rest: [String]
    switch subject {
    case .fetch(let fetch, let path): (start, rest) = (try await lookUp(.fetch(fetch)), path)
    case .collection(let collection, let filter, let path):
      (start, rest) = (try await lookUp(.collection(collection, where: filter)), path)
    case .find(let expression, let path):
      (start, rest) = (try await lookUp(.find(expression)), path)
    case .value(.reference(let reference)):
      guard let value = frame[reference.name] else {
        // Reports that the name has no value.
        return try self.value(reference)
      }
      (start, rest) = (value, reference.path)
    case .value(let expression):
      return try await supplied(lookUp) { () throws(RuntimeError) in try value(expression) }
    case .field(let path): (start, rest) = (item ?? .empty, path)
    }
    return try await supplied(lookUp) { () throws(RuntimeError) in
      try follow(rest, from: start, besideSID: besideSID)
    }
  }

  /// Computes something, and looks up what it needs; unanswered if that is not asked.
  private func supplied(
    _ lookUp: LookUp, _ body: () throws(RuntimeError) -> Value
  ) async throws(RuntimeError) -> Value {
    var earlier: Set<Need> = []
    while true {
      do throws(RuntimeError) {
        return try body()
      } catch {
        guard case .needs(let need) = error else { throw error }
        if case .unanswered = try await lookUp(.need(need)) { return .unanswered }
        guard earlier.insert(need).inserted else {
          preconditionFailure("what was looked up is there")
        }
      }
    }
  }

  /// What was found on the left side of a condition that does not hold, for people.
  func found(_ condition: Condition, of item: Value? = nil, _ lookUp: LookUp) async -> String? {
    switch condition {
    case .equals(let subject, _, _), .compares(let subject, _, _), .isEmpty(let subject, _),
      .isOneOf(let subject, _, _), .dates(let subject, _, _), .test(let subject):
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

  /// The opposite.
  var negated: Verdict {
    switch self {
    case .yes: .no
    case .no: .yes
    case .neither, .unanswered: self
    }
  }

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
