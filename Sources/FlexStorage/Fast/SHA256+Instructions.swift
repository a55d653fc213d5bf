import CPlatform

extension SHA256 {
  /// Adds blocks with the instructions that processors have for it; `false`, and nothing is added, without
  /// them.
  ///
  /// Slow counterpart: `SHA256.take(_:from:)`. Compared by `instructionsHashAsTheRoundsDo`.
  /// Gain: 90 % of the time of a hash; every script and data file is hashed when it is run.
  mutating func takeTogether(_ bytes: [UInt8], from start: Int, blocks: Int) -> Bool {
    guard usesInstructions, blocks > 0 else { return false }
    return withUnsafeMutableBytes(of: &state) { state in
      bytes.withUnsafeBufferPointer { bytes in
        Self.constants.withUnsafeBufferPointer { constants in
          flexsh_add_sha256_blocks(
            state.assumingMemoryBound(to: UInt32.self).baseAddress, constants.baseAddress,
            UnsafeBufferPointer(rebasing: bytes[start...]).baseAddress, blocks) == 0
        }
      }
    }
  }
}
