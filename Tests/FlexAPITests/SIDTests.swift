import Testing

@testable import FlexAPI

struct SIDTests {
  @Test func readsEveryPrefixAndSendsTheSIDAsItWasWritten() {
    for type in SIDType.allCases {
      let text = type.rawValue + "0123456789abcdefABCDEF9876543210"
      #expect(AnySID(text)?.description == text)
      #expect(AnySID(text)?.type == type)
    }
    #expect(AnySID("AC00000000000000000000000000000000")?.type == nil)
  }

  @Test func eightDigitsAreReadAsOneByOne() {
    /// The slow counterpart: a SID is one if each of its characters may be where it is.
    func isSID(_ text: [UInt8]) -> Bool {
      text.count == 34 && text[..<2].allSatisfy { (0x41...0x5A).contains($0) }
        && text[2...].allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
        }
    }
    let digits = Array("0123456789abcdefABCDEF".utf8)
    var numbers = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      var text = Array("UT".utf8)
      for _ in 0..<32 { text.append(digits[Int(numbers.next() % UInt64(digits.count))]) }
      let sid = AnySID(bytes: text[...])
      #expect(sid?.description == String(decoding: text, as: UTF8.self))
      let place = Int(numbers.next() % 34)
      for byte in UInt8.min...UInt8.max {
        text[place] = byte
        let read = AnySID(bytes: text[...])
        #expect((read != nil) == isSID(text), "\(text)")
        if let read { #expect(Array(read.description.utf8) == text) }
      }
    }
  }

  @Test func sixteenDigitsAreReadAsTwiceEight() {
    var numbers = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef".utf8)
    for _ in 0..<300 {
      var text = SIMD16<UInt8>()
      for place in text.indices { text[place] = digits[Int(numbers.next() % 16)] }
      let place = Int(numbers.next() % 16)
      for byte in UInt8.min...UInt8.max {
        text[place] = byte
        let words = unsafeBitCast(text, to: SIMD2<UInt64>.self)
        let high = EightDigits(text: words[0].bigEndian)
        let low = EightDigits(text: words[1].bigEndian)
        let isCapital = (0x41...0x46).contains(byte)
        guard let high, let low, !isCapital else {
          #expect(SixteenDigits(text) == nil)
          continue
        }
        #expect(SixteenDigits(text)?.value == high.value << 32 | low.value)
      }
    }
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
