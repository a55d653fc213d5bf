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

  @Test func bytesTogetherArePlainIfEachIs() throws {
    // Each ASCII character at each place of a text that is longer than two vectors.
    for place in 0..<36 {
      for byte in UInt8.min..<0x80 {
        var text = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        text[place] = byte
        let written = JSON.string(String(decoding: text, as: UTF8.self)).serialized
        let isPlain = (0x20..<0x7F).contains(byte) && byte != 0x22 && byte != 0x5C
        #expect((written.utf8.count == 38) == isPlain, "\(byte) at \(place)")
        #expect(try JSONReader.read(written).text?.utf8.elementsEqual(text) == true)
      }
    }
  }

  @Test func aMemberIsFoundByItsBytesAndCanBeChanged() throws {
    var object = try #require(
      JSONReader.read("{\"caf\u{E9}\":1,\"cafe\u{301}\":2,\"\\u0061\":3}").object)
    #expect(object["caf\u{E9}"] == .number("1"))
    #expect(object["cafe\u{301}"] == .number("2"))
    #expect(object["a"] == .number("3"))
    object["a"] = .bool(false)
    object["cafe\u{301}"] = nil
    object["b"] = .null
    object["absent"] = nil
    #expect(JSON.object(object).serialized == #"{"café":1,"a":false,"b":null}"#)
  }

  @Test(arguments: [
    (#"{"sid":"UT0123456789abcdef0123456789ABCDEF"}"#, true),
    (#"{"sid":"\u0055T0123456789abcdef0123456789ABCDEF"}"#, true),
    (#"{"sid":"UT0123456789abcdef0123456789ABCDEF0"}"#, false),
    (#"{"sid":"UT0123456789abcdef0123456789ABCDE"}"#, false),
    (#"{"sid":["UT0123456789abcdef0123456789ABCDEF"]}"#, false),
    (#"{"sid":null}"#, false), (#"{"other":1}"#, false), (#"{"sid":""}"#, false),
  ])
  func findsSIDs(_ text: String, _ isThere: Bool) throws {
    let expected = isThere ? AnySID("UT0123456789abcdef0123456789ABCDEF") : nil
    #expect(try JSONReader.read(text).object?.anySID("sid") == expected)
  }

  @Test func refusesInvalidUTF8AndTooMuchDepth() {
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
    let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    #expect(throws: JSONReader.Failure.self) { try JSONReader.read(deep) }
    let fitting = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try JSONReader.read(fitting) }
  }

  /// Text is looked at sixteen bytes at a time: every letter at every place, in every company.
  @Test(arguments: ["a", "é", "\"", "\u{7F}"])
  func everyLetterComesBackFromEveryPlace(_ other: String) throws {
    for value in UInt32(0)...0x120 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for place in 0..<34 {
        let text =
          String(repeating: other, count: place) + String(scalar)
          + String(repeating: other, count: 33 - place)
        let written = JSON.string(text).serialized
        #expect(try JSONReader.read(written) == .string(text))
        #expect(written.unicodeScalars.allSatisfy { !(0..<0x20 ~= $0.value) })
        #expect(written.unicodeScalars.allSatisfy { !(0x7F..<0xA0 ~= $0.value) })
        let raw = Array("\"\(text)\"".utf8)
        if value < 0x20 || text.contains(where: { $0 == "\"" || $0 == "\\" }) {
          #expect(throws: JSONReader.Failure.self) { try JSONReader.read(raw) }
        } else {
          #expect(try JSONReader.read(raw) == .string(text))
        }
      }
    }
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
