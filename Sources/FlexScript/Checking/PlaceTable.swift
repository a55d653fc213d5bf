import FlexAPI

/// Where a script says that resources are: the channel of a participant, the interaction of a
/// channel.
///
/// It holds the last few thousand, each as the marks of its SIDs, in fixed memory.
struct PlaceTable {
  private struct Entry {
    var resource: UInt64 = 0
    var place: UInt64 = 0
    var line = 0
  }

  private static let size = 4096
  private static let reach = 8
  private var entries: [Entry] = []

  /// Notes where a resource is.
  ///
  /// - Returns: The line on which it was in another place; `nil` if it was in none.
  mutating func note(_ resource: AnySID, in place: AnySID, line: Int) -> Int? {
    if entries.isEmpty { entries = [Entry](repeating: Entry(), count: PlaceTable.size) }
    let (resource, place) = (resource.fingerprint, place.fingerprint)
    let first = Int(truncatingIfNeeded: resource >> 40) & (PlaceTable.size - 1)
    return entries.withUnsafeMutableBufferPointer { entries in
      for offset in 0..<PlaceTable.reach {
        let index = (first &+ offset) & (PlaceTable.size &- 1)
        let known = entries[index].resource
        if known == resource { return entries[index].place == place ? nil : entries[index].line }
        if known == 0 {
          entries[index] = Entry(resource: resource, place: place, line: line)
          return nil
        }
      }
      entries[first] = Entry(resource: resource, place: place, line: line)
      return nil
    }
  }
}
