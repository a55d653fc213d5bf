import FlexScript
import FlexTestSupport
import Testing

/// Plain sentences are read and checked on a path of their own, which a line that ends with CRLF does
/// not take: both must say the same.
struct PlainSentenceTests {
  private static let starts = [
    "close UT1 on UO1", "close UT2 on UO1", "wrapup UT1 on UO2", "close  UT3\ton UO3",
    "close UT4", "close UT5 # kept", "wrapup UT6 on UO3  # tabs\tin a comment",
    "close UT7 on UO4 in KD1", "wrapup UT8 in KD2", "close UT9 on UO5 in UO1", "close UT0 in",
    "close UT9 in KD1 on UO1", "close UT7 on UO4  in\tKD1 # c", "close UO1 on UO2",
    "close UT8 on UT9", "close UTx9 on UO1",
    "close UTa onUO1", "close UTb on UO5 close", "close UTc on UO6 # é", "close UTd on",
    "close channel UO7", "close every agent on UO8", "wrapup UTe, UTf on UO9",
    "wrapup UT1 on UO1", "close UT0 on UO7", "Close UT6 on UO1", "stop", "use interaction KD1",
    "use channel UO1", "deactivate channel UO1",
    "close UT1 on UO1;close UT2 on UO1", "close UT3 on UO1 ; echo 'x'", "", "# comment",
    "  ", "# é", "# tab\t.", "closed UT1 on UO1", "close", "wrapup", "c", "w",
  ]

  /// Writes `UTa` out as `UT` and the digit 32 times.
  private static func written(_ line: String) -> String {
    line.replacing(/(KD|UO|UT)([0-9a-f])\b/) { match in
      match.1 + String(repeating: String(match.2), count: 32)
    }
  }

  @Test func saysTheSameOnBothPaths() {
    var seed: UInt64 = 7
    func random(_ count: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % count
    }
    var identifiers: Set<String> = []
    for _ in 0..<500 {
      let use = random(4) == 0 ? [] : [Self.written("use interaction KD1")]
      let lines =
        use + (0..<random(30)).map { _ in Self.written(Self.starts[random(Self.starts.count)]) }
      let plain = found(check(lines.map { $0 + "\n" }.joined()))
      let other = found(check(lines.map { $0 + "\r\n" }.joined()))
      #expect(plain == other, "\(lines)")
      identifiers.formUnion(plain.compactMap { $0.split(separator: " ").last.map(String.init) })
    }
    let expected: Set<String> = [
      "duplicate-action", "action-after-close", "no-interaction", "no-channel", "wrong-sid-kind",
      "malformed-sid", "unreachable", "unexpected-word", "unknown-command",
    ]
    #expect(expected.isSubset(of: identifiers), "\(identifiers)")
  }

  /// Mistakes are where they are, whatever window of the text they are in.
  @Test func saysTheSameOverManyWindows() {
    for distance in [1, 7, 999, 4000] {
      let lines = (0..<12_000).map { number -> String in
        if number % distance == distance - 1 { return "clsoe UT\(number)" }
        if number % 5 == 0 { return number % 2 == 0 ? "" : "# a comment of line \(number)" }
        let digits = String(0x1000_0000_0000 + number * 0x1_0001, radix: 16)
        return "close UT\(String(repeating: "0", count: 32 - digits.count))\(digits) on UO1"
      }
      let text = ["use interaction KD1"] + lines
      let plain = found(check(text.map { $0 + "\n" }.joined()))
      let other = found(check(text.map { $0 + "\r\n" }.joined()))
      #expect(plain == other, "\(distance)")
      #expect(!plain.isEmpty)
    }
  }

  @Test func remembersTheSameNumberOfActionsOnBothPaths() {
    for count in [1022, 1023, 1024, 1025, 2048, 2100] {
      let others = (0..<count).map { number in
        let digits = String(0x1000_0000_0000 + number * 0x1_0001, radix: 16)
        return "close UT\(String(repeating: "0", count: 32 - digits.count))\(digits) on UO1"
      }
      let lines = ["use interaction KD1", "close UT1 on UO1"] + others + ["close UT1 on UO1"]
      let plain = found(check(lines.map { $0 + "\n" }.joined()))
      let other = found(check(lines.map { $0 + "\r\n" }.joined()))
      #expect(plain == other, "\(count)")
      #expect(plain.count == (count < 1024 ? 1 : 0), "\(count): \(plain)")
    }
  }

  @Test func aGenerationIsADictionary() {
    var seed: UInt64 = 11
    func random(_ count: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % count
    }
    for _ in 0..<40 {
      let kinds = 20 + random(600)
      var (lines, expected, last) = (["use channel UO1 in KD1"], [String](), [Int: Int]())
      for _ in 0..<(kinds / 2) {
        let target = random(kinds)
        let digits = String((UInt64(target) + 1) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
        lines.append("wrapup UT\(String(repeating: "0", count: 32 - digits.count))\(digits)")
        // The slow counterpart: a dictionary.
        if last[target] != nil { expected.append("\(lines.count):8 duplicate-action") }
        last[target] = lines.count
      }
      let warnings = found(check(lines.map { $0 + "\n" }.joined()))
        .filter { $0.hasSuffix("duplicate-action") }
      #expect(warnings == Array(expected.prefix(warnings.count)))
      #expect(warnings.count == min(expected.count, 20))
    }
  }

  @Test func theTableFindsTheKeywordsAndNothingElse() {
    for keyword in Keyword.allCases {
      let word = Array(keyword.rawValue.utf8)
      for text in [
        word, word + word, Array(word.dropLast()), Array(word.dropFirst()), word + [0x61],
        word.map { $0 ^ 0x20 }, Array(word.reversed()),
      ] {
        let slow = Keyword(rawValue: String(decoding: text, as: UTF8.self))
        #expect(Keyword.spelled(text[...]) == slow, "\(text)")
      }
    }
  }
}
