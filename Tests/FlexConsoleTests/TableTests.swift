import FlexAPI
import FlexConsole
import Testing

/// Tables as programs read them.
struct TableTests {
  @Test(
    arguments: [
      ("plain", "plain", "plain"), ("a,b", "\"a,b\"", "a,b"),
      ("say \"x\"", "\"say \"\"x\"\"\"", "say \"x\""),
      ("two\nlines", "\"two\nlines\"", "two\\nlines"), ("tab\there", "\"tab\there\"", "tab\\there"),
      ("back\\slash", "back\\slash", "back\\\\slash"), ("\u{1B}[31m", "\\u{1B}[31m", "\\u{1B}[31m"),
      ("\u{202E}x", "\\u{202E}x", "\\u{202E}x"), ("=1+1", "'=1+1", "=1+1"),
      ("@sum", "'@sum", "@sum"),
      ("-1", "-1", "-1"), ("-1.5e3", "-1.5e3", "-1.5e3"), ("-x", "'-x", "-x"),
      ("+15550100", "+15550100", "+15550100"),
      ("+1555010012345678", "+1555010012345678", "+1555010012345678"),
      ("+x", "'+x", "+x"), (" edge ", "\" edge \"", " edge "), ("", "", ""), ("𝒳", "𝒳", "𝒳"),
    ] as [(String, String, String)])
  func writesATextCell(_ text: String, _ csv: String, _ tsv: String) {
    #expect(TableDialect.csv(isRaw: false).row([.string(text)]) == csv + "\n")
    #expect(TableDialect.tsv.row([.string(text)]) == tsv + "\n")
  }

  @Test func nothingAndOtherValuesHaveTheirForms() {
    let cells: [JSON] = [.null, .number("1.5"), .bool(true), .object(["a": .string("b,c")])]
    #expect(TableDialect.csv(isRaw: false).row(cells) == ",1.5,true,\"{\"\"a\"\":\"\"b,c\"\"}\"\n")
    #expect(TableDialect.tsv.row(cells) == "\\N\t1.5\ttrue\t{\"a\":\"b,c\"}\n")
    #expect(TableDialect.csv(isRaw: true).row([.string("=1")]) == "=1\n")
  }

  @Test func columnsAreChosenAndOrdered() throws {
    let shape = try TableShape(
      .resources(Participant.resource, line: 0, column: 0),
      choosing: ["routing_properties.worker_sid", "sid"])
    #expect(shape.columns.map(\.name) == ["routing_properties.worker_sid", "sid"])
    let row: JSONObject = JSONObject([
      .init(name: "sid", value: .string("UT1")),
      .init(name: "routing_properties", value: .object(["worker_sid": .string("WK1")])),
    ])
    #expect(shape.columns.map { $0.value(in: row).text } == ["WK1", "UT1"])
  }

  @Test(arguments: ["sidd", "type.x", "url.", "", "routing_properties."])
  func aColumnThatIsNotThereIsNamed(_ name: String) {
    #expect(throws: TableShape.UnknownColumn.self) {
      try TableShape(.resources(Participant.resource, line: 0, column: 0), choosing: [name])
    }
  }

  @Test func theNearestColumnIsOffered() {
    do {
      _ = try TableShape(.actions, choosing: ["outcom"])
      Issue.record("there is no such column")
    } catch {
      #expect(error.reason == "there is no column `outcom`; did you mean `outcome`?")
      #expect(error.columns == TableShape.actionColumns)
    }
  }

  /// A text that holds JSON can be looked into, as TaskRouter's attributes.
  @Test func attributesAreLookedInto() throws {
    let shape = try TableShape(
      .resources(RoutedTask.resource, line: 0, column: 0), choosing: ["attributes.from"])
    let row = JSONObject([.init(name: "attributes", value: .string("{\"from\":\"+1555\"}"))])
    #expect(shape.columns[0].value(in: row) == .string("+1555"))
  }
}
