import Testing

@testable import FlexRuntime

/// The checksum of a journal's lines, eight bytes at a time and one bit after the other.
struct ChecksumTests {
  private static func slowly(_ bytes: [UInt8]) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    return ~sum
  }

  private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { Checksum.sum(of: $0) }
  }

  /// The check value of CRC-32C: RFC 3720, appendix B.4, and its catalogues.
  @Test func isThatOfTheStandard() {
    #expect(Self.sum(Array("123456789".utf8)[...]) == 0xE306_9283)
    #expect(Self.sum([UInt8](repeating: 0, count: 32)[...]) == 0x8A91_36AA)
  }

  @Test func isTheSameWhateverTheLength() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
    for count in 0..<80 {
      for start in 0..<9 {
        let slice = bytes[start..<(start + count)]
        #expect(Self.sum(slice) == Self.slowly(Array(slice)))
      }
    }
    #expect(Self.sum(bytes[...]) == Self.slowly(bytes))
  }
}
