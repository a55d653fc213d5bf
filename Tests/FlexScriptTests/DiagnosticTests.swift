import FlexScript
import FlexTestSupport
import Testing

/// Every diagnostic as it is shown.
///
/// The cases and the renderings are in one golden text.
struct DiagnosticTests {
  /// What is checked, one case a row; a case may need files.
  static let cases: [(script: String, files: [String: String])] =
    rows.map { ($0, [:]) } + [
      ("run \"none.flex\"", [:]),
      ("run \"b.flex\"", ["b.flex": "run \"main.flex\"", "main.flex": "run \"b.flex\""]),
      ("run \"b.flex\" with chot = UO1", ["b.flex": "param chat: channel = UO2\necho $chat"]),
      ("run \"b.flex\"", ["b.flex": "param chat: channel\necho $chat"]),
      ("run \"b.flex\" with chat = UT1", ["b.flex": "param chat: channel\necho $chat"]),
      (
        "use interaction KD1\nfor row in rows of \"d.csv\" { close $row.agent on $row.chanel }",
        ["d.csv": "agent,channel\nUT1,UO1\n"]
      ),
      (
        "use interaction KD1\nfor row in rows of \"d.csv\" { close $row.agent on $row.channel }",
        ["d.csv": "agent,channel\nUT1,UO1\nUT12,UO1\n,UO1\nUO1,UO1\nUT1\n"]
      ),
      (
        "use interaction KD1\nfor row in rows of \"d.jsonl\" { close $row.agent on UO1 }",
        ["d.jsonl": "{\"agent\": \"UT1\"}\n{\"agent\": 5}\n{}\n{\"agent\"\n"]
      ),
      ("for row in rows of \"none.csv\" { echo $row.a }", [:]),
      ("for row in rows of \"d.csv\" { echo $row.a }", ["d.csv": "PK\u{3}\u{4}"]),
      ("for row in rows of \"d.jsonl\" { echo $row.a }", ["d.jsonl": "{\n \"a\": 1\n}\n"]),
      (
        "for row in rows of \"d.csv\" { echo $row.agentname, $row.task-sid }",
        ["d.csv": "Agent Name,task-sid\nAsha,WT1\n"]
      ),
      (
        "for row in rows of \"d.csv\" { close $row.a on $row.c in KD1\nsleep $row.d }",
        ["d.csv": "a,c,d\nUT1,UO1,1s\nUT1,UO1,\nUT1,UO2,soon\n"]
      ),
    ]

  static let rows = [
    // The language as bytes.
    "echo \"a\u{0}b\" # \u{202E}", "echo \u{85}", "echo é", "echo %", "echo $", "echo \"open",
    "echo \"\\q $ ${x\"", "echo -3, 3x", "echo \"a\\", "echo 'a' \\", "echo \\ 'a'",
    String(repeating: "if 1 < 2 {\n", count: 66) + String(repeating: "}\n", count: 66),
    // SIDs, broken in every way.
    "show interaction KDa1a1", "show interaction KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
    "show interaction KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1aO",
    "show interaction KDa1a1a1a1a1a1a1al a1a1a1a1a1a1a1a1",
    "show interaction KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1x1",
    "show interaction kda1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
    "show interaction \u{41A}Da1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
    "show interaction KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\u{430}1",
    "show interaction KD", "show interaction UO1", "show interaction \"KD1\"",
    "show interaction ACa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "show interaction 3",
    "use interaction KD1\nclose UO1 on UO1", "use interaction KD1\nclose UT1 on KD1",
    "use channel UO1 in KD1\nclose KD1", "use interaction KD1\nclose channel UT1",
    "use interaction UO1", "use channel KD1", "close UT1 on UO1 in UO1",
    // Words.
    "clsoe UT1", "Close UT1", "frobnicate", "else", "3", "close", "use", "use interaction",
    "use interaction KD1\nclose UT1 On UO1", "use interaction KD1\nclose UT1 on UO1 UT2",
    "use interaction KD1\nclose UT1 in KD1 on UO1", "close every agnet", "show chanel UO1 in KD1",
    "echo \"a\" echo \"b\"", "let close = 3", "let Chat = 3", "let a 3", "param a: chanel",
    "echo \"a\"\nparam b: text", "set jobs 0", "set rate 3", "sleep 3", "try echo \"a\"",
    "}", "echo ]", "if 1 < 2 { echo \"a\"", "if 1 { stop }", "if \"a\" > 1 { stop }",
    "close [UT1, UT2 on UO1 in KD1",
    // JSON.
    "invite on UO1 in KD1 routing 3", "invite on UO1 in KD1 routing {\"a\": 1,}",
    "invite on UO1 in KD1 routing {\"a\": 1, \"a\": 2}", "invite on UO1 in KD1 routing {a: 1}",
    "invite on UO1 in KD1 routing {\"a\": 01}", "invite on UO1 in KD1 routing {\"a\": 'x'}",
    "invite on UO1 in KD1 routing {\"a\": 1",
    // Places and names.
    "close UT1 on UO1", "use interaction KD1\nclose UT1", "close UT1", "list channels",
    "echo $chat", "let chat = UO1\necho $chta", "let a = 1\nlet a = 2\necho $a",
    "let c = channel UO1 in KD1\necho $c.stauts", "param c: channel = UT1\necho $c",
    "param n: number = \"a\"\necho $n", "for a in 3 { echo $a }",
    "param chat: channel = UO1\nuse interaction KD1\nclose $chat on $chat",
    // Secrets.
    "echo 0123456789abcdef0123456789abcdef", "echo \"0123456789abcdef0123456789abcdef\"",
    "TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef",
    "echo \"TWILIO_API_SECRET=abc\"",
    // Warnings.
    "let a = 1", "use channel UO1 in KD1\nclose UT1\nclose UT1",
    "use channel UO1 in KD1\nclose UT1\nwrapup UT1",
    "close channel UO1 in KD1\ninvite on UO1 in KD1 routing {}",
    "stop\necho \"a\"",
    "use channel UO1 in KD1\nclose UTc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3, UTc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c4",
    "use channel UO1 in KD1\nfor p in participants { close $p }",
    "close UT1 on UO1 in KD1\nclose UT1 on UO2 in KD1",
    // Known values, and the keys of JSON.
    "use channel UO1 in KD1\nlist participants where type is agnet",
    "use channel UO1 in KD1\nlist participants where type is robot",
    "invite on UO1 in KD1 routing {\"properties\": {\"worksapce_sid\": \"WS1\", \"queue_sid\": \"UO1\"}}",
    "param chat: channel = UO1\necho \"$chatSid\"",
  ]

  @Test func rendersEveryDiagnosticAsTheGoldenTextHasIt() throws {
    var text = ""
    for (script, files) in Self.cases {
      let shown = script.count > 300 ? String(script.prefix(40)) + "…" : script
      text += "### " + VisibleText.escaped(shown) + "\n"
      for (name, content) in files.sorted(by: { $0.key < $1.key }) {
        text += "### \(name): " + VisibleText.escaped(content) + "\n"
      }
      text += check(script, files: files).map { DiagnosticRenderer.render($0) }.joined() + "\n"
    }
    #expect(
      try Golden.difference(text, with: "Tests/FlexScriptTests/Goldens/diagnostics.txt") == nil)
  }

  @Test func everyIdentifierIsShownOnce() {
    // These need a line or a nesting of files too large for a golden text, or a run in shards or in
    // several accounts; others test them.
    var missing: Set<Diagnostic.ID> = [
      .lineTooLong, .runTooDeep, .invalidUTF8, .notShardable, .literalSID,
    ]
    for (script, files) in Self.cases {
      for list in check(script, files: files) { missing.formUnion(list.all.map(\.id)) }
    }
    #expect(Set(Diagnostic.ID.allCases).subtracting(missing) == [])
  }

  @Test func everyCaseHasADiagnosticInsideItsText() {
    for (script, files) in Self.cases {
      let lists = check(script, files: files)
      #expect(lists.contains { !$0.all.isEmpty }, "\(script)")
      for diagnostic in lists.flatMap(\.all) where diagnostic.file == "main.flex" {
        let length = Sample.expand(script).utf8.count
        #expect((diagnostic.range?.end.offset ?? 0) <= length, "\(script)")
      }
    }
  }

  @Test func hidesWhatLooksLikeASecret() {
    let secret = "0123456789abcdef0123456789abcdef"
    for script in [
      "echo \(secret)", "echo \"\(secret)\"", "TWILIO_AUTH_TOKEN=\(secret)", "frob \(secret)",
      "echo 'TWILIO_API_SECRET=\(secret)x'", "invite on UO1 in KD1 routing {\"a\": \"\(secret)\"}",
    ] {
      for list in check(script) {
        #expect(list.hasErrors)
        #expect(!DiagnosticRenderer.render(list).contains("0123456789abcdef"), "\(script)")
      }
    }
  }

  @Test func reportsAHundredErrorsAndTwentyWarningsApartFromThem() {
    let script =
      (0..<150).map { "let a\($0) = 1\n" }.joined() + String(repeating: "quux\n", count: 130)
    let list = check(script)[0]
    #expect(list.all.filter { $0.severity == .error }.count == 100)
    #expect(list.all.filter { $0.severity == .warning }.count == 20)
    #expect(list.moreErrors == 30)
    #expect(list.moreWarnings == 130)
    #expect(DiagnosticRenderer.render(list).contains("main.flex: and 30 more errors"))
  }
}
