/// A report that keeps nothing: for runs that are only counted.
package struct SilentReport: RunReport {
  /// Tells nobody.
  package init() {}
  package var isLost: Bool { false }
  package mutating func tell(_ event: RunEvent) {}
  package mutating func flush() {}
}
