import FlexAPI
import FlexScript
import FlexTestSupport
import Testing

/// Data files: what a table may look like, how its columns are named, and what is checked of its rows.
struct DataFileTests {
  /// Reads a file; each row is its line and its values, joined with `|`, `-` for nothing.
  private static func read(_ bytes: [UInt8], _ name: String = "d.csv") throws -> [String] {
    let file = OpenedFile(identity: name, name: name, source: BytesSource(bytes))
    var reader = try DataReader(file)
    var rows: [String] = reader.header.map { [$0.segments.joined(separator: "|")] } ?? []
    while let row = try reader.next() {
      let values = row.fields.map { field -> String in
        switch field.value {
        case .null: "-"
        case .string(let text): text
        default: field.value.serialized
        }
      }
      rows.append("\(row.line): " + values.joined(separator: "|"))
    }
    return rows
  }

  private static func read(_ text: String, _ name: String = "d.csv") throws -> [String] {
    try read(Array(text.utf8), name)
  }

  @Test(
    arguments: [
      // Separators: the header decides, or a line before it.
      ("a,b\n1,2\n", ["a|b", "2: 1|2"]), ("a;b\n1;2,5\n", ["a|b", "2: 1|2,5"]),
      ("a\tb\n1\t2\n", ["a|b", "2: 1|2"]), ("sep=;\na,x;b\n1;2\n", ["a_x|b", "3: 1|2"]),
      ("\"a;x\",b\n1,2\n", ["a_x|b", "2: 1|2"]),
      // Line ends.
      ("a,b\r\n1,2\r\n", ["a|b", "2: 1|2"]), ("a,b\r1,2\r3,4", ["a|b", "2: 1|2", "3: 3|4"]),
      ("a,b\n\"1\r\nx\",2\n3,4", ["a|b", "2: 1\r\nx|2", "4: 3|4"]),
      // A byte-order mark, and blanks around the names.
      ("\u{FEFF}a, b \n1,2\n", ["a|b", "2: 1|2"]),
      // Empty cells, and rows of nothing.
      ("a,b\n,2\n,,\n , \n\n\"\",3\n", ["a|b", "2: -|2", "6: -|3"]),
      // What spreadsheets write before a formula.
      ("a\n'=1\n'-x\n'x\n'\n", ["a", "2: =1", "3: -x", "4: 'x", "5: '"]),
      // Names that are not words: the normalized form, if only one column has it.
      ("Agent Name,2nd,Ä,É\n1,2,3,4\n", ["agent_name|'2nd'|'Ä'|'É'", "2: 1|2|3|4"]),
      ("A B,a-b,a_b\n1,2,3\n", ["'A B'|'a-b'|a_b", "2: 1|2|3"]),
      ("Channel,channel\n1,2\n", ["Channel|channel", "2: 1|2"]),
    ] as [(String, [String])])
  func readsATable(_ text: String, _ expected: [String]) throws {
    #expect(try Self.read(text) == expected)
  }

  @Test func readsTheTextFormatOfCopy() throws {
    let text = "a\tb\n\\N\tx\\ty\\\\\\n\n\"q\tz\n\t\n"
    #expect(try Self.read(text, "d.TSV") == ["a|b", "2: -|x\ty\\\n", "3: \"q|z"])
  }

  @Test func readsUTF16() throws {
    let text = "a,b\nä,😀\n"
    for isBigEndian in [false, true] {
      var bytes: [UInt8] = isBigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]
      for unit in text.utf16 {
        let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        bytes += isBigEndian ? pair : pair.reversed()
      }
      #expect(try Self.read(bytes) == ["a|b", "2: ä|😀"])
      #expect(throws: DataProblem.self) { try Self.read(bytes + [0x00]) }
    }
  }

  @Test func readsJSONRecords() throws {
    let lines = "{\"a\": 1, \"b\": {\"c\": \"x\"}}\n\n{\"a\": null}\n"
    let expected = ["1: 1|{\"c\":\"x\"}", "3: -"]
    #expect(try Self.read(lines, "d.jsonl") == expected)
    #expect(try Self.read(lines, "d.NDJSON") == expected)
    let array = "[\n  {\"a\": 1, \"b\": {\"c\": \"x\"}},\n  {\"a\": null, \"b\": \"],{\\\"\"}\n]\n"
    #expect(try Self.read(array, "d.json") == ["2: 1|{\"c\":\"x\"}", "3: -|],{\""])
    #expect(try Self.read("[]", "d.json") == [])
  }

  @Test(
    arguments: [
      ("d.csv", [0x50, 0x4B, 0x03, 0x04, 0x14]), ("d.csv", [0x1F, 0x8B, 0x08]),
      ("d.csv", Array("a\0,\0b\0\n\0".utf8)), ("d.csv", Array("{\"a\": 1}".utf8)),
      ("d.csv", Array("[{\"a\": 1}]".utf8)), ("d.csv", Array("<table>".utf8)),
      ("d.jsonl", Array("{\n  \"a\": 1\n}\n".utf8)), ("d.jsonl", Array("[\n{}]".utf8)),
      ("d.json", Array("{\"participants\": []}".utf8)), ("d.json", Array("7".utf8)),
    ] as [(String, [UInt8])])
  func saysWhatAFileIsThatCannotBeATable(_ name: String, _ bytes: [UInt8]) {
    let problem = #expect(throws: DataProblem.self) { try Self.read(bytes, name) }
    #expect(problem?.extent == .file)
    #expect(problem?.help?.isEmpty == false)
  }

  private static let place = "use channel UO1 in KD1\n"

  @Test(arguments: [
    // Every use of a cell is checked: nested members, durations, numbers, both sides, JSON.
    (
      "for r in rows of \"d.jsonl\" { close $r.a.sid }",
      "{\"a\":{\"sid\":\"UT1\"}}\n{\"a\":{\"sid\":\"UT12\"}}", ["2:6"]
    ),
    (
      "for r in rows of \"d.jsonl\" { close $r.all }",
      "{\"all\":[\"UT1\",\"UT2\"]}\n{\"all\":[\"UT3\",5]}", ["2:8"]
    ),
    (
      "for r in rows of \"d.jsonl\" { for p in $r.all { close $p } }",
      "{\"all\":[\"UT1\"]}\n{\"all\":\"UT3\"}\n{\"all\":[\"UO1\"]}", ["2:8", "3:8"]
    ),
    ("for r in rows of \"d.csv\" { sleep $r.d }", "d\n1ms\nsoon\n\n", ["3:1"]),
    ("for r in rows of \"d.csv\" { wait until 1 < 2 timeout $r.d }", "d,e\n1s,x\n,x\n", ["3:1"]),
    (
      "for r in rows of \"d.csv\" { if $r.n > 3 { close $r.a } }", "a,n\nUT1,4\nUT2,x\nUT3,\n",
      ["3:36"]
    ),
    ("for r in rows of \"d.csv\" { if 3 < $r.n { close $r.a } }", "a,n\nUT1,4\nUT2,x\n", ["3:36"]),
    (
      "for r in rows of \"d.csv\" { if $r.n < $r.m { close $r.a } }",
      "a,n,m\nUT1,4,5\nUT2,4,5s\nUT3,,1\n", ["3:36"]
    ),
    (
      "for r in rows of \"d.csv\" { invite routing {\"properties\": {\"workspace_sid\": \"$r.ws\"}} }",
      "ws\nWS1\nUO1\n", ["3:1"]
    ),
    // What the `where` excludes by its own cells is checked only for those.
    (
      "for r in rows of \"d.csv\" where ok is yes { close $r.a }",
      "a,ok\nUT1,yes\nx,no\nx,\nx,yes\n", ["5:1"]
    ),
    (
      "for r in rows of \"d.csv\" where n > 3 and ok is yes { close $r.a }",
      "a,ok,n\nx,yes,2\nx,yes,y\n", ["3:7", "3:1"]
    ),
    ("for r in rows of \"d.csv\" where not n > 3 { close $r.a }", "a,n\nx,4\nx,\nx,3\n", ["4:1"]),
    ("for r in rows of \"d.csv\" where $r.n is 3 { close $r.a }", "a,n\nx,4\nx,3\n", ["3:1"]),
  ])
  func checksEveryUseOfEveryRow(_ script: String, _ data: String, _ expected: [String]) {
    let name = script.contains("jsonl") ? "d.jsonl" : "d.csv"
    let lists = check(Self.place + script, files: [name: data])
    #expect(found(lists) == expected.map { "\(name):\($0) bad-row" })
  }

  @Test(arguments: [
    ("echo $r.\"Agent Name\", $r.agent_name, \"${r.'Agent Name'} $r.agent_name\"", []),
    ("echo $r.'Agent Name'", []), ("echo $r.Agent_Name", ["3:36 unknown-name"]),
    (
      "invite routing {\"properties\": {\"attributes\": {\"a\": $r.agent_name, \"b\": \"${r.'Agent Name'}\"}}}",
      []
    ),
    ("echo $r.task-sid", ["3:36 unexpected-word"]),
    ("echo \"$r.agent_nameX\"", ["3:37 unknown-name"]),
  ])
  func namesColumns(_ body: String, _ expected: [String]) {
    let script = Self.place + "# columns\nfor r in rows of \"d.csv\" { \(body) }"
    #expect(found(check(script, files: ["d.csv": "Agent Name,UT\nAsha,x\n"])) == expected)
  }

  @Test func aFieldInWhereMayBeQuotedOrNamedInCapitals() {
    for condition in [
      "\"Agent Name\" is Asha", "'Agent Name' is 'Asha'", "agent_name is \"Asha\"",
      "(agent_name is Asha or Status is 'x')", "(channel is x)", "(channel is x and Status is y)",
    ] {
      let script = Self.place + "for r in rows of \"d.csv\" where \(condition) { close $r.a }"
      let lists = check(
        script, files: ["d.csv": "Agent Name,a,Status,channel\nAsha,UT1,x,x\n"])
      #expect(found(lists) == [], "\(condition)")
    }
  }

  @Test func findsRowsThatRepeatOrContradict() {
    let script = "for r in rows of \"d.csv\" { close $r.a on $r.c in $r.k }"
    let data = """
      a,c,k
      UT1,UO1,KD1
      UT2,UO1,KD1
      UT1,UO1,KD1
      UT2,UO2,KD1
      UT3,UO1,KD2

      """
    #expect(
      found(check(script, files: ["d.csv": data])) == [
        "d.csv:4:1 duplicate-action", "d.csv:5:1 contradicting-place",
        "d.csv:6:36 contradicting-place",
      ])
  }

  @Test(arguments: [
    ("close UT1 on UO1 in KD1\nwrapup UT1 on UO2 in KD1", ["2:8 contradicting-place"]),
    ("close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD2", ["2:45 contradicting-place"]),
    (
      "use channel UO1 in KD1\nclose UT1\nuse channel UO2 in KD1\nclose UT1",
      ["4:7 contradicting-place"]
    ),
    ("use channel UO1 in KD1\nuse channel UO1 in KD2\nclose UT1", ["2:13 contradicting-place"]),
    (
      "use interaction KD1\nclose channel UO1\nuse interaction KD2\nclose channel UO1",
      ["4:15 contradicting-place"]
    ),
  ])
  func findsPlacesThatContradict(_ script: String, _ expected: [String]) {
    let lists = check(script)
    #expect(found(lists).filter { !$0.hasSuffix("similar-sid") } == expected)
  }

  @Test func aPathOfAnArgumentIsRelativeToTheCurrentFolder() throws {
    // The sub-script gets the file of the script that runs it.
    let lists = check(
      "param f: file\nrun \"sub.flex\" with leavers = $f",
      files: [
        "sub.flex": "param leavers: file\nfor r in rows of $leavers { close $r.a on UO1 in KD1 }",
        "d.csv": "a\nUT1\nUT12\n",
      ], arguments: ["f": "d.csv"])
    #expect(found(lists) == ["d.csv:3:1 bad-row"])
  }

  @Test(arguments: [
    ("list participants where type is agnet", ["2:33 unknown-value"]),
    ("expect (participants where type is agnet).count is 0", ["2:36 unknown-value"]),
    ("if (channel).status is not activ { stop }", ["2:28 unknown-value"]),
    ("list participants where type is \"agnet\"", []),
    ("list participants where type is not agent", []),
  ])
  func knowsTheValuesOfAField(_ sentence: String, _ expected: [String]) {
    #expect(found(check(Self.place + sentence)) == expected)
  }

  @Test(arguments: [
    ("{\"properties\": {\"workspace_sid\": \"WSxyz\"}}", ["2:53 malformed-sid"]),
    ("{\"properties\": {\"workspace_sid\": \"UO1\"}}", ["2:53 wrong-sid-kind"]),
    ("{\"properties\": {\"worksapce_sid\": \"WS1\"}}", ["2:34 unknown-key"]),
    ("{\"properties\": {\"worker_sid\": \"hello\"}}", ["2:50 type-mismatch"]),
    ("{\"properties\": {\"workspace_sid\": \"$w\", \"attributes\": {\"x\": 1}}}", []),
    ("{\"properties\": {\"worker_sid\": $w}}", ["2:50 wrong-sid-kind"]),
  ])
  func checksTheSIDsOfJSONByTheirKeys(_ routing: String, _ expected: [String]) {
    let script = "param w: workspace = WS1\ninvite on UO1 in KD1 routing \(routing)\necho $w"
    let found = found(check(script))
    // Positions are those of the script with whole SIDs.
    #expect(
      found.map { $0.split(separator: " ").last } == expected.map { $0.split(separator: " ").last })
  }
}
