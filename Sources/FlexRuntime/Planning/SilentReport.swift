/// A report that tells nobody: for runs that are only counted.
package struct SilentReport: RunReport {
  /// Whether sentences were left out whose expansion only live data could tell.
  package private(set) var leftOut = false

  /// Tells nobody.
  package init() {}
  package var isLost: Bool { false }
  package mutating func emit(_ event: RunEvent) {
    if case .unexpanded = event { leftOut = true }
  }
  package mutating func flush() {}
}
