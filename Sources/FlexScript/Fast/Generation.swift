import FlexAPI

/// The targets of a thousand actions.
///
/// A bit for each shows that a target is not among them, which is true for nearly all, at a
/// fraction of the cost of a dictionary.
///
/// Slow counterpart: the dictionary alone. Compared by `aGenerationIsADictionary`. Gain: 14 % of the
/// instructions of a check.
struct Generation {
  private var lines: [AnySID: ActionHistory.Lines] = [:]
  private var bits = [UInt64](repeating: 0, count: 512)

  var count: Int { lines.count }

  subscript(target: AnySID) -> ActionHistory.Lines? {
    let (word, bit) = Generation.place(of: target)
    return bits[word] & bit == 0 ? nil : lines[target]
  }

  mutating func keep(_ kept: ActionHistory.Lines, of target: AnySID) {
    let (word, bit) = Generation.place(of: target)
    bits[word] |= bit
    lines[target] = kept
  }

  mutating func removeAll() {
    lines.removeAll(keepingCapacity: true)
    for word in bits.indices { bits[word] = 0 }
  }

  private static func place(of target: AnySID) -> (word: Int, bit: UInt64) {
    let mark = target.fingerprint >> 49
    return (Int(mark >> 6), 1 << (mark & 63))
  }
}
