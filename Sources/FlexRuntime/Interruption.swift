import Synchronization

/// A request from outside to end the run; any thread may raise it, and the run checks it.
package final class Interruption: Sendable {
  /// The cause of an interruption; the raw value is the number of its signal.
  package enum Cause: Int, Sendable {
    case interrupt = 2
    case terminate = 15
    case hangUp = 1
  }

  /// Functions to call on an interruption, by number.
  private struct Waiters {
    var functions: [Int: @Sendable () -> Void] = [:]
    var next = 0

    mutating func takeAll() -> [@Sendable () -> Void] {
      defer { functions.removeAll() }
      return Array(functions.values)
    }
  }

  private let raised = Atomic<Int>(0)
  private let resting = Atomic<Int>(0)
  private let announced = Atomic<Bool>(false)
  private let waiters = Mutex(Waiters())

  /// An interruption that has not happened.
  package init() {}

  /// Interrupts the run; the first cause stays.
  ///
  /// - Returns: Whether it was interrupted before.
  @discardableResult
  package func raise(_ cause: Cause) -> Bool {
    let isFirst = raised.compareExchange(
      expected: 0, desired: cause.rawValue, ordering: .sequentiallyConsistent
    ).exchanged
    for waiter in waiters.withLock({ $0.takeAll() }) { waiter() }
    return !isFirst
  }

  /// The cause of the interruption; `nil` if there was none.
  package var cause: Cause? { Cause(rawValue: raised.load(ordering: .sequentiallyConsistent)) }

  /// Calls a function once, when the run is interrupted: at once if it already is.
  ///
  /// - Returns: A number for ``removeWaiter(_:)``.
  package func onRaise(_ waiter: @escaping @Sendable () -> Void) -> Int {
    let number = waiters.withLock { waiters in
      waiters.next += 1
      waiters.functions[waiters.next] = waiter
      return waiters.next
    }
    if cause != nil {
      for waiter in waiters.withLock({ $0.takeAll() }) { waiter() }
    }
    return number
  }

  /// Removes a function that has not been called.
  package func removeWaiter(_ number: Int) {
    waiters.withLock { $0.functions[number] = nil }
  }

  /// Waits until the run is interrupted or the task is cancelled.
  package func wait() async {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    let number = onRaise { continuation.finish() }
    for await _ in signals {}
    removeWaiter(number)
  }

  // MARK: Resting

  /// Marks that the run only waits, at a question, a `sleep` or a `wait`: the first signal is enough.
  package func beginResting() { resting.add(1, ordering: .sequentiallyConsistent) }

  /// Ends what ``beginResting()`` began.
  package func endResting() { resting.subtract(1, ordering: .sequentiallyConsistent) }

  /// Whether the run only waits, and a signal need not wait for anything.
  package var isResting: Bool { resting.load(ordering: .sequentiallyConsistent) > 0 }

  // MARK: Announcement

  /// Notes that a message said what is awaited, so that the cursor is at the start of a line.
  package func noteAnnouncement() { announced.store(true, ordering: .sequentiallyConsistent) }

  /// Whether a message said what is awaited.
  package var wasAnnounced: Bool { announced.load(ordering: .sequentiallyConsistent) }
}
