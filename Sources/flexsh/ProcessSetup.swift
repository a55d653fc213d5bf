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

/// What has to be so before anything else is done, and how the program ends.
enum ProcessSetup {
  /// A reader that closes the pipe must not kill the run; a file that is opened must not become
  /// standard output because that was closed.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    TerminalGuard.catchCrashes()
    // A file that may not grow must fail like any other write.
    signal(SIGXFSZ, SIG_IGN)
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free descriptor is the one that is missing.
      _ = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
  }

  /// Says why on standard error, and ends the program.
  static func exit(_ exit: Exit) -> Never {
    if !exit.message.isEmpty || exit.help != nil {
      var errors = OutputStream(.standardError, isBuffered: true)
      if !exit.message.isEmpty {
        errors.write("flexsh: \(VisibleText.escaped(exit.message))\n")
      }
      if let help = exit.help { errors.write("  = help: \(VisibleText.escaped(help))\n") }
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
