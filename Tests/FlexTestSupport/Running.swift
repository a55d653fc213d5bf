package import FlexAPI
package import FlexConsole
package import FlexRuntime
import FlexScript

/// A report that keeps every event.
package struct RecordingReport: EventReport {
  package var events: [RunEvent] = []
  /// After so many actions the reader is gone.
  package var losesAfter = Int.max

  package init() {}

  package var isLost: Bool { events.count >= losesAfter }
  package mutating func emit(_ event: RunEvent) { events.append(event) }
  package mutating func flush() {}
  package mutating func begin(_ start: RunStart) {}
  package mutating func end(_ summary: RunSummary, duration: Duration, exit: Int32) {}
}

/// What a run of a script told.
package struct RunResult {
  package let interpreter: Interpreter<RecordingReport>

  /// Reads what an interpreter told.
  package init(interpreter: Interpreter<RecordingReport>) {
    self.interpreter = interpreter
  }

  /// One line an event, SIDs shortened, times left out.
  package var lines: [String] { interpreter.report.events.map { Sample.shorten(line($0)) } }

  /// The steps of a plan, where a planner was run on.
  package var steps: [PlanStep] {
    interpreter.report.events.compactMap { event in
      if case .action(let record) = event { PlanStep(record) } else { nil }
    }
  }

  private func line(_ event: RunEvent) -> String {
    switch event {
    case .action(let record):
      var line = "\(record.sentence): \(record.outcome.rawValue)"
      if let error = record.error {
        line += " (\(error.kind.rawValue)\(error.status.map { " \($0)" } ?? ""))"
      }
      return record.isTolerated ? line + ", tolerated" : line
    case .query(let record):
      switch record.result {
      case .item(let fields): return "\(record.sentence): \(fields["sid"]?.text ?? "-")"
      case .items(let items):
        let sids = items.map { $0.object?["sid"]?.text ?? "-" }
        return "\(record.sentence): \(sids.joined(separator: " "))"
      case .failure(let error): return "\(record.sentence): failed (\(error.kind.rawValue))"
      case .notAsked: return "\(record.sentence): not asked"
      }
    case .echo(_, let text): return text
    case .expectation(_, let verb, let outcome, let message, let isTolerated):
      return "\(verb) \(outcome.rawValue): \(message)" + (isTolerated ? ", tolerated" : "")
    case .failure(let at, let message, let isTolerated):
      return "\(at): \(message)" + (isTolerated ? ", tolerated" : "")
    case .note(_, let text): return "note: \(text)"
    case .sentence: return "sentence"
    case .unexpanded(_, let source): return "unexpanded: \(source)"
    }
  }
}

/// A script that did not check, with the diagnostics as `line:column id`.
package struct CheckFailure: Error, CustomStringConvertible {
  package let description: String
}

/// Checks a script and runs it on an API.
///
/// `script` has short SIDs, as ``Sample/expand(_:)`` knows them; so have the files.
package func run(
  _ script: String, on api: any InteractionsAPI, arguments: [String: String] = [:],
  files: [String: String] = [:], settings: Settings = Settings(),
  report: RecordingReport = RecordingReport(), interruption: Interruption = Interruption(),
  journal: (any RunJournal)? = nil, past: RecordedRun? = nil, isReadOnly: Bool = false,
  maximumChanges: Int? = nil, confirm: Confirmation = .noTerminal,
  clock: any Clock<Duration> = ImmediateClock()
) async throws -> RunResult {
  let text = Sample.expand(script)
  let file = OpenedFile(identity: "main.flex", name: "main.flex", source: BytesSource(text))
  let runner = BatchRunner(
    scripts: [file], arguments: arguments.mapValues { Sample.expand($0) },
    files: MemoryFiles(files.mapValues { Sample.expand($0) }))
  guard try runner.check(strictly: false) else {
    let found = runner.session.lists.flatMap(\.all).map { diagnostic in
      let place = diagnostic.range.map { "\($0.start.line):\($0.start.column) " } ?? ""
      return "\(place)\(diagnostic.id.rawValue): \(diagnostic.message)"
    }
    throw CheckFailure(description: found.joined(separator: "\n"))
  }
  var writes = WriteGuard(api)
  writes.journal = journal
  writes.past = past
  writes.isReadOnly = isReadOnly
  writes.maximumChanges = maximumChanges
  let interpreter = await runner.run(
    through: writes, report: report, settings: settings, clock: clock,
    interruption: interruption, applySettings: { _ in }, confirm: { _ in confirm })
  return RunResult(interpreter: interpreter)
}

/// Carries out the steps of a plan on an API.
package func apply(
  _ steps: [PlanStep], on api: any InteractionsAPI, settings: Settings = Settings(),
  journal: (any RunJournal)? = nil, past: RecordedRun? = nil
) async -> RunResult {
  var writes = WriteGuard(api)
  writes.journal = journal
  writes.past = past
  var interpreter = Interpreter(
    writes: writes, check: CheckSession(files: MemoryFiles([:])), report: RecordingReport(),
    settings: settings, clock: ImmediateClock(), interruption: Interruption(),
    applySettings: { _ in }, confirm: { _ in .noTerminal })
  await interpreter.apply(steps)
  return RunResult(interpreter: interpreter)
}
