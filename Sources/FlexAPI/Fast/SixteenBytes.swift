extension UnsafeBufferPointer<UInt8> {
  /// Searches for a byte, sixteen together.
  ///
  /// `marks`: marks the bytes that are searched for.
  ///
  /// Slow counterpart: a loop over the bytes, with which each caller ends its search. Compared by
  /// `bytesTogetherArePlainIfEachIs`. Gain: 13 % of the instructions of a listed row.
  ///
  /// - Returns: The index of the first byte that is marked, or that of the first of fewer than sixteen that
  ///   were not looked at.
  @inlinable
  @inline(__always)
  package func sixteenBytes(
    from start: Int, _ marks: (SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>>
  ) -> (index: Int, isMarked: Bool) {
    var index = start
    while index &+ 16 <= count {
      let marks = marked(at: index, marks)
      if marks.first != 0 { return (index &+ marks.first.trailingZeroBitCount / 8, true) }
      if marks.second != 0 {
        return (index &+ 8 &+ marks.second.trailingZeroBitCount / 8, true)
      }
      index &+= 16
    }
    return (index, false)
  }

  /// Whether each quotation mark among the sixteen bytes at an index, which is neither 0 nor one of the last
  /// sixteen, comes after a backslash, each backslash before a quotation mark, and all else is plain.
  @inline(__always)
  func hasOnlyEscapedQuotes(at index: Int) -> Bool {
    let memory = UnsafeRawBufferPointer(self)
    func text(_ index: Int) -> SIMD16<UInt8> {
      memory.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
    }
    func all(_ character: Unicode.Scalar) -> SIMD16<UInt8> {
      SIMD16(repeating: UInt8(ascii: character))
    }
    let marks = marked(at: index) { here in
      (here &- SIMD16(repeating: 0x20) .>= SIMD16(repeating: 0x5F))
        .| ((here .== all("\"")) .^ (text(index &- 1) .== all("\\")))
        .| ((here .== all("\\")) .^ (text(index &+ 1) .== all("\"")))
    }
    return marks.first | marks.second == 0
  }

  /// Marks bytes among the sixteen at an index: in the words, each marked byte is 0xFF and each other 0,
  /// the first one in the lowest bits of the first word.
  @inlinable
  @inline(__always)
  package func marked(
    at index: Int, _ marks: (SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>>
  ) -> (first: UInt64, second: UInt64) {
    let text = UnsafeRawBufferPointer(self)
      .loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
    let halves = unsafeBitCast(marks(text), to: SIMD2<UInt64>.self)
    return (halves[0].littleEndian, halves[1].littleEndian)
  }
}
