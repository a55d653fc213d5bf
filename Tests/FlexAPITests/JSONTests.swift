import FlexAPI
import Testing

struct JSONTests {
  @Test(arguments: [
    (#"{"b": 1.50, "a": [true, null, -0e1], "": "x"}"#, #"{"b":1.50,"a":[true,null,-0e1],"":"x"}"#),
    (#" "\u00e9\ud83d\ude00\n" "#, #""é😀\n""#),
    (#""\u001b\u202e\u007f""#, #""\u001b\u202e\u007f""#),
    ("[[], {}]", "[[],{}]"),
  ])
  func losesNothing(_ text: String, _ written: String) throws {
    #expect(try JSONReader.read(text).serialized == written)
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "+1", ".5", "1e", "tru", "nul", "'a'",
    "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\u{1}\"", "\"abc", "1 2", "{\"a\" 1}", "[1 2]",
    "NaN", "Infinity", "\u{FEFF}{}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
  ])
  func refuses(_ text: String) {
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read(text) }
  }

  @Test func refusesInvalidUTF8AndTooMuchDepth() {
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
    let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read(deep) }
    let fitting = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try JSONReader.read(fitting) }
  }

  @Test func saysWhere() throws {
    let failure = #expect(throws: JSONReader.Failure.self) { try JSONReader.read("{\"a\": x}") }
    #expect(failure?.offset == 6)
  }

  @Test func comparesNamesByteForByte() throws {
    let object = try #require(JSONReader.read("{\"caf\u{E9}\": 1, \"cafe\u{301}\": 2}").object)
    #expect(object["caf\u{E9}"] == .number("1"))
    #expect(object["cafe\u{301}"] == .number("2"))
  }

  @Test func tellsWhereValuesBegin() throws {
    let members = try JSONReader.readMembers(Array(#"{"a": 1, "b": {"c": 2}}"#.utf8))
    #expect(members.map(\.offset) == [6, 14])
  }
}
