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

  var output: OutputStream
  var errors: OutputStream
  let palette: Palette
  private let errorPalette: Palette
  private let verbosity: Verbosity
  private let windowWidth: () -> Int?
  /// How many columns of the terminal are left free.
  var margin = 0
  /// The columns of the terminal that shows standard error; `nil` for no limit.
  package var errorWidth: () -> Int? = { nil }
  /// The lines of the terminal, which are filled with actions that are done, and then no more of them
  /// are shown; `nil` for no limit.
  package var height: () -> Int? = { nil }
  /// Whether SIDs are never shortened.
  package var isWide = false
  /// The command that lists what is not done; `nil` without a journal, so that the recap lists all of it.
  package var listing: (_ outcomes: String) -> String? = { _ in nil }
  private let sids = ShortSIDs()
  /// How many lines of actions that are done were shown.
  private var shownDone = 0
  /// What was seen that is nearest to what could not be found, in words.
  var nearest: (_ address: Scope) -> String? = { _ in nil }
  /// Whether what is shown answers what was just typed: rows are numbered, and a failure is brief,
  /// as `why` tells the rest.
  var isAtPrompt = false
  /// Whether rows are numbered, if a prompt shows them: those of a plan have no names.
  var numbersRows = true
  /// The columns of listings, by the names of fields; `nil` for those that the catalogue names.
  package var columns: [String]?
  /// Whether actions that were not reached are folded, one line per sentence.
  package var foldsUnreached = false
  private var unreached = UnreachedFolding()
  /// What is not done, for the recap.
  private var undone = UndoneList()

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
    windowWidth = width
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
    case .echo(_, let text):
      output.write(wrapped(VisibleText.escaped(text, keepingTabs: true)) + "\n")
    case .expectation(let at, let verb, let outcome, let message, let isTolerated):
      emitExpectation(at, verb, outcome, message, isTolerated)
    case .failure(let at, let verb, let message, let isTolerated):
      let word = isTolerated ? "tolerated" : verb == "confirm" ? "refused" : "failed"
      if !isTolerated { undone.add(word, "\(at.displayText): \(message)") }
      complain("\(at.displayText): \(word): \(message)")
    case .note(let at, let text): remark("\(at.displayText): \(text)")
    case .noPasses(let at, _, _, _):
      remark("\(at.displayText): \(event.textOfNoPasses ?? "")")
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
    for line in undone.lines(listing) { remark(line) }
    errors.flush()
  }

  // MARK: Fitting the window

  /// A SID as it is shown beside others.
  func short(_ sid: AnySID) -> String {
    isWide ? sid.description : sids.shortened(sid.description)
  }

  func width() -> Int? { windowWidth().map { max(1, $0 - margin) } }

  /// Lines that have every SID whole, wrapped to the window.
  func lines(_ lines: [String]) -> String {
    lines.map { TextWindow.wrapped($0, columns: width(), hanging: 4) + "\n" }.joined()
  }

  /// A line for standard output: its SIDs are shortened only if it does not fit.
  private func fitted(_ line: String) -> String { fitted(line, width()) }

  func fitted(_ line: String, _ columns: Int?) -> String {
    guard let columns else { return line }
    sids.note(in: line)
    guard TextWindow.width(line) > columns else { return line.replacing(Self.tie, with: " ") }
    return TextWindow.wrapped(isWide ? line : sids.shortened(line), columns: columns)
      .replacing(Self.tie, with: " ")
  }

  /// Stands for a space at which a line is not wrapped, until it is.
  private static let tie = "\u{A0}"

  /// A text that is not wrapped, if anything is: `304 ms`.
  private func unbroken(_ text: String) -> String {
    width() == nil ? text : text.replacing(" ", with: Self.tie)
  }

  /// A line of someone else's, which is only wrapped.
  private func wrapped(_ line: String) -> String {
    TextWindow.wrapped(line, columns: width(), hanging: 0)
  }

  private func tell(_ line: String) { output.write(fitted(line) + "\n") }

  /// Writes what was not reached, one line per sentence.
  func writeUnreached() {
    for group in unreached.groups {
      tell(
        palette.text("· " + VisibleText.escaped("\(group.count) not run: \(group.place)"), .dimmed))
    }
    unreached = UnreachedFolding()
  }

  // MARK: Actions

  private func emit(_ record: ActionRecord) {
    let sentence = VisibleText.escaped(
      width() == nil ? record.shortSentence : record.sentenceWithoutPlaceInUse)
    if width() != nil { sids.note(in: record.sentence) }
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
        line += "  " + palette.text(unbroken(duration.displayText), .dimmed)
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
      guard showsDone(record, line) else { return }
      tell(line)
      // It is there to be copied.
      if let request = record.request { output.write(wrapped("  " + request.displayText) + "\n") }
    case .failed where record.isTolerated: emitTolerated(record, sentence)
    case .failed, .unknown, .refused:
      undone.add(
        record.outcome.rawValue,
        "\(record.place.displayText): \(record.sentence)"
          + (record.error.map { ": \($0.displayText)" } ?? ""))
      let (mark, role): (String, Role) =
        switch record.outcome {
        case .unknown: ("?", .doubt)
        case .refused: ("⊘", .failure)
        default: ("✗", .failure)
        }
      let word = record.outcome.rawValue
      var line = palette.text(mark, role) + " " + sentence + "  " + palette.text(word, role)
      if let duration = record.duration {
        line += "  " + palette.text(unbroken(duration.displayText), .dimmed)
      }
      guard !isAtPrompt else {
        return tellBriefly(record, line)
      }
      tell(line + row(of: record))
      if let error = record.error {
        account(
          record.place, record.sentence, record.outcome.rawValue, error,
          advice: error.advice(outcome: record.outcome.rawValue, record.address))
      }
    case .notRun where foldsUnreached: unreached.add(record.place)
    case .notRun:
      guard verbosity == .normal else { return }
      tell(palette.text("· " + sentence + "  not run", .dimmed) + row(of: record))
    }
  }

  /// Whether an action that is done is shown: not once the window is full of them.
  private func showsDone(_ record: ActionRecord, _ line: String) -> Bool {
    guard record.outcome != .planned, let lines = height() else { return true }
    let most = max(1, lines - 3)
    let wasFull = shownDone > most
    shownDone += fitted(line).count { $0 == "\n" } + 1
    if shownDone > most, !wasFull {
      tell(
        palette.text("… further successes are not shown; -v shows everything", .dimmed))
    }
    return shownDone <= most
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
    tell(palette.text(line, .dimmed) + row(of: record))
  }

  /// Writes a step of a plan, and what the live state says about it.
  private func emitForecast(of record: ActionRecord, _ sentence: String) {
    guard let forecast = record.answer?.forecast else { return }
    if forecast.isRefused {
      tell(
        palette.text("✗", .failure) + " " + sentence + "  would be refused: "
          + VisibleText.escaped(forecast.reason))
    } else if verbosity == .normal {
      tell(
        palette.text("○", .success) + " " + sentence + "  "
          + palette.text("would: " + (record.effect ?? ""), .dimmed) + "  "
          + VisibleText.escaped(forecast.reason))
    }
  }

  /// Reports a failure: where it happened, what the other side answered, and what to do next.
  private func account(
    _ at: SourceLocation, _ sentence: String, _ outcome: String, _ error: APIError, advice: String
  ) {
    complain("\(at.displayText): \(sentence): \(outcome)")
    for line in lines(of: error) { errors.write(fitted("  " + line, errorWidth()) + "\n") }
    errors.write(fitted("  = help: " + advice, errorWidth()) + "\n")
  }

  // MARK: Look-ups

  private func emit(_ record: QueryRecord) {
    switch record.result {
    case .failure(let error) where record.isTolerated:
      guard verbosity == .normal else { return }
      tell(
        palette.text(
          "– " + VisibleText.escaped("\(record.sentence)  \(error.displayText)"), .dimmed))
    case .failure(let error):
      undone.add(
        "look-up failed", "\(record.place.displayText): \(record.sentence): \(error.displayText)")
      guard !isAtPrompt else { return tellBriefly(record, error) }
      account(
        record.place, record.sentence, "failed", error,
        advice: error.adviceForLookUp(record.address))
    case .notAsked where record.isPlanned:
      tell(
        "○ " + VisibleText.escaped(record.sentence) + "  is not known before the plan is applied")
    case .notAsked:
      tell("○ " + VisibleText.escaped(record.sentence) + "  asks nothing in a dry run")
    case .item, .items:
      if record.isPlanned { tell(VisibleText.escaped(record.sentence) + ", as planned:") }
      output.write(text(of: record) ?? "")
    }
  }

  /// The result of a look-up as it is shown; `nil` if it has no result.
  func text(of record: QueryRecord) -> String? {
    switch record.result {
    case .item(let fields): TextListing.item(fields, columns: width())
    case .items(let items):
      TextListing.table(
        of: items, record.definition.resource, numbered: isAtPrompt && numbersRows,
        names: record.workerNames,
        choosing: columns, width: width(), sids: isWide ? nil : sids, palette: palette)
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
      if !isTolerated { undone.add("expectation failed", "\(at.displayText): \(verb) \(message)") }
      complain("\(at.displayText): \(verb) failed\(isTolerated ? ", tolerated" : ""): \(message)")
    default:
      guard verbosity == .normal else { return }
      let mark = outcome == .planned ? "○" : "✓"
      tell(palette.text(mark, .success) + " \(verb) " + VisibleText.escaped(message))
    }
  }

  // MARK: Standard error

  /// Reports an error on standard error; earlier output is flushed first.
  private func complain(_ text: String) {
    output.flush()
    errors.write(
      fitted(
        errorPalette.text("error:", .failure) + " " + VisibleText.escaped(text), errorWidth())
        + "\n")
  }

  private func remark(_ text: String) {
    output.flush()
    errors.write(fitted(VisibleText.escaped(text), errorWidth()) + "\n")
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

  /// The sentence without the place that is in use.
  fileprivate var sentenceWithoutPlaceInUse: String {
    let short = shortSentence
    guard isInPlaceInUse, let channel = address[.channel], address[.participant] != nil else {
      return short
    }
    return short.replacing(" on \(channel)", with: "", maxReplacements: 1)
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
