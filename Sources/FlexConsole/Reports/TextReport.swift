import FlexAPI
package import FlexRuntime
import FlexScript

/// The report for people: one line per action and tables on standard output; failures, notes and
/// the recap on standard error.
package final class TextReport: RunReport {
  /// How much is shown.
  package enum Verbosity: Sendable {
    /// Results, failures and notes only.
    case less
    case normal
  }

  private var output: OutputStream
  private var errors: OutputStream
  private let palette: Palette
  private let errorPalette: Palette
  private let verbosity: Verbosity
  private let width: () -> Int?
  /// Whether the rows of listings are numbered, as at the prompt, where `@1` names one.
  package var numbersRows = false
  /// The columns of listings, by the names of fields; `nil` for those that the catalogue names.
  package var columns: [String]?
  /// Whether actions that were not reached are folded, one line per sentence.
  package var foldsUnreached = false
  private var unreached = UnreachedFolding()
  /// The actions in doubt, at most ``listedDoubts`` of them, for the recap.
  private var doubts: [String] = []

  /// The maximum number of actions in doubt that the recap lists.
  private static let listedDoubts = 20

  /// Creates a report that writes to two streams.
  ///
  /// `width`: the columns of the terminal, to which tables are fitted; `nil` for no limit.
  package init(
    output: OutputStream, errors: OutputStream, palette: Palette, errorPalette: Palette,
    verbosity: Verbosity, width: @escaping () -> Int?
  ) {
    self.output = output
    self.errors = errors
    self.palette = palette
    self.errorPalette = errorPalette
    self.verbosity = verbosity
    self.width = width
  }

  package var isLost: Bool { output.failure != nil }

  package func flush() {
    output.flush()
    errors.flush()
  }

  package func emit(_ event: RunEvent) {
    switch event {
    case .action(let record): emit(record)
    case .query(let record): emit(record)
    case .echo(_, let text): output.write(VisibleText.escaped(text, keepingTabs: true) + "\n")
    case .expectation(let at, let verb, let outcome, let message, let isTolerated):
      emitExpectation(at, verb, outcome, message, isTolerated)
    case .failure(let at, _, let message, let isTolerated):
      let word = isTolerated ? "tolerated" : "failed"
      complain("\(at.displayText): \(word): \(message)")
    case .note(let at, let text): remark("\(at.displayText): \(text)")
    case .fileChanged, .diagnostic, .sentence: break
    case .unexpanded(let at, let source, _):
      output.write(
        "○ " + VisibleText.escaped(at.displayText)
          + ": depends on live data, and a dry run asks nothing:\n")
      for line in source.split(separator: "\n") {
        output.write("  | " + VisibleText.escaped(String(line), keepingTabs: true) + "\n")
      }
    }
  }

  package func end(_ end: RunEnd) {
    let summary = end.summary
    output.flush()
    writeUnreached()
    output.flush()
    let counts = summary.recap
    if verbosity == .normal || end.exit != 0, !counts.isEmpty {
      remark(counts + " in " + end.duration.displayText)
    }
    if verbosity == .normal, let inventions = end.inventions { remark(inventions) }
    if summary.unknown > 0 {
      remark("in doubt, because no answer says whether they took effect:")
      for doubt in doubts { remark("  ? " + doubt) }
      let rest = summary.unknown - doubts.count
      if rest > 0 { remark("  and \(rest) more") }
    }
    errors.flush()
  }

  /// Writes what was not reached, one line per sentence.
  func writeUnreached() {
    for group in unreached.groups {
      output.write(
        palette.text(
          "· " + VisibleText.escaped("\(group.count) not run: \(group.place)"), .dimmed) + "\n")
    }
    unreached = UnreachedFolding()
  }

  // MARK: Actions

  private func emit(_ record: ActionRecord) {
    let sentence = VisibleText.escaped(record.shortSentence)
    switch record.outcome {
    case .planned where record.answer?.forecast != nil: emitForecast(of: record, sentence)
    case .done, .skipped, .planned:
      guard verbosity == .normal else { return }
      let mark = record.outcome == .planned ? "○" : "✓"
      var line = palette.text(mark, .success) + " " + sentence
      if record.outcome == .skipped { line += "  " + palette.text("done before", .dimmed) }
      if let effect = record.effect {
        line += "  " + palette.text((record.outcome == .planned ? "would: " : "") + effect, .dimmed)
      }
      if let created = record.created {
        line += "  " + palette.text("created \(created.noun) \(created.sid)", .strong)
      }
      if record.outcome == .done, let duration = record.duration {
        line += "  " + palette.text(duration.displayText, .dimmed)
      }
      line += row(of: record)
      var remarks: [String] = []
      if let answer = record.answer {
        if answer.attempts > 1 { remarks.append("after \(answer.attempts) attempts") }
        if answer.isSettled { remarks.append("settled by reading back") }
      }
      if !remarks.isEmpty {
        line += "  " + palette.text(remarks.joined(separator: ", "), .dimmed)
      }
      output.write(line + "\n")
      if let request = record.request { output.write("  " + request.displayText + "\n") }
    case .failed where record.isTolerated: emitTolerated(record, sentence)
    case .failed, .unknown, .refused:
      if record.outcome == .unknown, doubts.count < Self.listedDoubts {
        doubts.append("\(record.place.displayText): \(record.sentence)")
      }
      let (mark, role): (String, Role) =
        switch record.outcome {
        case .unknown: ("?", .doubt)
        case .refused: ("⊘", .failure)
        default: ("✗", .failure)
        }
      let word = record.outcome.rawValue
      var line = palette.text(mark, role) + " " + sentence + "  " + palette.text(word, role)
      if let duration = record.duration {
        line += "  " + palette.text(duration.displayText, .dimmed)
      }
      output.write(line + row(of: record) + "\n")
      if let error = record.error {
        account(
          record.place, record.sentence, record.outcome.rawValue, error,
          advice: error.advice(outcome: record.outcome.rawValue, record.address))
      }
    case .notRun where foldsUnreached: unreached.add(record.place)
    case .notRun:
      guard verbosity == .normal else { return }
      output.write(palette.text("· " + sentence + "  not run", .dimmed) + row(of: record) + "\n")
    }
  }

  /// The row of a data file that an action belongs to, after what the line has; empty if there is none.
  private func row(of record: ActionRecord) -> String {
    record.place.row.map { "  " + palette.text(VisibleText.escaped($0), .dimmed) } ?? ""
  }

  /// Writes a failure that a `try` tolerated, on one quiet line.
  private func emitTolerated(_ record: ActionRecord, _ sentence: String) {
    guard verbosity == .normal else { return }
    let reason = record.error.map { $0.status == 404 ? "already gone" : $0.displayText } ?? "failed"
    let line = "– \(sentence)  \(VisibleText.escaped(reason))"
    output.write(palette.text(line, .dimmed) + row(of: record) + "\n")
  }

  /// Writes a step of a plan, and what the live state says about it.
  private func emitForecast(of record: ActionRecord, _ sentence: String) {
    guard let forecast = record.answer?.forecast else { return }
    if forecast.isRefused {
      output.write(
        palette.text("✗", .failure) + " " + sentence + "  would be refused: "
          + VisibleText.escaped(forecast.reason) + "\n")
    } else if verbosity == .normal {
      output.write(
        palette.text("○", .success) + " " + sentence + "  "
          + palette.text("would: " + (record.effect ?? ""), .dimmed) + "  "
          + VisibleText.escaped(forecast.reason) + "\n")
    }
  }

  /// Reports a failure: where it happened, what the other side answered, and what to do next.
  private func account(
    _ at: SourceLocation, _ sentence: String, _ outcome: String, _ error: APIError, advice: String
  ) {
    complain("\(at.displayText): \(sentence): \(outcome)")
    for line in lines(of: error) { errors.write("  " + line + "\n") }
    errors.write("  = help: " + advice + "\n")
  }

  // MARK: Look-ups

  private func emit(_ record: QueryRecord) {
    switch record.result {
    case .failure(let error) where record.isTolerated:
      guard verbosity == .normal else { return }
      output.write(
        palette.text(
          "– " + VisibleText.escaped("\(record.sentence)  \(error.displayText)"), .dimmed) + "\n")
    case .failure(let error):
      account(
        record.place, record.sentence, "failed", error,
        advice: error.adviceForLookUp(record.address))
    case .notAsked where record.isPlanned:
      output.write(
        "○ " + VisibleText.escaped(record.sentence) + "  is not known before the plan is applied\n")
    case .notAsked:
      output.write("○ " + VisibleText.escaped(record.sentence) + "  asks nothing in a dry run\n")
    case .item, .items:
      if record.isPlanned {
        output.write(VisibleText.escaped(record.sentence) + ", as planned:\n")
      }
      output.write(text(of: record) ?? "")
    }
  }

  /// The result of a look-up as it is shown; `nil` if it has no result.
  func text(of record: QueryRecord) -> String? {
    switch record.result {
    case .item(let fields): TextListing.item(fields)
    case .items(let items):
      TextListing.table(
        of: items, record.definition.resource, numbered: numbersRows, names: record.workerNames,
        choosing: columns, width: width(), palette: palette)
    case .failure, .notAsked: nil
    }
  }

  /// Writes text to standard output unchanged.
  func show(_ text: String) { output.write(text) }

  /// Returns everything that is known about a failure.
  func fullAccount(of record: ActionRecord) -> String? {
    guard let error = record.error else { return nil }
    var text = "\(record.sentence): \(record.outcome.rawValue)\n"
    text += lines(of: error).map { "  \($0)\n" }.joined()
    for (number, attempt) in error.earlierAttempts.enumerated() {
      let status = attempt.status.map { " \($0)" } ?? ""
      text +=
        "  try \(number + 1), \(attempt.start.displayText) in, \(attempt.duration.displayText) long: "
        + "\(attempt.kind.rawValue)\(status), \(VisibleText.escaped(attempt.message))\n"
    }
    if let duration = record.duration { text += "  \(duration.displayText) in all\n" }
    return text + "  = help: "
      + error.advice(outcome: record.outcome.rawValue, record.address) + "\n"
  }

  /// Returns everything that is known about a failed look-up.
  func fullAccount(of record: QueryRecord) -> String? {
    guard case .failure(let error) = record.result else { return nil }
    return "\(record.sentence): failed\n" + lines(of: error).map { "  \($0)\n" }.joined()
      + "  = help: " + error.adviceForLookUp(record.address) + "\n"
  }

  private func lines(of error: APIError) -> [String] {
    var lines = [error.displayText]
    if error.attempts > 1 { lines.append("after \(error.attempts) attempts") }
    if let link = error.moreInfo { lines.append(link) }
    if let id = error.requestID { lines.append("request id \(id)") }
    return lines.map { VisibleText.escaped($0) }
  }

  private func emitExpectation(
    _ at: SourceLocation, _ verb: String, _ outcome: Outcome, _ message: String,
    _ isTolerated: Bool
  ) {
    switch outcome {
    case .failed:
      complain("\(at.displayText): \(verb) failed\(isTolerated ? ", tolerated" : ""): \(message)")
    default:
      guard verbosity == .normal else { return }
      let mark = outcome == .planned ? "○" : "✓"
      output.write(
        palette.text(mark, .success) + " \(verb) " + VisibleText.escaped(message) + "\n")
    }
  }

  // MARK: Standard error

  /// Reports an error on standard error; earlier output is flushed first.
  private func complain(_ text: String) {
    output.flush()
    errors.write(errorPalette.text("error:", .failure) + " " + VisibleText.escaped(text) + "\n")
  }

  private func remark(_ text: String) {
    output.flush()
    errors.write(VisibleText.escaped(text) + "\n")
  }
}

extension RunSummary {
  /// Every class whose count is not 0, for people: `1 done, 1 look-up failed`.
  package var recap: String {
    func counted(_ count: Int, _ one: String, _ several: String) -> (Int, String) {
      (count, count == 1 ? one : several)
    }
    let otherTolerated = tolerated - toleratedActions
    return [
      (done, "done"), (failed - toleratedActions, "failed"), (refused, "refused"),
      (unknown, "unknown"), (skipped, "skipped"), (planned, "planned"), (notRun, "not run"),
      counted(lookUpsFailed, "look-up failed", "look-ups failed"),
      counted(expectationsFailed, "expectation failed", "expectations failed"),
      (toleratedActions, "tolerated"),
      counted(
        otherTolerated, "look-up or expectation tolerated", "look-ups or expectations tolerated"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}

extension ActionRecord {
  /// The sentence without its interaction, which the channel implies.
  fileprivate var shortSentence: String {
    guard let interaction = address[.interaction], address[.channel] != nil else {
      return sentence
    }
    let place = " in \(interaction)"
    var sentence = sentence
    let range = sentence.withUTF8 { sentence in
      var place = place
      return place.withUTF8 { place in Self.range(of: place, in: sentence) }
    }
    guard let range else { return sentence }
    let (start, end) = (
      sentence.utf8.index(sentence.startIndex, offsetBy: range.lowerBound),
      sentence.utf8.index(sentence.startIndex, offsetBy: range.upperBound)
    )
    return String(sentence[..<start]) + sentence[end...]
  }

  /// The range of the first occurrence of some bytes, which is usually at the end.
  private static func range(
    of wanted: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Range<Int>? {
    guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
    for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
      if (1..<wanted.count).allSatisfy({ bytes[start + $0] == wanted[$0] }) {
        return start..<start + wanted.count
      }
    }
    return nil
  }
}

extension OperationRequest {
  /// The request on one line.
  fileprivate var displayText: String {
    let body =
      switch self.body {
      case .none: ""
      case .form(let fields): " " + fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      case .json(let json): " " + json.serialized
      }
    return VisibleText.escaped("\(method.rawValue) \(path)\(body)")
  }
}

extension Duration {
  /// The duration for people to read: `0.4 ms`, `42 ms`, `1.6 s`, `2 min 5 s`.
  package var displayText: String {
    let milliseconds = milliseconds
    func withTenth(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }
    if milliseconds < 10 { return withTenth(tenths) + " ms" }
    if milliseconds < 1000 { return "\(Int(milliseconds)) ms" }
    if milliseconds < 60_000 { return withTenth(Int(milliseconds / 100)) + " s" }
    let seconds = Int(milliseconds / 1000)
    return "\(seconds / 60) min \(seconds % 60) s"
  }
}
