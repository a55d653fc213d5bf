package import FlexAPI
package import FlexRuntime
import FlexScript
import Foundation

/// A report that keeps every event.
package final class RecordingReport: RunReport {
  package var events: [RunEvent] = []
  /// After so many actions the reader is gone.
  package var losesAfter = Int.max

  package init() {}

  package var isLost: Bool { events.count >= losesAfter }
  package func emit(_ event: RunEvent) { events.append(event) }
}

/// A run that has ended, and everything that was reported of it.
package struct PlayedRun {
  /// How it ended.
  package let result: RunResult
  /// What was reported.
  package let events: [RunEvent]

  /// One line an event, SIDs shortened, times left out.
  package var lines: [String] { events.map { Sample.shorten(line($0)) } }

  /// The plan, if one was made.
  package var plan: PlanContent?
  /// Why the plan ends, if it does.
  package var problem: String?

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
    case .failure(let at, _, let message, let isTolerated):
      return "\(at): \(message)" + (isTolerated ? ", tolerated" : "")
    case .note(_, let text): return "note: \(text)"
    case .noPasses: return "note: \(event.textOfNoPasses ?? "")"
    case .diagnostic(let diagnostic): return "diagnostic \(diagnostic.id.rawValue)"
    case .sentence: return "sentence"
    case .fileChanged(_, let message): return "changed: \(message)"
    case .unexpanded(_, let source, _): return "unexpanded: \(source)"
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
  _ script: String, on api: any TwilioAPI, arguments: [String: String] = [:],
  files: [String: String] = [:], settings: Settings = Settings(),
  report: RecordingReport = RecordingReport(), interruption: Interruption = Interruption(),
  journal: (any RunJournal)? = nil, past: RecordedRun? = nil, isReadOnly: Bool = false,
  maximumChanges: Int? = nil, resends: Bool = false, confirm: Confirmation = .noTerminal,
  clock: any Clock<Duration> = ImmediateClock(), plan: PlanRecorder? = nil,
  workspace: AnySID? = nil
) async throws -> PlayedRun {
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
  var configuration = RunConfiguration(api: api, check: runner.session)
  configuration.journal = journal
  configuration.recorded = past
  configuration.policy.isReadOnly = isReadOnly
  configuration.policy.maximumChanges = maximumChanges
  configuration.policy.resends = resends
  configuration.reports = [report]
  configuration.settings = settings
  configuration.clock = clock
  configuration.interruption = interruption
  configuration.confirm = { _ in confirm }
  configuration.plan = plan
  configuration.workspace = workspace
  configuration.now = { Int(Date().timeIntervalSince1970) }
  return PlayedRun(
    result: await runner.run(configuration), events: report.events, plan: plan?.content,
    problem: plan?.problem)
}

/// Checks a script and plans it on an API; the parameters are those of a run.
package func plan(
  _ script: String, on api: any TwilioAPI, arguments: [String: String] = [:],
  files: [String: String] = [:]
) async throws -> PlayedRun {
  let planner = Planner(api)
  return try await run(
    script, on: planner, arguments: arguments, files: files, plan: PlanRecorder(planner))
}

/// Executes the steps of a plan on an API.
package func apply(
  _ plan: PlanContent?, on api: any TwilioAPI, settings: Settings = Settings(),
  journal: (any RunJournal)? = nil, past: RecordedRun? = nil, confirm: Confirmation = .yes
) async throws -> PlayedRun {
  guard let plan else { throw CheckFailure(description: "there is no plan") }
  let report = RecordingReport()
  var configuration = RunConfiguration(
    api: api, check: CheckSession(files: MemoryFiles([:])))
  configuration.journal = journal
  configuration.recorded = past
  configuration.reports = [report]
  configuration.settings = settings
  configuration.clock = ImmediateClock()
  configuration.confirm = { _ in confirm }
  configuration.now = { Int(Date().timeIntervalSince1970) }
  let runner = ScriptRunner(configuration)
  await runner.apply(plan)
  return PlayedRun(result: runner.result, events: report.events)
}
