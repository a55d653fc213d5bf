import FlexAPI
import FlexScript

/// Computes values, SIDs and operations from what a frame holds; it reads nothing else and changes
/// nothing.
struct Evaluator {
  let frame: Frame
  let catalog: Catalog
  /// What has been looked up for values.
  var supplies = Supplies()
  /// The workspace that the sentence names, in which its names are looked up.
  var written: Target?
  /// Whether a text or a body must hold only what is known or will be: a plan invents nothing.
  var isPlanning = false

  // MARK: Values

  /// The value of an expression now.
  func value(_ expression: Expression) throws(RuntimeError) -> Value {
    switch expression {
    case .sid(let sid): return .sid(sid)
    case .reference(let reference): return try value(reference)
    case .text(let template): return .text(try text(template))
    case .number(let number): return .number(number)
    case .duration(let duration): return .duration(duration)
    case .rate(let rate): return .rate(rate)
    case .named(let type, let inner): return try named(type, try value(inner))
    case .list(let elements):
      var values: [Value] = []
      var size = 0
      for element in elements {
        let value = try value(element)
        size += value.size(upTo: Value.maximumSize)
        guard size <= Value.maximumSize else { throw .tooLong("the list") }
        values.append(value)
      }
      return .list(values)
    }
  }

  /// The value of a reference now.
  func value(_ reference: Reference) throws(RuntimeError) -> Value {
    // A name without a value: its `let` failed and was tolerated, or the run continued after it.
    guard let value = frame[reference.name] else {
      throw .sentence("`$\(reference.name)` has no value: the sentence that makes it failed")
    }
    return try follow(reference.path, from: value)
  }

  /// The value at the end of a path; what is absent is empty.
  ///
  /// `besideSID`: whether it is compared with a SID, so that a short name is the SID beside the name.
  func follow(
    _ path: [String], from start: Value, besideSID: Bool = false
  ) throws(RuntimeError) -> Value {
    var value = start
    for (index, name) in path.enumerated() {
      guard case .resource(let resource) = value else {
        value = value.following(CollectionOfOne(name))
        continue
      }
      let isLast = index + 1 == path.count
      if !isLast, let related = resource.definition.related.first(where: { $0.noun == name }) {
        value = .resource(try supplies.related(related, of: resource))
      } else if resource.isInAttributes(name), resource.lacksAttributes {
        value = try supplies.whole(resource).value(name)
      } else {
        value = resource.value(name, besideSID: besideSID && isLast)
      }
    }
    return value
  }

  /// The resource of a kind that a value names: a SID and a resource stand for themselves.
  private func named(_ type: SIDType, _ value: Value) throws(RuntimeError) -> Value {
    let text: String
    switch value {
    case .sid, .resource:
      _ = try sid(value, of: type, named: nil)
      return value
    case .unanswered, .pending, .placeholder: return value
    case .text(let written), .cell(let written), .file(let written), .json(.string(let written)):
      if let sid = AnySID(written) { return .sid(try self.sid(.sid(sid), of: type, named: nil)) }
      text = written
    case .number, .seconds, .duration, .rate, .list, .row, .json, .empty:
      throw .sentence("\(value.description) is not the name of \(type.nounWithArticle)")
    }
    guard !text.isEmpty else {
      throw .sentence("an empty text is not the name of \(type.nounWithArticle)")
    }
    if supplies.isUnasked {
      return .placeholder("‹\(type.noun) \(JSON.string(text).serialized)›")
    }
    guard type != .workspace else { return try supplies.named(type, text, in: nil) }
    return try supplies.named(type, text, in: try workspace(written))
  }

  /// The text of a template, its references replaced.
  func text(_ template: Template) throws(RuntimeError) -> String {
    var text = ""
    for part in template.parts {
      switch part {
      case .literal(let literal): text += literal
      case .reference(let reference):
        let value = try value(reference)
        if isPlanning, case .unanswered = value { throw .unanswered }
        // Measured first: the text of a list may be far longer than the list.
        let size = text.utf8.count + value.size(upTo: Value.maximumSize)
        guard size <= Value.maximumSize else { throw .tooLong("the text") }
        text += value.text
      }
    }
    return text
  }

  /// The values of a sentence that prints them, as one text.
  func text(joining expressions: [Expression]) throws(RuntimeError) -> String {
    var words: [String] = []
    var size = 0
    for expression in expressions {
      let value = try value(expression)
      if isPlanning, case .unanswered = value { throw .unanswered }
      size += expressions.count > 1 ? value.size(upTo: Value.maximumSize) : 0
      guard size <= Value.maximumSize else { throw .tooLong("the text") }
      words.append(value.text)
    }
    return words.joined(separator: " ")
  }

  /// The JSON of a template, its references replaced.
  func json(_ template: JSONTemplate) throws(RuntimeError) -> JSON {
    var size = 0
    return try json(template, size: &size)
  }

  /// `size`: the length of the texts that were inserted so far, in bytes.
  private func json(
    _ template: JSONTemplate, size: inout Int
  ) throws(RuntimeError) -> JSON {
    func insert(_ count: Int) throws(RuntimeError) {
      size += count
      guard size <= Value.maximumSize else { throw .tooLong("the JSON") }
    }
    switch template {
    case .literal(let value): return value
    case .text(let template):
      let text = try text(template)
      try insert(text.utf8.count)
      return .string(text)
    case .named(let type, let name): return try named(type, try value(name)).json
    case .reference(let reference):
      let value = try value(reference)
      if isPlanning, case .unanswered = value { throw .unanswered }
      try insert(value.size(upTo: Value.maximumSize))
      return value.json
    case .array(let elements):
      var values: [JSON] = []
      for element in elements { values.append(try json(element, size: &size)) }
      return .array(values)
    case .object(let members):
      var object: [JSONObject.Member] = []
      for member in members {
        object.append(
          JSONObject.Member(name: member.name, value: try json(member.value, size: &size)))
      }
      return .object(JSONObject(object))
    }
  }

  // MARK: Quantities

  /// The duration of an expression.
  func duration(_ expression: Expression) throws(RuntimeError) -> Duration {
    let value = try value(expression)
    if value.isUnknown { throw .unanswered }
    if let duration = value.compared.asDuration { return duration }
    throw .sentence("\(value.description) is not a duration: 500ms, 10s, 2m, 1h, 1d")
  }

  /// The whole number of an expression.
  func count(_ expression: Expression, _ range: ClosedRange<Int>) throws(RuntimeError) -> Int {
    let value = try value(expression)
    if case .number(let number) = value, let count = number.integer, range.contains(count) {
      return count
    }
    throw .sentence(
      "\(value.description) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
  }
}
