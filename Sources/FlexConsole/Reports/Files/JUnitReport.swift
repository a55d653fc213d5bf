import FlexAPI

/// A JUnit report, written for what GitLab and Jenkins read.
///
/// GitLab drops cases with the same class and name, files over 30 MB and over 250,000 objects; Jenkins
/// keeps everything in memory. So what is not done comes first, and what exceeds the limits is folded.
/// Source: CLI.md, §4.
package enum JUnitReport {
  /// The most cases in a file.
  static let maximumCases = 20_000
  /// The most bytes in a file, apart from what closes it.
  static let maximumBytes = 24 << 20
  /// The most elements and attributes in a file.
  static let maximumObjects = 240_000
  /// How many cases one folded case stands for.
  static let folded = 10_000

  /// Writes the report: a suite for each script of a run, or for each of several accounts.
  package static func write(_ runs: KeptRuns<some KeptRecord>, to output: some ReportOutput) {
    switch runs {
    case .one(let record):
      var report = Report([record], areAccounts: false)
      report.write(to: output)
    case .several(let records, _):
      var report = Report(records, areAccounts: true)
      report.write(to: output)
    }
  }
}

/// One report while it is written.
private struct Report<Record: KeptRecord> {
  /// A record, and what its start and its summary say.
  private struct Source {
    let record: Record
    let run: ReportedRun

    var profile: String? { run.start["profile"]?.text }
  }

  private let sources: [Source]
  /// Whether each record is a suite, and not each script.
  private let areAccounts: Bool
  private let firstFolder: String
  /// The lines of the scripts, for cases without a sentence.
  private var lines: [String: [Substring]] = [:]
  private var cases = 0
  private var bytes = 0
  private var objects: Int
  /// How often each name has occurred, by class.
  private var names: [String: Int] = [:]

  init(_ records: [Record], areAccounts: Bool) {
    sources = records.map { Source(record: $0, run: ReportedRun($0)) }
    self.areAccounts = areAccounts
    // A suite with its properties, or several of one run.
    objects = 20 + records.count * 60
    let first = sources.first?.run.scripts.first ?? ""
    firstFolder = first.lastIndex(of: "/").map { String(first[...$0]) } ?? ""
  }

  /// The cases of one script, or of one account.
  private struct Suite {
    let source: Int
    /// The script; `nil` for all scripts of an account.
    let file: String?
    var text = ""
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0
    var seconds = 0.0
    /// How many cases are not written one by one.
    var unwrittenDone = 0
    var unwrittenOthers = 0
  }

  mutating func write(to output: some ReportOutput) {
    let suites = complete(collect())
    func total(_ count: (Suite) -> Int) -> Int { suites.reduce(0) { $0 + count($1) } }
    output.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"flexsh\"")
    output.write(
      counts(
        total(\.tests), total(\.failures), total(\.errors), total(\.skipped),
        sources.reduce(0) { $0 + $1.run.duration } / 1000) + ">\n")
    for suite in suites {
      let source = sources[suite.source]
      let name = suite.file ?? source.profile ?? "-"
      output.write("<testsuite" + XMLText.attribute("name", name))
      output.write(
        XMLText.attribute("timestamp", Self.timestamp(source.record.began))
          + counts(
            suite.tests, suite.failures, suite.errors, suite.skipped, suite.seconds) + ">\n")
      output.write(properties(of: suite.file, source.run))
      output.write(suite.text)
      output.write("</testsuite>\n")
    }
    output.write("</testsuites>\n")
  }

  /// The suites, so that every run has a case, and one that did not end well is never all green.
  private mutating func complete(_ collected: [Suite]) -> [Suite] {
    sources.indices.flatMap { source -> [Suite] in
      var suites = collected.filter { $0.source == source }
      if suites.allSatisfy({ $0.tests == 0 }) { return [onlyCase(of: source)] }
      guard sources[source].run.exit != 0,
        suites.allSatisfy({ $0.failures + $0.errors == 0 })
      else { return suites }
      let only = onlyCase(of: source)
      if let index = suites.firstIndex(where: { $0.file == only.file }) {
        suites[index].text += only.text
        suites[index].tests += 1
        suites[index].errors += 1
      } else {
        suites.append(only)
      }
      return suites
    }
  }

  private func counts(
    _ tests: Int, _ failures: Int, _ errors: Int, _ skipped: Int, _ seconds: Double
  ) -> String {
    " tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
      + " time=\"\(Self.seconds(seconds))\""
  }

  private static func seconds(_ seconds: Double) -> String {
    let milliseconds = Int((seconds * 1000).rounded())
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)"
  }

  private static func timestamp(_ began: Int) -> String {
    String(UTCTime.text(milliseconds: began).prefix(19)).replacing(" ", with: "T")
  }

  // MARK: Properties

  private func properties(of file: String?, _ run: ReportedRun) -> String {
    let scripts = run.start["scripts"]?.array ?? []
    let script = file.map { file in scripts.first { $0["script"]?.text == file } } ?? scripts.first
    var values: [(String, String)] = [
      ("run", run.run ?? ""), ("account", run.start["account"]?.text ?? ""),
      ("profile", run.start["profile"]?.text ?? ""),
      ("script_sha256", script?["sha256"]?.text ?? ""),
      ("flexsh", run.start["flexsh"]?.text ?? ""),
      ("simulated", run.start["simulated"] == .bool(true) ? "true" : "false"),
      ("exit", "\(run.exit)"),
    ]
    let outcomes = ["done", "failed", "refused", "unknown", "skipped", "planned", "not_run"]
    let counts = outcomes.map { ($0, run.summary[$0]?.integer ?? 0) }
    // A step that would be refused is planned, and counted as both.
    let foreseen = min(counts[2].1, counts[5].1)
    values.append(("actions_total", "\(counts.reduce(0) { $0 + $1.1 } - foreseen)"))
    for (name, count) in counts { values.append((name, "\(count)")) }
    if run.isShared { values.append(("shared", "true")) }
    let rows = values.map { name, value in
      "<property" + XMLText.attribute("name", name) + XMLText.attribute("value", value) + "/>"
    }
    return "<properties>" + rows.joined() + "</properties>\n"
  }

  // MARK: Cases

  /// The suites with their cases, what is not done first.
  private mutating func collect() -> [Suite] {
    var suites: [Suite] = []
    for (index, source) in sources.enumerated() {
      if areAccounts {
        suites.append(Suite(source: index, file: nil))
      } else {
        suites += files(of: source).map { Suite(source: index, file: $0) }
      }
    }
    for index in suites.indices {
      if sources[suites[index].source].run.exit == 65 { addDiagnostics(to: &suites[index]) }
      add(areDone: false, to: &suites[index])
    }
    for index in suites.indices {
      add(areDone: true, to: &suites[index])
      fold(&suites[index])
    }
    return suites
  }

  /// The files that have cases, in the order of their first.
  private func files(of source: Source) -> [String] {
    var files: [String] = []
    source.record.forEachEvent { object in
      let file: String
      if let event = ReportedEvent(object) {
        file = event.place.file
      } else if source.run.exit == 65, object["event"]?.text == "diagnostic" {
        file = name(object["file"]?.text, source)
      } else {
        return true
      }
      if !files.contains(file) { files.append(file) }
      return true
    }
    return files
  }

  private mutating func add(areDone: Bool, to suite: inout Suite) {
    var report = self
    var filled = suite
    sources[suite.source].record.forEachEvent { object in
      guard let event = ReportedEvent(object),
        filled.file == nil || event.place.file == filled.file, event.verdict.isDone == areDone
      else { return true }
      filled.seconds += event.duration / 1000
      if report.hasRoom {
        report.write(event, to: &filled)
      } else if areDone {
        filled.unwrittenDone += 1
      } else {
        filled.unwrittenOthers += 1
      }
      return true
    }
    suite = filled
    self = report
  }

  private var hasRoom: Bool {
    // What is folded needs some, and the only case of a run.
    let reserve = 200 + 3 * sources.count
    return cases < JUnitReport.maximumCases - reserve && bytes < JUnitReport.maximumBytes
      && objects < JUnitReport.maximumObjects - 20 * reserve
  }

  private mutating func write(_ event: ReportedEvent, to suite: inout Suite) {
    let place = event.place
    var body = ""
    if let number = event.number {
      body += "<properties><property name=\"n\" value=\"\(number)\"/></properties>"
    }
    switch event.verdict {
    case .done: break
    case .failed(let type):
      suite.failures += 1
      body += failure("failure", type, event)
    case .refused:
      suite.failures += 1
      body += failure("failure", "refused", event)
    case .unknown:
      suite.errors += 1
      body += failure("error", "unknown", event)
    case .missing:
      suite.errors += 1
      body += failure("error", "missing-shard", event)
    case .skipped(let why):
      suite.skipped += 1
      body += "<skipped" + XMLText.attribute("message", why) + "/>"
    }
    add(
      to: &suite, named: "L\(place.line) \(name(of: event, suite.source))",
      at: (place.file, place.line), seconds: event.duration / 1000, body)
  }

  private mutating func name(of event: ReportedEvent, _ source: Int) -> String {
    if event.object["sentence"] != nil { return event.sentence }
    // As the script has it: the message of an expectation says what was found.
    let place = event.place
    let written = line(place.line, of: place.file, source).map { $0.trimmed }
    return written.map { String($0.prefix(200)) } ?? event.sentence
  }

  private mutating func line(_ number: Int, of file: String, _ source: Int) -> Substring? {
    if lines[file] == nil {
      let text =
        sources[source].record.text(ofScript: file).map { String(decoding: $0, as: UTF8.self) }
        ?? ""
      lines[file] = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }
    guard let lines = lines[file], number > 0, number <= lines.count else { return nil }
    return lines[number - 1]
  }

  private func failure(_ element: String, _ type: String, _ event: ReportedEvent) -> String {
    let head =
      event.place.at + (event.row.map { ", \($0)" } ?? "") + ": "
      + (event.object["sentence"]?.text ?? event.sentence) + ": " + event.outcome
    let text = ([head] + event.account.map { "  " + $0 }).joined(separator: "\n")
    return "<\(element)" + XMLText.attribute("type", type)
      + XMLText.attribute("message", event.reason) + ">" + XMLText.escaped(text)
      + "</\(element)>"
  }

  private mutating func add(
    to suite: inout Suite, named name: String, at place: (file: String, line: Int),
    seconds: Double, _ body: String
  ) {
    let className = className(place.file, suite.source)
    let key = className + "\n" + name
    let count = (names[key] ?? 0) + 1
    names[key] = count
    let unique = count == 1 ? name : "\(name) (\(count))"
    // Another sentence may be written like this.
    if count > 1 { names[className + "\n" + unique, default: 0] += 1 }
    var text = "<testcase" + XMLText.attribute("classname", className)
    text += XMLText.attribute("name", unique) + XMLText.attribute("file", place.file)
    text += " line=\"\(place.line)\" time=\"\(Self.seconds(seconds))\""
    text += body.isEmpty ? "/>\n" : ">" + body + "</testcase>\n"
    suite.text += text
    suite.tests += 1
    cases += 1
    bytes += text.utf8.count
    // Elements, and the attributes of each.
    objects += 6 + (body.isEmpty ? 0 : body.utf8.count { $0 == UInt8(ascii: "=") } + 4)
  }

  /// The class of a script's cases: the profile, and its path from the folder of the first script.
  private func className(_ file: String, _ source: Int) -> String {
    var path = Substring(file)
    if !firstFolder.isEmpty, path.hasPrefix(firstFolder) {
      path = path.dropFirst(firstFolder.count)
    }
    func plain(_ text: some StringProtocol) -> String {
      String(text.map { $0 == "/" || $0 == "." ? "_" : $0 })
    }
    let profile = areAccounts ? sources[source].profile.map { plain($0) + "." } : nil
    return "flexsh." + (profile ?? "") + plain(path)
  }

  /// Adds cases that stand for many.
  private mutating func fold(_ suite: inout Suite) {
    var first = suite.tests + 1
    for (count, isDone) in [(suite.unwrittenOthers, false), (suite.unwrittenDone, true)] {
      var rest = count
      while rest > 0 {
        let size = min(rest, JUnitReport.folded)
        let name =
          "#\(first)–#\(first + size - 1) \(isDone ? "done" : "not done") (\(size))"
        let source = sources[suite.source]
        let advice =
          "flexsh runs show \(source.run.run ?? "RUN") --only failed,unknown,refused"
        if !isDone { suite.failures += 1 }
        add(
          to: &suite, named: name, at: (suite.file ?? source.run.scripts.first ?? "-", 0),
          seconds: 0,
          isDone
            ? ""
            : "<failure type=\"folded\"" + XMLText.attribute("message", "\(size) more are not done")
              + ">" + XMLText.escaped(advice) + "</failure>")
        first += size
        rest -= size
      }
    }
  }

  // MARK: Runs without cases

  /// The file of a diagnostic; one that belongs to no file is the first script's.
  private func name(_ file: String?, _ source: Source) -> String {
    file.flatMap { $0.isEmpty ? nil : $0 } ?? source.run.scripts.first ?? "-"
  }

  private mutating func addDiagnostics(to suite: inout Suite) {
    var report = self
    var filled = suite
    let source = sources[suite.source]
    source.record.forEachEvent { object in
      guard object["event"]?.text == "diagnostic", report.hasRoom else { return true }
      let file = report.name(object["file"]?.text, source)
      guard filled.file == nil || file == filled.file else { return true }
      let (line, column) = (object["line"]?.integer ?? 0, object["column"]?.integer ?? 0)
      let (id, message) = (object["id"]?.text ?? "", object["message"]?.text ?? "")
      let help = object["help"]?.text.map { "\n  = help: \($0)" } ?? ""
      let text = "\(file):\(line):\(column): \(message)\(help)"
      filled.errors += 1
      report.add(
        to: &filled, named: "L\(line) \(id)", at: (file, line), seconds: 0,
        "<error" + XMLText.attribute("type", id) + XMLText.attribute("message", message) + ">"
          + XMLText.escaped(text) + "</error>")
      return true
    }
    suite = filled
    self = report
  }

  /// The one case of a run that ended before its first action.
  private mutating func onlyCase(of source: Int) -> Suite {
    let run = sources[source].run
    let file = run.scripts.first ?? "-"
    var suite = Suite(source: source, file: areAccounts ? nil : file)
    let message = run.summary["message"]?.text ?? run.verdict
    if run.exit != 0 { suite.errors += 1 }
    let help = run.summary["help"]?.text.map { "\n  = help: \($0)" } ?? ""
    add(
      to: &suite, named: "run", at: (file, 0), seconds: run.duration / 1000,
      run.exit == 0
        ? ""
        : "<error type=\"exit \(run.exit)\"" + XMLText.attribute("message", message) + ">"
          + XMLText.escaped(message + help) + "</error>")
    return suite
  }
}

extension Substring {
  /// The text without spaces at its ends.
  fileprivate var trimmed: Substring {
    var text = drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" || text.last == "\r" { text.removeLast() }
    return text
  }
}
