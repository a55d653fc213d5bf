/// CRC-32C (Castagnoli), which detects a torn or damaged line.
enum Checksum {
  /// The checksum of each single byte.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in
      let rest = sum >> 1
      return sum & 1 == 1 ? rest ^ 0x82F6_3B78 : rest
    }
  }

  /// What separates a line from its sum, and what follows the sum.
  static let name = Array(#","crc":""#.utf8)
  static let end = Array("\"}\n".utf8)

  /// The sum in eight hexadecimal digits.
  static func digits(of bytes: ArraySlice<UInt8>) -> [UInt8] {
    var digits: [UInt8] = []
    write(sum(of: bytes), to: &digits)
    return digits
  }

  /// Appends a sum in eight hexadecimal digits.
  static func write(_ sum: UInt32, to bytes: inout [UInt8]) {
    for place in 0..<8 {
      let digit = UInt8(truncatingIfNeeded: sum >> UInt32(28 - place * 4)) & 15
      bytes.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
    }
  }

  static func sum(of bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)]
    }
  }
}
