import FlexConsole
import FlexScript
import Testing

/// Lines fit the window: at spaces, never inside a word or a SID.
struct WindowTests {
  private static let sid = "UT" + String(repeating: "c3", count: 16)

  @Test(arguments: [20, 40, 60, 80, 120, 200])
  func noWordIsBroken(_ columns: Int) {
    let text =
      "  = help: it may be gone already, or belong elsewhere; look: list participants on "
      + "\(Self.sid) in \u{1B}[2m\(Self.sid)\u{1B}[0m 日本語 ende"
    let rows = TextWindow.wrapped(text, columns: columns).split(separator: "\n")
    let words = Set(text.split(separator: " "))
    for row in rows {
      let parts = row.split(separator: " ")
      #expect(parts.allSatisfy { words.contains($0) }, "\(row)")
      // Only a word that is longer than the window goes over its edge.
      #expect(TextWindow.width(String(row)) <= columns || parts.count == 1, "\(columns): \(row)")
    }
    #expect(rows.joined(separator: " ").split(separator: " ") == text.split(separator: " "))
  }

  @Test func whatFitsStaysAsItIs() {
    #expect(TextWindow.wrapped("a  b", columns: 4) == "a  b")
    #expect(TextWindow.wrapped(String(repeating: "x ", count: 100), columns: nil).count == 200)
  }

  @Test func theRestOfARowOfATableIsBelowItsLastColumn() {
    #expect(
      TextWindow.filled("  NO_COLOR  turns colours off everywhere", columns: 30)
        == "  NO_COLOR  turns colours off\n            everywhere")
    // What continues a row is part of it; without room beside it, it is below.
    #expect(
      TextWindow.filled("64   the command line\n     is wrong\n65   bad", columns: 20)
        == "64   the command\n     line is wrong\n65   bad")
    #expect(
      TextWindow.filled("  set timeout 10s     from here on, for every request", columns: 32)
        == "  set timeout 10s\n      from here on, for every\n      request")
  }

  @Test func paragraphsAreFilled() {
    #expect(
      TextWindow.filled("One two three four\nfive six.\n\nSeven:\n  eight nine ten", columns: 12)
        == "One two\nthree four\nfive six.\n\nSeven:\n  eight nine\n    ten")
    #expect(TextWindow.filled("One two\nthree", columns: 12) == "One two\nthree")
  }

  @Test func aSIDIsShortenedAsFarAsItStaysUnique() {
    let sids = ShortSIDs()
    let zeros = String(repeating: "0", count: 26)
    let (first, second) = ("UT\(zeros)aab3c3", "UT\(zeros)abb3c3")
    let other = "UO\(zeros)aab3c3"
    #expect(sids.shortened("close \(first) on \(other)") == "close UT…b3c3 on UO…b3c3")
    // Another one with the same end was seen: both need more digits.
    #expect(sids.shortened(second) == "UT…bb3c3")
    #expect(sids.shortened("\(first), \(second)") == "UT…ab3c3, UT…bb3c3")
    #expect(
      sids.shortened("no\(first) \(first)0 \(first.dropLast())")
        == "no\(first) \(first)0 \(first.dropLast())")
  }

  @Test(arguments: [30, 40, 60, 80, 120])
  func aLineOfAScriptIsCutAroundItsCarets(_ columns: Int) {
    let line = "close \(Self.sid) on UO\(Self.sid.dropFirst(2)) in KD\(Self.sid.dropFirst(2)) nwo"
    let session = CheckSession(files: NoFiles())
    let file = OpenedFile(identity: "x", name: "x.flex", source: BytesSource(line))
    #expect(throws: Never.self) { try session.check(file, arguments: nil) }
    let rendered = session.lists.map { DiagnosticRenderer.render($0, columns: columns) }.joined()
    let rows = rendered.split(separator: "\n", omittingEmptySubsequences: false)
    let carets = rows.firstIndex { $0.contains("^^^") }
    guard let carets, carets > 0 else {
      Issue.record("there are no carets: \(rendered)")
      return
    }
    // The carets are under their word.
    let (marks, source) = (Array(rows[carets]), Array(rows[carets - 1]))
    let start = marks.firstIndex(of: "^") ?? 0
    #expect(String(source[start..<min(source.count, start + 3)]) == "nwo", "\(rendered)")
    #expect(rows.allSatisfy { $0.count <= columns }, "\(columns):\n\(rendered)")
  }

  private struct NoFiles: ScriptFiles {
    func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
      throw FileProblem(reason: "no such file")
    }
    func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
      throw FileProblem(reason: "no such file")
    }
    mutating func beginCheck() {}
  }
}
