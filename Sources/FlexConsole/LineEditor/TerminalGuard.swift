import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Gives the terminal back as it was, on every way out, a crash included.
package enum TerminalGuard {
  /// The state of standard input when it was first asked for; `nil` where that is no terminal.
  private static let saved: termios? = {
    var state = termios()
    return tcgetattr(STDIN_FILENO, &state) == 0 ? state : nil
  }()
  /// Whether that was before the terminal was touched: only then is there something to give back.
  private static let isRemembered = Atomic(false)

  /// Turns pasted texts into keys again.
  private static let pasteOff: StaticString = "\u{1B}[?2004l"

  /// Remembers the state of standard input; does nothing where that is no terminal.
  package static func remember() {
    if saved != nil { isRemembered.store(true, ordering: .releasing) }
  }

  /// Puts the terminal into the remembered state.
  ///
  /// A signal handler may call it: what it reads was made before, and it calls nothing else than
  /// `tcsetattr` and `write`.
  package static func restore() {
    guard isRemembered.load(ordering: .acquiring), var state = saved else { return }
    tcsetattr(STDIN_FILENO, TCSANOW, &state)
    endPaste()
  }

  /// Turns pasted texts into keys again, for a program that is about to have the terminal.
  package static func endPaste() {
    guard isRemembered.load(ordering: .acquiring) else { return }
    _ = write(STDOUT_FILENO, pasteOff.utf8Start, pasteOff.utf8CodeUnitCount)
  }

  /// Makes a crash give the terminal back, and end the program at once: what Swift would print of the
  /// registers could hold a secret.
  package static func catchCrashes() {
    // Made now, and not in a handler.
    _ = isRemembered.load(ordering: .relaxed)
    for number in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE] {
      signal(number) { number in
        TerminalGuard.restore()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
