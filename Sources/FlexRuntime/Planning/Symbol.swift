import FlexAPI
import FlexScript

/// Where the value of a name comes from, if the live state decides it: a plan reads it again when it
/// is applied.
enum Symbol {
  /// A field of a resource that was looked up.
  case fetch(Operation, path: [String])
  /// A field of one item of a listing.
  case item(Operation, sid: AnySID, path: [String])
  /// A listing, or how many items it has.
  case listing(Operation, where: Condition?, path: [String])
  /// As ``listing(_:where:path:)``, for what is several operations.
  case collection(FlexScript.Collection, where: Condition?, path: [String])

  /// What follows from it.
  func following(_ more: [String]) -> Symbol {
    switch self {
    case .fetch(let operation, let path): .fetch(operation, path: path + more)
    case .item(let operation, let sid, let path): .item(operation, sid: sid, path: path + more)
    case .listing(let operation, let filter, let path):
      .listing(operation, where: filter, path: path + more)
    case .collection(let collection, let filter, let path):
      .collection(collection, where: filter, path: path + more)
    }
  }

  /// An item of the listing.
  func item(_ value: Value) -> Symbol? {
    guard case .listing(let operation, _, path: []) = self, case .resource(let resource) = value,
      let sid = resource.sid
    else { return nil }
    return .item(operation, sid: sid, path: [])
  }
}

/// A condition that a step of a plan depends on, with everything in it written out.
package struct PlanGround: Hashable, Sendable {
  /// The condition as a script writes it.
  package let condition: String
  /// Whether it held when the plan was made.
  package let held: Bool
  /// Whether it is about the state before the plan's own steps, and is evaluated before the first.
  package var isEarly = false
}

/// Conditions with everything in it written out, apart from look-ups.
///
/// References become what they stood for; a name that stands for a look-up becomes that look-up.
struct ConditionClosing {
  let evaluator: Evaluator
  let symbol: (Reference) -> Symbol?

  /// A closed condition.
  enum Closed {
    /// One that the live state decides.
    case live(Condition)
    /// One that nothing changes.
    case constant(Bool)
  }

  /// Closes a condition; inside `where`, fields stay what they are.
  func close(_ condition: Condition) async throws(RuntimeError) -> Closed {
    switch condition {
    case .any(let parts):
      var live: [Condition] = []
      for part in parts {
        switch try await close(part) {
        case .live(let condition): live.append(condition)
        case .constant(true): return .constant(true)
        case .constant(false): break
        }
      }
      return live.isEmpty ? .constant(false) : .live(live.count == 1 ? live[0] : .any(live))
    case .all(let parts):
      var live: [Condition] = []
      for part in parts {
        switch try await close(part) {
        case .live(let condition): live.append(condition)
        case .constant(false): return .constant(false)
        case .constant(true): break
        }
      }
      return live.isEmpty ? .constant(true) : .live(live.count == 1 ? live[0] : .all(live))
    case .not(let inner):
      switch try await close(inner) {
      case .live(let condition): return .live(.not(condition))
      case .constant: return try await constant(condition)
      }
    case .test(let subject):
      return try await close(subject, condition) { .test($0) }
    case .isEmpty(let subject, let negated):
      return try await close(subject, condition) { .isEmpty($0, negated: negated) }
    case .equals(let subject, let expression, let negated):
      let right = try self.constant(expression)
      return try await close(subject, condition) { .equals($0, right, negated: negated) }
    case .compares(let subject, let mark, let expression):
      let right = try self.constant(expression)
      return try await close(subject, condition) { .compares($0, mark, right) }
    case .isOneOf(let subject, let expressions, let negated):
      let right = try constants(expressions)
      return try await close(subject, condition) { .isOneOf($0, right, negated: negated) }
    case .dates(let subject, let comparison, let expression):
      let right = try self.constant(expression)
      return try await close(subject, condition) { .dates($0, comparison, right) }
    }
  }

  /// The values of expressions now; a list stands for its elements.
  private func constants(_ expressions: [Expression]) throws(RuntimeError) -> [Expression] {
    var constants: [Expression] = []
    for expression in expressions {
      let closed = try constant(expression)
      if case .list(let elements) = closed {
        constants += elements
      } else {
        constants.append(closed)
      }
    }
    return constants
  }

  /// A listing with everything that is written after `of` written out.
  func close(_ collection: FlexScript.Collection) throws(RuntimeError) -> FlexScript.Collection {
    var scope = ScopeReference()
    for target in collection.scope.targets {
      scope.targets.append(Target(type: target.type, value: .sid(try evaluator.sid(target))))
    }
    for origin in collection.scope.origins { scope.origins.append(try constant(origin)) }
    var closed = FlexScript.Collection(operation: collection.operation, scope: scope)
    if let first = collection.first { closed.first = try constant(first) }
    return closed
  }

  /// Where the value of a listing comes from; `listing`: the operation that it is, if it is one.
  func symbol(
    of collection: FlexScript.Collection, where filter: Condition?, _ listing: Operation?
  ) throws(RuntimeError) -> Symbol {
    if let listing { return .listing(listing, where: filter, path: []) }
    let parts = [implied(by: collection, where: filter), filter].compactMap(\.self)
    return .collection(
      try close(collection), where: parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .all(parts),
      path: [])
  }

  /// Closes the condition of a `where`, for which every reference is a constant.
  func closeFilter(_ filter: Condition) throws(RuntimeError) -> Condition {
    switch filter {
    case .any(let parts):
      var closed: [Condition] = []
      for part in parts { closed.append(try closeFilter(part)) }
      return .any(closed)
    case .all(let parts):
      var closed: [Condition] = []
      for part in parts { closed.append(try closeFilter(part)) }
      return .all(closed)
    case .not(let inner): return .not(try closeFilter(inner))
    case .test(let subject): return .test(try closeInFilter(subject))
    case .isEmpty(let subject, let negated):
      return .isEmpty(try closeInFilter(subject), negated: negated)
    case .equals(let subject, let expression, let negated):
      return .equals(try closeInFilter(subject), try constant(expression), negated: negated)
    case .compares(let subject, let mark, let expression):
      return .compares(try closeInFilter(subject), mark, try constant(expression))
    case .isOneOf(let subject, let expressions, let negated):
      return .isOneOf(try closeInFilter(subject), try constants(expressions), negated: negated)
    case .dates(let subject, let comparison, let expression):
      return .dates(try closeInFilter(subject), comparison, try constant(expression))
    }
  }

  private func closeInFilter(_ subject: Subject) throws(RuntimeError) -> Subject {
    switch subject {
    case .field: return subject
    case .value(let expression): return .value(try constant(expression))
    case .fetch(let fetch, let path):
      return .fetch(Fetch(try evaluator.operation(fetch)), path: path)
    case .collection(let collection, let filter, let path):
      var closed: Condition?
      if let filter { closed = try closeFilter(filter) }
      guard collection.isOneOperation else {
        return .collection(try close(collection), where: closed, path: path)
      }
      return .collection(
        FlexScript.Collection(try evaluator.operation(collection)), where: closed, path: path)
    case .find(let expression, let path): return .find(try constant(expression), path: path)
    }
  }

  private func close(
    _ subject: Subject, _ whole: Condition, _ test: (Subject) -> Condition
  ) async throws(RuntimeError) -> Closed {
    switch subject {
    case .field: return .live(test(subject))
    case .fetch, .collection, .find: return .live(test(try closeInFilter(subject)))
    case .value(.reference(let reference)):
      switch symbol(reference)?.following(reference.path) {
      case .fetch(let operation, let path)?:
        return .live(test(.fetch(Fetch(operation), path: path)))
      case .listing(let operation, let filter, let path)?:
        return .live(test(.collection(FlexScript.Collection(operation), where: filter, path: path)))
      case .collection(let collection, let filter, let path)?:
        return .live(test(.collection(collection, where: filter, path: path)))
      case .item(let operation, let sid, let path)? where !path.isEmpty && path != ["sid"]:
        return .live(Self.row(operation, sid, test(.field(path))))
      case .item?, nil: break
      }
      if case .pending(let pending) = try evaluator.value(reference) {
        return .live(test(.value(.text(Template(literal: pending.token)))))
      }
      return try await constant(whole)
    case .value: return try await constant(whole)
    }
  }

  /// The condition that a listing has an item that satisfies another condition.
  static func row(_ listing: Operation, _ sid: AnySID, _ condition: Condition?) -> Condition {
    let own = Condition.equals(.field(["sid"]), .sid(sid), negated: false)
    let filter = condition.map { Condition.all([own, $0]) } ?? own
    return .equals(
      .collection(FlexScript.Collection(listing), where: filter, path: ["count"]),
      .number(Number(1)), negated: false)
  }

  /// The condition that a resource still satisfies another condition, read from the resource itself.
  static func item(
    _ resource: ResourceValue, _ catalog: Catalog, _ filter: Condition?
  ) -> Condition? {
    let definition = resource.definition
    guard let sid = resource.sid, let fetch = catalog.fetch(definition.type) else { return nil }
    var sids: [AnySID] = []
    for outer in definition.scope {
      guard let own = resource.sid(of: outer) else { return nil }
      sids.append(own)
    }
    let subject = Fetch(Operation(fetch, in: Scope(sids), sid: sid))
    guard let filter else {
      return .equals(.fetch(subject, path: ["sid"]), .sid(sid), negated: false)
    }
    return filter.about(subject)
  }

  private func constant(_ condition: Condition) async throws(RuntimeError) -> Closed {
    let verdict = try await evaluator.verdict(condition) { _ in .unanswered }
    switch verdict {
    case .yes: return .constant(true)
    case .no, .neither: return .constant(false)
    case .unanswered: throw .unanswered
    }
  }

  /// The value of an expression now, as an expression.
  private func constant(_ expression: Expression) throws(RuntimeError) -> Expression {
    try constant(try evaluator.value(expression))
  }

  private func constant(_ value: Value) throws(RuntimeError) -> Expression {
    switch value {
    case .sid(let sid): return .sid(sid)
    case .resource(let resource):
      guard let sid = resource.sid else { throw .unanswered }
      return .sid(sid)
    case .number(let number), .seconds(let number): return .number(number)
    case .duration(let duration): return .duration(duration)
    case .rate(let rate): return .rate(rate)
    case .list(let values):
      var elements: [Expression] = []
      for value in values { elements.append(try constant(value)) }
      return .list(elements)
    case .text(let text), .cell(let text), .file(let text): return .text(Template(literal: text))
    case .json, .row, .empty: return .text(Template(literal: value.text))
    case .pending(let pending): return .text(Template(literal: pending.token))
    case .unanswered, .placeholder: throw .unanswered
    }
  }
}

extension Condition {
  /// The condition of a `where`, about a resource that is looked up.
  fileprivate func about(_ fetch: Fetch) -> Condition {
    func moved(_ subject: Subject) -> Subject {
      if case .field(let path) = subject { .fetch(fetch, path: path) } else { subject }
    }
    return switch self {
    case .any(let parts): .any(parts.map { $0.about(fetch) })
    case .all(let parts): .all(parts.map { $0.about(fetch) })
    case .not(let inner): .not(inner.about(fetch))
    case .test(let subject): .test(moved(subject))
    case .isEmpty(let subject, let negated): .isEmpty(moved(subject), negated: negated)
    case .equals(let subject, let expression, let negated):
      .equals(moved(subject), expression, negated: negated)
    case .compares(let subject, let mark, let expression):
      .compares(moved(subject), mark, expression)
    case .isOneOf(let subject, let expressions, let negated):
      .isOneOf(moved(subject), expressions, negated: negated)
    case .dates(let subject, let comparison, let expression):
      .dates(moved(subject), comparison, expression)
    }
  }
}
