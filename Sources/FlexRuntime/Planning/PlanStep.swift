package import FlexAPI

/// One action of a plan, and what the live state said of it.
package struct PlanStep: Sendable {
  /// Its number in the plan, from 1.
  package let number: Int
  /// Where its sentence stands.
  package let place: SourceLocation
  /// What is to be done.
  package let operation: Operation
  /// What was foreseen.
  package let forecast: Forecast
  /// Whether its failure is tolerated, by a `try` in the script.
  package let isTried: Bool

  /// The step of an action that was planned; `nil` for another one.
  package init?(_ record: ActionRecord) {
    guard case .operation(let operation) = record.subject, let forecast = record.answer?.forecast
    else { return nil }
    number = record.number
    place = record.place
    self.operation = operation
    self.forecast = forecast
    isTried = record.isTried
  }

  /// What it would change, and whether that can be taken back.
  package var effect: String {
    let isReversible: Bool
    switch operation {
    case .updateInteraction, .updateChannel(_, to: .inactive): isReversible = true
    default: isReversible = false
    }
    return "× " + Sentence.effect(of: operation)
      + (isReversible ? "" : " (cannot be taken back)")
  }

  /// Writes the step as a plan's file has it.
  package func write(into object: inout JSONObjectWriter) {
    object.add("n", number)
    object.add("file", place.file)
    object.add("line", place.line)
    object.add("column", place.column)
    object.add("sentence", Sentence.text(of: operation))
    object.add("effect", Sentence.effect(of: operation))
    object.add("operation") { operation.write(into: &$0, withBodies: true) }
    object.add("refused", forecast.isRefused)
    object.add("reason", forecast.reason)
    object.add("facts", forecast.facts)
    if isTried { object.add("tried", true) }
  }

  /// Reads what ``write(into:)`` wrote; `nil` for anything else.
  package init?(_ json: JSON) {
    guard let object = json.object, let number = object["n"]?.integer,
      let file = object["file"]?.text, let line = object["line"]?.integer,
      let column = object["column"]?.integer,
      let operation = object["operation"].flatMap({ Operation(json: $0) }), operation.isWrite,
      let reason = object["reason"]?.text, let facts = object["facts"]?.object,
      case .bool(let isRefused)? = object["refused"]
    else { return nil }
    self.number = number
    place = SourceLocation(file: file, line: line, column: column)
    self.operation = operation
    forecast = Forecast(isRefused: isRefused, reason: reason, facts: facts)
    isTried = object["tried"] == .bool(true)
  }
}

extension Interpreter {
  /// Carries out a plan, each step only while what the plan saw still holds.
  ///
  /// The live state is looked at just before each step. A step that does not hold is refused alone: the
  /// others go on. The rules of order are those of actions.
  package mutating func apply(_ steps: [PlanStep]) async {
    await withWorkers { interpreter in
      for step in steps {
        // What is tried waits for the others, as in a script.
        if step.isTried { await interpreter.drain() }
        interpreter.isTolerating = step.isTried
        interpreter.mayOverlap = interpreter.settings.jobs > 1 && !step.isTried
        let wasMet = interpreter.wasMetBefore(step)
        if interpreter.halt == nil, !wasMet, step.forecast.isRefused {
          interpreter.refuse(step, because: "the plan foresaw it: \(step.forecast.reason)")
        } else {
          _ = await interpreter.write(
            step.operation, at: step.place,
            precheck: wasMet ? .none : .matches(step.forecast))
        }
      }
      (interpreter.isTolerating, interpreter.mayOverlap) = (false, false)
    }
  }
}
