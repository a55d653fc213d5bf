import FlexAPI
import FlexScript

/// Makes the filter of a listing's rows from the first parts of its condition, as far as each compares a
/// field with something written out.
///
/// Nearly every row that a condition excludes is excluded by one of them. They exclude only what the
/// condition excludes; of what they leave, the condition decides.
private struct RowFilterBuilder {
  private let definition: ResourceDefinition
  private(set) var tests: [(field: String, test: RowFilter.Test)] = []

  /// Takes a condition whose references are written out.
  init(_ condition: Condition, of definition: ResourceDefinition) {
    self.definition = definition
    // Then more texts are SIDs.
    guard !OtherSIDs.areAdmitted else { return }
    _ = add(condition)
  }

  /// Adds the parts of a condition up to the first that is another.
  ///
  /// What comes after that one is not asked: it might be an error to ask for it.
  private mutating func add(_ condition: Condition) -> Bool {
    switch condition {
    case .all(let parts): return parts.allSatisfy { add($0) }
    case .equals(.field(let path), .sid(let sid), let negated):
      guard let field = field(path, besideSID: true) else { return false }
      tests.append((field, .sid(sid, negated: negated)))
      return true
    case .equals(.field(let path), .number(let number), let negated):
      guard let field = field(path), let integer = number.integer, abs(integer) < Self.limit else {
        return false
      }
      tests.append((field, .integer(integer, negated: negated)))
      return true
    case .equals(.field(let path), let expression, let negated):
      return add(path, [expression], negated: negated)
    case .isOneOf(.field(let path), let expressions, let negated):
      return add(path, expressions, negated: negated)
    case .any, .not, .test, .isEmpty, .equals, .compares, .isOneOf, .dates: return false
    }
  }

  private mutating func add(_ path: [String], _ expressions: [Expression], negated: Bool) -> Bool {
    let texts = expressions.compactMap(\.word)
    guard let field = field(path), texts.count == expressions.count else { return false }
    tests.append((field, .texts(texts, negated: negated)))
    return true
  }

  /// The field of the API that a path is; `nil` for what is more than one field as it is returned.
  private func field(_ path: [String], besideSID: Bool = false) -> String? {
    guard path.count == 1, definition.derivedField(named: path[0]) == nil else { return nil }
    var name = path[0]
    if let alias = definition.alias(named: name) {
      name = besideSID ? alias.sidField?.name ?? alias.field : alias.field
    }
    switch definition.field(named: name)?.kind {
    case .sid?, .text?, .word?, .number?, .flag?, .seconds?, .date?: return name
    case .jsonText?, .json?, nil: return nil
    }
  }

  /// Integers below it are compared exactly, also as floating-point numbers: fifteen digits.
  private static let limit = 1_000_000_000_000_000
}

extension RowFilter {
  /// Takes a condition whose references are written out, of rows of a kind.
  init(_ condition: Condition, of definition: ResourceDefinition) {
    self.init(RowFilterBuilder(condition, of: definition).tests)
  }
}

extension Expression {
  /// The text that it is, if that is written out and no spelling of anything else: without a digit it is
  /// no number or duration.
  fileprivate var word: String? {
    guard case .text(let template) = self, template.parts.count == 1,
      case .literal(let text) = template.parts[0],
      !text.utf8.contains(where: { 0x30...0x39 ~= $0 }), AnySID(text) == nil
    else { return nil }
    return text
  }
}
