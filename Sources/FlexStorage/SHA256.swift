/// The hash function SHA-256, and a keyed hash made of it.
///
/// Written out here because the library that offers it brings a second copy of BoringSSL: a third of
/// the time of a fresh build, and megabytes of the program. It guards nothing against an attacker who
/// can measure time. Source: FIPS 180-4; RFC 2104 for the keyed hash.
package struct SHA256 {
  /// The bytes of a block.
  private static let blockSize = 64

  /// The eight words of the hash.
  var state = SIMD8<UInt32>(
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB,
    0x5BE0_CD19)
  /// What is left of the last block; fewer than 64 bytes.
  private var rest: [UInt8] = []
  private var count: UInt64 = 0
  /// Whether blocks are added with the processor's instructions, if it has them.
  var usesInstructions = true

  /// Begins a hash of nothing.
  package init() {}

  /// The hash of these bytes: 32 bytes.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The keyed hash of these bytes, HMAC: 32 bytes.
  package static func hash(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var key = key.count > blockSize ? hash(key) : key
    key += [UInt8](repeating: 0, count: blockSize - key.count)
    return hash(key.map { $0 ^ 0x5C } + hash(key.map { $0 ^ 0x36 } + bytes))
  }

  /// Adds bytes.
  package mutating func update(_ bytes: [UInt8]) {
    count += UInt64(bytes.count)
    var start = 0
    if !rest.isEmpty {
      start = min(Self.blockSize - rest.count, bytes.count)
      rest += bytes[..<start]
      guard rest.count == Self.blockSize else { return }
      takeBlocks(rest, from: 0)
      rest.removeAll(keepingCapacity: true)
    }
    start += takeBlocks(bytes, from: start)
    rest += bytes[start...]
  }

  /// Adds all whole blocks from a place on; gives how many bytes they have.
  @discardableResult
  private mutating func takeBlocks(_ bytes: [UInt8], from first: Int) -> Int {
    let blocks = (bytes.count - first) / Self.blockSize
    if takeTogether(bytes, from: first, blocks: blocks) { return blocks * Self.blockSize }
    var start = first
    while start + Self.blockSize <= bytes.count {
      take(bytes, from: start)
      start += Self.blockSize
    }
    return start - first
  }

  /// Ends the hash: 32 bytes.
  package mutating func finish() -> [UInt8] {
    let bits = count * 8
    var end: [UInt8] = [0x80]
    let zeros = (Self.blockSize * 2 - 9 - rest.count) % Self.blockSize
    end += [UInt8](repeating: 0, count: zeros)
    for shift in stride(from: 56, through: 0, by: -8) {
      end.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    update(end)
    return state.indices.flatMap { index in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: state[index] >> $0) }
    }
  }

  /// Adds a block, which begins at a place.
  private mutating func take(_ bytes: [UInt8], from start: Int) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      bytes.withUnsafeBytes { bytes in
        for index in 0..<16 {
          words[index] =
            bytes.loadUnaligned(fromByteOffset: start &+ index &* 4, as: UInt32.self).bigEndian
        }
      }
      var index = 16
      while index < 64 {
        // Four words together, but for what depends on the last two of them.
        let memory = UnsafeMutableRawBufferPointer(words)
        func four(_ place: Int) -> SIMD4<UInt32> {
          memory.loadUnaligned(fromByteOffset: place &* 4, as: SIMD4<UInt32>.self)
        }
        let early = four(index &- 15)
        func right(_ count: UInt32) -> SIMD4<UInt32> { early &>> SIMD4(repeating: count) }
        func left(_ count: UInt32) -> SIMD4<UInt32> { early &<< SIMD4(repeating: count) }
        // Turned by 7 and by 18. (As turns, they would be taken apart: SSE2 has none.)
        let first = right(7) ^ right(18) ^ right(3) ^ (left(25) ^ left(14))
        let sum = four(index &- 16) &+ first &+ four(index &- 7)
        memory.storeBytes(of: sum, toByteOffset: index &* 4, as: SIMD4<UInt32>.self)
        for place in index..<index &+ 4 {
          let late = words[place &- 2]
          let second = Self.turned(late, 17) ^ Self.turned(late, 19) ^ late &>> 10
          words[place] = words[place] &+ second
        }
        index &+= 4
      }
      mix(UnsafeBufferPointer(words))
    }
  }

  /// The 64 rounds of a block, eight at a time: no word is moved.
  private mutating func mix(_ words: UnsafeBufferPointer<UInt32>) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    Self.constants.withUnsafeBufferPointer { constants in
      var index = 0
      var both = b ^ c
      while index < 64 {
        func added(_ offset: Int) -> UInt32 {
          constants[index &+ offset] &+ words[index &+ offset]
        }
        Self.round(a, b, c, &d, e, f, g, &h, &both, added(0))
        Self.round(h, a, b, &c, d, e, f, &g, &both, added(1))
        Self.round(g, h, a, &b, c, d, e, &f, &both, added(2))
        Self.round(f, g, h, &a, b, c, d, &e, &both, added(3))
        Self.round(e, f, g, &h, a, b, c, &d, &both, added(4))
        Self.round(d, e, f, &g, h, a, b, &c, &both, added(5))
        Self.round(c, d, e, &f, g, h, a, &b, &both, added(6))
        Self.round(b, c, d, &e, f, g, h, &a, &both, added(7))
        index &+= 8
      }
    }
    state &+= SIMD8(a, b, c, d, e, f, g, h)
  }

  /// One round; `both`: `b ^ c`, and then `a ^ b`, which is the next round's; `added`: the word of the message
  /// and the constant.
  ///
  /// Each sum of three turns is written as turns of one another, which moves fewer words.
  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ both: inout UInt32, _ added: UInt32
  ) {
    let choice = g ^ (e & (f ^ g))
    let next = a ^ b
    let majority = b ^ (next & both)
    both = next
    // By 6, 11 and 25; and by 2, 13 and 22.
    h = h &+ turned(turned(turned(e, 14) ^ e, 5) ^ e, 6) &+ choice &+ added
    d = d &+ h
    h = h &+ turned(turned(turned(a, 9) ^ a, 11) ^ a, 2) &+ majority
  }

  /// A word, its bits turned to the right.
  @inline(__always)
  private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  static let constants: [UInt32] = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4,
    0xAB1C_5ED5, 0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE,
    0x9BDC_06A7, 0xC19B_F174, 0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F,
    0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA, 0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7,
    0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967, 0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC,
    0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85, 0xA2BF_E8A1, 0xA81A_664B,
    0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070, 0x19A4_C116,
    0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7,
    0xC671_78F2,
  ]
}
