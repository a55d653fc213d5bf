import CPlatform

extension SHA256 {
  /// Adds blocks with the instructions that processors have for it; `false`, and nothing is added, without
  /// them.
  ///
  /// Slow counterpart: `SHA256.take(_:from:)`. Compared by `instructionsHashAsTheRoundsDo`.
  /// Gain: 29 % of the time of a dry run of 138 MB of comments: files are hashed when they are run.
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
