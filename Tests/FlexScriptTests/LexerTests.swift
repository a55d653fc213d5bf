import FlexScript
import FlexTestSupport
import Testing

struct LexerTests {
  /// Lexes all of a text, and checks what has to hold for every text.
  static func lex(_ text: String) -> [Token] {
    lex(Array(text.utf8))
  }

  static func lex(_ bytes: [UInt8]) -> [Token] {
    var lexer = Lexer(window: SourceWindow(bytes: bytes))
    var tokens: [Token] = []
    var end = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while true {
      let token = lexer.next()
      #expect(token.range.start.offset == end, "nothing is lost between lexemes")
      #expect(token.range.end.offset >= token.range.start.offset)
      #expect(token.range.end.offset <= bytes.count, "ranges are inside the text")
      end = token.range.end.offset
      tokens.append(token)
      if token.kind == .end { break }
      #expect(token.range.end.offset > token.range.start.offset, "every lexeme moves on")
    }
    #expect(end == bytes.count, "joined, the lexemes are the source")
    return tokens
  }

  @Test(arguments: [
    ("close UT1 on UO1", "word space word space word space word end"),
    ("a;b # c ; d\ne", "word semicolon word space comment newline word end"),
    ("$row.channel", "reference . word end"),
    (
      "3 0.5 500ms 20/s 3x -1 1.",
      "number space number space duration space rate space bad-number space bad-number space number . end"
    ),
    (#""a \" b" 'c\'"#, "text space plain-text end"),
    ("a \\\n b \\\r\n c", "word space continuation space word space continuation space word end"),
    ("[](){},:=<<=>>=", "[ ] ( ) { } , : = < <= > >= end"),
    ("\r\n\n\t", "newline newline space end"),
    ("К1 é", "foreign-word space foreign-word end"),
    ("\"open\nx", "invalid newline word end"),
    ("on-error", "word end"),
    ("%", "invalid end"),
    ("\u{FEFF}a", "word end"),
    ("a\u{FEFF}", "word invalid end"),
    ("", "end"),
  ])
  func cuts(_ text: String, _ kinds: String) {
    let found = Self.lex(text).map { $0.kind == .semicolon ? "semicolon" : $0.kind.rawValue }
    #expect(found.joined(separator: " ") == kinds)
  }

  @Test func countsColumnsInScalars() {
    let tokens = Self.lex("\u{FEFF}'äé😀' x\n  y").filter { $0.kind == .word }
    #expect(tokens.map(\.range.start.column) == [7, 3])
    #expect(tokens.map(\.range.start.line) == [1, 2])
  }

  @Test(arguments: Keyword.allCases)
  func knowsItsKeywords(_ keyword: Keyword) {
    #expect(Self.lex(keyword.rawValue).first?.keyword == keyword)
    #expect(Self.lex(keyword.rawValue.uppercased()).first?.keyword == nil)
    #expect(Self.lex(keyword.rawValue + "x").first?.keyword != keyword)
  }

  @Test(
    arguments: zip(
      [
        [0x23, 0xFF], [0x22, 0xC0, 0xAF, 0x22], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        [0x23, 0x00], [0x61, 0x0D, 0x62], [0x23, 0xE2, 0x80, 0xAE], [0xE2],
        [0x22, 0xC2, 0x85, 0x22],
        [0x5C], [0x22, 0x5C],
      ] as [[UInt8]],
      [
        "comment end", "invalid end", "invalid end", "invalid end", "comment end",
        "word invalid word end", "comment end", "invalid end", "invalid end", "invalid end",
        "invalid end",
      ]))
  func survivesAnyBytes(_ bytes: [UInt8], _ kinds: String) {
    #expect(Self.lex(bytes).map(\.kind.rawValue).joined(separator: " ") == kinds)
  }
}
