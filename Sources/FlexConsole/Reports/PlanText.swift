import FlexAPI
package import FlexRuntime
import FlexScript

/// A plan as lines for people.
package struct PlanText {
  private let content: PlanContent
  private let palette: Palette

  /// Shows a plan.
  package init(_ content: PlanContent, palette: Palette) {
    self.content = content
    self.palette = palette
  }

  /// One line per step, with what the state says about it and how far it can be undone.
  package var steps: [String] {
    let width = String(content.steps.count).count
    return content.steps.compactMap { step in
      guard let text = text(of: step) else { return nil }
      let number = String(step.number)
      let padding = String(repeating: " ", count: width - number.count)
      let row = step.place.row.map { "  " + palette.text(VisibleText.escaped($0), .dimmed) } ?? ""
      return "\(padding)\(number)  \(text)\(row)"
    }
  }

  private func text(of step: PlanStep) -> String? {
    func shown(_ text: String) -> String { VisibleText.escaped(content.displayText(text)) }
    func planned(_ text: String) -> String { palette.text("○", .success) + " " + text }
    switch step.kind {
    case .action(let action):
      let sentence = shown(action.operation.sentence)
      let extent = "(\(action.operation.definition.undo.extent.rawValue))"
      if action.forecast.isRefused {
        return palette.text("⊘", .failure) + " \(sentence)  would be refused: "
          + shown(action.forecast.reason)
      }
      let effect = palette.text("would: \(shown(action.operation.effect))", .dimmed)
      let tried = step.isTried ? "; a failure is tolerated" : ""
      return planned("\(sentence)  \(effect)  \(shown(action.forecast.reason))\(tried)  \(extent)")
    case .expect(_, let source, _): return planned("expect \(shown(source))")
    case .wait(_, let source, _, let timeout):
      return planned("wait until \(shown(source)), for at most \(timeout.flexSpelling)")
    case .confirm(let text): return planned("ask: \(shown(text))")
    case .sleep(let duration): return planned("sleep \(duration.flexSpelling)")
    case .echo(let text): return planned("print: \(shown(text))")
    case .stop(let text): return planned("stop" + (text.map { ": \(shown($0))" } ?? ""))
    case .refusal(_, let sentence, let reason):
      return palette.text("⊘", .failure) + " \(shown(sentence))  would be refused: \(shown(reason))"
        + (step.isTried ? "; that is tolerated" : "")
    case .set: return nil
    }
  }

  /// The totals.
  ///
  /// They look like `Plan: 2 to close (final), 1 to invite (compensable), 0 refused.`
  package var totals: String {
    var counts: [(words: String, count: Int)] = []
    for action in content.actions where !action.forecast.isRefused {
      let definition = action.operation.definition
      let words = "to \(definition.verb) (\(definition.undo.extent.rawValue))"
      if let index = counts.firstIndex(where: { $0.words == words }) {
        counts[index].count += 1
      } else {
        counts.append((words, 1))
      }
    }
    let parts = counts.map { "\($0.count) \($0.words)" } + ["\(content.refused) refused"]
    return content.actions.isEmpty && content.refused == 0
      ? "Plan: nothing to change." : "Plan: \(parts.joined(separator: ", "))."
  }
}

/// The report while a plan is made: look-ups, notes and failures; the steps are shown at its end.
package final class PlanningReport: RunReport {
  private let text: TextReport

  /// Reports what is no step to a report for people.
  package init(_ text: TextReport) {
    self.text = text
  }

  package var isLost: Bool { text.isLost }

  package func emit(_ event: RunEvent) {
    switch event {
    case .action(let record):
      if record.outcome != .planned && record.outcome != .notRun { text.emit(event) }
    case .expectation(_, _, let outcome, _, _): if outcome == .failed { text.emit(event) }
    case .query, .failure, .note, .noPasses: text.emit(event)
    // Steps of the plan, shown with it.
    case .echo, .fileChanged, .unexpanded, .diagnostic, .sentence: break
    }
  }

  package func flush() { text.flush() }
}
