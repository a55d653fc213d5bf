import CPlatform
import FlexCommands
import FlexConsole
import FlexScript
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Prepares the process before anything else runs, and ends it.
enum ProcessSetup {
  /// The stack of every thread, in bytes: enough for 64 levels of nesting, whatever `ulimit -s` says.
  private static let stackSize = 8 << 20

  /// Ignores SIGPIPE, so that a reader that closes the pipe does not kill the run; fills missing
  /// standard streams, so that no file becomes standard output by accident; and prevents core dumps,
  /// which would contain the secret.
  static func prepare() {
    flexsh_prevent_core_dumps()
    flexsh_enlarge_stacks(stackSize)
    signal(SIGPIPE, SIG_IGN)
    // It asks a run how far it is; whatever is not one has nothing to say.
    signal(SIGUSR1, SIG_IGN)
    TerminalGuard.catchCrashes()
    // A file that reaches the size limit must fail like any other write.
    signal(SIGXFSZ, SIG_IGN)
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      // `open` returns the lowest free descriptor, which is the missing one.
      _ = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
  }

  /// Says why on standard error, and ends the program.
  static func exit(_ exit: CommandEnd) -> Never {
    if !exit.message.isEmpty || exit.help != nil {
      var errors = OutputStream(.standardError, isBuffered: true)
      let isTerminal = Terminal.isTerminal(.standardError)
      let columns = isTerminal ? Terminal.size(.standardError)?.columns : nil
      for line in exit.lines(of: "flexsh", columns: columns) { errors.write(line + "\n") }
      errors.flush()
    }
    #if canImport(Glibc)
    Glibc.exit(exit.status)
    #elseif canImport(Darwin)
    Darwin.exit(exit.status)
    #elseif canImport(Musl)
    Musl.exit(exit.status)
    #endif
  }
}
