package import FlexAPI
import FlexScript

/// Lays out cells in columns.
package enum AlignedTable {
  /// The lines of a table whose columns are as wide as their widest cell.
  ///
  /// The cells are shown as they are, so they must have been escaped.
  package static func lines(_ rows: [[String]], gap: Int = 2) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? VisibleText.width($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (index, cell) in row.enumerated() {
        line += cell
        if index + 1 < row.count {
          line += String(repeating: " ", count: widths[index] - VisibleText.width(cell) + gap)
        }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// A value as a cell for people; nothing for null.
  package static func text(_ value: JSON) -> String {
    switch value {
    case .null: ""
    case .string(let text): VisibleText.escaped(text)
    default: VisibleText.escaped(value.serialized)
    }
  }
}
