/// The diagnostics of one file, in the order of their places, and no more than a person can read.
package struct DiagnosticList: Sendable {
  /// How many errors of a file are reported.
  package static let maximumErrors = 100
  /// How many warnings of a file are reported, apart from the errors.
  package static let maximumWarnings = 20

  /// The file as the user named it.
  package let file: String
  private var errors: [Diagnostic] = []
  private var warnings: [Diagnostic] = []
  /// How many more errors there were than are kept.
  package private(set) var moreErrors = 0
  /// How many more warnings there were than are kept.
  package private(set) var moreWarnings = 0

  /// Begins a list for a file.
  package init(file: String) {
    self.file = file
  }

  /// Whether the script must not run.
  package var hasErrors: Bool { !errors.isEmpty }
  /// Whether anything was in doubt.
  package var hasWarnings: Bool { !warnings.isEmpty }
  /// What is kept, in the order of their places.
  package var all: [Diagnostic] {
    (errors + warnings).sorted { DiagnosticList.precedes($0, $1) }
  }

  /// Whether a diagnostic at a place would be kept.
  ///
  /// One that would not need not be made: ``countUnkept(_:_:)`` counts it.
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

  /// Adds one, and lets go of the last one when there are too many of its severity.
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

  /// Inserts by place; whether one had to go.
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
