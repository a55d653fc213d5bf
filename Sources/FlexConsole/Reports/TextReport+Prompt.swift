import FlexAPI
import FlexRuntime
import FlexScript

/// Failures at a prompt: at most four rows, as `why` tells the rest.
extension TextReport {
  /// Where a sentence of a file is, after the sentence; nothing for what was typed.
  private func placeInFile(_ place: SourceLocation) -> String {
    place.file == "-" ? "" : "  " + palette.text(VisibleText.escaped(place.displayText), .dimmed)
  }

  /// Writes the first row of a line; the rest is cut.
  private func tellInOneRow(_ line: String) { output.write(inOneRow(line, width()) + "\n") }

  private func inOneRow(_ line: String, _ columns: Int?) -> String {
    let rows = fitted(line, columns).split(separator: "\n", maxSplits: 1)
    guard rows.count > 1, let columns else { return String(rows.first ?? "") }
    var first = String(rows[0])
    while TextWindow.width(first) >= columns { first.removeLast() }
    return first + "…" + (palette.isColored ? "\u{1B}[0m" : "")
  }

  /// Tells of an action that failed; `line`: the sentence and its outcome.
  func tellBriefly(_ record: ActionRecord, _ line: String) {
    tellInOneRow(line + placeInFile(record.place))
    guard let error = record.error else { return }
    var look = error.lookUp(record.address)
    // What is in use need not be repeated.
    if record.isInPlaceInUse, let end = look.firstRange(of: " on ") ?? look.firstRange(of: " in ") {
      look = String(look[..<end.lowerBound])
    }
    tellBriefly(
      error, isUnknown: record.outcome == .unknown,
      advice: error.advice(outcome: record.outcome.rawValue, record.address), look: look,
      record.address)
  }

  /// Tells of a look-up that failed.
  func tellBriefly(_ record: QueryRecord, _ error: APIError) {
    tellInOneRow(
      palette.text("✗", .failure) + " " + VisibleText.escaped(record.sentence) + "  "
        + palette.text("failed", .failure) + placeInFile(record.place))
    tellBriefly(
      error, isUnknown: false, advice: error.adviceForLookUp(record.address),
      look: error.lookAfterLookUp(record.address), record.address)
  }

  private func tellBriefly(
    _ error: APIError, isUnknown: Bool, advice: String, look: String?, _ address: Scope
  ) {
    output.flush()
    let brief = BriefFailure(
      error, isUnknown: isUnknown, advice: advice, look: look, nearest: nearest(address)
    ) { line in
      let line = "  " + VisibleText.escaped(line)
      return errorWidth().map { TextWindow.width(fitted(line, $0)) <= $0 } ?? true
        && !fitted(line, errorWidth()).contains("\n")
    }
    for line in brief.lines {
      errors.write(inOneRow("  " + VisibleText.escaped(line), errorWidth()) + "\n")
    }
  }
}
