import FlexTestSupport
import Foundation
import Testing

/// What is on the screen while a line is edited, with and without colours.
@Suite struct LineEditingTests {
  /// Numbers that are the same in every run.
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let mixed = (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
      return mixed ^ (mixed >> 29)
    }
  }

  private static let letters = [
    "c", "l", "o", "s", "e", " ", "\"", "U", "@1", "{", "é", "客", "e\u{301}",
  ]
  private static let keys: [String] = [
    "\u{1B}[D", "\u{1B}[C", "\u{1B}[A", "\u{1B}[B", "\u{1B}[H", "\u{1B}[F", "\u{1B}[1;5D",
    "\u{1B}[1;5C", "\u{1B}[1;3C", "\u{1B}[3~", "\u{8}", "\u{7F}", "\u{17}", "\u{15}", "\u{B}",
    "\u{19}", "\u{1}", "\u{5}", "\u{14}", "\u{1B}d", "\u{1B}u", "\u{1B}[5~", "\u{1B}[15~",
    "\u{1B}[2~", "\u{1B}OP", "\u{1B}q", "\u{12}ec\u{7}\u{7}", "\u{12}ec\u{1B}[C", "\t",
    "\u{1B}[200~echo \"pasted\"\u{1B}[201~", "\u{1B}[200~客户 a\r\nb\u{1B}[201~",
  ]

  /// Keys of every sort; now and then the line begins again, so that the window holds it.
  private static func typed(_ count: Int, _ random: inout Random) -> String {
    var text = ""
    for index in 0..<count {
      if index % 12 == 11 { text += "\u{15}\u{B}" }
      text +=
        Int.random(in: 0..<5, using: &random) < 3
        ? letters.randomElement(using: &random) ?? "" : keys.randomElement(using: &random) ?? ""
    }
    return text
  }

  /// After any keys, the screen is that of the same line at a window that was just cleared.
  @Test(arguments: [20, 40, 80, 200], ["colours", "plain", "C locale"])
  func nothingIsLeftOver(columns: Int, look: String) async throws {
    var environment = ["XTERM": "1"]
    if look == "colours" { environment["NO_COLOR"] = "" }
    if look == "C locale" { environment["LC_ALL"] = "C" }
    try await PromptAtTerminal.session(columns: columns, environment: environment) { terminal, _ in
      try await terminal.enter("echo \"an earlier line\"")
      try await terminal.enter("echo \"eclipse\"")
      var random = Random(state: UInt64(columns))
      for round in 0..<720 {
        let typed = Self.typed(14, &random)
        terminal.type(typed)
        let (found, anew) = try await Self.drawnAnew(terminal)
        #expect(
          found == anew,
          "round \(round), after \(typed.debugDescription):\n\(found)\nanew:\n\(anew)")
        if found != anew { return }
      }
    }
  }

  /// What the window is from the prompt on, and what it is when the line is drawn in an empty one.
  private static func drawnAnew(
    _ terminal: PseudoTerminal
  ) async throws -> (found: Screen.Picture, anew: Screen.Picture) {
    let before = terminal.screen.cleared.count
    // Ctrl-L clears the window and draws the line anew; the second one shows what the first has drawn.
    terminal.type("\u{C}\u{C}")
    try await terminal.wait(for: "the window cleared") { $0.cleared.count >= before + 2 }
    let pictures = terminal.screen.cleared.suffix(2).map { $0.from("sim>") }
    return (pictures[0], pictures[1])
  }

  /// Whether the terminal breaks its lines anew or cuts them off, one copy of the line is there.
  @Test(
    arguments: [
      ["80", "40", "100", "23", "80"], ["40", "39", "200", "40"], ["200", "20", "21", "80"],
    ], ["colours", "plain", "colours, cut", "plain, cut"])
  func aLineIsThereOnceWhenTheWindowChanges(widths: [String], look: String) async throws {
    let environment = look.hasPrefix("colours") ? ["NO_COLOR": ""] : [:]
    for line in [
      "echo \"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\"",
      "echo \"客户服务中心客户服务中心客户服务中心客户服务中心\"", "echo 1",
      "\u{1B}[200~for x in [1, 2] {\necho \"$x 0123456789 0123456789 0123456789\"\n}\u{1B}[201~",
    ] {
      try await PromptAtTerminal.session(columns: Int(widths[0]) ?? 80, environment: environment) {
        terminal, _ in
        terminal.reflows = !look.hasSuffix("cut")
        terminal.type(line + "\u{1B}[D\u{1B}[D\u{1B}[D")
        let first = try await Self.drawnAnew(terminal).anew
        try await terminal.wait(for: "the line drawn twice") { $0.picture.from("sim>") == first }
        for width in widths.dropFirst().compactMap({ Int($0) }) {
          let shown = terminal.screen.received.count
          terminal.resize(columns: width)
          try await terminal.wait(for: "the line drawn again") {
            $0.received[shown...].contains(Array("\u{1B}[J".utf8))
          }
          let (found, anew) = try await Self.drawnAnew(terminal)
          // What was drawn for this window must not arrive in the next one.
          try await terminal.wait(for: "the line drawn twice") {
            $0.picture.from("sim>") == anew
          }
          #expect(found == anew, "\(line), \(width):\n\(found)\nanew:\n\(anew)")
          let window = try #require(terminal.screen.cleared.dropLast().last)
          #expect(
            window.lines.count { $0.hasPrefix("sim>") } == 1, "\(line), \(width):\n\(window)")
        }
      }
    }
  }

  /// Keys without a function type nothing, and the others do the same in every form.
  @Test func keysAreReadAsAWhole() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      for key in [
        "[5~", "[6~", "[2~", "[15~", "[1;5A", "[1;5P", "[[A", "OP", "[Z", "[I", "[?1;2c", "q", "é",
        "]0;title\u{7}", "[27;5;9~", "[99;99;99X",
      ] {
        terminal.type("\u{1B}\(key)")
      }
      for (keys, end) in [
        ("[1;5D", "x"), ("[1;3D", "x"), ("Od", "x"), ("\u{1B}[D", "x"), ("b", "x"),
      ] {
        terminal.type("echo \"one two\"\u{1B}\(keys)\(end)")
        try await terminal.wait(for: "the move by a word with \(keys)") {
          $0.picture.lines.last == "sim> echo \"one xtwo\""
        }
        terminal.type("\u{1B}[1;5C\u{5}\u{15}")
        try await terminal.wait(for: "an empty line") { $0.beforeCursor == "sim> " }
      }
      for (home, end) in [("[H", "[F"), ("OH", "OF"), ("[1~", "[4~"), ("[7~", "[8~")] {
        terminal.type("echo 1\u{1B}\(home)x\u{1B}\(end)y")
        try await terminal.wait(for: "both ends with \(home)") {
          $0.beforeCursor == "sim> xecho 1y"
        }
        terminal.type("\u{15}")
        try await terminal.wait(for: "an empty line") { $0.beforeCursor == "sim> " }
      }
      terminal.type("echo \"ab\"\u{1B}[D\u{1B}[D\u{1B}[3~\u{1B}[3~")
      try await terminal.wait(for: "deletion") { $0.beforeCursor == "sim> echo \"a" }
    }
  }

  /// A search that is interrupted leaves nothing of the line that it had found.
  @Test func aSearchThatIsInterruptedLeavesNothing() async throws {
    try await PromptAtTerminal.session(columns: 40) { terminal, _ in
      let line = "echo \"a line that is longer than the window is wide\""
      try await terminal.enter(line)
      terminal.type("\u{12}longer")
      try await terminal.wait(for: "bck:longer")
      terminal.type("\u{3}")
      try await terminal.wait(for: "the next prompt") { $0.picture.lines.last == "sim>" }
      #expect(terminal.screen.text.contains("is wide\"^C\nsim>"), "\(terminal.screen.text)")
      #expect(!terminal.screen.text.contains("bck:"))
    }
  }

  /// With `bind -v`, Escape by itself is a key, and a cursor key is none.
  @Test func theKeysOfViWork() async throws {
    try await PromptAtTerminal.session(settings: "bind -v\nbind \"\\e[15~\" vi-zero\n") {
      terminal, _ in
      terminal.type("echo 12")
      try await terminal.wait(for: "the line") { $0.beforeCursor == "sim> echo 12" }
      terminal.type("\u{1B}[D3")
      try await terminal.wait(for: "insertion before the last letter") {
        $0.picture.lines.last == "sim> echo 132"
      }
      terminal.type("\u{1B}")
      // The line is drawn again after the key has been read, by itself.
      let shown = terminal.screen.received.count
      terminal.resize(columns: 100)
      try await terminal.wait(for: "the line drawn again") {
        $0.received[shown...].contains(Array("\u{1B}[J".utf8))
      }
      terminal.type("0x")
      try await terminal.wait(for: "a deletion at the beginning") {
        $0.picture.lines.last == "sim> cho 132"
      }
      terminal.type("i\u{1B}[FX")
      try await terminal.wait(for: "End, and insertion") { $0.beforeCursor == "sim> cho 132X" }
    }
  }

  /// What the user's own settings bind is theirs.
  @Test func theUsersBindingsHold() async throws {
    try await PromptAtTerminal.session(
      settings: "bind \"\\e[1;5D\" ed-move-to-beg\nbind \"\\e[5~\" ed-move-to-end\n"
    ) { terminal, _ in
      terminal.type("echo 1\u{1B}[1;5Dx\u{1B}[5~y")
      try await terminal.wait(for: "both ends") { $0.beforeCursor == "sim> xecho 1y" }
    }
  }

  private static let coloured = ["NO_COLOR": ""]

  /// A hint is shown, and is inserted only by its keys.
  @Test func hintsAreTakenByTheirKeysAlone() async throws {
    try await PromptAtTerminal.session(environment: Self.coloured) { terminal, _ in
      let line = "echo \"one two\" # three"
      try await terminal.enter(line)
      let hinted = "sim> " + line
      for keys in ["\u{5}", "\u{1B}[C", "\u{1B}OF"] {
        terminal.type("ec")
        try await terminal.wait(for: "the hint") {
          $0.picture.lines.last == hinted && $0.beforeCursor == "sim> ec"
        }
        terminal.type(keys)
        try await terminal.wait(for: "the whole line") { $0.beforeCursor == hinted }
        terminal.type("\u{15}")
        try await terminal.wait(for: "an empty line") { $0.picture.lines.last == "sim>" }
      }
      terminal.type("ec")
      try await terminal.wait(for: "the hint") { $0.picture.lines.last == hinted }
      terminal.type("\u{1B}[1;3C")
      try await terminal.wait(for: "a word of it") { $0.beforeCursor == "sim> echo" }
      try await terminal.wait(for: "the rest") { $0.picture.lines.last == hinted }
      terminal.type("\u{1B}f")
      try await terminal.wait(for: "another word") { $0.beforeCursor == "sim> echo \"one" }
      // Enter runs what was typed.
      try await terminal.press("\u{15}ec\r")
      #expect(terminal.screen.text.contains("no sentence begins with `ec`"))
      terminal.type("close ")
      try await terminal.wait(for: "what the grammar expects") {
        $0.picture.lines.last?.hasSuffix("close channel | every | ‹participant›") == true
      }
      try await terminal.press("\u{5}\r")
      #expect(terminal.screen.text.contains("the sentence ends here, but"))
      try await terminal.enter("set hints off")
      terminal.type("close ")
      try await terminal.wait(for: "the verb") { $0.beforeCursor == "sim> close " }
      #expect(terminal.screen.picture.lines.last == "sim> close")
      try await terminal.press("\r")
    }
  }

  /// `hints = false` is for good, and NO_COLOR leaves the line as libedit draws it.
  @Test func oneSettingTurnsHintsOff() async throws {
    try await PromptAtTerminal.session { terminal, folder in
      try await terminal.enter("echo \"one\"")
      let shown = terminal.screen.received.count
      terminal.type("ec")
      try await terminal.wait(for: "the letters") { $0.beforeCursor == "sim> ec" }
      #expect(terminal.screen.received[shown...].elementsEqual("ec".utf8))
      terminal.type("\u{15}\u{4}")
      _ = await terminal.end()
      let settings = URL(filePath: folder).appending(path: ".config/flexsh")
      try FileManager.default.createDirectory(at: settings, withIntermediateDirectories: true)
      try Data("hints = false\n".utf8).write(to: settings.appending(path: "config.toml"))
      try await PromptAtTerminal.session(environment: Self.coloured, folder: folder) {
        terminal, _ in
        terminal.type("echo")
        try await terminal.wait(for: "the colour") {
          $0.received.contains(Array("\u{1B}[0;1mecho".utf8))
        }
        #expect(terminal.screen.picture.lines.last == "sim> echo")
        try await terminal.press("\u{15}set hints on\r")
        terminal.type("ec")
        try await terminal.wait(for: "the hint") { $0.picture.lines.last == "sim> echo \"one\"" }
      }
    }
  }

  /// What terminals send by themselves is no key, however long it is.
  @Test func whatATerminalSaysIsNoKey() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      for text in [
        "]52;c;\(String(repeating: "A", count: 20_000))\u{7}",
        "P\(String(repeating: "B", count: 3000))\u{1B}\\", "]0;title\u{1B}\\",
      ] {
        try await terminal.beginTyping("\u{1B}" + text).value
      }
      try await terminal.enter("echo \"after\"")
      #expect(terminal.screen.text.contains("\nafter\n"))
      #expect(!terminal.screen.text.contains("AAAA"))
      // Enter after an incomplete sequence is Enter.
      try await terminal.enter("echo \"then\"\u{1B}[")
      #expect(terminal.screen.text.contains("\nthen\n"))
    }
  }

  @Test func aPasteThatWouldReadOtherwiseIsRefused() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      terminal.type("\u{1B}[200~echo \"a\u{202E}b\"\u{1B}[201~")
      try await terminal.press("\r")
      #expect(terminal.screen.text.contains("that line was not taken: it holds U+202E"))
      #expect(!terminal.screen.received.contains(Array("\u{202E}".utf8)))
    }
  }

  /// What is not UTF-8 is refused, also while the terminal is asked where the cursor is.
  @Test func bytesAreRefusedWhileTheWindowChanges() async throws {
    try await PromptAtTerminal.session(columns: 80) { terminal, _ in
      terminal.reflows = true
      terminal.type("echo \"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\"")
      try await terminal.wait(for: "the line") { $0.beforeCursor.hasSuffix("9\"") }
      let shown = terminal.screen.received.count
      terminal.resize(columns: 33)
      // It arrives before or after the answer.
      terminal.type([0xFF])
      try await terminal.wait(for: "the line drawn again") {
        $0.received[shown...].contains(Array("\u{1B}[J".utf8))
      }
      try await terminal.press("\r")
      #expect(terminal.screen.text.replacing("\n", with: " ").contains("was not taken: it holds"))
    }
  }

  /// A letter that is cut short does not take the key after it.
  @Test func bytesTakeNoKeyWithThem() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      for bytes in [[0xFF], [0xC3], [0xE5, 0xAE], [0xF0, 0x9F]] as [[UInt8]] {
        terminal.type(Array("echo 1".utf8) + bytes)
        try await terminal.press("\r")
        #expect(terminal.screen.text.contains("was not taken: it holds bytes"))
        try await terminal.enter("echo \"again\"")
      }
    }
  }

  /// What is pasted while a sentence runs arrives whole, however long its lines are.
  @Test func aLongLineThatIsPastedWhileASentenceRunsIsWhole() async throws {
    try await PromptAtTerminal.session(columns: 200) { terminal, _ in
      terminal.type("echo 'begun'; sleep 500ms\r")
      try await terminal.wait(for: "\nbegun")
      let text = String(repeating: "0123456789", count: 600)
      try await terminal.beginTyping("\u{1B}[200~echo \"\(text)END\"\r\necho 'next'\u{1B}[201~")
        .value
      try await terminal.wait(for: "the pasted text at the prompt") {
        $0.beforeCursor == "echo 'next'"
      }
      try await terminal.press("\r")
      let shown = terminal.screen.text.replacing("\n", with: "")
      // What was printed, and not only what was typed.
      #expect(shown.contains(text + "ENDnext"), "\(terminal.screen.text)")
    }
  }

  /// While a listing repeats itself, only its own keys do something.
  @Test func aPasteIsNoKeyOfARepetition() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      try await terminal.enter("list channels in \(Sample.interaction)")
      terminal.type("again every 100ms\r")
      try await terminal.wait(for: "the repetition") { $0.text.hasSuffix("1 channel\n") }
      terminal.type(
        "\u{1B}[200~# quick note\rclose channel \(Sample.channel) in \(Sample.interaction)\r\u{1B}[201~"
      )
      terminal.type("\u{1A}\u{1C}\u{1B}OP\u{1B}[A")
      let shown = terminal.screen.received.count
      try await terminal.wait(for: "more of it") {
        $0.received[shown...].split(separator: Array("every 100ms".utf8)).count > 3
      }
      terminal.type("q")
      try await terminal.waitForPrompt()
      try await terminal.enter("echo \"done\"")
      #expect(!terminal.screen.text.contains("close channel"))
      #expect(terminal.screen.text.contains("\ndone\n"))
    }
  }

  /// `edit off` in `.editrc` would take pasted texts and Ctrl-C away.
  @Test func editingIsNeverOff() async throws {
    try await PromptAtTerminal.session(settings: "edit off\n") { terminal, _ in
      terminal.type("\u{1B}[200~echo 1\recho 2\u{1B}[201~")
      try await terminal.wait(for: "the pasted text") { $0.beforeCursor == "echo 2" }
      try await terminal.press("\r")
      #expect(terminal.screen.text.contains("\n1\n2\n"))
    }
  }
}
