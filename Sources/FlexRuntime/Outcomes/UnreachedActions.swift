/// Actions of one sentence that a run did not reach, folded.
package struct UnreachedActions: Hashable, Sendable {
  /// Where the sentence is: `file:line:column`.
  package let at: String
  /// How many there are.
  package internal(set) var count: Int
  /// The row of the first of them, if they are passes over a data file: `big.csv:9`.
  package let firstRow: String?
  /// The row of the last of them.
  package internal(set) var lastRow: String?

  /// Puts one together.
  package init(at: String, count: Int, firstRow: String?, lastRow: String?) {
    self.at = at
    self.count = count
    self.firstRow = firstRow
    self.lastRow = lastRow
  }

  /// The actions for people: `big.flex:2, rows 9–201 of big.csv`.
  package var place: String {
    // A line is enough.
    let at =
      at.split(separator: ":").count > 2
      ? String(at[..<(at.lastIndex(of: ":") ?? at.endIndex)]) : at
    guard let firstRow, let lastRow else { return at }
    guard firstRow != lastRow, let first = Self.line(of: firstRow),
      let last = Self.line(of: lastRow)
    else { return "\(at), \(firstRow)" }
    return "\(at), rows \(first)–\(last) of \(firstRow.dropLast(first.count + 1))"
  }

  private static func line(of row: String) -> String? {
    row.lastIndex(of: ":").map { String(row[row.index(after: $0)...]) }
  }
}

/// Folds the actions that were not reached, in the order in which they are reported.
package struct UnreachedFolding: Sendable {
  /// What has been folded so far.
  package private(set) var groups: [UnreachedActions] = []
  private var indices: [String: Int] = [:]
  /// The number of groups that are kept; more sentences than this are counted together.
  private static let limit = 1000

  /// Begins with nothing.
  package init() {}

  /// Adds an action.
  package mutating func add(_ place: SourceLocation) {
    let (at, row) = (place.description, place.row)
    if let index = indices[at] ?? (groups.count == Self.limit ? Self.limit - 1 : nil) {
      groups[index].count += 1
      if let row { groups[index].lastRow = row }
      return
    }
    indices[at] = groups.count
    groups.append(UnreachedActions(at: at, count: 1, firstRow: row, lastRow: row))
  }
}
