#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Gives the terminal back as it was, on every way out, a crash included.
package enum TerminalGuard {
  /// Written once, before the terminal is touched and before any handler can read it.
  nonisolated(unsafe) private static var saved = termios()
  nonisolated(unsafe) private static var isSaved = false

  /// Turns pasted texts into keys again.
  private static let pasteOff: StaticString = "\u{1B}[?2004l"

  /// Remembers the state of standard input; does nothing where that is no terminal.
  package static func remember() {
    guard !isSaved else { return }
    isSaved = tcgetattr(STDIN_FILENO, &saved) == 0
  }

  /// Puts the terminal into the remembered state.
  ///
  /// A signal handler may call it: it calls nothing else than `tcsetattr` and `write`.
  package static func restore() {
    guard isSaved else { return }
    tcsetattr(STDIN_FILENO, TCSANOW, &saved)
    _ = write(STDOUT_FILENO, pasteOff.utf8Start, pasteOff.utf8CodeUnitCount)
  }

  /// Turns pasted texts into keys again, for a program that is about to have the terminal.
  package static func endPaste() {
    if isSaved { _ = write(STDOUT_FILENO, pasteOff.utf8Start, pasteOff.utf8CodeUnitCount) }
  }

  /// Makes a crash give the terminal back, and end the program at once: what Swift would print of the
  /// registers could hold a secret.
  package static func catchCrashes() {
    for number in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE] {
      signal(number) { number in
        TerminalGuard.restore()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
