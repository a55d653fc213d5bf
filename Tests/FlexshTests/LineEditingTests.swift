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

  private static let letters = ["c", "l", "o", "s", "e", " ", "\"", "U", "@1", "{", "é", "客", "e\u{301}"]
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
        _ = try await Self.drawnAnew(terminal)
        for width in widths.dropFirst().compactMap({ Int($0) }) {
          let shown = terminal.screen.received.count
          terminal.resize(columns: width)
          try await terminal.wait(for: "the line drawn again") {
            $0.received[shown...].contains(Array("\u{1B}[J".utf8))
          }
          let (found, anew) = try await Self.drawnAnew(terminal)
          #expect(found == anew, "\(line), \(width):\n\(found)\nanew:\n\(anew)")
          let window = try #require(terminal.screen.cleared.dropLast().last)
          #expect(
            window.lines.count { $0.hasPrefix("sim>") } == 1, "\(line), \(width):\n\(window)")
        }
      }
    }
  }
}
