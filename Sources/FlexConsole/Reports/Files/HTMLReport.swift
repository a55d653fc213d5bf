import FlexAPI

/// A run as one page that loads nothing, for people: what happened, what is not done, when, and where in
/// the script.
///
/// Up to ``rowsWithoutScript`` actions it needs no JavaScript; of more, everything that is not done and
/// the first ``firstRows`` actions need none. Source: CLI.md, §4.
package enum HTMLReport {
  /// The most actions that are all rows of the page.
  static let rowsWithoutScript = 2_000
  /// How many actions are rows of the page if there are more.
  static let firstRows = 1_000
  /// The most actions that are not done and are rows of the page if there are more.
  static let rowsOfUndone = 20_000
  /// The most cards of what is not done.
  static let cards = 200

  /// Writes the page.
  package static func write(_ runs: KeptRuns<some KeptRecord>, to output: some ReportOutput) {
    switch runs {
    case .one(let record): HTMLPage(record, Census(record), output).write()
    case .several(let records, let total):
      let record = CombinedRecord(records, total: total)
      HTMLPage(record, Census(record), output).write()
    }
  }
}

/// What has to be known of a record before its page is written.
struct Census {
  /// How many actions there are.
  private(set) var actions = 0
  /// How many of each outcome.
  private(set) var outcomes: [String: Int] = [:]
  /// How many cases are not done.
  private(set) var undone = 0
  /// How many look-ups, expectations, notes and texts there are.
  private(set) var others = 0
  /// The outcomes of the sentences on each line, by script.
  private(set) var lines: [String: [Int: [String: Int]]] = [:]
  /// The most lines of which the outcomes are kept.
  private static let maximumLines = 50_000

  init(_ record: some KeptRecord) {
    var census = Census()
    var kept = 0
    record.forEachEvent { object in
      guard let event = ReportedEvent(object) else {
        census.others += 1
        return true
      }
      if event.number != nil {
        census.actions += 1
        census.outcomes[event.outcome, default: 0] += 1
      } else {
        census.others += 1
      }
      let isUndone = event.isUndone
      if isUndone { census.undone += 1 }
      let place = event.place
      if place.line > 0, isUndone || kept < Self.maximumLines {
        if census.lines[place.file]?[place.line] == nil { kept += 1 }
        census.lines[place.file, default: [:]][place.line, default: [:]][event.mark, default: 0] +=
          1
      }
      return true
    }
    self = census
  }

  private init() {}
}

extension ReportedEvent {
  /// Whether it is to be looked at: failed, refused or unknown, and not tolerated.
  var isUndone: Bool {
    switch verdict {
    case .failed, .refused, .unknown, .missing: true
    case .done, .skipped: false
    }
  }

  /// The outcome as the page shows it.
  var mark: String { isTolerated ? "tolerated" : outcome }
}

/// The parts of a page, in their order.
struct HTMLPage<Record: KeptRecord, Output: ReportOutput> {
  let record: Record
  let run: ReportedRun
  let census: Census
  let output: Output

  init(_ record: Record, _ census: Census, _ output: Output) {
    self.record = record
    self.census = census
    self.output = output
    run = ReportedRun(record)
  }

  func write(_ text: String) { output.write(Array(text.utf8)) }
  func escaped(_ text: String) -> String { XMLText.escaped(text) }

  /// Whether every action is a row of the page.
  var isSmall: Bool { census.actions <= HTMLReport.rowsWithoutScript }

  func write() {
    write("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
    write(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        + "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n")
    write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    write("<meta name=\"color-scheme\" content=\"light dark\">\n")
    write("<title>\(escaped(title))</title>\n<style>\(HTMLStyle.text)</style>\n</head>\n<body>\n")
    write("<a class=\"skip\" href=\"#main\">Skip to what is not done</a>\n")
    writeHeader()
    write("<main id=\"main\">\n")
    writeMembers()
    writeUndone()
    writeTimeline()
    writeActions()
    writeOthers()
    writeScripts()
    write("</main>\n<script>\(HTMLScript.text)</script>\n</body>\n</html>\n")
  }

  private var title: String {
    let mark = run.exit == 0 ? "✓" : "✗"
    let script = run.scripts.first ?? "flexsh"
    return "\(mark) \(run.totals) · \(script) · "
      + String(UTCTime.text(milliseconds: record.began).prefix(16))
  }

  // MARK: The verdict

  private func writeHeader() {
    write("<header>\n<h1>\(escaped((run.exit == 0 ? "✓ " : "✗ ") + run.totals))</h1>\n")
    write("<p class=\"verdict\">\(escaped(run.verdict)), exit \(run.exit)</p>\n<dl>\n")
    func fact(_ name: String, _ value: String?) {
      guard let value, !value.isEmpty else { return }
      write("<div><dt>\(name)</dt><dd>\(escaped(value))</dd></div>\n")
    }
    if run.isShared { fact("Shared copy", "identifiers are pseudonyms") }
    fact("Script", run.scripts.joined(separator: ", "))
    fact("Began", UTCTime.text(milliseconds: record.began))
    fact("Took", Duration.milliseconds(Int(run.duration)).displayText)
    fact("Account", run.start["account"]?.text)
    fact("Profile", run.start["profile"]?.text)
    fact("Host", run.start["base_url"]?.text)
    if run.start["simulated"] == .bool(true) { fact("Simulated", "nothing in it is real") }
    fact("Run", run.run)
    fact("flexsh", run.start["flexsh"]?.text)
    write("</dl>\n")
    for name in ["message", "rehearsal"] {
      if let text = run.summary[name]?.text { write("<p>\(escaped(text))</p>\n") }
    }
    if let help = run.summary["help"]?.text {
      write("<p class=\"next\"><code>\(escaped(help))</code></p>\n")
    }
    write("</header>\n")
  }

  // MARK: The accounts

  /// The runs of several accounts, one row each.
  private func writeMembers() {
    guard !run.members.isEmpty else { return }
    write("<section aria-labelledby=\"accounts\">\n<h2 id=\"accounts\">Accounts</h2>\n")
    write(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of accounts\">\n"
        + "<table class=\"accounts\">\n<thead><tr>")
    for title in ["Profile", "Account", "Result", "Actions", "Run"] {
      write("<th scope=\"col\">\(title)</th>")
    }
    write("</tr></thead>\n<tbody>\n")
    for member in run.members {
      let exit = member["exit"]?.integer
      let result = exit.map { "\($0 == 0 ? "✓" : "✗") \(ReportedRun.verdict($0)), exit \($0)" }
      let cells = [
        member["profile"]?.text, member["account"]?.text, result ?? "· not begun",
        ReportedRun.totals(member), member["run"]?.text,
      ]
      let row = cells.map { "<td>\(escaped($0 ?? ""))</td>" }
      write("<tr>\(row.joined())</tr>\n")
    }
    write("</tbody>\n</table>\n</div>\n</section>\n")
  }

  // MARK: What is not done

  private func writeUndone() {
    write("<section aria-labelledby=\"undone\">\n<h2 id=\"undone\">Not done</h2>\n")
    var written = 0
    var left = 0
    record.forEachEvent { object in
      if object["event"]?.text == "diagnostic", run.exit == 65, written < HTMLReport.cards {
        written += 1
        write(card(ofDiagnostic: object))
      }
      guard let event = ReportedEvent(object), event.isUndone else { return true }
      if written < HTMLReport.cards {
        written += 1
        write(card(of: event))
      } else {
        left += 1
      }
      return true
    }
    if written == 0 {
      write("<p>\(run.exit == 0 ? "Nothing: everything is done." : "No action failed.")</p>\n")
    }
    if left > 0 { write("<p>and \(left.grouped) more, in the table below</p>\n") }
    write("</section>\n")
  }

  private func card(of event: ReportedEvent) -> String {
    let row = event.row.map { " · \(escaped($0))" } ?? ""
    let link = event.number.map { " · <a href=\"#a\($0)\">action \($0)</a>" } ?? ""
    let sentence = event.object["sentence"]?.text ?? event.sentence
    let lines = event.account.map { "<li>\(escaped($0))</li>" }.joined()
    return "<article class=\"card \(event.mark)\">\n<h3>\(badge(event.mark)) "
      + "<code>\(escaped(sentence))</code></h3>\n<p>\(escaped(event.placeWithProfile))\(row)\(link)</p>\n"
      + (lines.isEmpty ? "" : "<ul>\(lines)</ul>\n") + "</article>\n"
  }

  private func card(ofDiagnostic object: JSONObject) -> String {
    let place = [object["line"], object["column"]].compactMap { $0?.integer }.map { "\($0)" }
    let at = ([object["file"]?.text ?? "-"] + place).joined(separator: ":")
    let severity = object["severity"]?.text ?? "error"
    let help = object["help"]?.text.map { "<ul><li>\(escaped($0))</li></ul>\n" } ?? ""
    return "<article class=\"card \(severity == "error" ? "failed" : "tolerated")\">\n<h3>"
      + "\(escaped(severity)): \(escaped(object["message"]?.text ?? ""))</h3>\n"
      + "<p>\(escaped(at)) · \(escaped(object["id"]?.text ?? ""))</p>\n\(help)</article>\n"
  }

  /// An outcome as a word with a sign: colour alone never carries meaning.
  func badge(_ outcome: String) -> String {
    let signs = [
      "done": "✓", "failed": "✗", "refused": "⊘", "unknown": "?", "skipped": "»", "planned": "○",
      "not-run": "·", "tolerated": "–",
    ]
    return "<span class=\"badge \(outcome)\">\(signs[outcome] ?? "") \(outcome)</span>"
  }
}
