import FlexAPI

/// Where a sentence is, and in which pass of the loops around it.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// The script as it was named.
  package let file: String
  /// From 1; 0 for something that has no place in the script.
  package let line, column: Int
  /// The pass of the innermost loop around it; `nil` outside loops.
  package var pass: LoopPass?
  /// The number of the run's script in which, or from which, it is executed, from 0; negative unless the
  /// run is a shard, whose journal has the order of everything.
  var script = -1

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
    line > 0 ? String(file: file, line: line, column: column) : file
  }

  /// The row of a data file that is processed: `leavers.csv:17`; `nil` if none is.
  package var row: String? { pass?.row }

  /// Where it is in the order of a run of the whole script: the number of the script, for each pass the
  /// line and the column of its loop and its own number, and the line and the column of the sentence.
  ///
  /// `nil` unless the run is a shard.
  package var order: ScriptOrder? {
    guard script >= 0 else { return nil }
    return ScriptOrder(numbers: [script] + (pass?.steps ?? []) + [line, column])
  }

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
  /// The sentence whose pass it is.
  private let loop: SourceLocation?
  /// Which one of its passes, from 1.
  private let number: Int

  /// A pass for a row that begins on this line of a data file.
  ///
  /// `loop`: the sentence whose pass it is; `number`: which one of its passes.
  init(file: String, line: Int, in outer: LoopPass?, of loop: SourceLocation, number: Int) {
    (self.file, self.line, self.outer) = (file, line, outer)
    (item, recordedRow) = ("", nil)
    (self.loop, self.number) = (loop, number)
  }

  /// A pass for an item of a listing or a list, or for a script that is run.
  init(item: String, in outer: LoopPass?, of loop: SourceLocation, number: Int) {
    (self.item, self.outer) = (item, outer)
    (file, line, recordedRow) = (nil, 0, nil)
    (self.loop, self.number) = (loop, number)
  }

  /// A pass as a plan has it.
  init(recorded key: String, row: String?) {
    (item, recordedRow) = (key, row)
    (outer, file, line) = (nil, nil, 0)
    (loop, number) = (nil, 0)
  }

  /// For each pass, the outermost first: the line and the column of its loop, and its number.
  fileprivate var steps: [Int] {
    (outer?.steps ?? []) + [loop?.line ?? 0, loop?.column ?? 0, number]
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

/// A place in the order in which one run of the whole script reports what happens.
package struct ScriptOrder: Hashable, Comparable, Sendable {
  /// What is compared, the first number first.
  let numbers: [Int]

  init(numbers: [Int]) {
    self.numbers = numbers
  }

  /// Reads an order as a journal has it.
  init?(_ text: String) {
    let numbers = text.split(separator: ".").map { Int($0) }
    guard !numbers.isEmpty, !numbers.contains(nil) else { return nil }
    self.numbers = numbers.compactMap(\.self)
  }

  /// The order as a journal has it: `0.2.1.17.3.5`.
  var text: String { numbers.map(String.init).joined(separator: ".") }

  package static func < (left: ScriptOrder, right: ScriptOrder) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }
}
