import FlexAPI

/// A summary in Markdown, for a pull request or a step of a CI system.
package enum MarkdownReport {
  /// The most bytes: what GitHub takes as a comment, and more than a reader takes.
  static let maximumBytes = 60_000

  /// Writes the report.
  package static func write(_ runs: KeptRuns<some KeptRecord>, to output: some ReportOutput) {
    switch runs {
    case .one(let record): write(record, to: output)
    case .several(let records, let total):
      write(CombinedRecord(records, total: total), to: output)
    }
  }

  private static func write(_ record: some KeptRecord, to output: some ReportOutput) {
    let run = ReportedRun(record)
    var text = heading(run, began: record.began)
    let end = ending(run)
    var listed = 0
    var left = 0
    record.forEachEvent { object in
      guard let item = item(object, run) else { return true }
      if text.utf8.count + item.utf8.count + end.utf8.count < maximumBytes - 200 {
        if listed == 0 { text += "\n### Not done\n\n" }
        listed += 1
        text += item
      } else {
        left += 1
      }
      return true
    }
    if left > 0 {
      text +=
        "- and \(left.grouped) more: `flexsh runs show \(run.run ?? "RUN") --only failed,refused,unknown`\n"
    }
    output.write(text + end)
  }

  private static func heading(_ run: ReportedRun, began: Int) -> String {
    let mark = run.exit == 0 ? "✓" : "✗"
    let scripts = run.scripts.prefix(3).map(code).joined(separator: ", ")
    let more = run.scripts.count > 3 ? " and \(run.scripts.count - 3) more" : ""
    var text = run.isShared ? "*A shared copy: identifiers are pseudonyms.*\n\n" : ""
    text += "## \(mark) flexsh: \(escaped(run.totals))\n\n"
    text += "\(escaped(run.verdict)) (exit \(run.exit))"
    if !scripts.isEmpty { text += " · \(scripts)\(more)" }
    text += " · \(UTCTime.text(milliseconds: began))"
    text += " · \(Duration.milliseconds(Int(run.duration)).displayText)"
    if let account = run.start["account"]?.text { text += " · \(code(account))" }
    if let profile = run.start["profile"]?.text { text += " · profile \(code(profile))" }
    if run.start["simulated"] == .bool(true) { text += " · simulated" }
    text += "\n"
    if let name = run.run { text += "\nRun \(code(name))\n" }
    if !run.members.isEmpty {
      text += "\n| Profile | Account | Result | Actions | Run |\n|---|---|---|---|---|\n"
      for member in run.members.prefix(Self.listedMembers) { text += row(member) }
      let left = run.members.count - Self.listedMembers
      if left > 0 { text += "\nand \(left.grouped) more\n" }
    }
    if let rehearsal = run.summary["rehearsal"]?.text { text += "\n\(escaped(rehearsal))\n" }
    return text
  }

  /// How many accounts are listed at most.
  private static let listedMembers = 200

  /// The line of an account.
  private static func row(_ member: JSONObject) -> String {
    let exit = member["exit"]?.integer
    let cells = [
      escaped(member["profile"]?.text ?? ""), member["account"]?.text.map(code) ?? "",
      exit.map { "\($0 == 0 ? "✓" : "✗") \(escaped(ReportedRun.verdict($0))) (\($0))" }
        ?? "not begun", escaped(ReportedRun.totals(member)), member["run"]?.text.map(code) ?? "",
    ]
    return "| " + cells.joined(separator: " | ") + " |\n"
  }

  private static func ending(_ run: ReportedRun) -> String {
    var text = ""
    if let message = run.summary["message"]?.text { text += "\n\(escaped(message))\n" }
    if let help = run.summary["help"]?.text { text += "\n\(code(help))\n" }
    return text
  }

  /// A line for what is not done; `nil` for everything else.
  private static func item(_ object: JSONObject, _ run: ReportedRun) -> String? {
    if object["event"]?.text == "diagnostic", run.exit == 65 {
      let place = [object["line"], object["column"]].compactMap { $0?.integer }.map { "\($0)" }
      let at = ([object["file"]?.text ?? "-"] + place).joined(separator: ":")
      return "- \(code(at)) \(escaped(object["id"]?.text ?? "")): "
        + "\(escaped(object["message"]?.text ?? ""))\n"
    }
    guard let event = ReportedEvent(object) else { return nil }
    switch event.verdict {
    case .done, .skipped: return nil
    case .failed, .refused, .unknown, .missing: break
    }
    let row = event.row.map { " (\(code($0)))" } ?? ""
    let profile = object["profile"]?.text.map { "\(escaped($0)) · " } ?? ""
    return
      "- **\(event.outcome)** \(profile)\(code(event.place.at))\(row) \(code(event.sentence)): "
      + "\(escaped(event.reason.limited))\n"
  }

  /// A text as code: nothing in it is markup.
  private static func code(_ text: String) -> String {
    let text = plain(text)
    let longest = text.split(separator: "`", omittingEmptySubsequences: false).count > 1
    return longest ? "`` \(text) ``" : "`\(text)`"
  }

  /// A text without markup: every character that may have a meaning is escaped.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in plain(text) {
      if "\\`*_{}[]()#+-!|~@".contains(character) { result.append("\\") }
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
    return result
  }

  /// A text on one line, with nothing in it that cannot be seen.
  private static func plain(_ text: String) -> String {
    XMLText.visible(text).replacing("\n", with: " ").replacing("\t", with: " ")
  }
}

extension String {
  /// The text, cut if it is long.
  fileprivate var limited: String { count > 500 ? prefix(500) + "…" : self }
}
