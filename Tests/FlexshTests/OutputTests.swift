import FlexAPI
import FlexTestSupport
import Foundation
import Testing

/// What programs read: every ending in every format, tables that can be read back, reports in files.
struct OutputTests {
  private static let place = "on \(Sample.channel) in \(Sample.interaction)"
  private static let listing = "list participants \(place)"

  // MARK: Endings

  /// How a call ends, its arguments after the format, and what the environment has.
  private static let endings: [(status: Int32, arguments: [String], hasAccount: Bool)] = [
    (0, ["--simulate", "-c", "echo 'x'"], false),
    (
      1, ["--simulate", "-c", "close UT\(String(repeating: "0", count: 31))1 \(place); fail 'no'"],
      false
    ),
    (2, ["--simulate", "--read-only", "-c", "close \(Sample.agent) \(place)"], false),
    (2, ["--simulate", "--max-changes", "0", "-c", "close \(Sample.agent) \(place)"], false),
    (64, ["--simulate", "--dry-run", "-c", "echo 1"], false),
    (64, ["--simulate", "--nonsense"], false), (64, ["--simulate", "a=1", "a=2"], false),
    (65, ["--simulate", "-c", "frob"], false), (66, ["--simulate", "no-such-file.flex"], false),
    (
      69,
      [
        "--base-url", "http://127.0.0.1:1", "--retries", "0", "-c",
        "show interaction \(Sample.interaction)",
      ], true
    ),
    (77, ["--simulate", "--fault", "401", "-c", "close \(Sample.agent) \(place)"], false),
    (78, ["-c", "echo 1"], false),
    (
      3,
      ["--simulate", "--fault", "reset", "--retries", "0", "-c", "close \(Sample.agent) \(place)"],
      false
    ),
  ]

  @Test(arguments: endings.indices, ["json", "ndjson"])
  func everyEndingIsToldOnStandardOutput(_ index: Int, _ format: String) async throws {
    let (status, arguments, hasAccount) = Self.endings[index]
    let result = try await Executable.run(
      ["run", "-o", format, "--no-journal"] + arguments,
      environment: hasAccount ? Executable.credentials : [:])
    #expect(result.status == status, "\(arguments): \(result.errors)")
    let events: [JSON]
    if format == "json" {
      events = try #require(try JSONReader.read(Array(result.output.utf8)).array)
    } else {
      events = try result.output.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
    }
    #expect(events.first?["event"]?.text == "start", "\(arguments)")
    #expect(events.last?["event"]?.text == "summary", "\(arguments)")
    #expect(events.last?["exit"]?.integer == Int(status), "\(arguments)")
    #expect(events.count { $0["event"]?.text == "start" } == 1)
    if status == 65 { #expect(events.contains { $0["event"]?.text == "diagnostic" }) }
  }

  /// A report is written however the run ends, and by nothing that was refused as a command line.
  @Test(arguments: endings.indices)
  func aReportIsWrittenOnEveryEnding(_ index: Int) async throws {
    let (status, arguments, hasAccount) = Self.endings[index]
    let folder = try TemporaryFolder()
    let reports = ["json", "junit", "md", "html"].flatMap {
      ["--report-\($0)", folder.file("report.\($0)")]
    }
    let result = try await Executable.run(
      ["run", "--no-journal"] + reports + arguments,
      environment: hasAccount ? Executable.credentials : [:])
    #expect(result.status == status, "\(result.errors)")
    guard status != 64 else {
      #expect(folder.names.isEmpty)
      return
    }
    #expect(folder.names == ["report.html", "report.json", "report.junit", "report.md"])
    let document = try JSONReader.read(Array(try folder.text("report.json").utf8))
    #expect(document["summary"]?["exit"]?.integer == Int(status))
    #expect(try folder.text("report.junit").contains("value=\"\(status)\""))
    #expect(try folder.text("report.html").contains("exit \(status)"))
  }

  @Test func aReportThatCannotBeWrittenSendsNothing() async throws {
    let result = try await Executable.run([
      "run", "--simulate", "--report-md", "/no/such/folder/x.md", "-c",
      "close \(Sample.agent) \(Self.place)",
    ])
    #expect(result.status == 74)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("nothing was sent"))
  }

  /// A link, and what the run reads, are not replaced by a report.
  @Test func aReportReplacesNothingElse() async throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("for r in rows of \"d.csv\" { echo \"$r.a\" }\n", to: "s.flex")
    let data = try folder.write("a\n1\n", to: "d.csv")
    let link = folder.file("link.md")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: folder.file("target.md"))
    for (path, status) in [(link, 74), (script, 64), (data, 64)] as [(String, Int32)] {
      let before = try? folder.text(URL(filePath: path).lastPathComponent)
      let result = try await Executable.run([
        "run", "--simulate", "--no-journal", script, "--report-md", path,
      ])
      #expect(result.status == status, "\(path): \(result.errors)")
      #expect((try? folder.text(URL(filePath: path).lastPathComponent)) == before)
    }
    #expect(folder.names.sorted() == ["d.csv", "link.md", "s.flex"])
  }

  /// One report that cannot be written hides neither the others nor the ending.
  @Test func oneReportDoesNotHideAnother() async throws {
    let folder = try TemporaryFolder()
    let result = try await Executable.run([
      "run", "--simulate", "-o", "ndjson", "-c", "echo 1", "--report-md", "/no/such/x.md",
      "--report-json", folder.file("x.json"),
    ])
    #expect(result.status == 74)
    #expect(result.events.map { $0["event"] as? String } == ["start", "summary"])
    #expect(folder.names == ["x.json"])
  }

  /// A run that did not end well is never all green.
  @Test func aRunThatDidNotEndWellIsNotGreen() async throws {
    let folder = try TemporaryFolder()
    let result = try await Executable.run([
      "run", "--simulate", "--journal-dir", "/proc/nope", "-c",
      "close \(Sample.agent) \(Self.place)", "--report-junit", folder.file("r.xml"),
    ])
    #expect(result.status == 74)
    #expect(try folder.text("r.xml").contains("<error type=\"exit 74\""))
  }

  @Test func aQuestionThatIsNotConfirmedIsRefused() async throws {
    let result = try await Executable.run([
      "run", "--simulate", "-o", "ndjson", "-c", "confirm 'sure?'",
    ])
    #expect(result.status == 2)
    let summary = result.events.last
    #expect(summary?["refused"] as? Int == 1)
    #expect(summary?["expectations_failed"] as? Int == 0)
  }

  @Test(arguments: [
    ["runs", "show", "ZZZZZZ"], ["whoami", "--profile", "nope"], ["runs", "verify", "ZZZZZZ"],
  ])
  func whyThereIsNoDataIsTold(_ arguments: [String]) async throws {
    let result = try await Executable.run(arguments + ["-o", "json"])
    #expect(result.status != 0)
    let events = try #require(try JSONReader.read(Array(result.output.utf8)).array)
    #expect(events.last?["exit"]?.integer == Int(result.status))
  }

  /// The signal that asks how far a run is prints a line, and ends nothing.
  @Test func theSignalForProgressPrintsALine() async throws {
    let folder = try TemporaryFolder()
    let output = try folder.write("", to: "out")
    let errors = try folder.write("", to: "err")
    let process = try ChildProcess(
      [Executable.path, "run", "--simulate", "--no-journal", "-c", "echo 'on'; sleep 1h"],
      environment: Executable.surroundings([:]), folder: ProjectFiles.root, input: .nothing,
      output: .file(try FileHandle(forWritingTo: URL(filePath: output))),
      errors: .file(try FileHandle(forWritingTo: URL(filePath: errors))))
    // Before that, the system has not given the process a chance to ignore it.
    try await waiting { try folder.text("out") == "on\n" }
    kill(process.processIdentifier, SIGUSR1)
    try await waiting {
      try folder.text("err").contains("progress done=0 failed=0 unknown=0 in_flight=0")
    }
    process.interrupt()
    try await blocking { process.waitUntilExit() }
    #expect(process.terminationStatus == 130)
  }

  // MARK: Tables

  @Test(arguments: ["csv", "tsv"])
  func aTableIsReadBack(_ format: String) async throws {
    let folder = try TemporaryFolder()
    let table = try await Executable.run(["run", "--simulate", "-o", format, "-c", Self.listing])
    #expect(table.status == 0)
    let path = try folder.write(table.output, to: "agents.\(format)")
    let script = """
      param list: file
      for row in rows of $list { echo "$row.sid is $row.type" }
      """
    let result = try await Executable.run(
      ["run", "--simulate", "-", "list=\(path)"], input: script)
    #expect(
      result.output == """
        \(Sample.agent) is agent
        \(Sample.secondAgent) is agent
        \(Sample.customer) is customer

        """, "\(result.errors)")
  }

  @Test func columnsAreChosen() async throws {
    func run(_ arguments: String...) async throws -> Executable.Result {
      try await Executable.run(["run", "--simulate"] + arguments + ["-c", Self.listing])
    }
    #expect(
      try await run("-o", "csv", "--columns", "type,sid", "--no-header").output
        == "agent,\(Sample.agent)\nagent,\(Sample.secondAgent)\ncustomer,\(Sample.customer)\n")
    let wrong = try await run("-o", "csv", "--columns", "typ")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("there is no column `typ`; did you mean `type`?"))
    #expect(
      try await run("--columns", "type").output
        == "TYPE\nagent\nagent\ncustomer\n3 participants, 2 agents\n")
  }

  @Test func severalTablesAreRefusedUnlessOneIsChosen() async throws {
    let script = "list channels in \(Sample.interaction)\n\(Self.listing)\n"
    func run(_ arguments: String...) async throws -> Executable.Result {
      try await Executable.run(
        ["run", "--simulate", "-o", "csv"] + arguments + ["-"], input: script)
    }
    let refused = try await run()
    #expect(refused.status == 64)
    #expect(refused.errors.contains("1:1 (list channels), 2:1 (list participants)"))
    #expect(
      try await run("--table", "2:1", "--columns", "type").output
        == "type\nagent\nagent\ncustomer\n")
    #expect(try await run("--table", "actions", "--columns", "n").output == "n\n")
    #expect(try await run("--table", "3:1").status == 64)
  }

  @Test func anEmptyTableHasAHeader() async throws {
    let result = try await Executable.run([
      "run", "--simulate", "-o", "csv", "-c", "list invites \(Self.place)",
    ])
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(result.output.hasPrefix("sid,"))
    // Even if the script has mistakes, or is not there.
    let wrong = try await Executable.run(["run", "--simulate", "-o", "csv", "-c", "frob"])
    #expect(wrong.status == 65)
    #expect(wrong.output.hasPrefix("n,at,row,verb,"))
    let missing = try await Executable.run(["run", "--simulate", "-o", "tsv", "no-such.flex"])
    #expect(missing.status == 66)
    #expect(missing.output.hasPrefix("n\tat\trow\tverb\t"))
  }

  /// A listing as a script checks, and acts on exactly its rows.
  @Test(arguments: [
    listing, "list tasks", "list reservations", "list workers", "find \"+15550100\"",
    "list channels in \(Sample.interaction)", "find \"asha@example.org\"",
  ])
  func aListingIsAScript(_ sentence: String) async throws {
    let printed = try await Executable.run(["run", "--simulate", "-o", "flex", "-c", sentence])
    #expect(printed.status == 0)
    let lines = printed.output.split(separator: "\n")
    // The first line says where it is from; the others are sentences.
    let script = lines.map { $0.hasPrefix("# ") ? $0.dropFirst(2) : $0 }
    let checked = try await Executable.run(
      ["check", "-"], input: script.joined(separator: "\n") + "\n")
    #expect(checked.status == 0, "\(printed.output)\n\(checked.errors)")
    let untouched = try await Executable.run(["check", "--strict", "-"], input: printed.output)
    #expect(untouched.status == 0, "\(untouched.errors)")
    guard sentence == Self.listing else { return }
    let run = try await Executable.run(
      ["run", "--simulate", "-o", "csv", "--table", "actions", "--columns", "participant", "-"],
      input: script.joined(separator: "\n") + "\n")
    #expect(run.output == "participant\n\(Sample.agent)\n\(Sample.secondAgent)\n")
  }

  @Test(arguments: [
    ["plan", "examples/park.flex", "-o", "flex"], ["runs", "-o", "flex"], ["whoami", "-o", "flex"],
    ["check", "examples/park.flex", "-o", "flex"],
  ])
  func aFormatThatACommandDoesNotHaveIsRefused(_ arguments: [String]) async throws {
    let result = try await Executable.run(arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains("it prints text, json, ndjson, tsv, csv"))
  }

  // MARK: Other commands

  @Test func recordedRunsHaveTheSameFormats() async throws {
    let folder = try TemporaryFolder()
    func run(_ arguments: String...) async throws -> Executable.Result {
      try await Executable.run(arguments, environment: ["XDG_STATE_HOME": folder.path])
    }
    _ = try await run(
      "run", "--simulate", "-c", "close \(Sample.agent) \(Self.place)", "-c",
      "try close \(Sample.agent) \(Self.place)")
    let events = try await run("runs", "show", "last", "-o", "ndjson").output
      .split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
    #expect(events.map { $0["event"]?.text } == ["start", "action", "action", "summary"])
    #expect(events[2]["error"]?["code"]?.integer == 20404)
    let table = try await run("runs", "show", "last", "-o", "csv", "--columns", "n,outcome")
    #expect(table.output == "n,outcome\n1,done\n2,failed\n")
    let script = try await run("runs", "show", "last", "-o", "flex").output
    let checked = try await Executable.run(["check", "-"], input: script)
    #expect(checked.status == 0, "\(script)\n\(checked.errors)")
    let listed = try await run("runs", "-o", "tsv", "--columns", "simulated,done", "--no-header")
    #expect(listed.output == "true\t1\n")
    let report = folder.file("later.xml")
    #expect(try await run("runs", "show", "--report-junit", report).status == 0)
    #expect(try folder.text("later.xml").contains("failures=\"0\""))
  }

  @Test func aMissingFileDoesNotHideWhatIsWrongWithAnother() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("frob\nclose UO1\n", to: "bad.flex")
    let result = try await Executable.run(["check", "missing.flex", path])
    #expect(result.status == 66)
    #expect(result.errors.contains("error[unknown-command]"))
    #expect(result.errors.contains("2 errors in 1 file"))
    #expect(result.errors.contains("missing.flex cannot be read"))
  }

  @Test func whoAmISaysWhereEachValueComesFrom() async throws {
    let none = try await Executable.run(["whoami"])
    #expect(none.status == 0)
    #expect(none.output.contains("account         missing\n"))
    var environment = Executable.credentials
    environment["TWILIO_API_KEY"] = "SK" + String(repeating: "0", count: 32)
    environment["TWILIO_API_SECRET"] = "another-" + Loopback.secret
    let found = try await Executable.run(["whoami", "-o", "ndjson"], environment: environment)
    let facts = try found.output.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
    func fact(_ name: String) -> JSON? { facts.first { $0["name"]?.text == name } }
    #expect(fact("account")?["source"]?.text == "TWILIO_ACCOUNT_SID")
    #expect(fact("credentials")?["value"]?.text?.hasSuffix("secret set") == true)
    #expect(fact("ignored: TWILIO_AUTH_TOKEN")?["value"]?.text == "set")
    #expect(!found.output.contains(Loopback.secret))
  }

  @Test(arguments: [(200, 0), (401, 77), (403, 1), (500, 1)])
  func whoAmIAsksOnce(_ answered: Int, _ status: Int32) async throws {
    let workspace = "WS" + String(repeating: "5f", count: 16)
    try await RawServer.answering({ _, _ in
      .bytes(RawServer.reply(answered, "{\"taskrouter_workspace_sid\":\"\(workspace)\"}"))
    }).serve { server in
      let result = try await Executable.run(
        ["whoami", "--check", "--base-url", server.url], environment: Executable.credentials)
      #expect(result.status == status, "\(result.output)\(result.errors)")
      #expect(server.requests.count == 1)
      if answered == 200 { #expect(result.output.contains(workspace)) }
    }
  }

  // MARK: Mistakes on the command line

  @Test(arguments: [
    (
      ["run", "-o", "jsno"], "it is one of text, json, ndjson, tsv, csv, flex; did you mean 'json'?"
    ),
    (["--color", "alwys"], "it is one of auto, always, never; did you mean 'always'?"),
    (["runs", "shwo"], "there is no command `runs shwo`; did you mean `runs show`?"),
    (["runs", "01ABCDEF"], "flexsh runs show RUN shows a run"),
    (["run", "--simulat"], "did you mean '--simulate'?"),
    (["help", "jurnal"], "did you mean `journal`?"),
    (["help", "-o", "csv"], "help does not print csv; it prints text, json"),
    (["runs", "undo", "last", "-o", "json"], "runs undo prints text only, and takes no -o"),
    (["fmt", "-o", "json", "a.flex"], "fmt prints text only, and takes no -o"),
    (["plan", "-o", "flex", "a.flex"], "it prints text, json, ndjson, tsv, csv"),
  ])
  func aMistakeNamesWhatIsThere(_ arguments: [String], _ message: String) async throws {
    let result = try await Executable.run(arguments)
    #expect(result.status == 64)
    #expect(
      result.errors.replacing("Did you", with: "did you").contains(message), "\(result.errors)")
  }

  // MARK: Help

  @Test func helpIsForgivingAndForPrograms() async throws {
    let wrong = try await Executable.run(["help", "closee"])
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("did you mean `close`?"))
    #expect(try await Executable.run(["help", "close", "channel"]).output.hasPrefix("close\n"))
    let topics = try await Executable.run(["help", "-o", "json"])
    let list = try #require(try JSONReader.read(Array(topics.output.utf8))["topics"]?.array)
    #expect(list.count > 60)
    #expect(list.allSatisfy { !($0["text"]?.text ?? "").isEmpty })
    let script = try await Executable.run(["run", "examples/park.flex", "--help"])
    #expect(!script.output.hasPrefix("USAGE"))
    let option = try await Executable.run(["examples/park.flex", "--chat=\(Sample.channel)"])
    #expect(option.status == 64)
    #expect(option.errors.contains("write chat=\(Sample.channel)"))
  }
}
