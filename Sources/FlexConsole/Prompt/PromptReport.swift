import FlexAPI
package import FlexRuntime

/// Shows what the sentences of a prompt do, and remembers what the session goes on with: the rows of
/// the last listing, the SIDs that were seen, the last failure, and what each sentence has done.
package final class PromptReport: RunReport {
  /// How results are shown.
  package enum Format: String, Sendable {
    case text, ndjson
  }

  /// What came of one sentence of those that were carried out together.
  struct SentenceResult {
    /// The actions that are done.
    var done: [ActionRecord] = []
    /// The actions of which nobody knows.
    var unknown: [ActionRecord] = []
    /// Whether something failed, or was not reached.
    var isWhole = true
  }

  /// The last thing that went wrong.
  enum Problem {
    case action(ActionRecord)
    case query(QueryRecord)
    /// As it was told.
    case told(String)
  }

  private let text: TextReport
  private let ndjson: NDJSONReport
  /// How results are shown.
  var format: Format
  /// What Tab and `@1` stand for.
  private(set) var seen = SeenSIDs()
  private(set) var rows = ListedRows()
  var problem: Problem?
  /// Of the sentences that were carried out together last.
  private(set) var results: [SentenceResult] = []
  /// A listing that has not been shown: it may need a pager.
  private var held: String?

  /// Shows on two reports, one at a time.
  package init(text: TextReport, ndjson: NDJSONReport, format: Format) {
    self.text = text
    self.text.numbersRows = true
    self.ndjson = ndjson
    self.format = format
  }

  /// Begins with sentences that are carried out together.
  func beginSentences() { results = [] }

  /// Notes that the last sentence was cut short, so that it is not taken for done.
  func noteInterruption() {
    if !results.isEmpty { result.isWhole = false }
  }

  /// Remembers the SIDs of a text.
  func note(in text: String) { seen.note(in: text) }

  func note(_ value: Value) {
    switch value {
    case .sid(let sid): seen.note(sid)
    case .resource(let resource): seen.note(resource.fields)
    case .list(let values): for value in values.reversed() { note(value) }
    default: break
    }
  }

  /// Takes the listing that has not been shown, if there is one.
  func takeHeld() -> String? {
    defer { held = nil }
    return held
  }

  /// Everything that is known of the last failure.
  var account: String? {
    switch problem {
    case .action(let record): text.fullAccount(of: record)
    case .query(let record): text.fullAccount(of: record)
    case .told(let words): words
    case nil: nil
    }
  }

  // MARK: The report

  package var isLost: Bool { text.isLost || ndjson.isLost }

  package func begin(_ start: RunStart) {
    if format == .ndjson { ndjson.begin(start) }
  }

  package func flush() {
    text.flush()
    ndjson.flush()
  }

  package func emit(_ event: RunEvent) {
    remember(event)
    if case .query(let record) = event, format == .text, let shown = text.text(of: record) {
      if let earlier = takeHeld() { text.show(earlier) }
      held = shown
      return
    }
    if let shown = takeHeld() { text.show(shown) }
    switch format {
    case .text: text.emit(event)
    case .ndjson: ndjson.emit(event)
    }
  }

  package func end(_ end: RunEnd) {
    if format == .ndjson { ndjson.end(end) }
    flush()
  }

  private func remember(_ event: RunEvent) {
    switch event {
    case .sentence: results.append(SentenceResult())
    case .action(let record):
      switch record.outcome {
      case .done:
        result.done.append(record)
        if let answer = record.answer { seen.note(answer.fields) }
      case .unknown:
        result.unknown.append(record)
        result.isWhole = false
      default: result.isWhole = false
      }
      if record.error != nil { problem = .action(record) }
    case .query(let record):
      switch record.result {
      case .item(let fields): seen.note(fields)
      case .items(let items):
        for item in items.reversed() { if let fields = item.object { seen.note(fields) } }
        rows = ListedRows(items)
      case .failure:
        result.isWhole = false
        problem = .query(record)
        if record.operation.listKey != nil { rows = .afterFailure }
      case .notAsked: break
      }
    case .expectation(_, let verb, let outcome, let message, _):
      guard outcome == .failed else { return }
      result.isWhole = false
      problem = .told("\(verb) failed: \(message)\n")
    case .failure(_, let message, _):
      result.isWhole = false
      problem = .told(message + "\n")
    case .unexpanded: result.isWhole = false
    case .echo, .note: break
    }
  }

  /// The sentence that is being carried out, changed where it is: it may hold thousands of actions.
  private var result: SentenceResult {
    get { results[results.count - 1] }
    _modify { yield &results[results.count - 1] }
  }
}
