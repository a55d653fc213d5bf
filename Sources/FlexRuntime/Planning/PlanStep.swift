package import FlexAPI
import FlexScript

/// One step of a plan: a sentence that has been expanded, with everything that is known written out.
package struct PlanStep: Sendable {
  /// What a step does.
  package enum Kind: Sendable {
    case action(PlannedAction)
    /// The condition as a script writes it; `source`: as the script has it, for people.
    case expect(condition: String, source: String, message: String?)
    case wait(condition: String, source: String, every: Duration, timeout: Duration)
    case confirm(String)
    case sleep(Duration)
    case echo(String)
    case stop(String?)
    /// Something that would be refused, and that no operation stands for: a row of `find` without an
    /// agent.
    case refusal(verb: String, sentence: String, reason: String)
    /// A setting by its name, and its value as a script writes it.
    case set(String, String)
  }

  /// Its number in the plan, from 1.
  package let number: Int
  /// Where its sentence is.
  package let place: SourceLocation
  /// What it does.
  package let kind: Kind
  /// The conditions that it depends on, by their indices in the plan.
  package let grounds: [Int]
  /// Whether its failure is tolerated, by a `try` in the script.
  package let isTried: Bool

  init(number: Int, place: SourceLocation, kind: Kind, grounds: [Int], isTried: Bool) {
    self.number = number
    self.place = place
    self.kind = kind
    self.grounds = grounds
    self.isTried = isTried
  }

  /// The action; `nil` for another step.
  package var action: PlannedAction? {
    if case .action(let action) = kind { action } else { nil }
  }
}

/// An action of a plan, and what the live state said of it.
package struct PlannedAction: Sendable {
  /// Its number among the plan's actions, from 1.
  package let number: Int
  /// The operation; SIDs that do not exist yet are placeholders.
  package let operation: Operation
  /// What was foreseen.
  package let forecast: Forecast
  /// What stands for the SID of what it creates.
  package let placeholder: AnySID?
}

/// Everything that a plan does, and what it depends on.
package struct PlanContent: Sendable {
  /// Its steps, in order.
  package var steps: [PlanStep]
  /// The conditions that steps depend on.
  package var grounds: [PlanGround]

  /// Puts a plan together.
  package init(steps: [PlanStep], grounds: [PlanGround]) {
    self.steps = steps
    self.grounds = grounds
  }

  /// The actions, in order.
  package var actions: [PlannedAction] { steps.compactMap(\.action) }

  /// The number of steps that would be refused.
  package var refused: Int {
    steps.count { step in
      if case .refusal = step.kind { return true }
      return step.action?.forecast.isRefused ?? false
    }
  }

  /// What stands for a value that does not exist yet, and how people are told of it.
  package var names: [(placeholder: String, name: String)] {
    var names: [(String, String)] = []
    for step in steps {
      guard let action = step.action else { continue }
      let noun = action.operation.definition.resource.noun
      let name = "‹the \(noun) of line \(step.place.line)›"
      if let placeholder = action.placeholder { names.append((placeholder.description, name)) }
      names.append(("\u{F8FE}\(action.number).", name))
    }
    return names
  }

  /// A text of the plan for people: what does not exist yet is named.
  package func displayText(_ text: String) -> String {
    var text = text
    for (placeholder, name) in names where text.contains(placeholder) {
      text = text.replacing(placeholder, with: name)
    }
    return text.replacing("\u{F8FF}", with: "")
  }
}
