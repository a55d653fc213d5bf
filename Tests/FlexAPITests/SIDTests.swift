import FlexAPI
import Testing

struct SIDTests {
  @Test func readsEveryPrefixAndSendsTheSIDAsItWasWritten() {
    for type in SIDType.allCases {
      let text = type.rawValue + "0123456789abcdefABCDEF9876543210"
      #expect(AnySID(text)?.description == text)
      #expect(AnySID(text)?.type == type)
    }
    #expect(AnySID("AC00000000000000000000000000000000")?.type == nil)
  }

  @Test func comparesWithoutRegardToTheCaseOfTheDigits() throws {
    let lower = try #require(AnySID("KDabcdefabcdefabcdefabcdefabcdefab"))
    let upper = try #require(AnySID("KDABCDEFABCDEFABCDEFABCDEFABCDEFAB"))
    #expect(lower == upper)
    #expect(lower.hashValue == upper.hashValue)
    #expect(lower.description != upper.description)
    #expect(lower != AnySID("UOabcdefabcdefabcdefabcdefabcdefab"))
  }

  @Test(arguments: [
    "", "KD", "KD0123456789abcdef0123456789abcde", "KD0123456789abcdef0123456789abcdef0",
    "kd0123456789abcdef0123456789abcdef", "KD0123456789abcdef0123456789abcdeg",
    "K\u{212A}0123456789abcdef0123456789abcdef", "KD0123456789abcdef0123456789abcde\u{FF11}",
    "12abcdefabcdefabcdefabcdefabcdefab",
  ])
  func refuses(_ text: String) {
    #expect(AnySID(text) == nil)
  }

  @Test func knowsItsKindByType() {
    #expect(ParticipantSID("UTabcdefabcdefabcdefabcdefabcdefab") != nil)
    #expect(ParticipantSID("UOabcdefabcdefabcdefabcdefabcdefab") == nil)
  }

  @Test func countsDigitsThatDiffer() throws {
    let first = try #require(AnySID("UT00000000000000000000000000000000"))
    let second = try #require(AnySID("UT0f000000000000000000000000000001"))
    #expect(first.digitsDiffering(from: second) == 2)
    #expect(first.digitsDiffering(from: first) == 0)
  }

  @Test func isFoundInText() {
    let text = "a KDabcdefabcdefabcdefabcdefabcdefab, xUTabcdefabcdefabcdefabcdefabcdefab."
    #expect(AnySID.all(in: Array(text.utf8)[...]).map(\.prefix) == ["KD"])
  }
}
