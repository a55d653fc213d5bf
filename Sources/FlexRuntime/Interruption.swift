import Synchronization

/// Whether somebody wants the run to end: asked between sentences, set from anywhere.
package final class Interruption: Sendable {
  /// What asked for the end.
  package enum Cause: Int, Sendable {
    case interrupt = 2
    case terminate = 15
    case hangUp = 1
  }

  private let raised = Atomic<Int>(0)

  /// Begins with nobody wanting it.
  package init() {}

  /// Asks for the end.
  ///
  /// The first cause stays.
  ///
  /// - Returns: Whether it was asked for before.
  @discardableResult
  package func raise(_ cause: Cause) -> Bool {
    !raised.compareExchange(
      expected: 0, desired: cause.rawValue, ordering: .sequentiallyConsistent
    ).exchanged
  }

  /// What asked for the end, if anything did.
  package var cause: Cause? { Cause(rawValue: raised.load(ordering: .sequentiallyConsistent)) }
}
