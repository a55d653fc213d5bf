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
  private let keys = KeyReader()

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
    // Nothing would restore the terminal while the program is stopped, or when it has quit.
    withUnsafeMutableBytes(of: &state.c_cc) { characters in
      for index in [VSUSP, VQUIT] { characters[Int(index)] = Self.noKey }
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &state)
  }

  #if canImport(Darwin)
  /// The character of a key that there is none for.
  private static let noKey: UInt8 = 0xFF
  #else
  /// The character of a key that there is none for.
  private static let noKey: UInt8 = 0
  #endif

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
      // An interruption is noticed ten times per second.
      switch keys.next(within: Int32(min(left.milliseconds, 100).rounded(.up))) {
      case .scalar(let scalar)?: return Character(scalar)
      // Neither a sequence nor a pasted text is a key here.
      case .escape?, .pasted?, .woken?, nil: continue
      // The terminal is gone: there will be no key.
      case .end?: return "q"
      }
    }
    return nil
  }
}
