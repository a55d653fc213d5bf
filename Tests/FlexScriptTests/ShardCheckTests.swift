import FlexScript
import FlexTestSupport
import Testing

/// Which scripts can be executed in shards.
struct ShardCheckTests {
  private static let files = [
    "d.csv": "kd,uo,ut\nKD1,UO1,UT1\nKD1,UO1,UT2\nKD2,UO2,UT4\n",
    "two.csv": "kd,other,uo,ut\nKD1,KD1,UO1,UT1\nKD1,KD2,UO1,UT2\n",
    "alike.csv": "kd,other,uo,ut\nKD1,KD1,UO1,UT1\nKD2,KD2,UO2,UT4\n",
    "lists.jsonl": "{\"kd\": \"KD1\", \"uo\": \"UO1\", \"uts\": [\"UT1\", \"UT2\"]}\n",
    "park.flex": "param chat: interaction\nuse interaction $chat\nwrapup UT1 on UO1\n",
    "both.flex": "close UT1 on UO1 in KD1\nclose UT4 on UO2 in KD2\n",
  ]

  private static func found(_ script: String, countsChanges: Bool = false) throws -> [String] {
    FlexScriptTests.found(try lists(script, countsChanges)).filter {
      $0.hasSuffix("not-shardable")
    }
  }

  private static func lists(
    _ script: String, _ countsChanges: Bool = false
  ) throws -> [DiagnosticList] {
    let session = CheckSession(files: MemoryFiles(files.mapValues { Sample.expand($0) }))
    let file = OpenedFile(
      identity: "main.flex", name: "main.flex", source: BytesSource(Sample.expand(script)))
    try session.check(file, arguments: [:])
    #expect(!session.hasErrors, "\(FlexScriptTests.found(session.lists))")
    var check = ShardCheck(session, countsChanges: countsChanges)
    try check.check(file, arguments: [:])
    return session.lists.filter { !$0.all.isEmpty }
  }

  @Test func rendersEveryMessageAsTheGoldenTextHasIt() throws {
    var text = ""
    for script in Self.refused.map(\.0) + ["use channel UO1 in KD1\nclose every agent\n"] {
      text += "### " + VisibleText.escaped(script) + "\n"
      text += try Self.lists(script, true).map { DiagnosticRenderer.render($0) }.joined() + "\n"
    }
    #expect(try Golden.difference(text, with: "Tests/FlexScriptTests/Goldens/shards.txt") == nil)
  }

  @Test(
    arguments: [
      // Sentences outside loops, each with an owner.
      "close UT1 on UO1 in KD1\nclose UT4 on UO2 in KD2\n",
      "use interaction KD1\nclose UT1 on UO1\nuse interaction KD2\nclose UT4 on UO2\n",
      "use channel UO1 in KD1\nlet all = participants\nfor p in $all { close $p }\necho $all.count\n",
      "for p in participants on UO1 in KD1 where type is agent { close $p }\n",
      "if (channel UO1 in KD1).status is active { close channel UO1 in KD1 }\n",
      "try close UT1 on UO1 in KD1\nrun \"both.flex\"\n",
      // Nothing depends on who executes it.
      "echo \"begin\"\nset rate 5/s\nsleep 1ms\nlet name = \"x\"\nif $name is \"x\" { stop }\n",
      "expect (channel UO1 in KD1).status is active\necho \"end\"\n",
      "expect (channel UO1 in KD1).status is active\nclose UT1 on UO1 in KD1\n",
      // Passes.
      "for r in rows of \"d.csv\" {\n  use interaction $r.kd\n  close $r.ut on $r.uo\n}\n",
      "for r in rows of \"d.csv\" { run \"park.flex\" with chat = $r.kd }\n",
      "for r in rows of \"alike.csv\" {\n  close $r.ut on $r.uo in $r.kd\n"
        + "  show channel $r.uo in $r.other\n}\n",
      "for k in [KD1, KD2] { show interaction $k }\n",
      "for r in rows of \"lists.jsonl\" { for u in $r.uts { close $u on $r.uo in $r.kd } }\n",
      "for t in [UT1, UT2] { close $t on UO1 in KD1 }\n",
      "for r in rows of \"d.csv\" where $r.kd is KD1 { close $r.ut on $r.uo in $r.kd }\n",
      "for r in rows of \"d.csv\" { echo $r.kd }\n",
    ])
  func canBeSharded(_ script: String) throws {
    #expect(try Self.found(script) == [])
  }

  private static let refused: [(String, String)] =
    [
      // Two owners.
      (
        "for r in rows of \"d.csv\" {\n  close $r.ut on $r.uo in $r.kd\n"
          + "  show channel UO2 in KD2\n}\n", "3:3"
      ),
      (
        "for r in rows of \"two.csv\" {\n  close $r.ut on $r.uo in $r.kd\n"
          + "  show channel $r.uo in $r.other\n}\n", "3:3"
      ),
      (
        "if (channel UO1 in KD1).status is active {\n  close UT4 on UO2 in KD2\n}\n", "2:3"
      ),
      ("for x in [1] {\n  close UT1 on UO1 in KD1\n  close UT4 on UO2 in KD2\n}\n", "3:3"),
      (
        "for r in rows of \"d.csv\" {\n  for s in rows of \"d.csv\" {\n"
          + "    close $s.ut on $s.uo in $s.kd\n  }\n}\n", "3:5"
      ),
      // What has to be looked up.
      ("for w in tasks { echo $w.sid }\n", "1:1"), ("list workers\n", "1:1"),
      ("let all = reservations\n", "1:1"), ("find \"+15550100\"\n", "1:1"),
      ("use channel of WT00000000000000000000000000000001\n", "1:1"),
      // No owner, or only one of several shards.
      ("create interaction channel {\"type\": \"web\"} routing {\"properties\": {}}\n", "1:1"),
      (
        "for r in rows of \"d.csv\" {\n  close $r.ut on $r.uo in $r.kd\n  stop\n}\n", "3:3"
      ),
      ("if (channel UO1 in KD1).status is active {\n  fail \"no\"\n}\n", "2:3"),
      ("expect (channel UO1 in KD1).status is active\nclose UT4 on UO2 in KD2\n", "2:1"),
    ]

  @Test(arguments: refused) func cannotBeSharded(_ script: String, _ place: String) throws {
    #expect(try Self.found(script) == ["\(place) not-shardable"])
  }

  @Test func everyAgentCannotBeCounted() throws {
    let script = "use channel UO1 in KD1\nclose every agent\n"
    #expect(try Self.found(script) == [])
    #expect(try Self.found(script, countsChanges: true) == ["2:1 not-shardable"])
  }
}
