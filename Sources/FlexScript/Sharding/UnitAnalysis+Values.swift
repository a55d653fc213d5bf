/// What the values and conditions of a sentence name.
extension UnitAnalysis {
  mutating func note(_ expression: Expression) {
    switch expression {
    case .sid, .number, .duration, .rate: break
    case .named(_, let inner): note(inner)
    case .reference(let reference): noteAnswer(names.meaning(of: reference))
    case .text(let template): note(template)
    case .list(let elements): for element in elements { note(element) }
    }
  }

  mutating func note(_ template: Template) {
    for case .reference(let reference) in template.parts {
      noteAnswer(names.meaning(of: reference))
    }
  }

  mutating func note(_ template: JSONTemplate) {
    switch template {
    case .literal: break
    case .text(let text): note(text)
    case .reference(let reference): noteAnswer(names.meaning(of: reference))
    case .named(_, let inner): note(inner)
    case .array(let elements): for element in elements { note(element) }
    case .object(let members): for member in members { note(member.value) }
    }
  }

  mutating func note(_ condition: Condition) throws(SourceFailure) {
    switch condition {
    case .any(let parts), .all(let parts): for part in parts { try note(part) }
    case .not(let inner): try note(inner)
    case .test(let subject): try note(subject)
    case .isEmpty(let subject, _): try note(subject)
    case .equals(let subject, let expression, _), .compares(let subject, _, let expression),
      .dates(let subject, _, let expression):
      try note(subject)
      note(expression)
    case .isOneOf(let subject, let expressions, _):
      try note(subject)
      for expression in expressions { note(expression) }
    }
  }

  @discardableResult
  mutating func note(_ subject: Subject) throws(SourceFailure) -> Meaning {
    switch subject {
    case .fetch(let fetch, _): return noteFetch(fetch)
    case .collection(let collection, let filter, _):
      let meaning = noteCollection(collection)
      if let filter { try note(filter) }
      return meaning
    case .find: return noteLookUp()
    case .value(let expression):
      note(expression)
      return names.meaning(of: expression)
    case .field: return .plain
    }
  }
}
