import FlexAPI
import FlexLanguageServer
import FlexScript
import FlexTestSupport
import Testing

/// Each request, over one script with characters of every width.
struct FeatureTests {
  private static let uri = "file:///runbook/main.flex"
  private static let script = Sample.expand(
    """
    # 😀 what to do
    # when the shift ends
    param chat: channel = UO1 "the 😀 chat"
    use channel $chat in KD1
    let agents = participants where type is agent
    for agent in $agents {
      echo "😀 ${agent.type} on $chat"; wrapup $agent
    }
    wrapup UT1
    close UT1
    expect (channel).status is active, "it is gone"

    """)

  private func editor(encoding: String = "utf-16") throws -> Editor {
    var editor = try Editor(encoding: encoding)
    editor.open(Self.uri, Self.script)
    return editor
  }

  @Test(arguments: [
    (3, 14, "`$chat`: a parameter, `channel = UOb2", "3:13-3:17"),
    (2, 6, "the 😀 chat", "2:6-2:10"),
    (4, 4, "`$agents`: a list, declared on line 5", "4:4-4:10"),
    (6, 14, "`$agent`: a participant", "6:13-6:18"),
    (8, 10, "a participant; also on line 10", "8:7-8:41"),
    (3, 25, "an interaction; nowhere else", "3:21-3:55"),
    (9, 2, "close every agent of WT…", "9:0-9:5"),
    (4, 27, "Keeps only what meets a condition", "4:26-4:31"),
  ])
  func hover(_ line: Int, _ character: Int, _ part: String, _ range: String) throws {
    var editor = try editor()
    let hover = try editor.result("textDocument/hover", Editor.at(Self.uri, line, character)).object
    let text = hover?["contents"]?.object?["value"]?.text ?? ""
    #expect(text.contains(part), "\(text)")
    #expect(Editor.range(hover?["range"]) == range)
  }

  @Test func hoverOverNothing() throws {
    var editor = try editor()
    // A field is no word of the language, whatever it is called.
    editor.open("file:///r.flex", "for r in rows of \"a.csv\" { echo $r.participant }\n")
    #expect(try editor.result("textDocument/hover", Editor.at("file:///r.flex", 0, 37)) == .null)
    #expect(try editor.result("textDocument/hover", Editor.at(Self.uri, 0, 3)) == .null)
    #expect(try editor.result("textDocument/hover", Editor.at(Self.uri, 99, 99)) == .null)
  }

  @Test func definitionAndReferences() throws {
    var editor = try editor()
    let definition = try editor.result("textDocument/definition", Editor.at(Self.uri, 6, 31))
    #expect(definition.object?["uri"] == .string(Self.uri))
    #expect(
      Editor.range(definition.object?["range"]) == "2:6-2:10", "in a text after a wide letter")
    for (declares, expected) in [
      (true, ["2:6-2:10", "3:13-3:17", "6:29-6:33"]), (false, ["3:13-3:17", "6:29-6:33"]),
    ] {
      let references = try editor.result(
        "textDocument/references",
        Editor.at(Self.uri, 2, 8, more: ", \"context\": {\"includeDeclaration\": \(declares)}"))
      #expect(references.array?.map { Editor.range($0.object?["range"]) } == expected)
    }
    let sids = try editor.result(
      "textDocument/references",
      Editor.at(Self.uri, 9, 10, more: ", \"context\": {\"includeDeclaration\": true}"))
    #expect(sids.array?.map { Editor.range($0.object?["range"]) } == ["8:7-8:41", "9:6-9:40"])
    #expect(try editor.result("textDocument/definition", Editor.at(Self.uri, 0, 0)) == .null)
  }

  @Test func positionsAreUnitsOfTheEncoding() throws {
    var editor = try editor(encoding: "utf-8")
    let highlights = try editor.result("textDocument/documentHighlight", Editor.at(Self.uri, 2, 8))
    let found = highlights.array?.map {
      "\(Editor.range($0.object?["range"])) \($0.object?["kind"]?.integer ?? 0)"
    }
    #expect(found == ["2:6-2:10 3", "3:13-3:17 2", "6:31-6:35 2"])
  }

  @Test func documentSymbols() throws {
    var editor = try editor()
    let symbols = try editor.result("textDocument/documentSymbol", Editor.about(Self.uri))
    let found = symbols.array?.map {
      "\($0.object?["name"]?.text ?? "") \(Editor.range($0.object?["range"])) "
        + Editor.range($0.object?["selectionRange"])
    }
    #expect(
      found == [
        "chat 2:0-2:70 2:6-2:10", "agents 4:0-4:45 4:4-4:10", "for agent 5:0-7:1 5:4-5:9",
        "expect (channel).status is active, \"it is gone\" 10:0-10:47 10:0-10:6",
      ])
    var plain = try Editor(capabilities: "{}")
    plain.open(Self.uri, Self.script)
    let flat = try plain.result("textDocument/documentSymbol", Editor.about(Self.uri))
    #expect(flat.array?.count == 4)
    #expect(flat.array?.first?.object?["location"]?.object?["uri"] == .string(Self.uri))
  }

  @Test func symbolsOfLoopsHoldThoseInThem() throws {
    var editor = try Editor()
    editor.open(
      Self.uri,
      "for a in [1] {\n  if 1 < 2 { let b = 2; echo $b } else {\n let c = 3 }\n}\nlet d = 1\n")
    func names(_ symbols: [JSON]?) -> String {
      (symbols ?? []).map { symbol in
        let inner = names(symbol.object?["children"]?.array)
        return (symbol.object?["name"]?.text ?? "") + (inner.isEmpty ? "" : "(\(inner))")
      }.joined(separator: " ")
    }
    let symbols = try editor.result("textDocument/documentSymbol", Editor.about(Self.uri))
    #expect(names(symbols.array) == "for a(b c) d")
  }

  @Test func folding() throws {
    var editor = try Editor()
    editor.open(
      Self.uri,
      """
      # a
      # b
      if 1 < 2 {
        echo 1  # c
        # d
        # e
      } else {
        echo 2
      }
      let list = [
        1,
        2
      ]
      echo {

      """)
    let ranges = try editor.result("textDocument/foldingRange", Editor.about(Self.uri))
    let found = ranges.array?.map { range in
      "\(range.object?["startLine"]?.integer ?? -1)-\(range.object?["endLine"]?.integer ?? -1) "
        + (range.object?["kind"]?.text ?? "")
    }
    #expect(found == ["0-1 comment", "2-5 ", "4-5 comment", "6-7 ", "9-11 "])
  }

  @Test func linksAndInlayHints() throws {
    let folder = try TemporaryFolder()
    try folder.write("a,b\n1,2\n3,4\n\n5,6\n", to: "four rows.csv")
    let uri = "file://" + folder.path + "/main.flex"
    var editor = try Editor()
    editor.open(
      uri,
      """
      param data: file = "four rows.csv"
      for r in rows of "four rows.csv" { echo $r.a }
      for s in rows of $data { echo $s.b }
      run "sub/other.flex"

      """)
    let links = try editor.result("textDocument/documentLink", Editor.about(uri))
    #expect(
      links.array?.map {
        "\(Editor.range($0.object?["range"])) \($0.object?["target"]?.text ?? "")"
      }
        == [
          "1:18-1:31 file://\(folder.path)/four%20rows.csv",
          "3:5-3:19 file://\(folder.path)/sub/other.flex",
        ])
    func hints(_ lines: ClosedRange<Int>) throws -> [String]? {
      let hints = try editor.result(
        "textDocument/inlayHint",
        Editor.about(
          uri,
          more: """
            , "range": {"start": {"line": \(lines.lowerBound), "character": 0},
              "end": {"line": \(lines.upperBound), "character": 0}}
            """))
      return hints.array?.map {
        "\($0.object?["position"]?.object?["line"]?.integer ?? -1) "
          + ($0.object?["label"]?.text ?? "")
      }
    }
    #expect(try hints(0...9) == ["1 # 3 rows", "2 # 3 rows"])
    #expect(try hints(2...3) == ["2 # 3 rows"])
  }

  // MARK: Completion

  /// The labels of what can stand at the end of a text.
  private func completions(
    _ text: String, in folder: String? = nil
  ) throws -> [String] {
    let uri = folder.map { "file://\($0)/main.flex" } ?? Self.uri
    var editor = try Editor(folder: folder)
    editor.open(uri, text)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let result = try editor.result(
      "textDocument/completion",
      Editor.at(uri, lines.count - 1, lines.last?.utf16.count ?? 0))
    return result.object?["items"]?.array?.compactMap { $0.object?["label"]?.text } ?? []
  }

  @Test func completionIsThatOfThePrompt() throws {
    let verbs = try completions("")
    #expect(verbs == Keyword.verbs.map(\.rawValue))
    #expect(try completions("wra") == ["wrapup"])
    #expect(try completions("echo \"😀\"\nclose UT1 on UO1 ") == ["in"])
    let text = "param chat: channel\nlet a = participants on $chat in KD1\n"
    #expect(try completions(Sample.expand(text + "close $")) == ["$a"])
    #expect(try completions(Sample.expand(text + "close UT1 on $")) == ["$chat"])
    #expect(try completions(Sample.expand("list participants where type is ag")) == ["agent"])
    #expect(try completions("# a comment ") == [])
  }

  @Test func completionKnowsTheSIDsOfTheFile() throws {
    let one = Sample.expand("UT1")
    let two = Sample.expand("UT2")
    let text = Sample.expand("close UT1 on UO1 in KD1\nwrapup UT2 on UO1 in KD1\nclose ")
    #expect(try completions(text + "UT") == [two, one], "the nearest first")
    #expect(try completions(text + two.prefix(6).uppercased()) == [two], "in either case")
    #expect(try completions(text + two.prefix(6)) == [two])
    #expect(try completions(text + "UT1 on ").contains(Sample.expand("UO1")))
    #expect(
      try completions("list tasks of queue \"Support\"\nlist tasks of queue ") == ["\"Support\""])
  }

  @Test func completionKnowsFilesParametersAndColumns() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "param chat: channel\nparam why: text = 'x' \"the reason\"\n", to: "park it.flex")
    try folder.write("who,where\n1,2\n", to: "rows.csv")
    #expect(try completions("run \"pa", in: folder.path) == ["\"park it.flex\""])
    #expect(try completions("run ", in: folder.path).contains("\"park it.flex\""))
    #expect(try completions("for r in rows of \"", in: folder.path) == ["\"rows.csv\""])
    #expect(
      try completions("run \"park it.flex\" with ", in: folder.path) == ["chat = ", "why = "])
    #expect(
      try completions("run \"park it.flex\" with chat = $x, ", in: folder.path) == ["why = "])
    #expect(
      try completions("for r in rows of \"rows.csv\" { echo $r.", in: folder.path)
        == ["$r.who", "$r.where"])
  }

  @Test func whatACompletionReplaces() throws {
    var editor = try Editor()
    editor.open(Self.uri, "echo \"😀\"; wra")
    let items = try editor.result("textDocument/completion", Editor.at(Self.uri, 0, 14))
    let edit = items.object?["items"]?.array?.first?.object?["textEdit"]
    #expect(Editor.range(edit?.object?["range"]) == "0:11-0:14")
    #expect(edit?.object?["newText"] == .string("wrapup"))
  }

  @Test func aCompletionCoversTheQuoteThatTheEditorHasClosed() throws {
    let folder = try TemporaryFolder()
    try folder.write("echo 1\n", to: "dusk.flex")
    let uri = "file://\(folder.path)/main.flex"
    var editor = try Editor()
    editor.open(uri, "run \"d\"\n")
    let items = try editor.result("textDocument/completion", Editor.at(uri, 0, 6))
    let edit = try #require(items.object?["items"]?.array?.first?.object?["textEdit"])
    #expect(try Editor.apply([edit], to: "run \"d\"\n") == "run \"dusk.flex\"\n")
  }

  // MARK: Odd places

  /// Documents and places at which nothing may go wrong.
  private static let oddTexts = [
    "", "\u{FEFF}", "\u{FEFF}close UT1\r\n", "a\rb\r", "echo \"😀", "}}}", "# x\r# y",
    Sample.expand("param a: text; close UT1\necho $a\n"), "let = 1\nfor in {\nrun with a = 1\n",
    String(repeating: "for x in $y {\n", count: 100), String(repeating: "[(", count: 100),
  ]

  @Test func deepNestingIsNotFollowed() throws {
    var editor = try Editor()
    editor.open(Self.uri, String(repeating: "for x in $y {\n", count: 3000))
    let symbols = try editor.result("textDocument/documentSymbol", Editor.about(Self.uri))
    #expect(symbols.array?.count == 1)
    #expect(try editor.result("textDocument/foldingRange", Editor.about(Self.uri)) == .array([]))
  }

  @Test(arguments: oddTexts)
  func everyRequestSurvivesEveryPlace(_ text: String) throws {
    var editor = try Editor()
    editor.open(Self.uri, text)
    _ = editor.wait(.zero)
    let huge = Int.max
    let places = [(0, 0), (0, 1), (0, 8), (0, 25), (1, 0), (huge, huge), (0, huge), (huge, 0)]
    for (line, character) in places {
      let place = "{\"line\": \(line), \"character\": \(character)}"
      let start = "{\"line\": 0, \"character\": 0}"
      for (from, to) in [(start, place), (place, start), (place, place)] {
        for request in ["codeAction", "rangeFormatting", "inlayHint"] {
          let range = "{\"start\": \(from), \"end\": \(to)}"
          _ = try editor.response(
            "textDocument/\(request)",
            Editor.about(
              Self.uri,
              more: ", \"range\": \(range), \"context\": {\"diagnostics\": []}, \"options\": {}"))
        }
      }
      for request in ["hover", "completion", "definition", "references", "documentHighlight"] {
        _ = try editor.response("textDocument/\(request)", Editor.at(Self.uri, line, character))
      }
      _ = try editor.response(
        "textDocument/rename", Editor.at(Self.uri, line, character, more: ", \"newName\": \"b\""))
    }
    for request in ["documentSymbol", "foldingRange", "documentLink", "semanticTokens/full"] {
      _ = try editor.result("textDocument/\(request)", Editor.about(Self.uri))
    }
  }

  // MARK: Formatting

  @Test func formattingIsThatOfFmt() throws {
    let text = Sample.expand(
      "use   interaction KD1\n\n\n\nif 1<2 {\necho  \"😀\"\n  }\nclose UT1   on UO1;stop\n# end   \n"
    )
    var editor = try Editor()
    editor.open(Self.uri, text)
    let edits = try editor.result(
      "textDocument/formatting", Editor.about(Self.uri, more: ", \"options\": {}"))
    let formatted = String(
      decoding: try Formatter.format(Array(text.utf8), file: "x"), as: UTF8.self)
    #expect(try Editor.apply(edits.array ?? [], to: text) == formatted)
    editor.change(Self.uri, formatted, version: 2)
    let none = try editor.result(
      "textDocument/formatting", Editor.about(Self.uri, more: ", \"options\": {}"))
    #expect(none == .array([]))
    editor.change(Self.uri, "echo \"open\nstop", version: 3)
    let failure = try editor.failure("textDocument/formatting", Editor.about(Self.uri))
    #expect(failure.code == -32803)
    #expect(failure.message.contains("line 1"))
  }

  @Test func formattingOfARangeLeavesTheRestAlone() throws {
    let text = "echo   1\necho   2\necho   3\n"
    var editor = try Editor()
    editor.open(Self.uri, text)
    func formatted(_ start: String, _ end: String) throws -> String {
      let edits = try editor.result(
        "textDocument/rangeFormatting",
        Editor.about(Self.uri, more: ", \"range\": {\"start\": \(start), \"end\": \(end)}"))
      return try Editor.apply(edits.array ?? [], to: text)
    }
    let second = #"{"line": 1, "character": 0}"#
    #expect(
      try formatted(second, #"{"line": 2, "character": 0}"#) == "echo   1\necho 2\necho   3\n")
    #expect(try formatted(second, second) == "echo   1\necho 2\necho   3\n")
    #expect(
      try formatted(second, #"{"line": 2, "character": 1}"#) == "echo   1\necho 2\necho 3\n")
  }

  // MARK: Highlighting

  @Test func semanticTokensCoverTheScript() throws {
    var editor = try editor()
    let result = try editor.result("textDocument/semanticTokens/full", Editor.about(Self.uri))
    let data = result.object?["data"]?.array?.compactMap(\.integer) ?? []
    #expect(data.count % 5 == 0)
    let lines = Self.script.split(separator: "\n", omittingEmptySubsequences: false).map {
      Array($0.utf16)
    }
    let types = ["keyword", "variable", "property", "string", "number", "comment", "sid", "verb"]
    var found: [String] = []
    var (line, character) = (0, 0)
    for index in stride(from: 0, to: data.count, by: 5) {
      line += data[index]
      character = data[index + 1] + (data[index] == 0 ? character : 0)
      let units = lines[line][character..<character + data[index + 2]]
      found.append("\(types[data[index + 3]]) \(String(decoding: units, as: UTF16.self))")
    }
    #expect(
      found.prefix(12) == [
        "comment # 😀 what to do", "comment # when the shift ends", "verb param", "variable chat",
        "keyword channel", "sid \(Sample.expand("UO1"))", "string \"the 😀 chat\"", "verb use",
        "keyword channel", "variable $chat", "keyword in", "sid \(Sample.expand("KD1"))",
      ])
    let text = [
      "string \"😀 ${", "variable agent", "string .type} on $", "variable chat", "string \"",
    ]
    #expect(found.indices.contains { found[$0...].starts(with: text) }, "\(found)")
  }

  // MARK: Actions

  private func actions(
    _ editor: inout Editor, _ uri: String, _ line: Int, _ character: Int, only: String = "null"
  ) throws -> [JSONObject] {
    let place = "{\"line\": \(line), \"character\": \(character)}"
    let context = only == "null" ? "" : ", \"only\": [\"\(only)\"]"
    let result = try editor.result(
      "textDocument/codeAction",
      Editor.about(
        uri,
        more: """
          , "range": {"start": \(place), "end": \(place)}, "context": {"diagnostics": []\(context)}
          """))
    return result.array?.compactMap(\.object) ?? []
  }

  private func applied(_ action: JSONObject?, to text: String) throws -> String {
    let edits = try #require(action?["edit"]?.object?["changes"]?.object?[Self.uri]?.array)
    return try Editor.apply(edits, to: text)
  }

  @Test func fixes() throws {
    let text = "echo \"😀\"; clsoe UT1"
    var editor = try Editor()
    editor.open(Self.uri, text)
    let found = try actions(&editor, Self.uri, 0, 13)
    #expect(found.map { $0["title"]?.text } == ["write `close`"])
    #expect(found.first?["kind"] == .string("quickfix"))
    #expect(try applied(found.first, to: text) == "echo \"😀\"; close UT1")
    #expect(try actions(&editor, Self.uri, 0, 2).isEmpty)
    #expect(try actions(&editor, Self.uri, 0, 13, only: "refactor").isEmpty)
  }

  @Test func aSIDBecomesAParameter() throws {
    let text = Sample.expand(
      "# who\n\nparam chat: channel = UO1\nwrapup UT1 on $chat in KD1\nclose UT1 on $chat in KD1\n")
    var editor = try Editor()
    editor.open(Self.uri, text)
    let found = try actions(&editor, Self.uri, 3, 10)
    #expect(found.map { $0["title"]?.text } == ["lift UT… to the parameter `participant`"])
    #expect(
      try applied(found.first, to: text)
        == Sample.expand(
          """
          # who

          param chat: channel = UO1
          param participant: participant = UT1
          wrapup $participant on $chat in KD1
          close $participant on $chat in KD1

          """))
    #expect(try actions(&editor, Self.uri, 2, 24).isEmpty, "it is a parameter already")
    #expect(try actions(&editor, Self.uri, 3, 10, only: "quickfix").isEmpty)
    editor.change(
      Self.uri, Sample.expand("let participant = UT2\nclose UT1, $participant on UO1 in KD1\n"),
      version: 2)
    let second = try actions(&editor, Self.uri, 1, 8)
    #expect(second.map { $0["title"]?.text } == ["lift UT… to the parameter `participant2`"])
  }
}
