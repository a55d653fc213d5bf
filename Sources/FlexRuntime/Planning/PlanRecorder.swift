import FlexAPI
import FlexScript

/// Records the steps of a plan while a script is expanded against a planner.
///
/// One task owns it.
package final class PlanRecorder {
  let planner: Planner
  private var steps: [PlanStep] = []
  private var grounds: [PlanGround] = []
  /// The conditions that the sentences being expanded depend on.
  private var inForce: [Int] = []
  /// Where the actions are, in order.
  private(set) var actionPlaces: [SourceLocation] = []
  /// Why the plan cannot go on; `nil` if it is complete.
  package private(set) var problem: String?

  /// Begins without steps.
  package init(_ planner: Planner) {
    self.planner = planner
  }

  /// What was recorded.
  package var content: PlanContent { PlanContent(steps: steps, grounds: grounds) }

  // MARK: Steps

  /// Adds a step that depends on what is in force, and on more.
  func add(
    _ kind: PlanStep.Kind, _ context: SentenceContext, grounds more: [Int] = []
  ) {
    var grounds: [Int] = []
    for ground in inForce + more where !grounds.contains(ground) { grounds.append(ground) }
    steps.append(
      PlanStep(
        number: steps.count + 1, place: context.location, kind: kind, grounds: grounds,
        isTried: context.toleration.isTolerated))
  }

  /// Adds an action that was planned.
  func add(_ operation: Operation, _ answer: Answer, _ context: SentenceContext, grounds: [Int]) {
    guard let forecast = answer.forecast else { return }
    actionPlaces.append(context.location)
    let creates = operation.creates && operation.definition.address == .collection
    add(
      .action(
        PlannedAction(
          number: actionPlaces.count, operation: operation, forecast: forecast,
          placeholder: creates ? answer.fields.anySID("sid") : nil)), context, grounds: grounds)
  }

  // MARK: Grounds

  /// Adds a condition that steps depend on, and returns its index.
  func ground(_ ground: PlanGround) -> Int {
    if let index = grounds.firstIndex(of: ground) { return index }
    grounds.append(ground)
    return grounds.count - 1
  }

  /// Expands a part of a script that depends on conditions.
  func depending<Result>(on more: [Int], _ body: () async -> Result) async -> Result {
    inForce += more
    defer {
      for ground in more {
        if let index = inForce.lastIndex(of: ground) { inForce.remove(at: index) }
      }
    }
    return await body()
  }

  /// Makes everything that follows in the script depend on conditions: a branch may have ended it.
  func keep(_ more: [Int]) { inForce += more }

  /// What is in force, to be restored at the end of a script.
  var mark: [Int] {
    get { inForce }
    set { inForce = newValue }
  }

  // MARK: The end

  /// Ends the plan: what follows depends on something that does not exist yet.
  func end(at place: SourceLocation, action: Int?, wait: SourceLocation?) {
    guard problem == nil else { return }
    func line(_ other: SourceLocation) -> String {
      other.file == place.file ? "line \(other.line)" : "\(other.file), line \(other.line)"
    }
    let here = "from line \(place.line) on, the plan depends on"
    if let action, actionPlaces.indices.contains(action - 1) {
      problem = "\(here) the result of \(line(actionPlaces[action - 1]))"
    } else if let wait {
      problem = "\(here) how the wait of \(line(wait)) ends"
    } else {
      problem = "\(here) a value that does not exist yet"
    }
  }
}
