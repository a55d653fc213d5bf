package import FlexAPI

/// One action of a plan, and what the live state said of it.
package struct PlanStep: Sendable {
  /// Its number in the plan, from 1.
  package let number: Int
  /// Where its sentence is.
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
    isTried = record.toleration.isTolerated
  }

  /// What it would change, and whether that can be undone.
  package var effect: String {
    "× \(operation.effect) (\(operation.definition.undo.extent.rawValue))"
  }

  /// Writes the step as a plan's file has it.
  package func write(into object: inout JSONObjectWriter) {
    object.add("n", number)
    object.add("file", place.file)
    object.add("line", place.line)
    object.add("column", place.column)
    object.add("sentence", operation.sentence)
    object.add("effect", operation.effect)
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

extension ScriptRunner {
  /// Executes a plan, each step only while what the plan saw still holds.
  ///
  /// The live state is read just before each step. A step that does not hold is refused alone: the
  /// others continue. The rules of order are those of actions.
  package func apply(_ steps: [PlanStep]) async {
    await dispatcher.withWorkers {
      for step in steps {
        // A step under `try` waits for the others, as in a script.
        if step.isTried { await dispatcher.drain() }
        var context = SentenceContext(location: step.place, source: nil)
        context.toleration = step.isTried ? .sentence : .none
        context.mayOverlap = state.settings.jobs > 1 && !step.isTried
        let wasSent = dispatcher.wasSentBefore(step)
        if !state.isHalted, !wasSent, step.forecast.isRefused {
          dispatcher.refuse(step, because: "the plan foresaw it: \(step.forecast.reason)")
        } else {
          _ = await dispatcher.perform(
            step.operation, context, precheck: wasSent ? .none : .matches(step.forecast))
        }
      }
    }
  }
}
