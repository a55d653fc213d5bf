import FlexAPI

/// The targets of a thousand actions.
///
/// A table with open addressing, which SIDs enter by their fingerprints: a quarter of it is used, so that
/// a target which is not there, as nearly all are not, is known at once.
///
/// Slow counterpart: a dictionary. Compared by `aGenerationIsADictionary`. Gain: 14 % of the
/// instructions of a check.
struct Generation {
  private static let size = 4096

  private var entries: [(target: AnySID, lines: ActionHistory.Lines)] = []
  /// The number of the entry at each place, from 1; 0 for none.
  private var places = [UInt16](repeating: 0, count: Generation.size)

  var count: Int { entries.count }

  subscript(target: AnySID) -> ActionHistory.Lines? {
    let place = place(of: target)
    return places[place] == 0 ? nil : entries[Int(places[place]) - 1].lines
  }

  /// Keeps the lines of a target; there may be no more than half as many targets as places.
  mutating func keep(_ kept: ActionHistory.Lines, of target: AnySID) {
    let place = place(of: target)
    if places[place] > 0 {
      entries[Int(places[place]) - 1].lines = kept
    } else {
      precondition(entries.count < Generation.size / 2, "a generation ends before it is full")
      entries.append((target, kept))
      places[place] = UInt16(entries.count)
    }
  }

  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    for place in places.indices { places[place] = 0 }
  }

  /// Where a target is, or would be.
  private func place(of target: AnySID) -> Int {
    places.withUnsafeBufferPointer { places in
      var place = Int(truncatingIfNeeded: target.fingerprint >> 52)
      while places[place] > 0, entries[Int(places[place]) &- 1].target != target {
        place = (place &+ 1) & (Generation.size &- 1)
      }
      return place
    }
  }
}
