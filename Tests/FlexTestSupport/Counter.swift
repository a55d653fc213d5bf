import Synchronization

/// A number that several tasks count up.
package final class Counter: Sendable {
  private let count = Mutex(0)

  package init() {}

  /// How far it has been counted.
  package var value: Int { count.withLock { $0 } }

  /// Counts up.
  package func increase(by step: Int = 1) { count.withLock { $0 += step } }

  /// Counts one more, and says how far that is.
  package func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
