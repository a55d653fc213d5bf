import Testing

@testable import FlexConsole

/// Where a line is on the screen, and what is written over it.
struct LineLayoutTests {
  /// Wide letters have two columns, marks none.
  private func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar {
    case "客", "户": 2
    case "\u{301}": 0
    case "\u{FFFE}": -1
    default: 1
    }
  }

  @Test(arguments: [
    ("", 0, 0), ("abc", 0, 3), ("0123456789", 1, 0), ("0123456789a", 1, 1),
    // A wide letter does not fit in the last column.
    ("012345678客", 1, 2), ("01234567客", 1, 0), ("e\u{301}", 0, 1),
    ("a\nb", 1, 1), ("0123456789\nb", 2, 1), ("a\t", 0, 8), ("a\tb\t", 1, 0), ("\u{1}", 0, 2),
    ("\u{FFFE}", 0, 7),
  ])
  func letters(text: String, row: Int, column: Int) {
    var layout = LineLayout(columns: 10, width: width)
    layout.add(text.unicodeScalars)
    #expect(layout.end == LineLayout.Place(row: row, column: column))
  }

  private func painted(
    _ line: String, _ appearance: LineAppearance, cursor: Int? = nil, columns: Int = 12,
    lines: Int = 24
  ) -> String? {
    LinePainting(
      prompt: "p> ", line: line, cursor: cursor ?? line.utf8.count, appearance,
      in: .init(columns: columns, lines: lines), width: width)?.text.replacing("\u{1B}", with: "^")
  }

  @Test func lettersAreWrittenAgainWithTheirLooks() {
    let look = LineAppearance(spans: [
      .init(range: 0..<2, look: "1"), .init(range: 3..<4, look: "4"),
    ])
    #expect(painted("ab c", look) == "^7\r^[3C^[0;1mab^[m ^[0;4mc^[m^8")
    // The line begins a row higher.
    #expect(painted("0123456789", .init()) == "^7\r^[1A^[3C0123456789^8")
    #expect(painted("", .init()) == "")
  }

  @Test func aHintIsShownAfterTheEndAndNowhereElse() {
    let look = LineAppearance(hint: .init(text: "def", isInsertable: true))
    #expect(painted("abc", look) == "^7\r^[3Cabc^8^[2mdef^[m^8")
    #expect(painted("abc", look, cursor: 1) == "^7\r^[3Cabc^8")
    // The last column stays free, and what does not fit is cut.
    #expect(painted("abcde", look) == "^7\r^[3Cabcde^8^[2mdef^[m^8")
    #expect(painted("abcdef", look) == "^7\r^[3Cabcdef^8")
    #expect(
      painted("a", .init(hint: .init(text: "0123456789", isInsertable: true)))
        == "^7\r^[3Ca^8^[2m012345…^[m^8")
    #expect(
      painted("a", .init(hint: .init(text: "b\nc", isInsertable: true)))
        == "^7\r^[3Ca^8^[2mb c^[m^8"
    )
    #expect(painted("a", .init(hint: .init(text: "\u{FFFE}", isInsertable: true))) == "^7\r^[3Ca^8")
  }

  @Test func aLineThatTheWindowCannotHoldIsLeftAlone() {
    #expect(painted(String(repeating: "a", count: 30), .init(), lines: 2) == nil)
  }
}

/// The sequences that terminals send for keys.
struct NamedKeyTests {
  @Test(arguments: [
    ("[A", NamedKey.up), ("OB", .down), ("[C", .right), ("OD", .left), ("[1;1D", .left),
    ("[H", .home), ("OH", .home), ("[1~", .home), ("[7~", .home), ("[F", .end), ("OF", .end),
    ("[4~", .end), ("[8~", .end), ("[3~", .delete), ("[1;5D", .wordLeft), ("[1;3C", .wordRight),
    ("[1;2C", .right), ("Od", .wordLeft), ("Oc", .wordRight), ("\u{1B}[D", .wordLeft),
    ("[3;5~", .deleteWordRight), ("[1;5H", .home), ("[7^", .home),
  ])
  func areKnown(sequence: String, key: NamedKey) {
    #expect(NamedKey(sequence: Array(sequence.utf8)) == key)
  }

  @Test(arguments: [
    "[5~", "[6~", "[2~", "[15~", "[[A", "[Z", "OP", "[1;5P", "[I", "[", "O", "q", "", "[200~",
    "[M", "[?1;2c", "[27;5;9~",
  ])
  func othersDoNothing(sequence: String) {
    #expect(NamedKey(sequence: Array(sequence.utf8)) == nil)
  }

  @Test func altIsAmongTheModifiers() {
    #expect(NamedKey.hasAlt(Array("[1;3C".utf8)))
    #expect(NamedKey.hasAlt(Array("\u{1B}[C".utf8)))
    #expect(!NamedKey.hasAlt(Array("[1;5C".utf8)))
    #expect(!NamedKey.hasAlt(Array("[C".utf8)))
  }
}
