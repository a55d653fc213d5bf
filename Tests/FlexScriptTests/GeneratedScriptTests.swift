import FlexScript
import FlexTestSupport
import Testing

/// Nearly valid scripts, thousands of them, the same in every run.
struct GeneratedScriptTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) ^ state
    }
  }

  private static let pieces = [
    "close", "wrapup", "channel", "every agent", "on", "in", "use", "interaction", "KD1", "UO1",
    "UT1", "UT2", "KDx", "let", "a", "=", "$a", "$a.status", "$a.count", "for", "if", "else", "{",
    "}", "\n", "\n", "\n", ";", "(", ")", "[", "]", ",", "\"text $a\"", "'plain'", "\"open", "3",
    "0.5", "10s", "20/s", "-1", "# comment\n", "\\\n", "\\", "where", "type", "is", "not", "empty",
    "and", "or", "<", ">=", "list", "participants", "channels", "invites", "show", "routing",
    "{\"a\": $a, \"b\": [1, \"x$a\"]}", "rows of", "\"d.csv\"", "run", "\"b.flex\"", "with", "try",
    "expect", "wait until", "every", "timeout", "stop", "fail", "echo", "confirm", "sleep", "set",
    "jobs", "rate", "on-error", "continue", "param", ":", "text", "é", "\u{202E}", "\u{0}", "UT",
    "completing tasks", "webhook", "media", "context", "transfer", "update", "create", ".", "$",
  ]

  @Test func neverTrapsAndKeepsItsRangesInsideTheText() {
    var generator = Generator(state: 1)
    let files = ["d.csv": "a,b\nUT1,2\n", "b.flex": "param a: text = 'x'\necho $a"]
    var clean = 0
    var mistaken = 0
    for _ in 0..<3000 {
      let count = Int.random(in: 1...40, using: &generator)
      let script = Sample.expand(
        (0..<count).map { _ in
          Self.pieces.randomElement(using: &generator) ?? ""
        }.joined(separator: " "))
      _ = LexerTests.lex(script)
      let lists = check(Array(script.utf8), files: files)
      for list in lists where list.file == "main.flex" {
        for diagnostic in list.all {
          guard let range = diagnostic.range else { continue }
          #expect(range.end.offset <= script.utf8.count, "\(script)")
          #expect(range.start.offset <= range.end.offset, "\(script)")
        }
        _ = DiagnosticRenderer.render(list)
        if let formatted = try? Formatter.format(Array(script.utf8), file: "f") {
          let again = try? Formatter.format(formatted, file: "f")
          #expect(again == formatted, "\(script)")
          let identifiers = check(formatted, files: files).flatMap(\.all).map(\.id)
          #expect(identifiers == lists.flatMap(\.all).map(\.id), "\(script)")
        }
        if list.hasErrors { mistaken += 1 } else { clean += 1 }
      }
    }
    #expect(clean > 0, "some of them are valid")
    #expect(mistaken > 0, "some of them are not")
  }
}
