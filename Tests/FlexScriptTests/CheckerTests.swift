import FlexScript
import FlexTestSupport
import Testing

/// Where diagnostics stand, and that one mistake makes one.
struct CheckerTests {
  @Test(
    arguments: [
      ("use interaction KD9\nclose UT1 on UO1\nclose UT2 on UO1", ["1:17 malformed-sid"]),
      ("close UT1 on UO1\nclose UT2 on UO1\nshow channel UO1", ["1:1 no-interaction"]),
      ("us interaction KD1\nclose UT1 on UO1", ["1:1 unknown-command"]),
      ("lte x = UO1\nuse interaction KD1\nclose UT1 on $x", ["1:1 unknown-command"]),
      (
        "close UT1\nfrob\nuse interaction KD1\nclose UT1\n  clsoe",
        [
          "1:1 no-interaction", "2:1 unknown-command", "4:1 no-channel", "4:7 duplicate-action",
          "5:3 unknown-command",
        ]
      ),
      (
        "if 1 < 2 {\n  frob\n  close UT1 on UO1\n}\nfrob",
        [
          "2:3 unknown-command", "3:3 no-interaction", "5:1 unknown-command",
        ]
      ),
      (
        "let invite = invite on UO1 in KD1 routing {\n  \"a\": {\n    \"b\": 1\n  }\n}\nfrob",
        ["6:1 unknown-command"]
      ),
      ("frob {\n  \"a\": 1\n}\nfrob", ["1:1 unknown-command", "4:1 unknown-command"]),
      (
        "use interaction KD1\nif 1 < 2 { use channel UO1\nclose UT1 }\nclose UT1",
        ["4:1 no-channel"]
      ),
      ("use channel UO1 in KD1\nuse interaction KD1\nclose UT1", ["3:1 no-channel"]),
      ("if 1 < 2 { let a = 1\necho $a }\necho $a", ["3:6 unknown-name"]),
      ("if 1 < 2 { stop } else { close UT1 }", ["1:26 no-interaction"]),
      ("for a in [1] { echo $a }\nfor a in [2] { echo $a }", []),
      (
        "use interaction KD1\nfor c in channels { for p in participants on $c where type is agent { close $p } }",
        []
      ),
      ("for p in participants on UO1 in KD1 { if $p.type is agent { close $p } }", []),
      ("let c = channel UO1 in KD1\nclose UT1 on $c", []),
      ("let c = channel UO1 in KD1\nuse channel $c\nclose UT1", []),
      ("use channel UO1 in KD1\nif 1 < 2 { close UT1 } else { close UT1 }", []),
      ("echo \"$a.b ${a}.b\"", ["1:7 unknown-name", "1:12 unknown-name"]),
      (
        "close UT1 on UO1 in KD1 frob\nclose UT2 on UO1 in KD1 frob",
        [
          "1:118 unexpected-word", "2:118 unexpected-word",
        ]
      ),
      ("echo 'a', é, 'b'", ["1:11 invalid-character"]),
      (
        "let a = 1\nlet b = 2\nlet c = 3\necho \"${a}\" $b",
        ["3:5 unused-name", "4:13 unexpected-word"]
      ),
      ("try run \"a.flex\"", ["1:9 file-not-found"]),
      ("fail \"x\"\necho \"y\"\necho \"z\"", ["2:1 unreachable"]),
    ] as [(String, [String])])
  func finds(_ script: String, _ expected: [String]) {
    #expect(found(check(script)) == expected)
  }

  @Test func asksForParametersOnlyWhenItRuns() {
    let script = "param chat: channel\nuse interaction KD1\nclose UT1 on $chat"
    #expect(found(check(script)) == [])
    #expect(found(check(script, arguments: [:])) == ["1:7 missing-argument"])
    #expect(found(check(script, arguments: ["chat": Sample.channel])) == [])
    #expect(found(check(script, arguments: ["chat": Sample.agent])) == ["1:7 type-mismatch"])
    #expect(found(check(script, arguments: ["chat": "UOxyz"])) == ["1:7 type-mismatch"])
  }

  @Test func checksEveryRowOfADataFileThatAParameterNames() {
    let script = "param list_1: file\nfor r in rows of $list_1 { close $r.who on UO1 in KD1 }"
    let files = ["a.csv": "who\nUT1\nbroken\n"]
    #expect(found(check(script, files: files)) == [])
    #expect(
      found(check(script, files: files, arguments: ["list_1": "a.csv"])) == ["a.csv:3:1 bad-row"])
  }

  @Test func followsColumnsThroughLetAndRun() {
    let files = [
      "a.csv": "id,who\n1,\"UT1\"\n2,oops\n",
      "b.flex": "param who: participant\nclose $who on UO1 in KD1",
    ]
    let byLet = "for r in rows of \"a.csv\" { let w = $r.who\nclose $w on UO1 in KD1 }"
    #expect(found(check(byLet, files: files)) == ["a.csv:3:3 bad-row"])
    let byRun = "for r in rows of \"a.csv\" { run \"b.flex\" with who = $r.who }"
    #expect(found(check(byRun, files: files)) == ["a.csv:3:3 bad-row"])
  }

  @Test func refusesTooManyScripts() {
    var files: [String: String] = [:]
    for number in 0..<20 { files["s\(number).flex"] = "run \"s\(number + 1).flex\"" }
    files["s20.flex"] = "echo \"end\""
    #expect(found(check("run \"s0.flex\"", files: files)).contains { $0.hasSuffix("run-too-deep") })
    var wide: [String: String] = [:]
    for number in 0..<300 { wide["w\(number).flex"] = "echo \"\(number)\"" }
    let script = (0..<300).map { "run \"w\($0).flex\"\n" }.joined()
    #expect(found(check(script, files: wide)).first?.hasSuffix("run-too-deep") == true)
  }

  @Test func looksBackOverAThousandActions() {
    func digits(_ number: Int) -> String {
      let text = String(UInt64(number) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
      let half = String((String(repeating: "0", count: 16) + text).suffix(16))
      return half + half
    }
    let many = { (count: Int) in
      (0..<count).map { "close UTf\(digits($0 + 1).dropFirst())\n" }.joined()
    }
    let near = "use channel UO1 in KD1\nclose UT1\n\(many(1000))close UT1"
    #expect(found(check(near)).contains { $0.hasSuffix("duplicate-action") })
    let far = "use channel UO1 in KD1\nclose UT1\n\(many(1100))close UT1"
    #expect(found(check(far)) == [])
  }
}
