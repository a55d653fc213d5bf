/// A report that shows nothing: for runs that are only counted.
package final class SilentReport: RunReport {
  /// Whether sentences were left out that only live data could expand.
  package private(set) var leftOut = false

  /// Begins with nothing left out.
  package init() {}

  package func emit(_ event: RunEvent) {
    if case .unexpanded = event { leftOut = true }
  }
}
