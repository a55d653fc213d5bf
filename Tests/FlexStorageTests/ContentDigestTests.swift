import Testing

@testable import FlexStorage

/// The digest with which later readings of a file are compared.
struct ContentDigestTests {
  private static func digest(_ pieces: [UInt8]...) -> UInt64 {
    var digest = ContentDigest()
    for piece in pieces { digest.add(piece) }
    return digest.value
  }

  @Test func differsWhateverChanges() {
    for count in [0, 1, 6, 7, 8, 9, 14, 15, 63, 300] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let digest = Self.digest(bytes)
      #expect(Self.digest(bytes) == digest)
      #expect(Self.digest(bytes + [0]) != digest)
      for index in bytes.indices {
        for bit in 0..<8 {
          var changed = bytes
          changed[index] ^= 1 << UInt8(bit)
          #expect(Self.digest(changed) != digest)
        }
        var shorter = bytes
        shorter.remove(at: index)
        #expect(Self.digest(shorter) != digest)
      }
      for index in bytes.indices.dropLast() where bytes[index] != bytes[index + 1] {
        var swapped = bytes
        swapped.swapAt(index, index + 1)
        #expect(Self.digest(swapped) != digest)
      }
    }
  }

  @Test func twoWordsTogetherAreOneAfterTheOther() {
    let prime = UInt128(ContentDigest.prime)
    for count in 0..<100 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
      var (value, place) = (1 as UInt128, 0)
      func add(_ word: UInt128) {
        value = (value * UInt128(ContentDigest.key) + word) % prime
      }
      while place + 8 <= count {
        add(bytes[place..<place + 7].reversed().reduce(0) { $0 << 8 | UInt128($1) })
        place += 7
      }
      for byte in bytes[place...] { add(UInt128(byte) | 0x100) }
      add(UInt128(count))
      #expect(UInt128(Self.digest(bytes)) == value, "\(count) bytes")
    }
  }

  @Test func dependsOnEveryBlock() {
    let (first, second) = ([UInt8](repeating: 1, count: 100), [UInt8](repeating: 2, count: 50))
    #expect(Self.digest(first, second) != Self.digest(second, first))
    #expect(Self.digest(first, second) != Self.digest(first))
    #expect(Self.digest(first, second) == Self.digest(first, second))
  }
}
