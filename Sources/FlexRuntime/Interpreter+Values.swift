import FlexAPI
import FlexScript

extension Interpreter {
  /// What an expression stands for now.
  func value(_ expression: Expression) throws(RuntimeError) -> Value {
    switch expression {
    case .sid(let sid): return .sid(sid)
    case .reference(let reference): return try value(reference)
    case .text(let template): return .text(try text(template))
    case .number(let number): return .number(number)
    case .duration(let duration): return .duration(duration)
    case .rate(let rate): return .rate(rate)
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

  /// What a reference stands for now.
  func value(_ reference: Reference) throws(RuntimeError) -> Value {
    // A name without a value: its `let` failed and was tolerated, or the run went on behind it.
    guard let value = frame[reference.name] else {
      throw .sentence("`$\(reference.name)` has no value: the sentence that makes it failed")
    }
    return value.following(reference.path)
  }

  func text(_ template: Template) throws(RuntimeError) -> String {
    var text = ""
    for part in template.parts {
      switch part {
      case .literal(let literal): text += literal
      case .reference(let reference):
        let value = try value(reference)
        // Measured first: the text of a list may be far longer than the list.
        let size = text.utf8.count + value.size(upTo: Value.maximumSize)
        guard size <= Value.maximumSize else { throw .tooLong("the text") }
        text += value.text
      }
    }
    return text
  }

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
    case .reference(let reference):
      let value = try value(reference)
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

  /// The SID that a target stands for now.
  func sid<Kind>(_ target: Target<Kind>) throws(RuntimeError) -> SID<Kind> {
    switch target {
    case .sid(let sid): return sid
    case .expression(let expression): return try sid(try value(expression), named: expression)
    }
  }

  /// The SID that a value stands for.
  func sid<Kind>(_ value: Value, named expression: Expression?) throws(RuntimeError) -> SID<Kind> {
    let any: AnySID?
    switch value {
    case .sid(let sid): any = sid
    case .text(let text): any = AnySID(text)
    case .resource(let resource): any = resource.sid
    case .unanswered: throw .unanswered
    default: any = nil
    }
    guard let any, let sid = SID<Kind>(any) else {
      let name = expression.map { "`\(Interpreter.name($0))` is " } ?? ""
      throw .sentence(
        "\(name)\(value.description), and \(Kind.type.nounWithArticle) (\(Kind.type.rawValue)…) is due"
      )
    }
    return sid
  }

  static func name(_ expression: Expression) -> String {
    guard case .reference(let reference) = expression else { return "the value" }
    return "$" + ([reference.name] + reference.path).joined(separator: ".")
  }

  // MARK: Places

  /// The channel and the interaction of a sentence.
  ///
  /// `resource`: what the sentence acts on, when that knows its own place.
  func path(
    _ place: Place, of resource: ResourceValue? = nil
  ) throws(RuntimeError) -> ChannelPath {
    var owner = resource
    let channel: ChannelSID
    if let target = place.channel {
      channel = try sid(target)
      // A channel that was looked up knows its interaction.
      owner = nil
      if case .expression(let expression) = target,
        case .resource(let resource) = try value(expression)
      {
        owner = resource
      }
    } else if let own = resource?.channel {
      channel = own
    } else if let used = frame.channel {
      channel = used
    } else {
      throw .sentence("no channel is in use, and the sentence names none")
    }
    return ChannelPath(
      interaction: try interaction(place.interaction, of: owner), channel: channel)
  }

  func interaction(
    _ target: Target<InteractionKind>?, of resource: ResourceValue? = nil
  ) throws(RuntimeError) -> InteractionSID {
    if let target { return try sid(target) }
    if let own = resource?.interaction { return own }
    guard let used = frame.interaction else {
      throw .sentence("no interaction is in use, and the sentence names none")
    }
    return used
  }

  /// The resource that a target stands for, when it was answered and not only named.
  func resource<Kind>(_ target: Target<Kind>) throws(RuntimeError) -> ResourceValue? {
    guard case .expression(let expression) = target,
      case .resource(let resource) = try value(expression)
    else { return nil }
    return resource
  }

  // MARK: Quantities

  func duration(_ expression: Expression) throws(RuntimeError) -> Duration {
    let value = try value(expression)
    switch value {
    case .duration(let duration): return duration
    case .text(let text):
      if let duration = Duration(flexSpelling: text) { return duration }
    case .unanswered: throw .unanswered
    default: break
    }
    throw .sentence("\(value.description) is no duration: 500ms, 10s, 2m, 1h")
  }

  func count(_ expression: Expression, _ range: ClosedRange<Int>) throws(RuntimeError) -> Int {
    let value = try value(expression)
    if case .number(let number) = value, let count = number.integer, range.contains(count) {
      return count
    }
    throw .sentence(
      "\(value.description) is no whole number from \(range.lowerBound) to \(range.upperBound)")
  }
}
