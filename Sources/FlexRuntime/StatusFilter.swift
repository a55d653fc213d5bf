import FlexAPI
import FlexScript

/// The states that a listing is about.
///
/// Of a condition, only what the API compares exactly as flexsh does is sent as a filter: states, priorities
/// and workers. Names and queues are not, and neither are attributes: an expression over them would miss
/// what was encoded twice, and SIDs whose digits are in the other case.
struct StatusFilter {
  let values: [String]

  /// Those of tasks that have not ended.
  static let live = StatusFilter(values: RoutedTask.liveStatuses)

  init(values: [String]) {
    self.values = values
  }

  /// Those that a condition asks for.
  ///
  /// `default`: what a listing is about if the condition does not compare the state with another value.
  /// `narrows`: whether the listing is about less than that if the condition excludes the rest.
  init(_ condition: Condition?, names: [String], default open: [String], narrows: Bool) {
    let mentioned = condition?.mentionedTexts(of: names) ?? []
    let others = mentioned.filter { !open.contains($0) }.sorted()
    let all = open + others
    guard narrows, let required = condition?.requiredTexts(of: names) else {
      values = all
      return
    }
    let narrowed = all.filter { required.contains($0) }
    // A condition that nothing satisfies is for the condition to say.
    values = narrowed.isEmpty ? all : narrowed
  }
}

extension Evaluator {
  /// A condition with its references written out, as far as that is possible.
  func closed(_ filter: Condition?) -> Condition? {
    guard let filter else { return nil }
    let closing = ConditionClosing(evaluator: self) { _ in nil }
    return (try? closing.closeFilter(filter)) ?? filter
  }
}

extension Condition {
  /// The texts with which a field is compared by `is` and `is one of`, anywhere.
  fileprivate func mentionedTexts(of names: [String]) -> Set<String> {
    switch self {
    case .any(let parts), .all(let parts):
      return parts.reduce(into: []) { $0.formUnion($1.mentionedTexts(of: names)) }
    case .not(let inner): return inner.mentionedTexts(of: names)
    case .equals(.field(let path), let expression, negated: false)
    where path.count == 1 && names.contains(path[0]):
      return expression.literal.map { [$0] } ?? []
    case .isOneOf(.field(let path), let expressions, negated: false)
    where path.count == 1 && names.contains(path[0]):
      return Set(expressions.flatMap(\.literals))
    case .equals, .isOneOf, .test, .isEmpty, .compares, .dates: return []
    }
  }

  /// The texts one of which a field has if the condition holds; `nil` if it may have any.
  func requiredTexts(of names: [String]) -> Set<String>? {
    switch self {
    case .all(let parts):
      let sets = parts.compactMap { $0.requiredTexts(of: names) }
      guard let first = sets.first else { return nil }
      return sets.dropFirst().reduce(first) { $0.intersection($1) }
    case .any(let parts):
      var union: Set<String> = []
      for part in parts {
        guard let texts = part.requiredTexts(of: names) else { return nil }
        union.formUnion(texts)
      }
      return union
    case .equals(.field(let path), let expression, negated: false)
    where path.count == 1 && names.contains(path[0]):
      return expression.literal.map { [$0] }
    case .isOneOf(.field(let path), let expressions, negated: false)
    where path.count == 1 && names.contains(path[0]):
      let literals = expressions.map(\.literals)
      guard !literals.contains(where: \.isEmpty) else { return nil }
      return Set(literals.joined())
    case .not, .equals, .isOneOf, .test, .isEmpty, .compares, .dates: return nil
    }
  }

  /// The whole number that a field has if the condition holds.
  func requiredNumber(of name: String) -> String? {
    switch self {
    case .all(let parts): return parts.lazy.compactMap { $0.requiredNumber(of: name) }.first
    case .equals(.field([name]), .number(let number), negated: false):
      return number.integer.map { "\($0)" }
    case .any, .not, .equals, .isOneOf, .test, .isEmpty, .compares, .dates: return nil
    }
  }
}

extension Expression {
  /// The text that it is, if that is written out.
  fileprivate var literal: String? {
    guard case .text(let template) = self, template.parts.count == 1,
      case .literal(let text) = template.parts[0]
    else { return nil }
    return text
  }

  /// The texts of a list, or the text, if all of it is written out; otherwise none.
  fileprivate var literals: [String] {
    if case .list(let elements) = self {
      let literals = elements.compactMap(\.literal)
      return literals.count == elements.count ? literals : []
    }
    return literal.map { [$0] } ?? []
  }
}
