package import FlexAPI
import FlexScript

/// Plans as JSON.
extension PlanContent {
  /// Writes the content as a plan's file has it.
  package func write(into object: inout JSONObjectWriter) {
    if OtherSIDs.areAdmitted { object.add("lenient_sids", true) }
    object.add("grounds", objects: grounds) { object, ground in
      object.add("condition", ground.condition)
      object.add("held", ground.held)
      if ground.isEarly { object.add("early", true) }
    }
    object.add("steps", objects: steps) { $1.write(into: &$0) }
  }

  /// Reads what ``write(into:)`` wrote; `nil` for anything else.
  package init?(_ object: JSONObject) {
    guard let grounds = object["grounds"]?.array, let steps = object["steps"]?.array else {
      return nil
    }
    self.init(steps: [], grounds: [])
    // The steps name them.
    if object["lenient_sids"] == .bool(true) { OtherSIDs.admit() }
    for ground in grounds {
      guard let object = ground.object, let condition = object["condition"]?.text,
        case .bool(let held)? = object["held"]
      else { return nil }
      self.grounds.append(
        PlanGround(condition: condition, held: held, isEarly: object["early"] == .bool(true)))
    }
    for step in steps {
      guard let step = PlanStep(step), step.grounds.allSatisfy(self.grounds.indices.contains)
      else { return nil }
      self.steps.append(step)
    }
  }
}

extension PlanStep {
  fileprivate func write(into object: inout JSONObjectWriter) {
    object.add("n", number)
    object.add("kind", kindName)
    object.add("file", place.file)
    object.add("line", place.line)
    object.add("column", place.column)
    object.add("pass", orNothing: place.pass?.key)
    object.add("row", orNothing: place.row)
    switch kind {
    case .action(let action):
      object.add("action", action.number)
      object.add("sentence", action.operation.sentence)
      object.add("effect", action.operation.effect)
      object.add("undo", action.operation.definition.undo.extent.rawValue)
      object.add("operation") { action.operation.write(into: &$0, withBodies: true) }
      object.add("refused", action.forecast.isRefused)
      object.add("reason", action.forecast.reason)
      object.add("facts", action.forecast.facts)
      object.add("creates", orNothing: action.placeholder?.description)
    case .expect(let condition, let source, let message):
      object.add("condition", condition)
      object.add("source", source)
      object.add("message", orNothing: message)
    case .wait(let condition, let source, let every, let timeout):
      object.add("condition", condition)
      object.add("source", source)
      object.add("every", every.flexSpelling)
      object.add("timeout", timeout.flexSpelling)
    case .confirm(let text), .echo(let text): object.add("text", text)
    case .sleep(let duration): object.add("duration", duration.flexSpelling)
    case .stop(let text): object.add("text", orNothing: text)
    case .refusal(let verb, let sentence, let reason):
      object.add("verb", verb)
      object.add("sentence", sentence)
      object.add("reason", reason)
    case .set(let name, let value):
      object.add("name", name)
      object.add("value", value)
    }
    if !grounds.isEmpty { object.add("grounds", grounds) }
    if isTried { object.add("tried", true) }
  }

  private var kindName: String {
    switch kind {
    case .action: "action"
    case .expect: "expect"
    case .wait: "wait"
    case .confirm: "confirm"
    case .sleep: "sleep"
    case .echo: "echo"
    case .stop: "stop"
    case .refusal: "refusal"
    case .set: "set"
    }
  }

  fileprivate init?(_ json: JSON) {
    guard let object = json.object, let number = object["n"]?.integer,
      let file = object["file"]?.text, let line = object["line"]?.integer,
      let column = object["column"]?.integer, let kind = Kind(object)
    else { return nil }
    var pass: LoopPass?
    if let key = object["pass"]?.text {
      pass = LoopPass(recorded: key, row: object["row"]?.text)
    }
    var grounds: [Int] = []
    for ground in object["grounds"]?.array ?? [] {
      guard let index = ground.integer else { return nil }
      grounds.append(index)
    }
    self.init(
      number: number,
      place: SourceLocation(file: file, line: line, column: column, pass: pass), kind: kind,
      grounds: grounds, isTried: object["tried"] == .bool(true))
  }
}

extension PlanStep.Kind {
  fileprivate init?(_ object: JSONObject) {
    func duration(_ name: String) -> Duration? {
      object[name]?.text.flatMap { Duration(flexSpelling: $0) }
    }
    switch object["kind"]?.text {
    case "action":
      guard let action = PlannedAction(object) else { return nil }
      self = .action(action)
    case "expect":
      guard let condition = object["condition"]?.text, let source = object["source"]?.text else {
        return nil
      }
      self = .expect(condition: condition, source: source, message: object["message"]?.text)
    case "wait":
      guard let condition = object["condition"]?.text, let source = object["source"]?.text,
        let every = duration("every"), let timeout = duration("timeout")
      else { return nil }
      self = .wait(condition: condition, source: source, every: every, timeout: timeout)
    case "confirm":
      guard let text = object["text"]?.text else { return nil }
      self = .confirm(text)
    case "echo":
      guard let text = object["text"]?.text else { return nil }
      self = .echo(text)
    case "sleep":
      guard let duration = duration("duration") else { return nil }
      self = .sleep(duration)
    case "stop": self = .stop(object["text"]?.text)
    case "refusal":
      guard let verb = object["verb"]?.text, let sentence = object["sentence"]?.text,
        let reason = object["reason"]?.text
      else { return nil }
      self = .refusal(verb: verb, sentence: sentence, reason: reason)
    case "set":
      guard let name = object["name"]?.text, let value = object["value"]?.text else { return nil }
      self = .set(name, value)
    default: return nil
    }
  }
}

extension PlannedAction {
  fileprivate init?(_ object: JSONObject) {
    guard let number = object["action"]?.integer,
      let operation = object["operation"].flatMap({ Operation(json: $0) }), operation.isWrite,
      let reason = object["reason"]?.text, let facts = object["facts"]?.object,
      case .bool(let isRefused)? = object["refused"]
    else { return nil }
    self.init(
      number: number, operation: operation,
      forecast: Forecast(isRefused: isRefused, reason: reason, facts: facts),
      placeholder: object["creates"]?.text.flatMap { AnySID($0) })
  }
}
