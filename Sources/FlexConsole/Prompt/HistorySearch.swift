/// Finds the lines of the history that begin with what was typed, with every key.
///
/// A longer text is searched only in what fitted before.
final class HistorySearch {
  /// Oldest first.
  private let lines: [String]
  private var typed: [UInt8] = []
  /// The lines that begin with ``typed``, as indices, newest first.
  private var fitting: [Int]

  /// Searches lines, given oldest first.
  init(_ lines: [String]) {
    self.lines = lines
    fitting = Array(lines.indices.reversed())
  }

  /// The lines that begin with a text and go on, newest first.
  func lines(beginningWith text: String) -> some Sequence<String> {
    let wanted = Array(text.utf8)
    if !wanted.starts(with: typed) { fitting = Array(lines.indices.reversed()) }
    if wanted != typed || fitting.count == lines.count {
      fitting = fitting.filter { Self.begins(lines[$0], with: wanted) }
    }
    typed = wanted
    return fitting.lazy.map { [lines] in lines[$0] }
  }

  private static func begins(_ line: String, with wanted: [UInt8]) -> Bool {
    var line = line
    return line.withUTF8 { bytes in
      bytes.count > wanted.count
        && wanted.withUnsafeBufferPointer { bytes.prefix($0.count).elementsEqual($0) }
    }
  }
}
