import FlexSimulator
import FlexTestSupport
import Foundation
import Synchronization
import Testing

/// One script in the accounts of several profiles.
struct AccountsTests {
  /// Two agents' worth of work that names no SID.
  private static let script = """
    param who: worker = "asha@example.org"
    let open = reservations of $who
    echo "$open.count reservations"
    wrapup every agent of $who

    """

  private static func account(_ number: Int) -> String {
    "AC0000000000000000000000000000000\(number)"
  }

  /// A configuration with profiles of accounts 1, 2, …, each with its server and what else it has.
  private static func configuration(
    _ profiles: [(name: String, url: String, more: String)]
  ) -> String {
    profiles.enumerated().map { index, profile in
      """
      [profiles.\(profile.name)]
      account_sid = "\(account(index + 1))"
      auth_token = "\(Loopback.secret)"
      base_url = "\(profile.url)"
      \(profile.more)

      """
    }.joined()
  }

  /// Runs a body in a folder that is the user's home, with a configuration and scripts.
  private static func inHome(
    _ profiles: [(name: String, url: String, more: String)], _ files: [String: String] = [:],
    _ body: (String) async throws -> Void
  ) async throws {
    let files = files.merging(["s.flex": script]) { given, _ in given }
      .merging([".config/flexsh/config.toml": configuration(profiles)]) { $1 }
    try await Executable.withFolder(files) { home in
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: home + "/.config/flexsh/config.toml")
      try await body(home)
    }
  }

  private static func environment(_ home: String) -> [String: String] {
    ["HOME": home, "XDG_STATE_HOME": home + "/state"]
  }

  private static func run(_ arguments: [String], _ home: String) async throws -> Executable.Result {
    try await Executable.run(arguments, environment: environment(home), folder: home)
  }

  /// Runs a body with two worlds of their own.
  private static func withTwo(
    _ body: (_ first: String, _ second: String) async throws -> Void
  ) async throws {
    try await SimulatorServer.with(.demo()) { first in
      try await SimulatorServer.with(.demo()) { second in try await body(first, second) }
    }
  }

  /// A port on which nobody listens.
  private static let nowhere = "http://127.0.0.1:1"

  private static func kinds(_ result: Executable.Result) -> [String] {
    result.events.map { "\($0["profile"] as? String ?? "-") \($0["event"] as? String ?? "?")" }
  }

  @Test(arguments: ["1", "2"]) func oneAfterAnother(_ parallel: String) async throws {
    try await Self.withTwo { first, second in
      try await Self.inHome([("eu", first, ""), ("us", second, "")]) { home in
        let result = try await Self.run(
          ["s.flex", "--profiles", "us,eu", "--parallel-profiles", parallel, "-o", "ndjson"], home)
        #expect(result.status == 0, "\(result.errors)")
        let each = ["start", "echo", "note", "action", "summary"]
        #expect(
          Self.kinds(result) == each.map { "us \($0)" } + each.map { "eu \($0)" } + ["- total"])
        #expect(result.events.allSatisfy { $0["profile"] != nil })
        let starts = result.events.filter { $0["event"] as? String == "start" }
        #expect(starts.map { $0["account"] as? String } == [Self.account(2), Self.account(1)])
        #expect(starts.map { $0["base_url"] as? String } == [second, first])
        let total = try #require(result.events.last)
        #expect(total["done"] as? Int == 2)
        #expect(total["exit"] as? Int == 0)
        #expect(total["profiles"] as? [String] == ["us", "eu"])
        let runs = try #require(total["runs"] as? [[String: Any]])
        #expect(runs.map { $0["run"] as? String } == starts.map { $0["run"] as? String })
        #expect(runs.map { $0["done"] as? Int } == [1, 1])
        let listed = try await Self.run(["runs", "-o", "ndjson"], home)
        #expect(
          Set(listed.events.map { $0["account"] as? String }) == [Self.account(1), Self.account(2)])
      }
    }
  }

  @Test func severalAtOnceAreInFlightTogether() async throws {
    // Each server answers only when the other one has been asked.
    let asked = Mutex<Set<String>>([])
    let list = "{\"workspaces\": [], \"meta\": {}}"
    func behavior(_ name: String, _ other: String) -> RawServer.Behavior {
      RawServer.answering { _, _ in
        asked.withLock { _ = $0.insert(name) }
        let deadline = Date(timeIntervalSinceNow: 60)
        while !asked.withLock({ $0.contains(other) }), Date() < deadline { usleep(1000) }
        return .bytes(RawServer.reply(200, list))
      }
    }
    try await behavior("a", "b").serve { first in
      try await behavior("b", "a").serve { second in
        try await Self.inHome(
          [("eu", first.url, ""), ("us", second.url, "")], ["s.flex": "list workspaces\n"]
        ) { home in
          let result = try await Self.run(
            ["s.flex", "--profiles", "all", "--parallel-profiles", "2", "--timeout", "50s"], home)
          #expect(result.status == 0, "\(result.errors)")
          #expect(asked.withLock { $0 } == ["a", "b"])
          let first = try #require(result.output.range(of: "── eu, \(Self.account(1)) ──"))
          let second = try #require(result.output.range(of: "── us, \(Self.account(2)) ──"))
          #expect(first.lowerBound < second.lowerBound)
        }
      }
    }
  }

  /// An account that cannot be reached, or whose credentials are rejected, does not stop the others.
  @Test(arguments: ["1", "3"]) func theOthersGoOn(_ parallel: String) async throws {
    let body = "{\"code\": 20003, \"message\": \"Authenticate\"}"
    try await SimulatorServer.with(.demo()) { good in
      try await RawServer.answering({ _, _ in .bytes(RawServer.reply(401, body)) }).serve { bad in
        try await Self.inHome(
          [("gone", Self.nowhere, ""), ("locked", bad.url, ""), ("good", good, "")]
        ) { home in
          let result = try await Self.run(
            [
              "s.flex", "--profiles", "gone,locked,good", "--retries", "0", "--parallel-profiles",
              parallel,
            ], home)
          #expect(result.status == 77, "\(result.errors)")
          #expect(
            result.output.hasSuffix(
              """

              PROFILE  RESULT                ACTIONS
              gone     not reached           1 not run, 1 look-up failed
              locked   credentials rejected  1 not run, 1 look-up failed
              good     finished              1 done
              total                          1 done, 2 not run, 2 look-ups failed

              """), "\(result.output)")
          // Failures are told apart, although the results are elsewhere.
          #expect(result.errors.hasPrefix("── gone, \(Self.account(1)) ──\nerror: s.flex:1:1"))
          // What is left of each can be resumed in its account.
          #expect(result.errors.contains("to resume this run: flexsh resume --profile gone 01"))
          #expect(result.errors.contains("to resume this run: flexsh resume --profile locked 01"))
        }
      }
    }
  }

  @Test func anUnknownOrAFailedOneDecides() async throws {
    try await SimulatorServer.with(.demo()) { good in
      try await Self.inHome(
        [("gone", Self.nowhere, ""), ("good", good, "")],
        ["s.flex": "list workspaces\nexpect (workers).count is 99\n"]
      ) { home in
        let result = try await Self.run(
          ["s.flex", "--profiles", "gone,good", "--retries", "0", "-o", "json"], home)
        // 1 of the one comes before 69 of the other.
        #expect(result.status == 1, "\(result.errors)")
        let events = try #require(
          try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
        #expect(events.last?["event"] as? String == "total")
        let runs = try #require(events.last?["runs"] as? [[String: Any]])
        #expect(runs.map { $0["exit"] as? Int } == [69, 1])
      }
    }
  }

  @Test(
    arguments: [
      (["--profiles", "eu,eu"], 64, "profile `eu` is named twice"),
      (["--profiles", "eu,twin"], 64, "profiles `eu` and `twin` have the same account"),
      (["--profiles", "all"], 64, "have the same account"),
      (["--profiles", "eu,xu"], 78, "there is no profile `xu`; did you mean `eu`?"),
      (["--profiles", "eu,,us"], 64, "neither names with commas between them"),
      (["--profiles", ""], 64, "neither names with commas between them"),
      (["--profiles", "eu", "--profile", "us"], 64, "choose one"),
      (["--profiles", "eu", "--shard", "1/2", "--group", "g"], 64, "choose one"),
      (["--profiles", "eu", "--simulate"], 64, "choose one"),
      (["--parallel-profiles", "2"], 64, "--parallel-profiles needs --profiles"),
      (["--profiles", "eu", "--parallel-profiles", "0"], 64, "a number from 1 to 256"),
    ] as [([String], Int32, String)])
  func whatIsRefused(_ arguments: [String], _ status: Int32, _ words: String) async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      let twin = "[profiles.twin]\naccount_sid = \"\(Self.account(1))\"\nauth_token = \"x\"\n"
      try await Self.inHome([("eu", server.url, ""), ("us", server.url, twin)]) { home in
        let result = try await Self.run(["s.flex"] + arguments, home)
        #expect(result.status == status)
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(server.requests.isEmpty)
      }
    }
  }

  @Test func aSIDIsOfOneAccount() async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      try await Self.inHome(
        [("eu", server.url, ""), ("us", server.url, "")],
        ["s.flex": "close UT1 on UO1 in KD1\n"]
      ) { home in
        let result = try await Self.run(
          ["s.flex", "--profiles", "eu,us", "-o", "ndjson", "--report-junit", "j.xml"], home)
        #expect(result.status == 65)
        #expect(
          Self.kinds(result)
            == ["- start", "- diagnostic", "- diagnostic", "- diagnostic", "- summary", "- total"])
        #expect(result.events.dropFirst().first?["id"] as? String == "literal-sid")
        #expect(result.events.last?["exit"] as? Int == 65)
        let report = try String(contentsOfFile: home + "/j.xml", encoding: .utf8)
        #expect(report.contains("type=\"literal-sid\""))
        #expect(server.requests.isEmpty)
      }
    }
  }

  /// Nothing is sent to any account before all production profiles have been confirmed.
  @Test func eachProductionProfileAsks() async throws {
    let echo: @Sendable (RawServer.Request, Int) -> RawServer.Reply = { request, _ in
      .bytes(RawServer.echo(request))
    }
    try await RawServer.answering(echo).serve { server in
      try await Self.inHome(
        [
          ("eu", server.url, ""), ("us", server.url, "production = true"),
          ("ap", server.url, "production = true"),
        ]
      ) { home in
        let arguments = [Executable.path, "s.flex", "--profiles", "eu,us,ap"]
        let silent = try await Self.run(Array(arguments.dropFirst()), home)
        #expect(silent.status == 2)
        #expect(silent.errors.contains("us is a production profile"))
        let terminal = try PseudoTerminal(
          arguments, environment: Executable.surroundings(Self.environment(home)), folder: home)
        try await terminal.wait(for: "Type us to continue:")
        terminal.type("us\n")
        try await terminal.wait(for: "Type ap to continue:")
        #expect(server.requests.isEmpty)
        terminal.type("us\n")
        #expect(await terminal.end() == 2)
        #expect(terminal.screen.text.contains("not confirmed; nothing was sent"))
        #expect(server.requests.isEmpty)
      }
    }
  }

  /// A run whose questions are asked at a terminal waits until the ones before it have printed.
  @Test func questionsComeInTurn() async throws {
    try await Self.withTwo { first, second in
      let script = "confirm \"Wrap up?\"\nwrapup every agent of worker \"asha@example.org\"\n"
      try await Self.inHome([("eu", first, ""), ("us", second, "")], ["s.flex": script]) { home in
        let terminal = try PseudoTerminal(
          [Executable.path, "s.flex", "--profiles", "eu,us", "--parallel-profiles", "2"],
          environment: Executable.surroundings(Self.environment(home)), lines: 40, folder: home)
        try await terminal.wait(for: "Type yes to continue:")
        #expect(!terminal.screen.text.contains("── us"))
        terminal.type("yes\n")
        try await terminal.wait(for: "── us")
        try await terminal.wait(for: "a second question") {
          $0.text.matches(of: #/Type yes to continue:/#).count == 2
        }
        terminal.type("no\n")
        #expect(await terminal.end() == 2)
        let lines = terminal.screen.text.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("eu       finished  1 done") })
        #expect(lines.contains { $0.hasPrefix("us       refused   1 refused, 1 not run") })
      }
    }
  }

  @Test func theLimitOfChangesIsOfEach() async throws {
    let script = "create interaction channel {\"type\": \"web\"}\n"
    try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
      server in
      try await Self.inHome(
        [("eu", server.url, "max_changes = 1"), ("us", server.url, "")],
        ["s.flex": script + script]
      ) { home in
        let result = try await Self.run(
          ["s.flex", "--profiles", "eu,us", "-o", "ndjson", "--dry-run"], home)
        #expect(result.status == 2, "\(result.errors) \(result.output)")
        let runs = try #require(result.events.last?["runs"] as? [[String: Any]])
        #expect(runs.map { $0["exit"] as? Int } == [2, 0])
        #expect(runs.map { $0["planned"] as? Int } == [0, 2])
      }
    }
  }

  @Test func aTableSaysWhose() async throws {
    try await Self.withTwo { first, second in
      try await Self.inHome(
        [("eu", first, ""), ("us", second, "")],
        ["s.flex": "list workers where friendly_name is \"asha@example.org\"\n"]
      ) { home in
        let chosen = try await Self.run(
          ["s.flex", "--profiles", "eu,us", "-o", "csv", "--columns", "friendly_name"], home)
        #expect(
          chosen.output
            == "profile,friendly_name\neu,asha@example.org\nus,asha@example.org\n")
        let placed = try await Self.run(
          ["s.flex", "--profiles", "us,eu", "-o", "tsv", "--columns", "friendly_name,profile"], home
        )
        #expect(
          placed.output
            == "friendly_name\tprofile\nasha@example.org\tus\nasha@example.org\teu\n")
        let script = try await Self.run(
          ["s.flex", "--profiles", "us,eu", "--parallel-profiles", "2", "-o", "flex"], home)
        #expect(script.output.hasPrefix("\n# Profile us, \(Self.account(2))\n## s.flex:1:1: list"))
        #expect(script.output.contains("\n\n# Profile eu, \(Self.account(1))\n## s.flex:1:1: list"))
        let text = try await Self.run(
          ["s.flex", "--profiles", "eu", "--columns", "profile,friendly_name"], home)
        #expect(text.output.contains("FRIENDLY_NAME"), "\(text.output)")
      }
    }
  }

  @Test func reportsHaveAllAccounts() async throws {
    try await Self.withTwo { first, second in
      try await Self.inHome([("eu", first, ""), ("us", second, ""), ("gone", Self.nowhere, "")]) {
        home in
        let reports = ["junit", "md", "html", "json"].flatMap { ["--report-\($0)", "r.\($0)"] }
        let result = try await Self.run(
          ["s.flex", "--profiles", "eu,gone,us", "--retries", "0", "-q"] + reports, home)
        #expect(result.status == 69, "\(result.errors)")
        func text(_ name: String) throws -> String {
          try String(contentsOfFile: home + "/" + name, encoding: .utf8)
        }
        let junit = try text("r.junit")
        #expect(
          junit.matches(of: /<testsuite name="([^"]*)"/).map { String($0.1) }
            == ["eu", "gone", "us"])
        #expect(
          Set(junit.matches(of: /<testcase classname="([^"]*)"/).map { String($0.1) })
            == ["flexsh.eu.s_flex", "flexsh.gone.s_flex", "flexsh.us.s_flex"])
        let markdown = try text("r.md")
        #expect(markdown.contains("| eu | `\(Self.account(1))` | ✓ everything done (0) |"))
        #expect(markdown.contains("- **failed** gone · `s.flex:1:1` `show configuration`"))
        let page = try text("r.html")
        #expect(page.contains("<h2 id=\"accounts\">Accounts</h2>"))
        #expect(page.contains("<td>eu · s.flex:4:1</td>"))
        #expect(page.contains("<tr id=\"a2\"") && !page.contains("<tr id=\"a4\""))
        let json = try #require(
          try JSONSerialization.jsonObject(with: Data(text("r.json").utf8)) as? [String: Any])
        let runs = try #require(json["runs"] as? [[String: Any]])
        #expect(
          runs.map { ($0["start"] as? [String: Any])?["profile"] as? String }
            == ["eu", "gone", "us"])
        #expect((json["total"] as? [String: Any])?["exit"] as? Int == 69)
      }
    }
  }

  @Test func sharedReportsNameNobody() async throws {
    try await Self.withTwo { first, second in
      try await Self.inHome([("europa7", first, ""), ("nevada7", second, "")]) { home in
        let result = try await Self.run(
          [
            "s.flex", "--profiles", "europa7,nevada7", "--parallel-profiles", "2", "--share",
            "--report-json", "r.json", "--report-html", "r.html", "--report-md", "r.md",
            "--report-junit", "r.xml", "-o", "ndjson",
          ], home)
        #expect(result.status == 0, "\(result.errors)")
        for name in ["r.json", "r.html", "r.md", "r.xml"] {
          let text = try String(contentsOfFile: home + "/" + name, encoding: .utf8)
          for secret in [
            "europa7", "nevada7", "asha@", Self.account(1), Self.account(2), "127.0.0.1",
          ] {
            #expect(!text.contains(secret), "\(secret) in \(name)")
          }
          #expect(text.contains(/profile\\?-[0-9a-f]{8}/), "\(name)")
        }
        // The pseudonyms of all runs are those of one key, so any of the runs reveals them.
        let json = try #require(
          try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: home + "/r.json")))
            as? [String: Any])
        let runs = try #require(json["runs"] as? [[String: Any]])
        let event = try #require(
          (runs[1]["events"] as? [[String: Any]])?.first { $0["event"] as? String == "action" })
        let pseudonym = try #require(event["participant"] as? String)
        let ids = result.events.filter { $0["event"] as? String == "start" }
        for id in ids.compactMap({ $0["run"] as? String }) {
          let revealed = try await Self.run(["runs", "reveal", id, pseudonym], home)
          #expect(revealed.status == 0, "\(revealed.errors)")
          #expect(revealed.output == Sample.agent + "\n")
        }
      }
    }
  }

  /// A signal ends the runs that are in flight, and begins no others.
  @Test(arguments: ["1", "2"]) func aSignalEndsAll(_ parallel: String) async throws {
    try await Self.withTwo { first, second in
      try await Self.inHome(
        [("eu", first, ""), ("us", second, ""), ("ap", second, "")],
        ["s.flex": "list workspaces\necho \"begun\"\nsleep 1h\n"]
      ) { home in
        let terminal = try PseudoTerminal(
          [Executable.path, "s.flex", "--profiles", "eu,us,ap", "--parallel-profiles", parallel],
          environment: Executable.surroundings(Self.environment(home)), lines: 40, folder: home)
        try await terminal.wait(for: "begun")
        terminal.type("\u{3}")
        #expect(await terminal.end() == 130)
        let lines = terminal.screen.text.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("eu       interrupted") })
        #expect(lines.contains { $0.hasPrefix("ap       not begun") })
      }
    }
  }

  /// A script that is read from standard input is the same in every account.
  @Test(arguments: ["1", "2"]) func standardInputIsReadOnce(_ parallel: String) async throws {
    try await Self.withTwo { first, second in
      try await Self.inHome([("eu", first, ""), ("us", second, "")]) { home in
        let result = try await Executable.run(
          ["run", "--profiles", "all", "--parallel-profiles", parallel, "-o", "ndjson"],
          input: Self.script, environment: Self.environment(home), folder: home)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.events.last?["done"] as? Int == 2)
      }
    }
  }

  /// What waits for its turn is kept in temporary files, and nothing is sent if there can be none.
  @Test func temporaryFilesAreNeeded() async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      try await Self.inHome([("eu", server.url, ""), ("us", server.url, "")]) { home in
        let result = try await Executable.run(
          ["s.flex", "--profiles", "eu,us", "--parallel-profiles", "2"],
          environment: Self.environment(home).merging(["TMPDIR": home + "/none"]) { $1 },
          folder: home)
        #expect(result.status == 74)
        #expect(result.errors.contains("TMPDIR names another folder"), "\(result.errors)")
        #expect(server.requests.isEmpty)
      }
    }
  }

  /// A script that changes while it runs in one account does not run in the next.
  @Test func aChangedScriptEndsTheRest() async throws {
    try await SimulatorServer.with(.demo()) { second in
      try await Self.inHome(
        [("eu", Self.nowhere, ""), ("us", second, "")], ["s.flex": "list workspaces\n"]
      ) { home in
        try await RawServer.answering({ _, _ in
          // Longer than the clock of the file system takes to move on.
          usleep(50_000)
          try? Data("list workers\n".utf8).write(to: URL(filePath: home + "/s.flex"))
          return .bytes(RawServer.reply(200, "{\"workspaces\": [], \"meta\": {}}"))
        }).serve { first in
          let path = home + "/.config/flexsh/config.toml"
          let text = try String(contentsOfFile: path, encoding: .utf8)
          try Data(text.replacing(Self.nowhere, with: first.url).utf8).write(
            to: URL(filePath: path))
          let result = try await Self.run(["s.flex", "--profiles", "eu,us", "-o", "ndjson"], home)
          #expect(result.status == 2, "\(result.errors)")
          let queries = result.events.filter { $0["event"] as? String == "query" }
          #expect(queries.map { $0["profile"] as? String } == ["eu"])
        }
      }
    }
  }

  /// One output that is closed ends all runs, and no other one begins.
  @Test(arguments: ["ndjson", "text", "csv"], ["1", "2"])
  func aClosedOutputEndsAll(_ format: String, _ parallel: String) async throws {
    try await Self.withTwo { first, second in
      try await Self.inHome([("eu", first, ""), ("us", second, "")]) { home in
        let result = try await Executable.run(
          ["s.flex", "--profiles", "eu,us", "-o", format, "--parallel-profiles", parallel],
          environment: Self.environment(home),
          folder: home, outputTo: "/dev/full")
        #expect(result.status == 74, "\(result.errors)")
        if parallel == "1" {
          #expect(result.errors.contains("not begun: us"), "\(result.errors)")
        }
        // An action whose report was lost was sent; nothing after it is.
        let runs = try await Self.run(["runs", "-o", "ndjson"], home)
        let done = runs.events.compactMap { $0["done"] as? Int }
        #expect(done.allSatisfy { $0 <= 1 } && done.count <= (parallel == "1" ? 1 : 2))
      }
    }
  }
}
