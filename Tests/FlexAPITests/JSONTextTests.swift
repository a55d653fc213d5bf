import FlexTestSupport
import Testing

@testable import FlexAPI

/// Objects that stay text, against those that are built at once.
struct JSONTextTests {
  private static let object = #"""
    {"sid": "UT0123456789abcdef0123456789ABCDEF", "n": -1.5e3, "é\n": "caf\u00e9 \"x\" \\", "e": {},
     "attributes": "{\"a\":{\"b\":[1,2]}}", "links": {"a": "b", "c": [{"d": null}, {"d": true}, []]},
     "\u0061": false, "emoji": "😀 \ud83d\ude00", "": "", "long": "0123456789012345678901234567890123"}
    """#

  /// What changes a text.
  private static let pieces = [
    "{", "}", "[", "]", "\"", "\\", "\\u0061", "\\ud83d", ",", ":", "\"a\":1,", "\"sid\":2,", "é",
    "\u{1}",
    " ", "0", "-", "e", "true", "null", "{\"x\":1}",
  ].map { Array($0.utf8) }

  private static func read(_ text: [UInt8]) -> Result<JSON, JSONReader.Failure> {
    Result { () throws(JSONReader.Failure) in try JSONReader.read(text) }
  }

  /// The whole of a value, built.
  private static func built(_ value: JSON) -> JSON {
    switch value {
    case .null, .bool, .number, .string: value
    case .array(let elements): .array(elements.map { built($0) })
    case .object(let object):
      .object(JSONObject(object.members.map { .init(name: $0.name, value: built($0.value)) }))
    }
  }

  @Test func textIsReadAsItIsBuilt() throws {
    var random = SystemRandomNumberGenerator()
    var accepted = 0
    for round in 0..<800 * Rounds.factor {
      var text = Array(Self.object.utf8)
      for _ in 0..<(round == 0 ? 0 : Int.random(in: 1...3, using: &random)) {
        let start = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, start + Int.random(in: 0...4, using: &random))
        text.replaceSubrange(start..<end, with: Self.pieces.randomElement(using: &random) ?? [])
        // Half a character, now and then.
        if Int.random(in: 0..<10, using: &random) == 0 { text.insert(0xC3, at: start) }
      }
      let open = Array("[".utf8)
      switch (Self.read(text), Self.read(open + text)) {
      case (.success(let alone), _):
        let inside = Self.read(open + text + Array("]".utf8))
        guard case .success(.array(let elements)) = inside else {
          Issue.record("only one is read: \(String(decoding: text, as: UTF8.self))")
          return
        }
        #expect(try JSONReader.read(text, builds: false) == alone)
        #expect(elements == [alone], "\(String(decoding: text, as: UTF8.self))")
        #expect(elements.map(\.serialized) == [alone.serialized])
        #expect(Self.built(elements[0]) == Self.built(alone))
        #expect(elements[0].hashValue == Self.built(alone).hashValue)
        accepted += 1
      case (.failure(let alone), .failure(let inside)):
        // What ends early may be followed by another element, or by the end of the array.
        let early = "something follows the JSON value"
        guard alone.reason != early, inside.reason != early else { continue }
        #expect(alone.reason == inside.reason, "\(String(decoding: text, as: UTF8.self))")
        #expect(alone.offset + 1 == inside.offset)
      case (.failure(let alone), .success):
        // The text closes the array.
        #expect([UInt8(ascii: "]"), UInt8(ascii: ",")].contains(text[alone.offset]))
      }
    }
    #expect(accepted > 50)
  }

  /// Names are expected to be those of the row before.
  @Test func rowsAreReadWhateverIsBeforeThem() throws {
    let names = [
      "sid", "a", "ab", "abcdefgh", "abcdefghi", "abcdefgX", "Xbcdefgh", "assignment_status",
      "assignment_statu_", "é",
    ]
    var random = SystemRandomNumberGenerator()
    var (accepted, refused) = (0, 0)
    for _ in 0..<1000 * Rounds.factor {
      let first = names.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random))
      let rows = (0..<3).map { number in
        let members = first.map { name in
          let isOther = number > 0 && Int.random(in: 0..<8, using: &random) == 0
          return "\"\(isOther ? names.randomElement(using: &random) ?? "" : name)\": \(number)"
        }
        return "{\(members.joined(separator: ", "))}"
      }
      let alone = rows.map { Self.read(Array($0.utf8)) }
      let whole = Self.read(Array("[\(rows.joined(separator: ","))]".utf8))
      var offset = 1
      for (index, row) in alone.enumerated() {
        switch (row, whole) {
        case (.success(let value), .success(.array(let elements))):
          #expect(elements[index] == value, "\(rows)")
          #expect(Self.built(elements[index]) == Self.built(value), "\(rows)")
          accepted += 1
        case (.failure(let one), .failure(let all)):
          #expect(one.reason == all.reason && offset + one.offset == all.offset, "\(rows)")
          refused += 1
        case (.failure, .success): Issue.record("a name twice is not seen: \(rows)")
        case (.success, _): break
        }
        if case .failure = row { break }
        offset += rows[index].utf8.count + 1
      }
      let isRefused = alone.contains { if case .failure = $0 { true } else { false } }
      if case .failure(let all) = whole { #expect(isRefused, "\(rows): \(all.reason)") }
    }
    #expect(accepted > 500 && refused > 50)
  }

  @Test func membersAreFoundAndChanged() throws {
    let alone = try #require(try JSONReader.read(Self.object).object)
    let page = try JSONReader.read("[\(Self.object), \(Self.object)]")
    let last = try #require(page.array?.last?.object)
    for object in [last, last.detached, last.detached.detached] {
      for member in alone.members {
        #expect(object[member.name] == member.value, "\(member.name)")
        #expect(object.anySID(member.name) == alone.anySID(member.name), "\(member.name)")
      }
      #expect(object["absent"] == nil)
      #expect(object["si"] == nil)
      #expect(!object.isEmpty)
      #expect(object == alone)
      var (changed, expected) = (object, alone)
      changed["sid"] = nil
      expected["sid"] = nil
      changed["a"] = .string("new")
      expected["a"] = .string("new")
      changed["more"] = .null
      expected["more"] = .null
      #expect(changed == expected)
      #expect(object == alone)
    }
  }

  /// Takes time in proportion to the members: their places are not moved for each object inside.
  @Test func manyObjectsInOneAreRead() throws {
    let count = 100_000
    let members = (0..<count).map { "\"k\($0)\":{\"a\":\($0)}" }.joined(separator: ",")
    let object = try #require(try JSONReader.read("{\(members)}").object)
    #expect(object.members.count == count)
    #expect(object["k\(count - 1)"]?.object?["a"]?.integer == count - 1)
  }

  @Test func manyNamesAreToldApart() throws {
    for count in [1, 8, 31, 32, 33, 64, 65, 500] {
      let names = (0..<count).map { "name_\($0 * 7919)_of" }
      let object = "{" + names.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
      let read = try #require(try JSONReader.read("[\(object)]").array?.first?.object)
      #expect(names.allSatisfy { read[$0] == .string($0) })
      for name in [names[0], names[count / 2], names[count - 1]] {
        // The same name, and another spelling of it.
        for twice in [name, name.replacing("_", with: "\\u005f")] {
          let text = "[" + object.dropLast() + ",\"\(twice)\":1}]"
          let failure = #expect(throws: JSONReader.Failure.self) { try JSONReader.read(text) }
          #expect(failure?.reason == "the name \"\(name)\" appears twice in one object")
        }
      }
    }
  }
}
