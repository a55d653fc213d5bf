import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Restores the terminal however the program ends, including a crash.
package enum TerminalGuard {
  /// The state of standard input when it was first requested; `nil` if that is not a terminal.
  private static let saved: termios? = {
    var state = termios()
    return tcgetattr(STDIN_FILENO, &state) == 0 ? state : nil
  }()
  /// Whether that was before the terminal was changed: only then is there something to restore.
  private static let isRemembered = Atomic(false)

  /// The escape sequence that turns pasted texts into keys again.
  private static let pasteOff: StaticString = "\u{1B}[?2004l"

  /// Remembers the state of standard input; does nothing if that is not a terminal.
  package static func remember() {
    if saved != nil { isRemembered.store(true, ordering: .releasing) }
  }

  /// Restores the remembered state of the terminal, also for a program that is about to use it.
  ///
  /// A signal handler may call it: what it reads was initialized before, and it calls only
  /// `tcsetattr` and `write`.
  package static func restore() {
    guard isRemembered.load(ordering: .acquiring), var state = saved else { return }
    tcsetattr(STDIN_FILENO, TCSANOW, &state)
    endPaste()
  }

  /// Turns pasted texts into keys again.
  private static func endPaste() {
    guard isRemembered.load(ordering: .acquiring) else { return }
    _ = write(STDOUT_FILENO, pasteOff.utf8Start, pasteOff.utf8CodeUnitCount)
  }

  /// Makes a crash restore the terminal and end the program immediately: the registers that Swift
  /// would print could contain a secret.
  package static func catchCrashes() {
    // Initialized now, not in a handler.
    _ = isRemembered.load(ordering: .relaxed)
    for number in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT] {
      signal(number) { number in
        TerminalGuard.restore()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
