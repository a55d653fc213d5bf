import FlexTestSupport
import Foundation
import Testing

/// What the program prints at terminals of several widths, whole, as a terminal shows it.
///
/// `RECORD_GOLDEN=1` writes it anew.
struct WindowSizeTests {
  private static let files = [
    "evening.flex": """
    # An evening: one listing, what is done, what fails, and a question.
    set on-error continue
    use channel UO1 in KD1
    list participants
    find worker "asha@example.org"
    close UT1
    close UT2 on UO2 in KD2
    try close UT3
    show task WTd4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4
    echo "a text that is longer than a narrow window, and that wraps between its words"
    expect (participants on UO1 in KD1).count is 7, "seven participants were expected here, and found"
    confirm "Close the other agent as well? The conversation goes on with the customer alone."
    close every agent

    """,
    "mistakes.flex": """
    use chanel UO1 in KD1
    close UO1 on UO1 in KD1; close UT1 on UO1 in KD1; clsoe UT1 on UO1 in KD1; list participant

    """,
    "many.flex": "use channel UO1 in KD1\nclose every agent\nclose UT4 on UO2 in KD2\n",
  ]

  /// The calls, and what is typed at each.
  private static let calls: [(arguments: [String], typed: String?)] = [
    (["run", "--simulate", "--no-journal", "evening.flex"], "no\r"),
    (["check", "mistakes.flex"], nil),
    (["plan", "--simulate", "many.flex"], nil),
    (["help", "close"], nil), (["help", "exit-codes"], nil), (["whoami"], nil),
    (["fmt", "-o", "json", "many.flex"], nil), (["run", "--jobs", "many", "many.flex"], nil),
  ]

  /// Times are never the same, nor is the place where they wrap.
  private static func normalized(_ text: String) -> String {
    text.replacing(/(\s+in)?(\s+[0-9]+(\.[0-9]+)?\s+(ms|s|min|h)\b)+/, with: "")
      .replacing(/20[0-9]{2}-[0-9-]{5}T[0-9:]{8}Z/, with: "2026-11-26T10:00:00Z")
      .replacing(/age( +)[0-9]+/) { "age\($0.1)0" }
  }

  @Test(arguments: [40, 60, 80, 120, 200])
  func nothingIsBrokenAtTheEdge(_ columns: Int) async throws {
    let shown = try await Executable.withFolder(Self.files) { folder in
      var shown = ""
      for (arguments, typed) in Self.calls {
        let terminal = try PseudoTerminal(
          [Executable.path] + arguments,
          environment: Executable.surroundings([
            "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "HOME": "/nowhere",
            "XDG_STATE_HOME": "/nowhere",
          ]), columns: columns, lines: 200, folder: folder)
        if let typed {
          try await terminal.wait(for: "the question") { $0.beforeCursor.hasSuffix(": ") }
          terminal.type(typed)
        }
        _ = await terminal.end()
        let screen = terminal.screen
        // A line that is too long begins another row without a line end.
        #expect(
          screen.row == screen.received.count { $0 == UInt8(ascii: "\n") },
          "\(columns) columns, \(arguments): a line is too long\n\(screen.text)")
        shown += "$ flexsh \(arguments.joined(separator: " "))\n\(screen.text)\n"
      }
      return shown
    }
    let path = "Tests/FlexshTests/Windows/\(columns).txt"
    let difference = try Golden.difference(Self.normalized(shown), with: path)
    #expect(difference == nil, "\(difference ?? "")")
  }
}
