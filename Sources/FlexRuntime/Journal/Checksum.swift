/// CRC-32C (Castagnoli), which detects a torn or damaged line.
enum Checksum {
  /// The checksum of each single byte, then that of each byte with one to seven zeros after it.
  private static let table: [UInt32] = {
    var table: [UInt32] = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { sum, _ in
        let rest = sum >> 1
        return sum & 1 == 1 ? rest ^ 0x82F6_3B78 : rest
      }
    }
    for index in 256..<2048 {
      let sum = table[index - 256]
      table.append(sum >> 8 ^ table[Int(sum & 0xFF)])
    }
    return table
  }()

  /// What separates a line from its sum, and what follows the sum.
  static let name = Array(#","crc":""#.utf8)
  static let end = Array("\"}\n".utf8)

  /// The sum in eight hexadecimal digits.
  static func digits(of bytes: UnsafeBufferPointer<UInt8>) -> String {
    let sum = sum(of: bytes)
    return String(unsafeUninitializedCapacity: 8) { digits in
      for place in 0..<8 {
        let digit = UInt8(truncatingIfNeeded: sum &>> UInt32(28 &- place &* 4)) & 15
        digits[place] = digit &+ (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
      }
      return 8
    }
  }

  /// The sum of bytes, eight of them at a time.
  static func sum(of bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      let memory = UnsafeRawBufferPointer(bytes)
      var (sum, place) = (~UInt32(0), 0)
      while place &+ 8 <= bytes.count {
        let word =
          memory.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian ^ UInt64(sum)
        func part(_ index: Int) -> UInt32 {
          let byte = Int(truncatingIfNeeded: word &>> UInt64(index &* 8)) & 0xFF
          return table[(7 &- index) &* 256 &+ byte]
        }
        sum =
          part(0) ^ part(1) ^ part(2) ^ part(3) ^ part(4) ^ part(5) ^ part(6) ^ part(7)
        place &+= 8
      }
      while place < bytes.count {
        sum = sum &>> 8 ^ table[Int((sum ^ UInt32(bytes[place])) & 0xFF)]
        place &+= 1
      }
      return ~sum
    }
  }
}
