import FlexAPI
import FlexRuntime
import FlexScript

/// A record as lines for people, like those of a run.
///
/// What is no action is passed to the report for people; an action of a record has no operation any
/// more, and its line is made of what the record says.
package final class RecordText: RecordSink {
  private let text: TextReport
  private var undone: [String] = []
  private var shownDone = 0

  /// Prints through a report for people.
  package init(_ text: TextReport) {
    self.text = text
  }

  /// Its lines are the sentences of actions.
  package var keepsAttempts: Bool { true }
  package var isLost: Bool { text.isLost }
  package func flush() { text.flush() }

  package func take(_ object: [UInt8], _ part: RecordPart) {
    guard let object = (try? JSONReader.read(object))?.object else { return }
    switch part {
    case .start, .attempt, .total: break
    case .event: take(object)
    case .summary:
      for line in undone.prefix(20) { text.show(line + "\n") }
      if undone.count > 20 { text.show("and \(undone.count - 20) more that are not done\n") }
      var totals = object["message"]?.text.map { [$0] } ?? []
      for (name, words) in Self.counted {
        guard var count = object[name]?.integer else { continue }
        // Tolerated failures are not counted as failures as well.
        if name == "failed" { count -= object["tolerated_actions"]?.integer ?? 0 }
        if count > 0 { totals.append("\(count) \(words)") }
      }
      text.show(VisibleText.escaped(totals.joined(separator: ", ")) + "\n")
      if let help = object["help"]?.text { text.show("  = help: \(VisibleText.escaped(help))\n") }
    }
  }

  private static let counted = [
    ("done", "done"), ("failed", "failed"), ("refused", "refused"), ("unknown", "unknown"),
    ("skipped", "skipped"), ("planned", "planned"), ("not_run", "not run"),
    ("look_ups_failed", "look-ups failed"), ("expectations_failed", "expectations failed"),
    ("tolerated", "tolerated"),
  ]

  private func take(_ object: JSONObject) {
    let at = ReportedEvent.place(object["at"]?.text ?? "")
    let place = SourceLocation(file: at.file, line: at.line, column: at.column)
    switch object["event"]?.text {
    case "echo": text.emit(.echo(at: place, text: object["text"]?.text ?? ""))
    case "note": text.emit(.note(at: place, text: object["text"]?.text ?? ""))
    case "query" where object["items"] != nil || object["item"] != nil: show(object, place)
    default:
      guard let event = ReportedEvent(object) else { return }
      show(event)
    }
  }

  /// Shows what a look-up found.
  private func show(_ object: JSONObject, _ place: SourceLocation) {
    let noun = object["resource"]?.text
    let collection = object["collection"]?.text
    let resource = Catalog.standard.resources.first { resource in
      if let noun { resource.noun == noun } else { resource.collection == collection }
    }
    let definition = resource.flatMap { resource in
      Catalog.standard.operations.first { operation in
        switch operation.kind {
        case .list: operation.resource == resource && collection != nil
        case .fetch: operation.resource == resource && noun != nil
        case .statesTarget, .creates: false
        }
      }
    }
    text.emit(
      .query(
        QueryRecord(
          place: place, definition: definition ?? Finding.find,
          sentence: object["sentence"]?.text ?? "",
          result: object["item"]?.object.map { .item($0) } ?? .items(object["items"]?.array ?? [])))
    )
  }

  /// Shows an action, or something that was expected or failed.
  private func show(_ event: ReportedEvent) {
    let row = event.row.map { "  \($0)" } ?? ""
    let effect = event.object["effect"]?.text.map { "  \($0)" } ?? ""
    var line = "\(Self.mark(event.verdict)) \(event.sentence)"
    switch event.verdict {
    case .done:
      if event.number == nil { line += " \(event.object["message"]?.text ?? "")" }
      line += effect + row
      guard event.number == nil || showsDone() else { return }
      return text.show(text.lines([VisibleText.escaped(line)]))
    case .skipped(let why): line += "  \(why)\(row)"
    case .missing:
      line += ": \(event.reason)"
    case .failed, .refused, .unknown:
      line += "  \(event.outcome == "done" ? event.reason : event.outcome)\(row)"
      undone.append(
        VisibleText.escaped(
          "\(event.place.at)\(event.row.map { ", \($0)" } ?? ""): \(event.sentence): \(event.reason)"
        ))
    }
    text.show(text.lines([VisibleText.escaped(line)]))
    guard event.object["error"] != nil else { return }
    text.show(text.lines(event.account.map { VisibleText.escaped("  \($0)") }))
  }

  /// Whether an action that is done is shown: not once the window is full of them.
  private func showsDone() -> Bool {
    guard let lines = text.height() else { return true }
    shownDone += 1
    let most = max(1, lines - 3)
    if shownDone == most + 1 { text.show("… further successes are not shown\n") }
    return shownDone <= most
  }

  private static func mark(_ verdict: ReportedEvent.Verdict) -> String {
    switch verdict {
    case .done: "✓"
    case .failed: "✗"
    case .refused: "⊘"
    case .unknown, .missing: "?"
    case .skipped: "·"
    }
  }
}
