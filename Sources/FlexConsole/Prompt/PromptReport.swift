import FlexAPI
package import FlexRuntime
import FlexScript

/// Shows what the sentences of a prompt do, and remembers what the session needs later: the rows of
/// the last listing, the SIDs that were seen, the last failure, and what each sentence has done.
package final class PromptReport: RunReport {
  /// How results are shown.
  package enum Format: String, Sendable {
    case text, ndjson
  }

  /// The result of one of the sentences that ran together.
  struct SentenceResult {
    /// The actions that are done.
    var done: [ActionRecord] = []
    /// The actions whose outcome is unknown.
    var unknown: [ActionRecord] = []
    /// Whether nothing failed and everything was reached.
    var isWhole = true
  }

  /// The last thing that went wrong.
  enum Problem {
    case action(ActionRecord)
    case query(QueryRecord)
    /// A message, as it was shown.
    case told(String)
  }

  private let text: TextReport
  private let ndjson: RecordReport
  /// How results are shown.
  var format: Format
  /// The SIDs that Tab offers.
  private(set) var seen = SeenSIDs()
  /// The rows that `@1`, `@2`, … name.
  private(set) var rows = ListedRows()
  var problem: Problem? {
    didSet { problemTime = now() }
  }
  /// When it went wrong.
  private var problemTime = Duration.zero
  /// The time since the session began.
  private let now: () -> Duration
  /// The results of the sentences that last ran together.
  private(set) var results: [SentenceResult] = []
  /// The participants that were removed in this session, and when.
  private var gone: [AnySID: Duration] = [:]
  /// A listing that has not been shown yet: it may need a pager.
  private var held: String?

  /// Creates a report that uses one of two reports at a time.
  ///
  /// `now`: the time since the session began.
  package init(
    text: TextReport, ndjson: RecordReport, format: Format, now: @escaping () -> Duration
  ) {
    self.text = text
    self.text.isAtPrompt = true
    self.ndjson = ndjson
    self.format = format
    self.now = now
    isWideAtFirst = text.isWide
    self.text.nearest = { [unowned self] address in nearest(to: address) }
  }

  /// What was seen that is nearest to what could not be found: its short form, its row, its age.
  private func nearest(to address: Scope) -> String? {
    guard let sid = address.innermost else { return nil }
    if let time = gone[sid] { return "closed in this session, \((now() - time).ageText)" }
    guard let found = seen.nearest(to: sid) else { return nil }
    let row = rows.number(of: found.sid).map { ", @\($0)" } ?? ""
    let age = (now() - found.time).ageText
    return found.sid == sid
      ? "seen\(row.isEmpty ? "" : " as " + row.dropFirst(2)), \(age)"
      : "nearest seen: \(text.short(found.sid))\(row), \(age)"
  }

  /// Whether SIDs are never shortened unless the session says otherwise.
  private let isWideAtFirst: Bool

  /// Changes how results are shown.
  func show(_ output: ConsoleCommand.Output) {
    format = output == .ndjson ? .ndjson : .text
    text.isWide = output == .wide || isWideAtFirst
  }

  /// How long ago the last failure was; `nil` if there was none.
  var ageOfProblem: String? { problem == nil ? nil : (now() - problemTime).ageText }

  /// The look of what is shown.
  var palette: Palette { text.palette }

  /// Reports what happens while sentences are planned: their listings set no rows.
  func whilePlanning(_ body: (PlanningReport) async -> Void) async {
    text.numbersRows = false
    await body(PlanningReport(text))
    text.numbersRows = true
  }

  /// A plan as it is shown; `isWhole`: whether it goes to the end of its sentences.
  func text(of plan: PlanContent, isWhole: Bool) -> String {
    let shown = PlanText(plan, palette: palette)
    return text.lines(shown.steps + (isWhole ? [shown.totals] : []))
  }

  /// What look-ups show, which is kept back; `nil` if it is not.
  private var captured: String?

  /// Keeps back what look-ups show from here on; `margin`: the columns to leave free.
  func beginCapture(margin: Int) {
    captured = ""
    text.margin = margin
  }

  /// Returns what look-ups have shown since, and shows it as usual from here on.
  func takeCaptured() -> String {
    defer {
      captured = nil
      text.margin = 0
    }
    return captured ?? ""
  }

  /// Begins a group of sentences that run together.
  func beginSentences() { results = [] }

  /// Ends a group of sentences that ran together.
  func endSentences() {
    if format == .text { text.writeUnreached() }
    flush()
  }

  /// Notes that the last sentence was cut short, so that it does not count as done.
  func noteInterruption() {
    if !results.isEmpty { result.isWhole = false }
  }

  /// Remembers the SIDs of a text.
  func note(in text: String) { seen.note(in: text) }

  /// A text as it was typed, with what its marks of rows and its short SIDs stand for.
  ///
  /// `place`: the place in use, which rows do not repeat.
  func typedText(
    _ text: String, place: [SIDType: AnySID]?
  ) throws(ListedRows.Missing) -> TypedText {
    TypedText(text, try rows.replacements(in: text, place: place) + seen.replacements(in: text))
  }

  /// Whether a text names a participant that was removed in this session.
  func isGone(_ text: String) -> Bool {
    !gone.isEmpty && AnySID.all(in: Array(text.utf8)[...]).contains { gone[$0] != nil }
  }

  func note(_ value: Value) {
    switch value {
    case .sid(let sid): seen.note(sid)
    case .resource(let resource): seen.note(resource.fields)
    case .list(let values): for value in values.reversed() { note(value) }
    default: break
    }
  }

  /// Returns and forgets the listing that has not been shown, if there is one.
  func takeHeld() -> String? {
    defer { held = nil }
    return held
  }

  /// Everything that is known about the last failure.
  var account: String? {
    switch problem {
    case .action(let record): text.fullAccount(of: record)
    case .query(let record): text.fullAccount(of: record)
    case .told(let words): words
    case nil: nil
    }
  }

  /// What may be shared of the last failure: identifiers as pseudonyms, texts left out.
  func account(sharedAs names: SharedNames) -> String? {
    let event: RunEvent
    switch problem {
    case .action(let record): event = .action(record)
    case .query(let record): event = .query(record)
    case .told(let words): return "# \(SharedCopy.notice)\n\(names.omitted(words))\n"
    case nil: return nil
    }
    guard let object = RecordObject.event(event, withSentence: true) else { return nil }
    var account = "# \(SharedCopy.notice)\n"
    let sink = SharingSink(
      SharedCopy(names), to: [SharedTextSink(OutputStream { account += $0 })])
    sink.take(object.close(), .event)
    return account
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
    if captured != nil, case .query(let record) = event, let shown = text.text(of: record),
      format == .text
    {
      captured? += shown
      return
    }
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
    seen.time = now()
    switch event {
    case .sentence: results.append(SentenceResult())
    case .action(let record):
      switch record.outcome {
      case .done:
        result.done.append(record)
        if record.operation?.definition == Participant.close, let sid = record.address[.participant]
        {
          gone[sid] = now()
        }
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
        if record.definition.listsRows { rows = .afterFailure }
      case .notAsked: break
      }
    case .expectation(_, let verb, let outcome, let message, _):
      guard outcome == .failed else { return }
      result.isWhole = false
      problem = .told(VisibleText.escaped("\(verb) failed: \(message)") + "\n")
    case .failure(_, _, let message, _):
      result.isWhole = false
      problem = .told(VisibleText.escaped(message) + "\n")
    case .unexpanded, .fileChanged: result.isWhole = false
    case .echo, .note, .noPasses, .diagnostic: break
    }
  }

  /// The result of the sentence that is running, changed in place: it may contain thousands of
  /// actions.
  private var result: SentenceResult {
    get { results[results.count - 1] }
    _modify { yield &results[results.count - 1] }
  }
}
