#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The thread that the process began with.
package enum MainThread {
  /// Keeps the main thread, which has nothing more to do, as `dispatch_main` does: it takes the signals
  /// that every other thread blocks.
  package static func waitForEnd() -> Never {
    var blocked = sigset_t()
    sigfillset(&blocked)
    for number in [SIGILL, SIGTRAP, SIGFPE, SIGBUS, SIGSEGV, SIGSYS, SIGPIPE] {
      sigdelset(&blocked, number)
    }
    pthread_sigmask(SIG_BLOCK, &blocked, nil)
    var none = sigset_t()
    sigemptyset(&none)
    while true { sigsuspend(&none) }
  }
}
