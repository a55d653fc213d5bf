import FlexAPI
import FlexConsole
import FlexTestSupport
import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// The reports in files, made of a run's record.
struct FileReportTests {
  /// A record in memory.
  private struct Record: KeptRecord {
    var start = JSONObject()
    var summary = JSONObject()
    var began = 1_795_000_000_000
    var events: [JSONObject] = []
    var attempts: [JSONObject] = []
    var script: [UInt8]?

    init(exit: Int = 1) {
      start["run"] = .string("R1")
      start["flexsh"] = .string("0.2.0")
      start["scripts"] = .array([
        .object(["script": .string("dir/park.flex"), "sha256": .string("ab")])
      ])
      summary["exit"] = .number(exit)
      summary["duration_ms"] = .number("1500.0")
    }

    mutating func add(_ number: Int, _ outcome: String, line: Int = 2, _ more: [String: JSON] = [:])
    {
      var event = JSONObject()
      event["event"] = .string("action")
      event["n"] = .number(number)
      event["at"] = .string("dir/park.flex:\(line):1")
      event["verb"] = .string("close")
      event["outcome"] = .string(outcome)
      event["duration_ms"] = .number("12.5")
      event["sentence"] = .string("close UT\(number) on UO1")
      for (name, value) in more.sorted(by: { $0.key < $1.key }) { event[name] = value }
      events.append(event)
      var attempt = JSONObject()
      attempt["n"] = .number(number)
      attempt["try"] = .number(1)
      attempt["begin_ms"] = .number("\(number).0")
      attempt["end_ms"] = .number("\(number + 10).0")
      attempt["status"] = .number(200)
      attempts.append(attempt)
    }

    func forEachEvent(_ body: (JSONObject) -> Bool) {
      for event in events where !body(event) { return }
    }
    func forEachAttempt(_ body: (JSONObject) -> Bool) {
      for attempt in attempts where !body(attempt) { return }
    }
    func text(ofScript name: String) -> [UInt8]? { script }
  }

  private final class Output: ReportOutput {
    var bytes: [UInt8] = []
    func write(_ more: [UInt8]) { bytes += more }
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private static let hostile =
    "<script>alert(1)</script> ]]> \u{1B}[31m \u{202E}x 𝒳 \u{0} \"quoted\" &amp;"

  private static func error(_ message: String) -> JSON {
    .object([
      "kind": .string("api"), "code": .number("20404"), "message": .string(message),
      "help": .string("look"),
    ])
  }

  /// The record of one account.
  private func record(
    of profile: String, exit: Int, _ outcomes: String...
  ) -> Record {
    var record = Record(exit: exit)
    record.start["profile"] = .string(profile)
    for (index, outcome) in outcomes.enumerated() {
      record.add(index + 1, outcome, ["profile": .string(profile)])
    }
    return record
  }

  private func several(
    _ records: [Record], _ write: (KeptRuns<Record>, Output) -> Void
  ) -> String {
    let output = Output()
    var total = JSONObject()
    total["exit"] = .number(1)
    total["runs"] = .array(
      records.map { .object(["profile": $0.start["profile"] ?? .null, "exit": .number(1)]) })
    write(.several(records, total: total), output)
    return output.text
  }

  @Test func accountsShareTheLimitsOfJUnit() throws {
    let records = (0..<500).map { account in
      var record = Record(exit: account == 499 ? 1 : 0)
      record.start["profile"] = .string("p\(account)")
      for number in 1...60 {
        record.add(number, number == 60 ? "failed" : "done", ["error": Self.error("gone")])
      }
      return record
    }
    let text = several(records) { JUnitReport.write($0, to: $1) }
    let found = try cases(text)
    #expect(found.count <= 20_000)
    #expect(text.utf8.count < 30 << 20)
    #expect(text.matches(of: #/<testsuite /#).count == 500)
    // What is not done comes before anything that is, in every account.
    #expect(found.filter { $0.verdict.hasPrefix("failure api") }.count == 500)
    #expect(Set(found.map { $0.className + "\n" + $0.name }).count == found.count)
  }

  @Test func actionsOfAllAccountsAreNumberedThrough() throws {
    let second = record(of: "us", exit: 1, "failed", "done")
    let page = several([record(of: "eu", exit: 0, "done", "done", "done"), second]) {
      HTMLReport.write($0, to: $1)
    }
    let rows = page.matches(of: /<tr id="a(\d+)"/).map { String($0.1) }
    #expect(rows == ["1", "2", "3", "4", "5"])
    #expect(page.contains("<td>us · dir/park.flex:2:1</td>"))
    let text = several([record(of: "a|b", exit: 0, "done"), second]) {
      MarkdownReport.write($0, to: $1)
    }
    #expect(text.contains("| a\\|b |"))
    #expect(text.contains("- **failed** us · `dir/park.flex:2:1`"))
  }

  private func junit(_ record: Record) -> String {
    let output = Output()
    JUnitReport.write(.one(record), to: output)
    return output.text
  }

  private func cases(_ text: String) throws -> [XMLCase] {
    let parser = XMLParser(data: Data(text.utf8))
    let reader = CaseReader()
    parser.delegate = reader
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
    return reader.cases
  }

  // MARK: JUnit

  @Test func outcomesBecomeWhatReadersKnow() throws {
    var record = Record()
    record.add(1, "done")
    record.add(2, "failed", ["status": .number(404), "error": Self.error("gone")])
    record.add(3, "refused", ["error": Self.error("no")])
    record.add(4, "unknown", ["error": Self.error("lost")])
    record.add(5, "failed", ["tolerated": .bool(true), "error": Self.error("gone")])
    for (number, outcome) in [(6, "skipped"), (7, "planned"), (8, "not-run")] {
      record.add(number, outcome)
    }
    let found = try cases(junit(record)).reduce(into: [String: String]()) {
      $0[$1.number] = $1.verdict
    }
    #expect(
      found == [
        "1": "", "2": "failure api 404 20404", "3": "failure refused", "4": "error unknown",
        "5": "skipped", "6": "skipped", "7": "skipped", "8": "skipped",
      ])
  }

  @Test func namesAreUniqueAndTellWhere() throws {
    var record = Record(exit: 0)
    for number in 1...3 { record.add(number, "done", ["sentence": .string("close UT1 on UO1")]) }
    record.add(4, "done", line: 9)
    let found = try cases(junit(record))
    #expect(
      found.map(\.name) == [
        "L2 close UT1 on UO1", "L2 close UT1 on UO1 (2)", "L2 close UT1 on UO1 (3)",
        "L9 close UT4 on UO1",
      ])
    #expect(Set(found.map(\.className)) == ["flexsh.park_flex"])
    #expect(Set(found.map(\.file)) == ["dir/park.flex"])
  }

  @Test func aRunThatEndedBeforeItsFirstActionHasOneCase() throws {
    var record = Record(exit: 77)
    record.summary["message"] = .string("the credentials were rejected")
    let found = try cases(junit(record))
    #expect(found.map(\.name) == ["run"])
    #expect(found.first?.verdict == "error exit 77")
    record.summary["exit"] = .number(0)
    #expect(try cases(junit(record)).map(\.verdict) == [""])
  }

  @Test func everyMistakeOfAScriptIsACase() throws {
    var record = Record(exit: 65)
    for line in [1, 1, 4] {
      var event = JSONObject()
      event["event"] = .string("diagnostic")
      event["file"] = .string("dir/park.flex")
      event["line"] = .number(line)
      event["severity"] = .string("error")
      event["id"] = .string("unknown-command")
      event["message"] = .string(Self.hostile)
      record.events.append(event)
    }
    let found = try cases(junit(record))
    #expect(found.map(\.verdict) == Array(repeating: "error unknown-command", count: 3))
    #expect(Set(found.map(\.name)).count == 3)
  }

  /// What GitLab drops or refuses: duplicates, large files, and more than 250,000 objects.
  @Test func manyActionsAreFolded() throws {
    var record = Record()
    let count = 200_000
    for number in 1...count {
      if number % 1_000 == 0 {
        record.add(number, "failed", ["error": Self.error("gone")])
      } else {
        record.add(number, "done")
      }
    }
    record.summary["done"] = .number(count - 200)
    record.summary["failed"] = .number(200)
    let text = junit(record)
    #expect(text.utf8.count < 25 << 20)
    let found = try cases(text)
    #expect(found.count <= 20_000)
    #expect(Set(found.map(\.name)).count == found.count)
    // What is not done comes first, and is whole.
    #expect(found.prefix(200).allSatisfy { $0.verdict.hasPrefix("failure api") })
    let folded = found.compactMap {
      $0.name.split(separator: "(").last.flatMap { Int($0.dropLast()) }
    }
    #expect(found.count - folded.count + folded.reduce(0, +) == count)
    let objects = text.utf8.count { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "<") }
    #expect(objects < 250_000 * 2)
    #expect(text.contains("<property name=\"actions_total\" value=\"\(count)\"/>"))
  }

  @Test func whatOthersSayIsText() throws {
    var record = Record()
    record.add(
      1, "failed",
      [
        "sentence": .string(Self.hostile), "row": .string(Self.hostile),
        "error": Self.error(Self.hostile),
      ])
    record.script = Array("close \(Self.hostile)\n".utf8)
    let found = try cases(junit(record))
    #expect(
      found.first?.name.contains("<script>alert(1)</script> ]]> \\u{1B}[31m \\u{202E}x 𝒳") == true)
    for write in [MarkdownReport.write, HTMLReport.write] as [(KeptRuns<Record>, Output) -> Void] {
      let output = Output()
      write(.one(record), output)
      // Inside code, Markdown has no markup.
      #expect(!output.text.replacing(/`[^`\n]*`/, with: "").contains("<script>alert"))
      #expect(
        !output.text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" || $0 == "\u{0}" }
      )
    }
  }

  // MARK: The others

  @Test func aSummaryIsShort() {
    var record = Record()
    for number in 1...5_000 { record.add(number, "failed", ["error": Self.error("gone")]) }
    record.summary["failed"] = .number(5_000)
    record.summary["help"] = .string("to resume this run: flexsh resume R1")
    let output = Output()
    MarkdownReport.write(.one(record), to: output)
    #expect(output.bytes.count <= 60_000)
    #expect(output.text.hasPrefix("## ✗ flexsh: 5,000 failed\n"))
    #expect(output.text.contains("more: `flexsh runs show R1 --only"))
    #expect(output.text.hasSuffix("`to resume this run: flexsh resume R1`\n"))
  }

  @Test(arguments: [20, 2_000, 2_001, 10_000])
  func aPageLoadsNothingAndIsNotTooLarge(_ count: Int) {
    var record = Record()
    for number in 1...count {
      record.add(
        number, number % 100 == 0 ? "failed" : "done",
        ["request_id": .string("RQ" + String(repeating: "a", count: 32)), "status": .number(200)])
    }
    let output = Output()
    HTMLReport.write(.one(record), to: output)
    let text = output.text
    #expect(text.contains("default-src 'none'"))
    #expect(!text.contains("src=") && !text.contains("<link") && !text.contains("@import"))
    #expect(output.bytes.count < 3 << 20)
    let rows = text.split(separator: "<tr id=\"a").count - 1
    #expect(rows == (count <= 2_000 ? count : 1_000 + count / 100))
    // What needs a script is there for it.
    #expect(text.contains("id=\"data\"") == (count > 2_000))
  }

  @Test func theDocumentHasEverything() throws {
    var record = Record()
    record.add(1, "done")
    let output = Output()
    JSONReport.write(.one(record), to: output)
    let object = try #require(try JSONReader.read(output.bytes).object)
    #expect(object.members.map(\.name) == ["version", "start", "events", "attempts", "summary"])
    #expect(object["attempts"]?.array?.count == 1)
  }
}

/// One case of a JUnit report.
private struct XMLCase {
  var name = "", className = "", file = "", number = "", verdict = ""
}

private final class CaseReader: NSObject, XMLParserDelegate {
  var cases: [XMLCase] = []

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    switch element {
    case "testcase":
      cases.append(
        XMLCase(
          name: attributes["name"] ?? "", className: attributes["classname"] ?? "",
          file: attributes["file"] ?? ""))
    case "property":
      if attributes["name"] == "n", !cases.isEmpty {
        cases[cases.count - 1].number = attributes["value"] ?? ""
      }
    case "failure", "error":
      cases[cases.count - 1].verdict = "\(element) \(attributes["type"] ?? "")"
    case "skipped": cases[cases.count - 1].verdict = "skipped"
    default: break
    }
  }
}
