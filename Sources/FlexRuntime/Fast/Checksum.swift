/// CRC-32C (Castagnoli), which detects a torn or damaged line.
enum Checksum {
  /// Eight tables of 256, for a byte that is followed by none to seven others.
  private static let tables: [UInt32] = {
    var tables = (0..<256).map { byte -> UInt32 in
      (0..<8).reduce(UInt32(byte)) { sum, _ in
        let rest = sum >> 1
        return sum & 1 == 1 ? rest ^ 0x82F6_3B78 : rest
      }
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      let shorter = tables[Int(before & 0xFF)]
      tables.append((before >> 8) ^ shorter)
    }
    return tables
  }()

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
    bytes.withUnsafeBytes { bytes in
      tables.withUnsafeBufferPointer { tables in
        var sum = ~UInt32(0)
        var index = 0
        // Eight bytes at once: each has a table for its distance from the last one.
        while index + 8 <= bytes.count {
          let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
          var rest = word ^ UInt64(sum)
          sum = 0
          for place in 0..<8 {
            sum ^= tables[(7 - place) * 256 + Int(rest & 0xFF)]
            rest >>= 8
          }
          index += 8
        }
        while index < bytes.count {
          sum = sum >> 8 ^ tables[Int((sum ^ UInt32(bytes[index])) & 0xFF)]
          index += 1
        }
        return ~sum
      }
    }
  }
}
