package import FlexAPI

/// One action of a plan, and what the live state said of it.
package struct PlanStep: Sendable {
  /// Its number in the plan, from 1.
  package let number: Int
  /// Where its sentence stands.
  package let place: SentencePlace
  /// What is to be done.
  package let operation: Operation
  /// What was foreseen.
  package let forecast: Forecast

  /// The step of an action that was planned; `nil` for another one.
  package init?(_ record: ActionRecord) {
    guard case .operation(let operation) = record.subject, let forecast = record.answer?.forecast
    else { return nil }
    number = record.number
    place = record.place
    self.operation = operation
    self.forecast = forecast
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
    place = SentencePlace(file: file, line: line, column: column)
    self.operation = operation
    forecast = Forecast(isRefused: isRefused, reason: reason, facts: facts)
  }
}

extension Interpreter {
  /// Carries out a plan, each step only while what the plan saw still holds.
  ///
  /// A step that does not hold is refused alone: the others go on.
  package mutating func apply(_ steps: [PlanStep]) async {
    await flying { interpreter in
      for step in steps {
        interpreter.lookForInterruption()
        if interpreter.halt == nil, !interpreter.wasMetBefore(step),
          let reason = await interpreter.reasonToRefuse(step)
        {
          interpreter.refuse(step, because: reason)
        } else {
          _ = await interpreter.write(step.operation, at: step.place)
        }
      }
    }
  }

  /// Why a step may not be carried out now; `nil` when it may.
  private mutating func reasonToRefuse(_ step: PlanStep) async -> String? {
    if step.forecast.isRefused { return "the plan foresaw it: \(step.forecast.reason)" }
    do throws(APIError) {
      let now = try await Planner(door.api).forecast(step.operation)
      if now.facts == step.forecast.facts { return nil }
      return "what the plan saw does not hold any more: \(now.reason)"
    } catch {
      noteUnseen(error)
      return "what the plan saw cannot be looked at: \(error.message)"
    }
  }
}
