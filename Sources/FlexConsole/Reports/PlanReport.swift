import FlexAPI
package import FlexRuntime

/// Collects the steps of a plan.
package final class PlanReport: RunReport {
  /// The steps so far.
  package private(set) var steps: [PlanStep] = []

  /// Creates a report without steps.
  package init() {}

  /// The number of steps that would be refused.
  package var refused: Int { steps.count { $0.forecast.isRefused } }

  package func emit(_ event: RunEvent) {
    if case .action(let record) = event, let step = PlanStep(record) { steps.append(step) }
  }

  /// The totals by effect, and whether each effect can be undone, for people to read.
  package var totals: [String] {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for step in steps where !step.forecast.isRefused {
      let effect = step.effect
      if counts[effect] == nil { order.append(effect) }
      counts[effect, default: 0] += 1
    }
    return order.map { "\(counts[$0] ?? 0) \($0)" }
  }
}
