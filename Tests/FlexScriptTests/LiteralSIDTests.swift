import FlexScript
import FlexTestSupport
import Testing

/// SIDs that are written out, in scripts for several accounts.
struct LiteralSIDTests {
  private static let files = [
    "d.csv": "agent,chat\nasha,KD1\nben,\n",
    "names.csv": "agent\nasha\n", "lines.csv": "agent\n\"\nKD1\"\n",
    "names.jsonl": "{\"agent\": \"asha\", \"KD1\": 1}\n",
    "d.jsonl": "{\"agent\": \"asha\", \"in\": [\"KD1\"]}\n",
    "other.flex": "echo \"x\"\nclose channel UO1 in KD1\n",
  ]

  private static func lists(
    _ script: String, _ arguments: [String: String] = [:]
  ) throws -> [DiagnosticList] {
    let session = CheckSession(files: MemoryFiles(files.mapValues { Sample.expand($0) }))
    session.refusesLiteralSIDs = true
    try session.check(
      OpenedFile(
        identity: "main.flex", name: "main.flex", source: BytesSource(written(script))),
      arguments: arguments.mapValues { Sample.expand($0) })
    return session.lists.filter { !$0.all.isEmpty }
  }

  /// A script with its SIDs; `DX1` is one without its first letter, which is written otherwise.
  private static func written(_ script: String) -> String {
    Sample.expand(script).replacing("DX1", with: Sample.expand("KD1").dropFirst())
  }

  private static let refused: [(String, [String: String], [String])] = [
    (
      "close UT1 on UO1 in KD1\n", [:],
      ["main.flex:1:7", "main.flex:1:45", "main.flex:1:83"]
    ),
    ("echo \"see KD1\"\n", [:], ["main.flex:1:6"]),
    ("for w in workers {\n  expect $w.sid is not \"KD1\" # KD2\n}\n", [:], ["main.flex:2:24"]),
    ("param chat: interaction = KD1\nshow interaction $chat\n", [:], ["main.flex:1:27"]),
    ("param chat: interaction\nshow interaction $chat\n", ["chat": "KD1"], ["main.flex:1:7"]),
    ("run \"other.flex\"\n", [:], ["other.flex:2:15", "other.flex:2:53"]),
    // However they are written.
    ("echo \"see:\\nKD1\"\n", [:], ["main.flex:1:6"]),
    ("echo \"\\u{4B}DX1\"\n", [:], ["main.flex:1:6"]),
    (
      "create interaction channel {\"type\": \"web\"} routing {\"a\": \"\\u004bDX1\"}\n", [:],
      ["main.flex:1:58"]
    ),
    ("for r in rows of \"lines.csv\" { echo $r.agent }\n", [:], ["lines.csv:2:1"]),
    ("for r in rows of \"names.jsonl\" { echo $r.agent }\n", [:], ["names.jsonl:1:57"]),
    ("for r in rows of \"d.csv\" { echo $r.agent }\n", [:], ["d.csv:2:6"]),
    ("for r in rows of \"d.jsonl\" { echo $r.agent }\n", [:], ["d.jsonl:1:25"]),
  ]

  @Test(arguments: refused)
  func areRefused(_ script: String, _ arguments: [String: String], _ places: [String]) throws {
    let found = try Self.lists(script, arguments).flatMap(\.all)
    #expect(found.map(\.id).allSatisfy { $0 == .literalSID })
    #expect(
      found.map { "\($0.file):\($0.range?.start.line ?? 0):\($0.range?.start.column ?? 0)" }
        == places)
  }

  @Test(arguments: [
    "# KD1\nfor w in workers { echo $w.sid } # UT1\n",
    "for r in rows of \"names.csv\" { echo $r.agent }\n",
    "for t in tasks where age > 1h { close every agent of $t }\n",
    "param who: worker\nclose every agent of worker $who\n",
  ])
  func namesAndListingsAreNot(_ script: String) throws {
    #expect(FlexScriptTests.found(try Self.lists(script, ["who": "asha"])) == [])
  }

  @Test func rendersEveryMessageAsTheGoldenTextHasIt() throws {
    var text = ""
    for (script, arguments, _) in Self.refused {
      text += "### " + VisibleText.escaped(script) + "\n"
      text += try Self.lists(script, arguments).map { DiagnosticRenderer.render($0) }.joined()
      text += "\n"
    }
    let difference = try Golden.difference(
      text, with: "Tests/FlexScriptTests/Goldens/literal-sids.txt")
    #expect(difference == nil)
  }
}
