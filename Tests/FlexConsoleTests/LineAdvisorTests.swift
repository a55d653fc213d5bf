import FlexAPI
import FlexScript
import FlexTestSupport
import Testing

@testable import FlexConsole

/// How a line is shown while it is typed.
struct LineAdvisorTests {
  /// The words of a line with their looks: `close:1`, and the hint after `~` or, if it only says what is
  /// expected, after `?`.
  private func look(
    _ text: String, history: [String] = [], after earlier: String = "", rows: ListedRows = .init(),
    gone: Set<String> = [], hints: Bool = true
  ) -> String {
    let text = Sample.expand(text)
    var checker = PromptChecker(session: CheckSession(files: MemoryFiles([:])))
    _ = checker.check(Sample.expand("use channel UO1 in KD1\nlet gone = UT1\n"))
    let advisor = LineAdvisor(
      checker: checker,
      expand: { text in
        (try? rows.replacements(in: text, place: nil)).map { TypedText(text, $0) }
      },
      history: HistorySearch(history.map { Sample.expand($0) }),
      isOutOfDate: { line in gone.contains { line.contains(Sample.expand($0)) } },
      showsHints: hints)
    let appearance = advisor.appearance(of: text, after: Sample.expand(earlier))
    let bytes = Array(text.utf8)
    let words = appearance.spans.map {
      "\(String(decoding: bytes[$0.range], as: UTF8.self)):\($0.look)"
    }
    let hint = appearance.hint.map { ($0.isInsertable ? "~" : "?") + $0.text }
    return Sample.shorten((words + [hint].compactMap(\.self)).joined(separator: " "))
  }

  @Test(arguments: [
    ("close UT1 on UO1", "close:1 UT1:92 on:36 UO1:96"),
    ("echo \"a\" # b", "echo:1 \"a\":32 # b:2"),
    ("let x = close", "let:1 close:1"),
    ("sleep 5s; show channel", "sleep:1 5s:33 show:1 channel:36"),
    ("close $gone.a", "close:1 $gone.a:35"), ("echo \"open", "echo:1 \"open:32"),
    // Wrong, and finished: underlined.
    ("close KD1 on ", "close:1 KD1:94;4 on:36 ?‹channel›"), ("closs UT1", "closs:4 UT1:92"),
    ("close $nobody ", "close:1 $nobody:35;4 ?on | in"),
    // Not finished: it may still become right.
    ("closs", ""), ("close KD1", "close:1 KD1:94"),
    // The prompt's own words.
    ("output wide", "output:1"), ("set hints off", "set hints:1"),
    ("use profile x", "use profile:1"),
    ("?", "?:1"), ("plan close UT1", "plan:1 close:1 UT1:92"),
  ])
  func wordsHaveTheirLooks(text: String, look: String) {
    #expect(self.look(text) == look)
  }

  @Test(arguments: [
    ("close ", "close:1 ?channel | every | ‹participant›"), ("show ", ""), ("use channel ", ""),
    ("list participants ", "list:1 participants:36"), ("sleep ", "sleep:1 ?‹duration›"),
    ("close", "close:1"), ("", ""), ("  ", ""),
  ])
  func theGrammarSaysWhatIsExpected(text: String, look: String) {
    let found = self.look(text)
    if look.isEmpty { return #expect(!found.contains("~")) }
    #expect(found.hasPrefix(look))
  }

  @Test func theNewestLineOfTheHistoryThatIsStillValidIsOffered() {
    let history = ["close UT1", "close UT2", "close $never", "closs UT3", "save a b"]
    #expect(look("clo", history: history) == "~se UT2")
    #expect(look("clo", history: history, gone: ["UT2"]) == "~se UT1")
    #expect(look("clos", history: history, hints: false) == "")
    #expect(look("sav", history: history) == "")
    #expect(look("sav", history: ["save x.flex"]) == "~e x.flex")
    // Only from its beginning, and not within a block.
    #expect(look("UT", history: history) == "")
    #expect(look("clo", history: history, after: "if 1 < 2 {\n") == "")
  }

  @Test func aBlockIsReadFromItsBeginning() {
    #expect(look("close $x", after: "for x in [UT1] {\n") == "close:1 $x:35")
    #expect(look("close $y ", after: "for x in [UT1] {\n").hasPrefix("close:1 $y:35;4"))
  }

  @Test func aRowStandsForItsSID() {
    let item = try? JSONReader.read(Sample.expand(#"{"sid": "UT1", "type": "agent"}"#))
    let rows = ListedRows([item ?? .null])
    #expect(look("close @1 on UO1", rows: rows) == "close:1 @1:92 on:36 UO1:96")
  }
}

/// Lines by their beginning.
struct HistorySearchTests {
  @Test func theNewestComesFirstWhateverWasTypedBefore() {
    let search = HistorySearch(["close a", "echo", "close b", "clo", "客户"])
    for (text, lines) in [
      ("c", ["clo", "close b", "close a"]), ("clo", ["close b", "close a"]),
      ("close a", []), ("cl", ["clo", "close b", "close a"]), ("e", ["echo"]), ("", nil),
      ("客", ["客户"]), ("x", []), ("xc", []), ("c", ["clo", "close b", "close a"]),
    ] as [(String, [String]?)] {
      let found = Array(search.lines(beginningWith: text))
      #expect(found == lines ?? ["客户", "clo", "close b", "echo", "close a"], "\(text)")
    }
  }
}

/// Texts with parts replaced.
struct TypedTextTests {
  @Test func rangesLeadBackToWhatWasTyped() {
    let text = TypedText(
      "a @1 b @2", [.init(range: 2..<4, text: "XXXXX"), .init(range: 7..<9, text: "Y")])
    #expect(text.whole == "a XXXXX b Y")
    #expect(text.typedRange(of: 0..<1) == 0..<1)
    #expect(text.typedRange(of: 2..<7) == 2..<4)
    #expect(text.typedRange(of: 3..<4) == 2..<4)
    #expect(text.typedRange(of: 8..<9) == 5..<6)
    #expect(text.typedRange(of: 10..<11) == 7..<9)
    #expect(text.typedRange(of: 11..<11) == 9..<9)
    #expect(TypedText("abc", []).typedRange(of: 1..<2) == 1..<2)
  }
}

/// A listing that replaces itself.
struct RepeatedListingTests {
  @Test func whatHasChangedIsMarked() {
    var listing = RepeatedListing(palette: Palette(isColored: false))
    let window = (columns: 40, lines: 10)
    #expect(
      listing.frame("ROW\n@1 a\n@2 b\n", title: "t", of: "s", in: window)
        == "t  s\n  ROW\n  @1 a\n  @2 b\n")
    #expect(
      listing.frame("ROW\n@1 a\n@2 c\n", title: "t", of: "s", in: window)
        == "\r\u{1B}[4A\u{1B}[Jt  1 changed  s\n  ROW\n  @1 a\n• @2 c\n")
    // Nothing of it stays when the window became narrower.
    #expect(
      listing.frame("ROW\n", title: "t", of: "s", in: (columns: 6, lines: 10))
        == "\r\u{1B}[6A\u{1B}[Jt  s\n  ROW\n")
  }

  @Test func whatTheWindowCannotHoldIsCut() {
    var listing = RepeatedListing(palette: Palette(isColored: false))
    let text = (1...20).map { "\($0)\n" }.joined()
    let frame = listing.frame(text, title: "t", of: "s", in: (columns: 40, lines: 8))
    #expect(frame == "t  s\n  1\n  2\n  3\n  4\n  … and 16 more lines\n")
  }
}

/// The prompt's own commands.
struct ConsoleCommandTests {
  @Test(arguments: [
    ("output wide", ConsoleCommand.output(.wide)), ("again", .again(every: nil, until: nil)),
    ("again every 2s", .again(every: .seconds(2), until: nil)),
    ("again until (channels).count is 0", .again(every: nil, until: "(channels).count is 0")),
    ("again every 1m until 1 < 2", .again(every: .seconds(60), until: "1 < 2")),
    ("plan close every agent", .plan("close every agent")), ("  plan  x", .plan("x")),
    ("use profile prod", .profile("prod")), ("set hints off", .hints(false)),
    ("set names on", .names(true)), ("\\q", .exit), ("quit", .exit), ("?", .help(nil)),
    ("? close", .help("close")), ("set hints", .mistaken(usage: "set hints on|off")),
    ("again until", .mistaken(usage: "again [every D] [until CONDITION]")),
    ("again sometimes", .mistaken(usage: "again [every D] [until CONDITION]")),
    ("plan", .mistaken(usage: "plan SENTENCE")),
    ("use profile", .mistaken(usage: "use profile NAME")),
    ("output wider", .mistaken(usage: "output text|ndjson|wide")),
  ])
  func areRead(line: String, command: ConsoleCommand) {
    #expect(ConsoleCommand.parse(line) == command)
  }

  @Test(arguments: ["use channel UO1", "set rate 5/s", "show", "set", "use", "planned"])
  func sentencesAreNone(line: String) {
    #expect(ConsoleCommand.parse(line) == nil)
  }
}
