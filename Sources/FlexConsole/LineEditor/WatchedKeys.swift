package import FlexRuntime
import FlexScript
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Reads single keys from the terminal while something is shown that repeats itself.
///
/// Ctrl-C remains a signal. Waiting blocks a thread of its own.
package actor WatchedKeys {
  private let executor = LineEditorExecutor()
  private var before: termios?

  /// The executor that runs the actor on a queue of its own.
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Leaves the terminal as it is.
  package init() {}

  /// Makes the terminal hand over each key at once, and not show it.
  package func begin() {
    var state = termios()
    guard before == nil, tcgetattr(STDIN_FILENO, &state) == 0 else { return }
    TerminalGuard.remember()
    before = state
    state.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &state)
  }

  /// Restores the terminal.
  package func end() {
    guard var state = before else { return }
    tcsetattr(STDIN_FILENO, TCSANOW, &state)
    before = nil
  }

  /// Waits for a key.
  ///
  /// - Returns: `nil` if the time has passed or the interruption was raised first.
  package func key(within length: Duration, until interruption: Interruption) -> Character? {
    let deadline = ContinuousClock.now + length
    while interruption.cause == nil {
      let left = deadline - ContinuousClock.now
      guard left > .zero else { return nil }
      var file = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      // An interruption is noticed ten times per second.
      let count = poll(&file, 1, Int32(min(left.milliseconds, 100).rounded(.up)))
      if count < 0, errno != EINTR { return nil }
      guard count > 0 else { continue }
      var byte: UInt8 = 0
      if read(STDIN_FILENO, &byte, 1) == 1 { return Character(Unicode.Scalar(byte)) }
      // The terminal is gone: there will be no key.
      return "q"
    }
    return nil
  }
}
