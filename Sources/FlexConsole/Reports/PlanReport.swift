import FlexAPI
package import FlexRuntime

/// Passes events on, and keeps the steps of the plan that they make.
package struct PlanReport<Inner: EventReport>: EventReport {
  private var inner: Inner
  /// The steps so far.
  package private(set) var steps: [PlanStep] = []

  /// Passes events on to a report.
  package init(_ inner: Inner) {
    self.inner = inner
  }

  /// How many steps would be refused.
  package var refused: Int { steps.count { $0.forecast.isRefused } }

  package var isLost: Bool { inner.isLost }
  package mutating func begin(_ start: RunStart) { inner.begin(start) }
  package mutating func flush() { inner.flush() }

  package mutating func emit(_ event: RunEvent) {
    if case .action(let record) = event, let step = PlanStep(record) { steps.append(step) }
    inner.emit(event)
  }

  package mutating func end(_ summary: RunSummary, duration: Duration, exit: Int32) {
    inner.end(summary, duration: duration, exit: exit)
  }

  /// The totals by effect, and whether each can be taken back, for people.
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
