/// Lines of journals as a process writes them.
package enum JournalLine {
  /// An object without its last brace, with the checksum that ends a line of a journal.
  ///
  /// The checksum is computed here once more, bit by bit: CRC-32C.
  package static func complete(_ start: String) -> String {
    var sum = ~UInt32(0)
    for byte in start.utf8 {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    let digits = String(~sum, radix: 16)
    let zeros = String(repeating: "0", count: 8 - digits.count)
    return start + ",\"crc\":\"\(zeros)\(digits)\"}\n"
  }
}
