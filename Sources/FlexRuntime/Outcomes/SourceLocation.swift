import FlexAPI

/// Where a sentence is, and in which pass of the loops around it.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// The script as it was named.
  package let file: String
  /// From 1; 0 for something that has no place in the script.
  package let line, column: Int
  /// The pass of the innermost loop around it; `nil` outside loops.
  package var pass: LoopPass?

  /// A place in a script.
  package init(file: String, line: Int = 0, column: Int = 0, pass: LoopPass? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.pass = pass
  }

  /// Reads a place as a journal has it.
  init(recorded text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 2, let line = Int(parts[parts.count - 2]),
      let column = Int(parts[parts.count - 1])
    else {
      self.init(file: text)
      return
    }
    self.init(
      file: parts.dropLast(2).joined(separator: ":"), line: line, column: column)
  }

  /// `file:line:column`.
  package var description: String {
    guard line > 0 else { return file }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(file.utf8.count + 24)
    bytes.append(contentsOf: file.utf8)
    bytes.append(UInt8(ascii: ":"))
    JSON.write(line, into: &bytes)
    bytes.append(UInt8(ascii: ":"))
    JSON.write(column, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The row of a data file that is processed: `leavers.csv:17`; `nil` if none is.
  package var row: String? { pass?.row }

  /// The place and the row, for people.
  package var displayText: String { row.map { "\(description), \($0)" } ?? description }
}

/// One pass of a loop: the row or the item that it processes.
package final class LoopPass: Sendable {
  /// The pass of the loop around it.
  private let outer: LoopPass?
  private let file: String?
  private let line: Int
  private let item: String
  private let recordedRow: String?

  /// A pass for a row that begins on this line of a data file.
  init(file: String, line: Int, in outer: LoopPass?) {
    (self.file, self.line, self.outer) = (file, line, outer)
    (item, recordedRow) = ("", nil)
  }

  /// A pass for an item of a listing or a list.
  init(item: String, in outer: LoopPass?) {
    (self.item, self.outer) = (item, outer)
    (file, line, recordedRow) = (nil, 0, nil)
  }

  /// A pass as a plan has it.
  init(recorded key: String, row: String?) {
    (item, recordedRow) = (key, row)
    (outer, file, line) = (nil, nil, 0)
  }

  private var own: String { file.map { "\($0):\(line)" } ?? item }

  /// The innermost row: `leavers.csv:17`.
  package var row: String? { recordedRow ?? (file == nil ? outer?.row : own) }

  /// What distinguishes the pass from every other one, the outermost loop first.
  package var key: String { outer.map { "\($0.key) > \(own)" } ?? own }
}

extension LoopPass: Hashable {
  package static func == (left: LoopPass, right: LoopPass) -> Bool {
    left === right || left.key == right.key
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(key)
  }
}
