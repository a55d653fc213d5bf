/// What the check knows about the parts of scripts, for editors.
package struct Annotations: Sendable {
  /// What a name stands for.
  package struct Declared: Sendable {
    /// The script that declares it, as in ``OpenedFile/name``.
    package let file: String
    /// Where it is declared.
    package let range: SourceRange
    /// Its type, with an article: `a channel`.
    package let type: String
  }

  /// How many rows a data file has.
  package struct RowCount: Sendable {
    /// The script whose loop goes over them, as in ``OpenedFile/name``.
    package let file: String
    /// Where the script names the data file.
    package let range: SourceRange
    /// The number of rows.
    package let count: Int
  }

  /// The names that the scripts declare, in order.
  package internal(set) var declared: [Declared] = []
  /// The data files that were read to their ends, in the order of their loops.
  package internal(set) var rows: [RowCount] = []
  /// The number of rows of each data file, by identity.
  var counts: [String: Int] = [:]

  /// Nothing yet.
  package init() {}
}

extension Checker {
  /// Notes how many rows a loop goes over.
  mutating func annotate(_ source: LoopSource, _ data: OpenedFile) {
    guard case .rows(let value) = source, let count = session.annotations?.counts[data.identity]
    else { return }
    session.annotations?.rows.append(
      Annotations.RowCount(file: file, range: value.range, count: count))
  }
}
