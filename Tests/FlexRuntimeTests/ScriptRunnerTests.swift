import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Testing

/// What each sentence does, against a pretend Flex in memory and over a socket.
@Suite struct ScriptRunnerTests {
  static let here = "on UO1 in KD1"

  @Test(
    arguments: Reach.allCases,
    [
      ("close UT1 on UO1 in KD1", ["close UT1 on UO1 in KD1: done"]),
      ("use interaction KD1\nclose UT1 on UO1", ["close UT1 on UO1 in KD1: done"]),
      ("use interaction KD1\nuse channel UO1\nclose UT1", ["close UT1 on UO1 in KD1: done"]),
      (
        "use channel UO1 in KD1\nwrapup UT1, UT2",
        [
          "wrapup UT1 on UO1 in KD1: done", "wrapup UT2 on UO1 in KD1: done",
        ]
      ),
      (
        "let both = [UT1, UT2]\nclose $both on UO1 in KD1",
        [
          "close UT1 on UO1 in KD1: done", "close UT2 on UO1 in KD1: done",
        ]
      ),
      (
        "close every agent on UO1 in KD1\nclose every agent on UO1 in KD1",
        [
          "close UT1 on UO1 in KD1: done", "close UT2 on UO1 in KD1: done",
          "note: close: no agent on UO1, nothing to do",
        ]
      ),
      (
        "close UT1 on UO1 in KD1\nclose UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1",
        [
          "close UT1 on UO1 in KD1: done", "close UT1 on UO1 in KD1: failed (api 404)",
          "close UT2 on UO1 in KD1: not-run",
        ]
      ),
      (
        "set on-error continue\nclose UT3 on UO1 in KD1\nclose UT1 on UO1 in KD1",
        [
          "close UT3 on UO1 in KD1: failed (api 400)", "close UT1 on UO1 in KD1: done",
        ]
      ),
      (
        "try close UT3 on UO1 in KD1\nclose UT1 on UO1 in KD1",
        [
          "close UT3 on UO1 in KD1: failed (api 400), tolerated", "close UT1 on UO1 in KD1: done",
        ]
      ),
      (
        "use channel UO1 in KD1\nclose channel completing tasks\nshow channel\nlist participants",
        [
          "close channel UO1 in KD1 completing tasks: done", "show channel UO1 in KD1: UO1",
          "list participants on UO1 in KD1: UT3",
        ]
      ),
      (
        "deactivate channel UO1 in KD1\nexpect (channel UO1 in KD1).status is inactive",
        [
          "deactivate channel UO1 in KD1: done",
          "expect done: (channel UO1 in KD1).status is inactive, as expected",
        ]
      ),
      (
        "list channels in KD1\nlist participants on UO1 in KD1 where type is customer\nlist invites on UO1 in KD1",
        [
          "list channels in KD1: UO1", "list participants on UO1 in KD1: UT3",
          "list invites on UO1 in KD1: ",
        ]
      ),
      (
        "for c in channels in KD1 { for p in participants on $c where type is agent { wrapup $p } }",
        [
          "wrapup UT1 on UO1 in KD1: done", "wrapup UT2 on UO1 in KD1: done",
        ]
      ),
      (
        "let c = channel UO1 in KD1\nclose UT1 on $c\necho \"$c is $c.type\"",
        [
          "close UT1 on UO1 in KD1: done", "UO1 is web",
        ]
      ),
      (
        "use channel UO1 in KD1\nif (participants where type is agent).count >= 2 { echo 'two' } else { echo 'less' }",
        ["two"]
      ),
      ("if \"a\" is b { echo 1 } else if 3 <= 3 { echo 2 } else { echo 3 }", ["2"]),
      (
        "expect (channel UO1 in KD1).status is closed, \"not yet\"\nclose UT1 on UO1 in KD1",
        [
          "expect failed: not yet: expected (channel UO1 in KD1).status is closed, found \"active\"",
          "close UT1 on UO1 in KD1: not-run",
        ]
      ),
      (
        "wait until (channel UO1 in KD1).status is closed every 1s timeout 3s",
        [
          "wait failed: gave up after 3s: (channel UO1 in KD1).status is closed, found \"active\""
        ]
      ),
      (
        "add customer on UO1 in KD1 media {\"name\": \"Jo\"}\nclose every agent on UO1 in KD1",
        [
          "add customer on UO1 in KD1: done", "close UT1 on UO1 in KD1: done",
          "close UT2 on UO1 in KD1: done",
        ]
      ),
      (
        "let i = invite on UO1 in KD1 routing {\"properties\": {\"workspace_sid\": \"WS1\"}}\nexpect $i.routing.properties.workspace_sid is WS1",
        [
          "invite on UO1 in KD1: done",
          "expect done: $i.routing.properties.workspace_sid is WS1, as expected",
        ]
      ),
      (
        "let i = create interaction channel {\"type\": \"sms\"}\nfor c in channels in $i { echo \"$c.type $c.status\" }",
        [
          "create interaction: done", "sms setup",
        ]
      ),
      (
        "update interaction KD1 webhook \"w\"\nexpect (interaction KD1).webhook_ttid is \"w\"",
        [
          "update interaction KD1: done",
          "expect done: (interaction KD1).webhook_ttid is \"w\", as expected",
        ]
      ),
      (
        "let t = transfer on UO1 in KD1 {\"type\": \"warm\"}\nupdate transfer $t {\"status\": \"completed\"}\nexpect (transfer $t).status is completed",
        [
          "transfer on UO1 in KD1: done", "update transfer UX on UO1 in KD1: done",
          "expect done: (transfer $t).status is completed, as expected",
        ]
      ),
      ("echo 'a', 3, 10s, [1, 2]\nstop \"enough\"\necho 'never'", ["a 3 10s 1, 2", "enough"]),
      (
        "fail \"broken\"\nclose UT1 on UO1 in KD1",
        [
          "main.flex:1:1: broken", "close UT1 on UO1 in KD1: not-run",
        ]
      ),
      (
        "confirm \"sure?\"\nclose UT1 on UO1 in KD1",
        [
          "main.flex:1:1: cannot ask for confirmation without a terminal (--yes answers): sure?",
          "close UT1 on UO1 in KD1: not-run",
        ]
      ),
    ] as [(String, [String])])
  func carriesOut(_ reach: Reach, _ row: (script: String, lines: [String])) async throws {
    let result = try await reach.with { try await run(row.script, on: $0) }
    let lines = result.lines.map { line in
      // New SIDs differ between the two ways; their kind is enough here.
      line.replacing(/UX[0-9a-f]{32}/, with: "UX")
    }
    #expect(lines == row.lines)
  }

  @Test func goesOverTheRowsOfDataFiles() async throws {
    let csv = "who,\"what, exactly\",what\nUT1,\"a \"\"b\"\"\",close\nUT2,x,keep\n"
    let script = """
      use channel UO1 in KD1
      for r in rows of "a.csv" where what is "close" { close $r.who }
      for r in rows of "b.jsonl" { echo "$r.n $r.deep.er" }
      """
    let result = try await run(
      script, on: SimulatedTwilio.demo(),
      files: ["a.csv": csv, "b.jsonl": "{\"n\": 1, \"deep\": {\"er\": \"x\"}}\n\n{\"n\": null}\n"])
    #expect(result.lines == ["close UT1 on UO1 in KD1: done", "1 x", " "])
  }

  @Test func runsScriptsWithTheirOwnNamesAndTheirOwnPlace() async throws {
    let files = [
      "park.flex":
        "param chat: channel\nparam n: number = 3\nuse channel $chat in KD1\nclose every agent\necho $n"
    ]
    let script = "use channel UO2 in KD2\nrun \"park.flex\" with chat = UO1\nclose UT4"
    let result = try await run(script, on: SimulatedTwilio.demo(), files: files)
    #expect(
      result.lines == [
        "close UT1 on UO1 in KD1: done", "close UT2 on UO1 in KD1: done", "3",
        "close UT4 on UO2 in KD2: done",
      ])
  }

  @Test func takesArgumentsOfEveryType() async throws {
    let script = """
      param chat: channel
      param n: number = 1
      param d: duration = 1s
      param t: text = "default"
      echo $chat, $n, $d, $t
      """
    let result = try await run(
      script, on: SimulatedTwilio.demo(), arguments: ["chat": "UO1", "n": "2.5", "d": "2m"])
    #expect(result.lines == ["UO1 2.5 2m default"])
  }

  @Test func anEmptyFieldMatchesNothing() async throws {
    let script = """
      let c = channel UO1 in KD1
      if $c.error_code is not 5 { echo "acted" }
      if $c.error_code is empty { echo "empty" }
      if not $c.error_code is 5 { echo "not 5" }
      """
    let result = try await run(script, on: SimulatedTwilio.demo())
    let note = "note: if: $c.error_code is empty, so no branch is executed"
    #expect(result.lines == [note, "empty", note])
  }

  /// A list is the same list as a table and as JSON.
  @Test func membersHaveTheNamesOfColumns() async throws {
    let record = "{\"Agent Name\": \"Asha\", \"What to do?\": \"close\", \"a b\": 1, \"a-b\": 2}"
    let files = [
      "l.jsonl": record + "\n", "l.json": "[\(record)]\n",
      "l.csv": "Agent Name,What to do?,a b,a-b\nAsha,close,1,2\n",
    ]
    for name in files.keys.sorted() {
      let script = """
        for r in rows of "\(name)" where what_to_do is close and "What to do?" is close {
          echo "$r.agent_name", $r."a b"
        }
        """
      let played = try await run(script, on: SimulatedTwilio.demo(), files: files)
      #expect(played.lines == ["Asha 1"], "\(name): \(played.lines)")
    }
  }

  /// A sub-script uses the file that it is given, and its default need not be there.
  @Test func aGivenDataFileReplacesTheDefault() async throws {
    let files = [
      "leave.flex": """
      param list: file = "bad.csv"
      for r in rows of $list { close $r.who on UO1 in KD1 }
      """,
      "bad.csv": "agent\nnone\n", "good.csv": "who\nUT1\n",
    ].mapValues { Sample.expand($0) }
    for script in [
      "run \"leave.flex\" with list = \"good.csv\"",
      "for r in rows of \"names.csv\" { run \"leave.flex\" with list = $r.file }",
    ] {
      let files = files.merging(["names.csv": "file\ngood.csv\n"]) { $1 }
      let played = try await run(script, on: SimulatedTwilio.demo(), files: files)
      #expect(played.lines == ["close UT1 on UO1 in KD1: done"], "\(played.lines)")
    }
  }

  @Test func comparesNumbersExactly() async throws {
    let files = ["n.jsonl": "{\"a\": 12345678901234567890, \"b\": -1.50, \"c\": 1e2}\n"]
    let script = """
      if 9007199254740993 is 9007199254740992 { echo "never" }
      if 9007199254740993 > 9007199254740992 { echo "greater" }
      if 1.10 is 1.1 and 007 is 7 and 0.0 is 0 { echo "same" }
      for r in rows of "n.jsonl" {
        if $r.a is 12345678901234567891 { echo "never" }
        if $r.a < 12345678901234567891 and $r.a is 12345678901234567890.0 { echo "exact" }
        if $r.b < 0 and $r.c is 100.0 { echo "signs and exponents" }
      }
      """
    let played = try await run(script, on: SimulatedTwilio.demo(), files: files)
    #expect(
      played.lines == [
        "greater", "same", "exact", "signs and exponents",
      ], "\(played.lines)")
  }

  @Test func comparesSIDsWithoutRegardToCaseAndTextsExactly() async throws {
    let upper = Sample.channel.replacing("b2", with: "B2")
    let script = """
      if UO1 is \(upper) { echo "same" }
      if "a" is A { echo "never" }
      if 3 is "3.0" { echo "as numbers" }
      if 60s is 1m { echo "as durations" }
      """
    let result = try await run(script, on: SimulatedTwilio.demo())
    #expect(result.lines == ["same", "as numbers", "as durations"])
  }

  @Test func aDryRunPlansWritesAndShowsWhatItCannotKnow() async throws {
    let script = """
      use channel UO1 in KD1
      close UT1
      list participants
      for p in participants where type is agent { close $p }
      close every agent
      let i = create interaction channel {"type": "sms"}
      update interaction $i webhook "w"
      let c = channel
      if $c.status is active { close UT2 }
      """
    let result = try await run(script, on: DryRun())
    #expect(
      result.lines == [
        "close UT1 on UO1 in KD1: planned", "list participants on UO1 in KD1: not asked",
        "unexpanded: for p in participants where type is agent { close $p }",
        "unexpanded: close every agent on UO1 in KD1", "create interaction: planned",
        "update interaction KD00000000000000000000000000000001: planned",
        "unexpanded: if $c.status is active { close UT2 }",
      ])
    #expect(result.result.summary.planned == 3)
  }

  @Test func whatWasNotReachedIsTold() async throws {
    let script = """
      use channel UO1 in KD1
      close UT3, UT1
      for a in [UT1, UT2] { wrapup $a }
      close every agent
      if 1 < 2 { close channel }
      close channel
      """
    let result = try await run(script, on: SimulatedTwilio.demo())
    #expect(
      result.lines == [
        "close UT3 on UO1 in KD1: failed (api 400)", "close UT1 on UO1 in KD1: not-run",
        "wrapup UT1 on UO1 in KD1: not-run", "wrapup UT2 on UO1 in KD1: not-run",
        "close every agent on UO1 in KD1: not-run", "close channel UO1 in KD1: not-run",
      ])
    #expect(result.result.summary.notRun == 5)
  }

  @Test func anInterruptionLeavesTheRestUndone() async throws {
    let interruption = Interruption()
    interruption.raise(.terminate)
    let result = try await run(
      "close UT1 on UO1 in KD1", on: SimulatedTwilio.demo(), interruption: interruption)
    #expect(result.lines == ["close UT1 on UO1 in KD1: not-run"])
    #expect(result.result.halt == .interrupted(.terminate))
  }

  /// Asks for the end at the first operation, which then waits for its turn in vain.
  private struct EndingAPI: TwilioAPI {
    let interruption: Interruption

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if let permission, await !permission() { throw .notPermitted }
      interruption.raise(.interrupt)
      throw APIError(
        kind: .interrupted, message: "interrupted before it was sent", mayHaveBeenProcessed: false,
        wasSent: false, attempts: 0)
    }
  }

  @Test(arguments: [1, 4])
  func whatWaitedForItsTurnWasNotReached(_ jobs: Int) async throws {
    let interruption = Interruption()
    var settings = Settings()
    settings.jobs = jobs
    let result = try await run(
      "close UT1 on UO1 in KD1\nclose UT4 on UO2 in KD2", on: EndingAPI(interruption: interruption),
      settings: settings, interruption: interruption)
    #expect(
      result.lines == [
        "close UT1 on UO1 in KD1: not-run", "close UT4 on UO2 in KD2: not-run",
      ])
    #expect(result.result.summary.notRun == 2)
    #expect(result.result.halt == .interrupted(.interrupt))
    for case .action(let record) in result.events {
      #expect(record.duration == nil && record.error == nil)
    }
  }

  @Test func aReportThatCannotBeWrittenStopsTheRun() async throws {
    let report = RecordingReport()
    report.losesAfter = 1
    let result = try await run(
      "close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1", on: SimulatedTwilio.demo(), report: report
    )
    #expect(
      result.lines == [
        "close UT1 on UO1 in KD1: done", "close UT2 on UO1 in KD1: not-run",
      ])
    #expect(result.result.halt == .outputLost)
  }
}
