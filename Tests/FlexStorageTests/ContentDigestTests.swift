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

  @Test func dependsOnEveryBlock() {
    let (first, second) = ([UInt8](repeating: 1, count: 100), [UInt8](repeating: 2, count: 50))
    #expect(Self.digest(first, second) != Self.digest(second, first))
    #expect(Self.digest(first, second) != Self.digest(first))
    #expect(Self.digest(first, second) == Self.digest(first, second))
  }
}
