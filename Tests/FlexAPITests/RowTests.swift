import FlexTestSupport
import Testing

@testable import FlexAPI

/// The rows of pages, which are compared with one another when they are read, against each read alone.
struct RowTests {
  private static let names = [
    "sid", "a", "assignment_status", "attributes", "long_name_of_a_member",
  ]

  private static let scalars = [
    "1", "10", "-1", "0.5", "1e5", "12e", "true", "false", "null", "nul", "\"\"", "\"a\"", "\"ab\"",
    "\"a text of more than sixteen bytes\"", "\"a text of more than sixteen letters\"", "\"é\"",
    #""{\"a\": \"b\", \"c\": \"d\"}""#, #""{\"a\": \"b\", \"c\": \"\"}""#, #""\\""#, #""a\\\"b\\""#,
    #""\u00e9\n""#, #""\ud83d""#, #""\x""#, "\"not closed",
  ]

  private static func value(_ random: inout some RandomNumberGenerator, depth: Int = 0) -> String {
    let inside = { (random: inout SystemRandomNumberGenerator) in
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        scalars.randomElement(using: &random) ?? ""
      }
    }
    var system = SystemRandomNumberGenerator()
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return "[" + inside(&system).joined(separator: ",") + "]"
    case 1:
      let members = inside(&system).enumerated().map { "\"\(names[$0])\": \($1)" }
      return "{" + members.joined(separator: ", ") + "}"
    default: return scalars[Int.random(in: 0..<scalars.count - 6, using: &random)]
    }
  }

  /// Rows of which each has most of what the one before it has.
  private static func rows(_ random: inout some RandomNumberGenerator) -> [String] {
    var members = names.map { (name: $0, value: value(&random)) }
    return (0..<5).map { number in
      for index in members.indices where number > 0 {
        switch Int.random(in: 0..<40, using: &random) {
        case 0..<8: members[index].value = value(&random)
        case 8: members[index].value = scalars.randomElement(using: &random) ?? ""
        case 9: members[index].name = names.randomElement(using: &random) ?? ""
        default: break
        }
      }
      let separator = Int.random(in: 0..<12, using: &random) == 0 ? " , " : ", "
      return "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: separator) + "}"
    }
  }

  private static func read(_ text: String) -> Result<JSON, JSONReader.Failure> {
    Result { () throws(JSONReader.Failure) in try JSONReader.read(text) }
  }

  @Test func rowsAreReadAsEachAlone() {
    var random = SystemRandomNumberGenerator()
    var (accepted, refused) = (0, 0)
    for _ in 0..<1500 * Rounds.factor {
      let rows = Self.rows(&random)
      let text = "[" + rows.joined(separator: ", ") + "]"
      var offset = 1
      var expected: [JSON] = []
      var failure: JSONReader.Failure?
      for row in rows {
        switch Self.read(row) {
        case .success(let value): expected.append(value)
        case .failure(let error):
          failure =
            failure
            ?? JSONReader.Failure(
              reason: error.reason, offset: error.offset + offset)
        }
        offset += row.utf8.count + 2
      }
      switch (Self.read(text), failure) {
      case (.success(.array(let elements)), nil):
        #expect(elements == expected, "\(text)")
        #expect(elements.map(\.serialized) == expected.map(\.serialized), "\(text)")
        for (element, one) in zip(elements, expected) {
          for name in Self.names { #expect(element.object?[name] == one.object?[name], "\(text)") }
        }
        accepted += 1
      case (.failure(let found), let failure?):
        // A text that is not closed goes on to the next one of its row, or of the next row.
        if !text.contains("not closed") { #expect(found == failure, "\(text)") }
        refused += 1
      case (.success, nil): Issue.record("no array: \(text)")
      case (.success, _?): if !text.contains("not closed") { Issue.record("accepted: \(text)") }
      case (.failure(let found), nil): Issue.record("\(found): \(text)")
      }
    }
    #expect(accepted > 100 && refused > 100)
  }

  /// Escapes at all places of the sixteen bytes that are looked at together.
  @Test func textsOfEscapesAreReadAsTheyAreBuilt() {
    let pieces = [
      #"\""#, #"\""#, #"\""#, #"\\"#, #"\n"#, #"\u00e9"#, "é", "a", "bcdefghijklmnopq", " ",
      #"\u12"#,
      #"\ude00"#, "\u{1}",
    ]
    var random = SystemRandomNumberGenerator()
    var accepted = 0
    for _ in 0..<3000 * Rounds.factor {
      let isValid = Int.random(in: 0..<4, using: &random) > 0
      let count = isValid ? pieces.count - 3 : pieces.count
      let text = (0..<Int.random(in: 0...20, using: &random))
        .map { _ in pieces[Int.random(in: 0..<count, using: &random)] }.joined()
      // What comes after it has quotation marks at once, or not for long.
      let end = ["\"b\"", "\"b", "\""].randomElement(using: &random) ?? ""
      let object =
        Bool.random(using: &random)
        ? "{\"a\": \"\(text)\", \"b\": \"after it, and more\"}"
        : "{\"a\": [\"\(text)\", 123456789012345678901234567890123456789, \(end)]}"
      switch (Self.read(object), Self.read("[\(object)]")) {
      case (.success(let alone), .success(.array(let rows))):
        #expect(rows == [alone], "\(object)")
        accepted += 1
      case (.failure(let alone), .failure(let inside)):
        #expect(alone.reason == inside.reason && alone.offset + 1 == inside.offset, "\(object)")
      case (let alone, let inside): Issue.record("\(object): \(alone), \(inside)")
      }
    }
    #expect(accepted > 1000)
  }

  // MARK: Rows that are left out

  private static let workspace = "WS0123456789abcdef0123456789abcdef"

  private static func tasks(_ filter: RowFilter) throws -> Operation {
    let workspace = try #require(AnySID(workspace))
    return Operation(RoutedTask.list, in: Scope([workspace])).leavingOut(filter)
  }

  private static func row(
    _ number: Int, _ priority: String, in workspace: String = workspace, more: String = ""
  ) -> String {
    let digits = String(number)
    let sid = "WT" + String(repeating: "0", count: 32 - digits.count) + digits
    return """
      {"sid": "\(sid)", "workspace_sid": "\(workspace)", "priority": \(priority)\(more)}
      """
  }

  private static func page(_ rows: [String]) -> [UInt8] {
    Array("{\"meta\": {\"priority\": 9}, \"tasks\": [\(rows.joined(separator: ", "))]}".utf8)
  }

  private static let urgent = RowFilter([("priority", .integer(9, negated: false))])

  @Test func rowsThatAreExcludedAreNotKept() throws {
    let listing = try Self.tasks(Self.urgent)
    let rows = [
      Self.row(1, "9"), Self.row(2, "0"), Self.row(3, "10"), Self.row(4, "9", more: ", \"x\": {}"),
      Self.row(5, "0", more: ", \"x\": {}"), Self.row(6, "9"),
      // What is not decided stays.
      Self.row(7, "null"), Self.row(8, "9.5"),
    ]
    let page = try JSONReader.read(Self.page(rows), of: listing).object
    let whole = try JSONReader.read(Self.page(rows)).object
    let wanted = [0, 3, 5, 6, 7]
    let kept = try #require(page?["tasks"]?.array)
    #expect(kept == wanted.compactMap { whole?["tasks"]?.array?[$0] })
    #expect(page?["meta"] == whole?["meta"])
    #expect(try listing.mismatch(in: #require(page)) == nil)
  }

  /// What makes a page doubtful is seen, whatever the filter says of the row.
  @Test(arguments: [
    row(2, "0", in: "WS00000000000000000000000000000000"), #"{"priority": 0}"#, "{}", "1",
    #"{"sid": 1, "priority": 0}"#,
  ])
  func doubtfulRowsAreKept(_ row: String) throws {
    let listing = try Self.tasks(Self.urgent)
    let page = try JSONReader.read(
      Self.page([Self.row(1, "0"), row, Self.row(3, "0")]), of: listing)
    let whole = try JSONReader.read(Self.page([Self.row(1, "0"), row, Self.row(3, "0")]))
    let doubt = try listing.mismatch(in: #require(page.object))
    #expect(doubt != nil)
    #expect(try doubt == listing.mismatch(in: #require(whole.object)))
  }

  @Test(arguments: [
    row(2, "0", more: ", \"sid\": 1"), row(2, "0", more: ", \"a\": \"\u{1}\""),
    row(2, "0", more: ", \"a\": [1"),
  ])
  func mistakesInRowsThatAreExcludedAreSeen(_ row: String) throws {
    let page = Self.page([Self.row(1, "0"), row, Self.row(3, "0")])
    let alone = #expect(throws: JSONReader.Failure.self) { try JSONReader.read(page) }
    let listing = try Self.tasks(Self.urgent)
    let found = #expect(throws: JSONReader.Failure.self) { try JSONReader.read(page, of: listing) }
    #expect(found == alone)
  }
}
