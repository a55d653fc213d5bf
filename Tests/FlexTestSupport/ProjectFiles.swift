import Foundation

/// The files of the project, for the tests that read them.
package enum ProjectFiles {
  /// The top folder.
  package static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .path()

  /// The text of a file, by its path from the top.
  package static func text(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: root + path), encoding: .utf8)
  }

  /// The paths of all files below a folder that end so, from the top, sorted.
  package static func list(_ folder: String, suffix: String) -> [String] {
    let all = FileManager.default.enumerator(atPath: root + folder)
    return (all?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(suffix) }.map { folder + "/" + $0 }.sorted()
  }
}

/// Texts that are compared with files, and rewritten with `RECORD_GOLDEN=1`.
package enum Golden {
  /// What is different, or `nil` for nothing.
  ///
  /// Recording is a difference too, so that no run with it passes.
  package static func difference(_ text: String, with path: String) throws -> String? {
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try text.write(
        to: URL(filePath: ProjectFiles.root + path), atomically: true, encoding: .utf8)
      return "recorded \(path)"
    }
    let expected = try ProjectFiles.text(path)
    guard expected != text else { return nil }
    let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let right = text.split(separator: "\n", omittingEmptySubsequences: false)
    let index = zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let line = index ?? min(left.count, right.count)
    let found = line < right.count ? String(right[line]) : "(nothing)"
    let due = line < left.count ? String(left[line]) : "(nothing)"
    return "\(path), line \(line + 1):\n  expected: \(due)\n  found:    \(found)"
  }
}
