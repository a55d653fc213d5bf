/// The diagnostics of one file, in order of position, and no more than a person can read.
package struct DiagnosticList: Sendable {
  /// The maximum number of errors reported per file.
  package static let maximumErrors = 100
  /// The maximum number of warnings reported per file, in addition to the errors.
  package static let maximumWarnings = 20

  /// The file as the user named it.
  package let file: String
  private var errors: [Diagnostic] = []
  private var warnings: [Diagnostic] = []
  /// The number of errors that were not kept.
  package private(set) var moreErrors = 0
  /// The number of warnings that were not kept.
  package private(set) var moreWarnings = 0

  /// Creates an empty list for a file.
  package init(file: String) {
    self.file = file
  }

  /// Whether there are errors, so that the script must not run.
  package var hasErrors: Bool { !errors.isEmpty }
  /// Whether there are warnings.
  package var hasWarnings: Bool { !warnings.isEmpty }
  /// The diagnostics that are kept, in order of position.
  package var all: [Diagnostic] {
    (errors + warnings).sorted { DiagnosticList.precedes($0, $1) }
  }

  /// Whether a diagnostic at a position would be kept.
  ///
  /// One that would not be kept need not be created: ``countUnkept(_:_:)`` counts it.
  func keeps(_ severity: Diagnostic.Severity, at offset: Int) -> Bool {
    let (list, most) =
      severity == .error
      ? (errors, DiagnosticList.maximumErrors) : (warnings, DiagnosticList.maximumWarnings)
    guard list.count >= most, let last = list.last?.range?.start.offset else { return true }
    return offset < last
  }

  /// Counts diagnostics that are not kept.
  mutating func countUnkept(_ severity: Diagnostic.Severity, _ count: Int = 1) {
    if severity == .error { moreErrors += count } else { moreWarnings += count }
  }

  /// Adds a diagnostic, and drops the last one if there are too many of its severity.
  package mutating func add(_ diagnostic: Diagnostic) {
    switch diagnostic.severity {
    case .error:
      if DiagnosticList.insert(diagnostic, into: &errors, most: DiagnosticList.maximumErrors) {
        moreErrors += 1
      }
    case .warning:
      if DiagnosticList.insert(diagnostic, into: &warnings, most: DiagnosticList.maximumWarnings) {
        moreWarnings += 1
      }
    }
  }

  /// Adds those diagnostics of another list for the same file that this one does not have.
  mutating func addNew(_ other: DiagnosticList) {
    let known = Set(all)
    for diagnostic in other.all where !known.contains(diagnostic) { add(diagnostic) }
  }

  /// Inserts a diagnostic by position, and returns whether one was dropped.
  private static func insert(
    _ diagnostic: Diagnostic, into list: inout [Diagnostic], most: Int
  ) -> Bool {
    let index = list.lastIndex { !precedes(diagnostic, $0) }.map { $0 + 1 } ?? 0
    list.insert(diagnostic, at: index)
    guard list.count > most else { return false }
    list.removeLast()
    return true
  }

  private static func precedes(_ left: Diagnostic, _ right: Diagnostic) -> Bool {
    (left.range?.start.offset ?? -1) < (right.range?.start.offset ?? -1)
  }
}
