import FlexAPI

/// The table of actions, and everything else that happened.
extension HTMLPage {
  func writeActions() {
    guard census.actions > 0 else { return }
    write("<section aria-labelledby=\"actions\">\n<h2 id=\"actions\">Actions</h2>\n")
    writeControls()
    write(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of actions\">\n"
        + "<table id=\"rows\">\n<thead><tr>")
    for title in ["Outcome", "No.", "Where", "Began", "ms", "Tries", "Sentence", "Answer"] {
      write("<th scope=\"col\">\(title)</th>")
    }
    write("</tr></thead>\n<tbody>\n")
    var shown = 0
    var undone = 0
    var left = 0
    forEachAction { event in
      if isRow(event, &shown, &undone) { write(row(event)) } else { left += 1 }
    }
    write("</tbody>\n</table>\n</div>\n")
    if left > 0 {
      write(
        "<p id=\"more\">The other \(left.grouped) rows need JavaScript; "
          + "<code>flexsh runs show \(escaped(run.run ?? "RUN")) -o csv</code> prints all of them.</p>\n"
      )
      writeRest()
    }
    write("</section>\n")
  }

  private func forEachAction(_ body: (ReportedEvent) -> Void) {
    record.forEachEvent { object in
      if let event = ReportedEvent(object), event.number != nil { body(event) }
      return true
    }
  }

  /// Whether an action is a row of the page, and not of the data that a script shows.
  private func isRow(_ event: ReportedEvent, _ shown: inout Int, _ undone: inout Int) -> Bool {
    if isSmall { return true }
    if event.isUndone, undone < HTMLReport.rowsOfUndone {
      undone += 1
      return true
    }
    guard shown < HTMLReport.firstRows else { return false }
    shown += 1
    return true
  }

  private func writeControls() {
    write("<div id=\"controls\" role=\"search\" hidden>\n<label for=\"q\">Search</label> ")
    write("<input id=\"q\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\">\n")
    write("<span role=\"group\" aria-label=\"Outcomes\">")
    for (outcome, count) in census.outcomes.sorted(by: { $0.key < $1.key }) {
      write(
        "<button type=\"button\" class=\"chip \(outcome)\" data-only=\"\(outcome)\" "
          + "aria-pressed=\"false\">\(outcome) \(count.grouped)</button> ")
    }
    write("</span>\n<span id=\"matches\" aria-live=\"polite\"></span>\n</div>\n")
  }

  /// The cells of a row.
  ///
  /// `isShort`: whether the effect of what is done is left out, which its verb tells.
  private func cells(_ event: ReportedEvent, isShort: Bool = false) -> [String] {
    let location = (event.row.map { "\($0) · " } ?? "") + event.placeWithProfile
    return [
      event.mark, "\(event.number ?? 0)", location, began(event), milliseconds(event.duration),
      event.object["attempts"]?.integer.map { "\($0)" } ?? "", event.sentence,
      answer(event, isShort: isShort),
    ]
  }

  private func began(_ event: ReportedEvent) -> String {
    event.object["start_ms"]?.double.map { milliseconds($0) } ?? ""
  }

  private func milliseconds(_ value: Double) -> String {
    value == 0 ? "" : "\(Int(value * 10) / 10).\(Int(value * 10) % 10)"
  }

  private func answer(_ event: ReportedEvent, isShort: Bool) -> String {
    let status = event.object["status"]?.integer.map { "\($0)" }
    let effect = isShort ? nil : event.object["effect"]?.text
    let reason = event.verdict.isDone ? effect : event.account.first
    return [status, reason, event.requestID].compactMap(\.self).joined(separator: " · ")
  }

  private func row(_ event: ReportedEvent) -> String {
    let cells = cells(event)
    let number = event.number ?? 0
    var text = "<tr id=\"a\(number)\" tabindex=\"-1\"><td>\(badge(cells[0]))</td>"
    for (index, cell) in cells.enumerated().dropFirst() {
      text += index == 6 ? "<td><code>\(escaped(cell))</code></td>" : "<td>\(escaped(cell))</td>"
    }
    return text + "</tr>\n"
  }

  /// The actions that are no rows of the page, for its script: a row of cells each.
  private func writeRest() {
    write("<script type=\"application/json\" id=\"data\">[\n")
    var shown = 0
    var undone = 0
    var isFirst = true
    forEachAction { event in
      guard !isRow(event, &shown, &undone) else { return }
      let cells = cells(event, isShort: true).map { JSON.string(XMLText.visible($0)) }
      // Nothing in it may end the element.
      let text = JSON.array(cells).serialized.replacing("<", with: "\\u003c")
      write((isFirst ? "" : ",\n") + text)
      isFirst = false
    }
    write("]</script>\n")
  }

  // MARK: Everything else

  /// Look-ups, expectations, notes and texts, as far as a reader wants them.
  func writeOthers() {
    guard census.others > 0 else { return }
    let most = 1_000
    write(
      "<section aria-labelledby=\"others\">\n<h2 id=\"others\">Everything else</h2>\n<ul class=\"others\">\n"
    )
    var written = 0
    record.forEachEvent { object in
      guard let text = other(object) else { return true }
      written += 1
      if written <= most { write(text) }
      return true
    }
    write("</ul>\n")
    if written > most { write("<p>and \((written - most).grouped) more</p>\n") }
    write("</section>\n")
  }

  private func other(_ object: JSONObject) -> String? {
    let profile = object["profile"]?.text.map { "\($0) · " } ?? ""
    let at =
      object["at"]?.text.map { "<span class=\"at\">\(escaped(profile + $0))</span> " } ?? ""
    func item(_ text: String, _ outcome: String? = nil) -> String {
      "<li>\(at)\(outcome.map { badge($0) + " " } ?? "")\(escaped(text))</li>\n"
    }
    switch object["event"]?.text {
    case "action"?, "diagnostic"?, nil: return nil
    case "query"?:
      let count = object["items"]?.array.map { ": \($0.count) found" }
      let sentence = object["sentence"]?.text ?? object["verb"]?.text ?? ""
      let outcome = object["outcome"]?.text
      return item(sentence + (count ?? ""), outcome ?? "done")
    case "echo"?, "note"?: return item(object["text"]?.text ?? "")
    case "unexpanded"?: return item(object["source"]?.text ?? "", "planned")
    case let event?:
      return item("\(event) \(object["message"]?.text ?? "")", object["outcome"]?.text ?? "done")
    }
  }

  // MARK: The scripts

  /// The most lines of a script that is shown whole.
  private static var wholeScript: Int { 5_000 }
  /// How many lines are shown around what is not done in a longer one.
  private static var around: Int { 5 }

  func writeScripts() {
    for (index, name) in run.scripts.enumerated() {
      guard let text = record.text(ofScript: name), name.hasSuffix(".plan") == false else {
        continue
      }
      let lines = String(decoding: text, as: UTF8.self).split(omittingEmptySubsequences: false) {
        $0 == "\n" || $0 == "\r\n"
      }
      let marks = census.lines[name] ?? [:]
      var shown: [Int]
      if lines.count <= Self.wholeScript {
        shown = Array(1...max(1, lines.count))
      } else {
        let undone = marks.filter {
          $0.value.keys.contains { ["failed", "refused", "unknown"].contains($0) }
        }
        shown = Set(
          undone.keys.prefix(2_000).flatMap {
            max(1, $0 - Self.around)...min(lines.count, $0 + Self.around)
          }
        ).sorted()
      }
      if shown.last == lines.count, lines.last?.isEmpty ?? true { shown.removeLast() }
      guard !shown.isEmpty else { continue }
      write(
        "<section aria-labelledby=\"script\(index)\">\n<h2 id=\"script\(index)\">"
          + "<code>\(escaped(name))</code></h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
          + "aria-label=\"Lines of \(XMLText.escaped(name, isAttribute: true))\">\n<table class=\"script\">\n"
          + "<thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\">Line</th>"
          + "<th scope=\"col\">Script</th></tr></thead>\n<tbody>\n")
      var previous = 0
      for number in shown {
        if number != previous + 1 { write("<tr><td></td><td>…</td><td></td></tr>\n") }
        previous = number
        let outcomes = (marks[number] ?? [:]).sorted { $0.key < $1.key }.map { outcome, count in
          badge(outcome) + (count > 1 ? " ×\(count.grouped)" : "")
        }
        let source = lines[number - 1].prefix(2_000)
        write(
          "<tr><td>\(outcomes.joined(separator: " "))</td><td>\(number)</td>"
            + "<td><code>\(escaped(String(source)))</code></td></tr>\n")
      }
      write("</tbody>\n</table>\n</div>\n</section>\n")
    }
  }
}
