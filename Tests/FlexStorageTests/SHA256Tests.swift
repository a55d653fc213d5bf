import Testing

@testable import FlexStorage

/// SHA-256 and the keyed hash, compared with OpenSSL's over lengths around the ends of blocks.
struct SHA256Tests {
  private static func data(_ count: Int, _ factor: Int, _ first: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 * factor + first) }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test(arguments: [
    (
      0,
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    ),
    (
      1,
      "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a"
    ),
    (
      3,
      "6ab0dba1f4f1dfbb37b4f9eeb092c09fca4900ad32bdcd147d8dde35d6c87c35"
    ),
    (
      55,
      "81afe5b788dc2ce138ff83d9b20164db75a94d75d2b2432eea4a0ef605088c72"
    ),
    (
      56,
      "2aba54f0ac632420a2b502431408866e40e1d5e430df4cd822642c78ab2eb9c1"
    ),
    (
      57,
      "903284efbf9100e8ba1614ec65eacacad125e03f857cae7acbf8b73b23e0fdfe"
    ),
    (
      63,
      "733d3d4ee79ee67145bf73da13588f6f235d37414fc64b14a2f00f1762792f5e"
    ),
    (
      64,
      "79322907b3e9d013d7dc2c2f256674dbf733045cde01df3539271c6f5605feb8"
    ),
    (
      65,
      "d85c007c6eb440f085afa2b84f6f2bce4658b240e9f62cb1364bf0485a57e720"
    ),
    (
      119,
      "6c87eedf096b345de205b702e5223b73b447a3207791ded3ea007ba15ed6736e"
    ),
    (
      120,
      "42500cf6a1e3936d6b9e0bcfe296d654b63255e525487d3634d0b15fde591c4d"
    ),
    (
      127,
      "68f6ff710276900c0ffbbc57426f67e00c2e01f0750c7edc25ac06b8ce7a8095"
    ),
    (
      128,
      "489d55fea9a73af36b6dd0be7b4117d8e5683386d39544e8a44c99a87f368707"
    ),
    (
      1000,
      "6b0df76627243d095b0c4400cb658b7e804dd03461cc03aee8fc8fe0bcada168"
    ),
  ])
  func hashesAreThoseOfOpenSSL(_ count: Int, _ due: String) {
    let data = Self.data(count, 7, count)
    #expect(Self.hex(SHA256.hash(data)) == due)
    // In pieces of every size, the hash is the same.
    for size in 1...70 {
      var hash = SHA256()
      for start in stride(from: 0, to: data.count, by: size) {
        hash.update(Array(data[start..<min(start + size, data.count)]))
      }
      #expect(Self.hex(hash.finish()) == due)
    }
  }

  @Test(arguments: [
    (
      0, 0,
      "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    ),
    (
      16, 3,
      "cd32060c8fc4cfb3c5a7cbb64e51f7465fc996d73a81b71c78c740ae9689ae6a"
    ),
    (
      32, 100,
      "facf745b0c637518f6c41c13a5a9145eefcf94d3ef8b7881275dcacaa1a0b662"
    ),
    (
      64, 64,
      "6227eced9bf3fa17adbb29daa2728a274e15a818b2993d95a117e4c6583d0e25"
    ),
    (
      65, 10,
      "003a1368b36dfb8bf1a11775789ba4f81624f9a621b7c8cf17146db8a8977f5b"
    ),
    (
      131, 54,
      "218886e0cd15b205ba6eb9f96b4eae6a0e277f7aebf4aac114c8910ae2c4c0b9"
    ),
  ])
  func keyedHashesAreThoseOfOpenSSL(_ key: Int, _ count: Int, _ due: String) {
    let key = Self.data(key, 5, 1)
    #expect(Self.hex(SHA256.hash(Self.data(count, 7, count), key: key)) == due)
  }

  /// The example of FIPS 180-4 that has a million letters.
  @Test func aMillionLettersHashAsInTheStandard() {
    #expect(
      Self.hex(SHA256.hash([UInt8](repeating: 0x61, count: 1_000_000)))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func instructionsHashAsTheRoundsDo() {
    var random = SystemRandomNumberGenerator()
    for length in Array(0...300) + [4095, 4096, 4097, 100_000] {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let cut = Int.random(in: 0...length, using: &random)
      let hashes = [true, false].map { usesInstructions in
        var hash = SHA256()
        hash.usesInstructions = usesInstructions
        hash.update(Array(bytes[..<cut]))
        hash.update(Array(bytes[cut...]))
        return hash.finish()
      }
      #expect(hashes[0] == hashes[1], "\(length) bytes, cut at \(cut)")
    }
  }
}
