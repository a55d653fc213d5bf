extension Keyword {
  /// Returns the keyword with exactly this spelling.
  ///
  /// Slow counterpart: `Keyword(rawValue:)`. Compared by `theTableFindsTheKeywordsAndNothingElse`.
  /// Gain: 10 % of the instructions of a check.
  package static func spelled(_ bytes: ArraySlice<UInt8>) -> Keyword? {
    guard bytes.count <= 16, bytes.count >= 2 else { return nil }
    let packed = PackedWord(bytes)
    var slot = packed.slot
    while let entry = table[slot] {
      if entry.word == packed { return entry.keyword }
      slot = (slot + 1) & PackedWord.slotMask
    }
    return nil
  }

  /// All keywords by the hash of their spelling, with open addressing: one lookup, no allocation.
  private static let table: [(word: PackedWord, keyword: Keyword)?] = {
    var table = [(word: PackedWord, keyword: Keyword)?](
      repeating: nil, count: PackedWord.slotMask + 1)
    for keyword in allCases {
      let word = PackedWord(Array(keyword.rawValue.utf8)[...])
      var slot = word.slot
      while table[slot] != nil { slot = (slot + 1) & PackedWord.slotMask }
      table[slot] = (word, keyword)
    }
    return table
  }()
}

/// A word of at most 16 bytes, none of them zero, as two machine words.
private struct PackedWord: Equatable {
  static let slotMask = 255
  var first: UInt64 = 0
  var second: UInt64 = 0

  init(_ bytes: ArraySlice<UInt8>) {
    for (index, byte) in bytes.enumerated() {
      if index < 8 {
        first = first << 8 | UInt64(byte)
      } else {
        second = second << 8 | UInt64(byte)
      }
    }
  }

  var slot: Int {
    Int(truncatingIfNeeded: ((first ^ second &* 31) &* 0x9E37_79B9_7F4A_7C15) >> 56)
  }
}
