import FlexAPI
import FlexScript
import FlexTestSupport
import Foundation
import Synchronization
import Testing

/// Every exit status of the contract, and that nothing is sent where nothing may be.
struct StatusTests {
  private static let script = "use interaction KD1\nclose UT1 on UO1\nclose UT2 on UO1\n"

  /// Runs a script from standard input against a server.
  private func run(
    _ script: String, _ arguments: [String] = [],
    environment: [String: String] = Executable.credentials,
    _ answer: @escaping @Sendable (RawServer.Request, Int) -> RawServer.Reply
  ) async throws -> (result: Executable.Result, requests: [RawServer.Request], connections: Int) {
    try await RawServer.answering(answer).serve { server in
      let result = try await Executable.run(
        ["run", "-o", "ndjson", "--base-url", server.url] + arguments + ["-"],
        input: Sample.expand(script), environment: environment)
      #expect(!(result.output + result.errors).contains(Loopback.secret))
      return (result, server.requests, server.connectionCount)
    }
  }

  @Test func sixtyActionsInOrderOverOneConnection() async throws {
    let sids = (0..<60).map { number in
      "UT" + String(repeating: "f", count: 30) + (number < 10 ? "0\(number)" : "\(number)")
    }
    let script =
      "use interaction KD1\n" + sids.map { "close \($0) on UO1\n" }.joined()
    let (result, requests, connections) = try await run(script) { request, _ in
      .bytes(RawServer.echo(request))
    }
    #expect(result.status == 0)
    #expect(connections == 1)
    #expect(requests.map { String($0.line.split(separator: " ")[1].suffix(34)) } == sids)
    let actions = result.events.filter { $0["event"] as? String == "action" }
    #expect(actions.map { $0["participant"] as? String } == sids)
    #expect(actions.map { $0["n"] as? Int } == Array(1...60))
    #expect(actions.map { $0["at"] as? String } == (2...61).map { "-:\($0):1" })
    for action in actions {
      #expect(action["verb"] as? String == "close")
      #expect(action["interaction"] as? String == Sample.interaction)
      #expect(action["channel"] as? String == Sample.channel)
      #expect(action["outcome"] as? String == "done")
      #expect(action["status"] as? Int == 200)
      #expect(action["attempts"] as? Int == 1)
      #expect(action["effect"] as? String == "agent left, task completed, conversation open")
    }
    let events = result.events.compactMap { $0["event"] as? String }
    #expect(events.first == "start")
    #expect(events.last == "summary")
    let start = try #require(result.events.first)
    #expect(start["version"] as? Int == 2)
    #expect(start["flexsh"] as? String == "0.1.0")
    #expect(start["script"] as? String == "-")
    #expect((start["sha256"] as? String)?.count == 64)
    #expect((start["run"] as? String)?.count == 26)
    #expect(start["account"] as? String == Executable.credentials["TWILIO_ACCOUNT_SID"])
    let summary = try #require(result.events.last)
    #expect(summary["done"] as? Int == 60)
    #expect(summary["exit"] as? Int == 0)
  }

  @Test(arguments: [
    (404, 1, "failed", 1), (429, 1, "failed", 2), (500, 3, "unknown", 2), (302, 3, "unknown", 1),
    (401, 77, "failed", 1), (403, 1, "failed", 1),
  ])
  func endsWith(
    _ answered: Int, _ status: Int32, _ outcome: String, _ requestCount: Int
  ) async throws {
    let outcomes = [outcome, "not-run"]
    let (result, requests, _) = try await run(Self.script, ["--retries", "1"]) { _, _ in
      .bytes(RawServer.reply(answered, "{\"code\": 1, \"message\": \"m\"}"))
    }
    #expect(result.status == status)
    #expect(requests.count == requestCount)
    let actions = result.events.filter { $0["event"] as? String == "action" }
    #expect(actions.map { $0["outcome"] as? String } == outcomes)
    #expect(result.events.last?["exit"] as? Int == Int(status))
  }

  @Test func keepsGoingAndStillFails() async throws {
    let (result, requests, _) = try await run(Self.script, ["--keep-going"]) { request, count in
      .bytes(count == 1 ? RawServer.reply(404, "{}") : RawServer.echo(request))
    }
    #expect(result.status == 1)
    #expect(requests.count == 2)
  }

  @Test func anUnknownOutcomeWinsOverAFailure() async throws {
    let (result, _, _) = try await run(Self.script, ["--keep-going"]) { _, count in
      count == 1 ? .bytes(RawServer.reply(404, "{}")) : .bytesThenClose("")
    }
    #expect(result.status == 3)
  }

  @Test func nothingIsSentAfterAScriptThatDoesNotCheck() async throws {
    let (result, requests, connections) = try await run(Self.script + "frob\n") { request, _ in
      .bytes(RawServer.echo(request))
    }
    #expect(result.status == 65)
    #expect(requests.isEmpty)
    #expect(connections == 0)
    // A program learns all of it from standard output.
    let events = try result.output.split(separator: "\n").map {
      try JSONReader.read(Array($0.utf8))
    }
    #expect(events.map { $0["event"]?.text } == ["start", "diagnostic", "summary"])
    #expect(events[1]["id"]?.text == "unknown-command")
    #expect(events[2]["exit"]?.integer == 65)
    #expect(result.errors.contains("error[unknown-command]"))
  }

  @Test(
    arguments: [
      (["--frob"], 64), (["run", "--timeout", "3"], 64), (["run", "-o", "xml"], 64),
      (["--simulate", "--dry-run", "-c", "echo 1"], 64), (["--fixture", "x", "-c", "echo 1"], 64),
      (["simulator", "--port", "99999"], 64), (["-c", "echo 1", "x.flex"], 64),
      (["check"], 64), (["run", "a=1", "a=2"], 64), (["resume", "--dry-run"], 64),
      (["runs", "verify", "--simulate"], 64), (["apply", "--fixture", "x", "p"], 64),
      (["--timeout", "0s", "-c", "echo 1"], 64),
      (["check", "none.flex"], 66), (["run", "--simulate", "none.flex"], 66),
      (["run", "--simulate", "."], 66), (["run", "--dry-run", "/dev/null"], 66),
      (["run", "none.flex"], 78), (["--simulate", "--fixture", "none.json", "-c", "echo 1"], 66),
      (["--simulate", "-c", "echo 1", "x=1"], 65), (["--dry-run", "-c", "frob"], 65),
      (["-c", "frob"], 78),
      (["--strict", "--simulate", "-c", "let a = 1"], 65),
      (["-c", "echo 1"], 78), (["--base-url", "http://example.com", "-c", "echo 1"], 78),
      (["--base-url", "nonsense", "-c", "echo 1"], 78),
      (["chekc"], 64), (["frobnicate", "x.flex"], 64),
      (["--simulate", "-c", "echo 1"], 0), (["--dry-run", "-c", "echo 1"], 0), (["--version"], 0),
      (["--help"], 0), (["help", "run"], 0), (["run", "--help"], 0), (["check", "--help"], 0),
      (["--simulate", "-c", "fail 'x'"], 1), (["--simulate", "-c", "confirm 'x'"], 2),
      (["--simulate", "-y", "-c", "confirm 'x'"], 0),
    ] as [([String], Int32)])
  func means(_ arguments: [String], _ status: Int32) async throws {
    let result = try await Executable.run(arguments)
    #expect(result.status == status, "\(result.errors)")
    if status >= 64 { #expect(result.errors.count > 20, "it says what to do") }
  }

  @Test func saysWhenTheAPICannotBeReached() async throws {
    let port = SilentPort()
    defer { withExtendedLifetime(port) {} }
    let result = try await Executable.run(
      ["--base-url", port.url, "-c", Sample.expand("close UT1 on UO1 in KD1")],
      environment: Executable.credentials)
    #expect(result.status == 69)
    #expect(result.errors.contains("connection refused"))
  }

  @Test(
    arguments: [
      [:], ["TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "x"],
      ["TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001"],
      ["TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001", "TWILIO_AUTH_TOKEN": ""],
      ["TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001", "TWILIO_AUTH_TOKEN": "a\nb"],
      [
        "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001", "TWILIO_API_KEY": "SK1",
        "TWILIO_API_SECRET": "x",
      ],
      [
        "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
        "TWILIO_API_KEY": "SK00000000000000000000000000000001",
      ],
      Executable.credentials.merging(["TWILIO_REGION": "ie1"]) { $1 },
      Executable.credentials.merging(["TWILIO_EDGE": "evil.example/"]) { $1 },
    ] as [[String: String]])
  func refusesCredentialsThatMakeNoSense(_ environment: [String: String]) async throws {
    let result = try await Executable.run(["-c", "echo 1"], environment: environment)
    #expect(result.status == 78)
    #expect(result.errors.contains("= help:") || result.errors.contains("character"))
  }

  @Test func anAPIKeyGoesBeforeTheAuthToken() async throws {
    var environment = Executable.credentials
    environment["TWILIO_API_KEY"] = "SK00000000000000000000000000000001"
    environment["TWILIO_API_SECRET"] = "key-secret"
    let (result, requests, _) = try await run(Self.script, environment: environment) { request, _ in
      .bytes(RawServer.echo(request))
    }
    #expect(result.status == 0)
    let expected = Data("SK00000000000000000000000000000001:key-secret".utf8).base64EncodedString()
    #expect(requests.first?.headers["authorization"] == "Basic \(expected)")
  }

  @Test func aFullDiskIsNotASuccess() async throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let result = try await Executable.run(
      ["--simulate", "-c", "echo 1"], outputTo: "/dev/full")
    #expect(result.status == 74)
    let version = try await Executable.run(["--version"], outputTo: "/dev/full")
    #expect(version.status == 74)
  }

  @Test func escapesWhatAReplySays() async throws {
    let evil = RawServer.reply(404, #"{"code": 1, "message": "a\u001b[31mb\u202ec"}"#)
    try await RawServer.answering({ _, _ in .bytes(evil) }).serve { server in
      let script = Sample.expand("close UT1 on UO1 in KD1")
      let text = try await Executable.run(
        ["--base-url", server.url, "-vv", "-c", script], environment: Executable.credentials)
      #expect(text.errors.contains("a\\x1b[31mb<U+202E>c"))
      let json = try await Executable.run(
        ["--base-url", server.url, "-o", "ndjson", "-c", script],
        environment: Executable.credentials)
      for result in [text, json] {
        #expect(!(result.output + result.errors).contains("\u{1B}"))
        #expect(!(result.output + result.errors).contains("\u{202E}"))
      }
    }
  }

  @Test func readsStandardInputInEveryWay() async throws {
    for arguments in [["--simulate"], ["--simulate", "-"], ["run", "--simulate"]] {
      let result = try await Executable.run(arguments, input: "echo 'hello'")
      #expect(result.status == 0)
      #expect(result.output == "hello\n")
    }
  }

  @Test func aFixtureIsTheWholeWorld() async throws {
    let place =
      "on UO8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e in KD9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f"
    let options = ["--simulate", "--fixture", "examples/world.json", "-c"]
    let there = try await Executable.run(options + ["close every agent \(place)"])
    #expect(there.status == 0)
    #expect(there.output.contains("✓ close UT7d7d7d7d7d7d7d7d7d7d7d7d7d7d7d7d"))
    let elsewhere = try await Executable.run(
      options + [Sample.expand("close UT1 on UO1 in KD1")])
    #expect(elsewhere.status == 1, "the demo world is not there")
  }

  @Test func helpsWithoutANetwork() async throws {
    for topic in [
      "exit-codes", "environment", "sids", "language", "errors", "close", "rows", "nowhere",
    ] {
      let result = try await Executable.run(["help", topic])
      // A topic that does not exist is no topic of ours.
      #expect((result.status == 0) == (topic != "nowhere"), "\(topic)")
    }
    // The table of the README and the one that the program prints say the same.
    let table = try await Executable.run(["help", "exit-codes"]).output
    for status in ["0", "1", "2", "3", "64", "65", "66", "69", "74", "77", "78", "130"] {
      #expect(table.split(separator: "\n").contains { $0.hasPrefix(status) })
      #expect(try ProjectFiles.text("README.md").contains("| \(status)"))
    }
  }

  @Test func everyVerbHasHelp() async throws {
    for verb in Keyword.verbs {
      #expect(try await Executable.run(["help", verb.rawValue]).status == 0, "\(verb)")
    }
  }

  @Test func severalLinesAreOneScript() async throws {
    let result = try await Executable.run([
      "--simulate", "-o", "ndjson", "-c", Sample.expand("use interaction KD1"), "-c",
      Sample.expand("close UT1 on UO1"),
    ])
    #expect(result.status == 0)
    #expect(result.events.contains { $0["at"] as? String == "-c:2:1" })
  }

  @Test func runsFilesInTurnWithTheirValues() async throws {
    let files = [
      "a.flex": "param x: text\nparam chat: channel\necho $x, $chat",
      "b.flex": "#!/usr/bin/env flexsh\nparam x: text\necho $x",
      "sub/c.flex": "run \"../a.flex\" with x = \"c\", chat = UO1",
    ]
    try await Executable.withFolder(files) { folder in
      let result = try await Executable.run(
        ["run", "--simulate", "a.flex", "b.flex", "x=1", "chat=\(Sample.channel)"], folder: folder)
      #expect(result.output == "1 \(Sample.channel)\n1\n")
      let unknown = try await Executable.run(
        ["run", "--simulate", "b.flex", "x=1", "y=2"], folder: folder)
      #expect(unknown.status == 65)
      #expect(unknown.errors.contains("unknown-argument"))
      let missing = try await Executable.run(["b.flex", "--simulate"], folder: folder)
      #expect(missing.status == 65)
      #expect(missing.errors.contains("missing-argument"))
      let outside = try await Executable.run(
        ["run", "--simulate", "sub/c.flex"], folder: folder)
      #expect(outside.status == 65)
      #expect(outside.errors.contains("outside the folder"))
      let help = try await Executable.run(["run", "a.flex", "--help"], folder: folder)
      #expect(help.status == 0)
      #expect(help.output.contains("chat=channel"))
    }
  }

  @Test func checksAsJSON() async throws {
    let result = try await Executable.run(
      ["check", "-o", "json", "-"], input: Sample.expand("use interaction KD1\nclsoe UT1"))
    #expect(result.status == 65)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let diagnostic = try #require((object["diagnostics"] as? [[String: Any]])?.first)
    #expect(diagnostic["file"] as? String == "-")
    #expect(diagnostic["line"] as? Int == 2)
    #expect(diagnostic["column"] as? Int == 1)
    #expect(diagnostic["end_line"] as? Int == 2)
    #expect(diagnostic["end_column"] as? Int == 6)
    #expect(diagnostic["severity"] as? String == "error")
    #expect(diagnostic["id"] as? String == "unknown-command")
    #expect((diagnostic["fix"] as? [String: Any])?["replacement"] as? String == "close")
    let clean = try await Executable.run(["check", "-o", "json", "-"], input: "echo 1")
    #expect(clean.status == 0)
    #expect(clean.output == "{\"diagnostics\":[]}\n")
  }

  @Test func formatsInPlaceAndAsAFilter() async throws {
    try await Executable.withFolder(["a.flex": "echo   1;echo 2\n", "b.flex": "echo 'open\n"]) {
      folder in
      let check = try await Executable.run(["fmt", "--check", "a.flex"], folder: folder)
      #expect(check.status == 1)
      #expect(
        check.output
          == "--- a.flex\n+++ a.flex, formatted\n@@ -1,1 +1,2 @@\n-echo   1;echo 2\n+echo 1\n+echo 2\n"
      )
      let write = try await Executable.run(["fmt", "a.flex"], folder: folder)
      #expect(write.status == 0)
      #expect(write.output.isEmpty)
      #expect(try String(contentsOfFile: folder + "/a.flex", encoding: .utf8) == "echo 1\necho 2\n")
      #expect(try await Executable.run(["fmt", "--check", "a.flex"], folder: folder).status == 0)
      let broken = try await Executable.run(["fmt", "b.flex"], folder: folder)
      #expect(broken.status == 65)
      #expect(try String(contentsOfFile: folder + "/b.flex", encoding: .utf8) == "echo 'open\n")
    }
    let filter = try await Executable.run(["fmt", "-"], input: "echo   1")
    #expect(filter.output == "echo 1\n")
  }

  @Test func theSimulatorServesUntilItIsTold() async throws {
    let output = Pipe()
    let process = try ChildProcess(
      [Executable.path, "simulator"], environment: Executable.surroundings([:]),
      output: .file(output.fileHandleForWriting))
    try output.fileHandleForWriting.close()
    let line = try await blocking {
      String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    }
    let url = line.split(separator: "\n").first.map(String.init) ?? ""
    #expect(url.hasPrefix("http://127.0.0.1:"))
    let result = try await Executable.run(
      ["--base-url", url, "-c", Sample.expand("close UT1 on UO1 in KD1")],
      environment: Executable.credentials)
    #expect(result.status == 0, "\(result.errors)")
    process.interrupt()
    try await blocking { process.waitUntilExit() }
    #expect(process.terminationStatus == 0)
  }

  /// Sends a signal again and again until the program has ended.
  ///
  /// - Returns: What it wrote.
  private func output(
    of process: ChildProcess, to pipe: Pipe, sending signal: Int32
  ) async throws -> String {
    try await blocking {
      while process.isRunning {
        kill(process.processIdentifier, signal)
        Thread.sleep(forTimeInterval: 0.01)
      }
      return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
  }

  @Test func aSignalEndsTheRunInGoodOrder() async throws {
    try await RawServer.answering({ request, count in
      count == 1 ? .bytes(RawServer.echo(request)) : .nothing
    }).serve { server in
      let output = Pipe()
      let process = try ChildProcess(
        [
          Executable.path, "-o", "ndjson", "--base-url", server.url, "-c",
          Sample.expand(Self.script),
        ],
        environment: Executable.surroundings(Executable.credentials),
        output: .file(output.fileHandleForWriting))
      try output.fileHandleForWriting.close()
      while server.requests.count < 2, process.isRunning { await Task.yield() }
      // The first lets what is in flight finish; the second cuts it.
      process.interrupt()
      let text = try await self.output(of: process, to: output, sending: SIGINT)
      #expect(process.terminationStatus == 130)
      #expect(text.contains("\"outcome\":\"unknown\""))
      #expect(text.contains("\"kind\":\"interrupted\""))
      #expect(text.contains("\"exit\":130"))
    }
  }

  /// The time limit runs out while the program is stopped; the answer that came meanwhile counts.
  @Test func anAnswerThatCameWhileItWasStoppedIsRead() async throws {
    let process = Mutex<pid_t>(0)
    let (isKnown, isStopped) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    try await RawServer.answering({ request, count in
      guard count == 1 else { return .bytes(RawServer.echo(request)) }
      isKnown.wait()
      let process = process.withLock { $0 }
      var status: Int32 = 0
      kill(process, SIGSTOP)
      waitpid(process, &status, WUNTRACED)
      isStopped.signal()
      return .bytes(RawServer.echo(request))
    }).serve { server in
      let (status, text) = try await blocking {
        let output = Pipe()
        let child = try ChildProcess(
          [
            Executable.path, "-o", "ndjson", "--timeout", "5s", "--base-url", server.url, "-c",
            Sample.expand("close UT1 on UO1 in KD1"),
          ],
          environment: Executable.surroundings(Executable.credentials),
          output: .file(output.fileHandleForWriting))
        try output.fileHandleForWriting.close()
        process.withLock { $0 = child.processIdentifier }
        isKnown.signal()
        while isStopped.wait(timeout: .now() + .milliseconds(50)) == .timedOut, child.isRunning {}
        // The limit began before the program was stopped, so it is over five seconds from now.
        Thread.sleep(forTimeInterval: 5)
        kill(child.processIdentifier, SIGCONT)
        let text = String(
          decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        child.waitUntilExit()
        return (child.terminationStatus, text)
      }
      #expect(status == 0, "\(text)")
      #expect(text.contains("\"outcome\":\"done\""))
      #expect(server.requests.count == 1)
    }
  }

  @Test(
    arguments: [
      (["--simulate", "--base-url", "http://127.0.0.1:1"], 64), (["--jobs", "0"], 64),
      (["--jobs", "257"], 64), (["--retries", "-1"], 64), (["--rate", "0/s"], 64),
      (["--fault", "500"], 64), (["--simulate", "--fault", "no"], 64),
      (["--max-changes", "-1"], 64), (["--simulate", "--profile", "x"], 64),
      (["--seed", "1"], 64),
      (["--simulate", "--max-changes", "1"], 2), (["--simulate", "--read-only"], 2),
      (["--simulate", "--fault", "404#1"], 1),
      (["--simulate", "--fault", "html", "--retries", "0"], 3),
      (["--simulate", "-j", "8", "--rate", "1000/s", "--retries", "0"], 0),
    ] as [([String], Int32)])
  func takesItsOptions(_ options: [String], _ status: Int32) async throws {
    let result = try await Executable.run(
      ["run"] + options + ["-"], input: Sample.expand(Self.script),
      environment: Executable.credentials)
    #expect(result.status == status, "\(result.errors)")
  }

  @Test func aTimeoutOfNothingDoesNotCheck() async throws {
    let result = try await Executable.run(["run", "--simulate", "-c", "set timeout 0s"])
    #expect(result.status == 65)
    #expect(result.errors.contains("a duration of more than 0"))
  }
}
