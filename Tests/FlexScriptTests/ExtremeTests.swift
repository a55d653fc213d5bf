import FlexScript
import FlexTestSupport
import Testing

/// Whatever a line contains, reading it takes time in proportion to its length.
///
/// Each of these took hours when every byte was compared with every other one.
struct ExtremeTests {
  private static let count = 300_000

  private static func diagnostics(_ bytes: [UInt8]) throws -> DiagnosticList {
    let session = CheckSession(files: MemoryFiles([:]))
    try session.check(
      OpenedFile(identity: "s", name: "s.flex", source: BytesSource(bytes)), arguments: nil)
    return try #require(session.lists.first)
  }

  @Test(
    .timeLimit(.minutes(5)),
    arguments: [
      (Array(repeating: UInt8(0), count: count), Diagnostic.ID.invalidCharacter),
      (Array(repeating: 0x1B, count: count), .invalidCharacter),
      (Array(String(repeating: "\u{202E}", count: count).utf8), .bidiControl),
      (Array(repeating: 0xFF, count: count), .invalidUTF8),
      (Array(String(repeating: "@ ", count: count).utf8), .invalidCharacter),
      (Array(("echo '" + String(repeating: "\u{7}", count: count) + "'").utf8), .invalidCharacter),
    ])
  func everyForbiddenByteIsCounted(_ bytes: [UInt8], _ id: Diagnostic.ID) throws {
    let list = try Self.diagnostics(bytes)
    #expect(list.all.count == DiagnosticList.maximumErrors)
    #expect(list.all.allSatisfy { $0.id == id })
    #expect(list.moreErrors == Self.count - DiagnosticList.maximumErrors)
  }

  @Test(
    .timeLimit(.minutes(5)),
    arguments: [
      String(repeating: "\n", count: 5_000_000), String(repeating: "\r\n", count: 2_000_000),
    ])
  func emptyLinesAreCounted(_ lines: String) throws {
    let list = try Self.diagnostics(Array((lines + "frob").utf8))
    let line = lines.utf8.count { $0 == 0x0A } + 1
    #expect(list.all.map(\.range?.start.line) == [line])
    #expect(list.all.map(\.range?.start.column) == [1])
  }

  /// Rows and objects of many fields.
  @Test(.timeLimit(.minutes(5)), arguments: ["d.csv", "d.jsonl"])
  func aRowOfManyFieldsIsReadForward(_ name: String) throws {
    let fields = 0..<60_000
    let text =
      name.hasSuffix("csv")
      ? fields.map { "c\($0)" }.joined(separator: ",") + "\n"
        + fields.map { "ä\($0)" }.joined(separator: ",") + "\n"
      : "{" + fields.map { "\"c\($0)\": \"ä\($0)\"" }.joined(separator: ", ") + "}\n"
    var reader = try DataReader(
      OpenedFile(identity: name, name: name, source: BytesSource(text)))
    let row = try #require(try reader.next())
    #expect(row.fields.count == fields.count)
    let last = try #require(row.fields.last)
    let line = text.split(separator: "\n").last ?? ""
    let start = try #require(line.firstRange(of: "ä59999"))
    let quote = name.hasSuffix("csv") ? 0 : 1
    #expect(last.column == line[..<start.lowerBound].unicodeScalars.count + 1 - quote)
  }

  @Test(.timeLimit(.minutes(5))) func anObjectOfManyMembersIsChecked() throws {
    let members = (0..<60_000).map { "\"m\($0)\": 1" }.joined(separator: ", ")
    let script = "create interaction channel {\(members), \"m7\": 2}"
    let list = try Self.diagnostics(Array(script.utf8))
    #expect(list.all.map(\.id) == [.invalidJSON])
  }

  // MARK: Numbers

  @Test(
    arguments: [
      ("1/h", 1.0 / 3600), ("0.5/m", 0.5 / 60), ("20/s", 20), ("1000000/s", 1_000_000),
      ("60000000/m", 1_000_000), ("600/m", 10),
    ] as [(String, Double)])
  func readsARate(_ text: String, _ perSecond: Double) throws {
    #expect(try #require(RequestRate(spelling: text)).perSecond == perSecond)
  }

  @Test(arguments: [
    "0/s", "1e-30/s", "1e6/s", "0x10/s", "1000001/s", "0.9/h", "-1/s", "+1/s", ".5/s", "5./s", "/s",
    "1/d", "1", "nan/s", "inf/s", "1 /s", "999999999999999999999999999999999999999999/s",
  ])
  func refusesARate(_ text: String) {
    #expect(RequestRate(spelling: text) == nil)
  }

  @Test(arguments: ["1e3s", "0x10s", "infs", "1e400ms", "9999999999999h", "-1s", "1.s", ".5s", "s"])
  func refusesADuration(_ text: String) {
    #expect(Duration(flexSpelling: text) == nil)
  }

  @Test func aRateThatIsOutOfRangeIsSaidToBe() throws {
    let list = try Self.diagnostics(Array("set rate 2000000/s\nset rate 0.5/h\nset rate 1/h".utf8))
    #expect(list.all.map(\.id) == [.invalidNumber, .invalidNumber])
    #expect(
      list.all.map(\.message) == [
        "the rate `2000000/s` is out of range", "the rate `0.5/h` is out of range",
      ])
  }
}
