package import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// A program that is started, waited for, and sent signals.
///
/// Foundation's `Process` goes wrong in a process with many threads and files: it reads past the end
/// of a folder's entry, and waits by turning round. This one inherits nothing but its three streams.
package final class ChildProcess: Sendable {
  /// It could not be started.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// The number of the process.
  package let processIdentifier: pid_t
  /// What `waitpid` told, once it did.
  private let code = Mutex<Int32?>(nil)
  /// Whether it did; known while somebody waits, too.
  private let hasEnded = Atomic(false)
  /// How long it may run: who waits for what never ends learns nothing from it.
  ///
  /// A test that uses a program in several steps waits for its turn among all the others before each of
  /// them.
  private static let patience = DispatchTimeInterval.seconds(1_200)

  /// What a stream of the program is.
  package enum Stream {
    case nothing
    case file(FileHandle)
    /// A terminal, which becomes that of the program's own session.
    case terminal(path: String)
  }

  /// Starts a program; `folder` is where it runs.
  package init(
    _ arguments: [String], environment: [String: String], folder: String? = nil,
    input: Stream = .nothing, output: Stream = .nothing, errors: Stream = .nothing
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var flags: Int32 = 0x04 | 0x08  // POSIX_SPAWN_SETSIGDEF, POSIX_SPAWN_SETSIGMASK
    for (number, stream) in [input, output, errors].enumerated() {
      switch stream {
      case .nothing:
        posix_spawn_file_actions_addopen(
          &actions, Int32(number), "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0)
      case .file(let handle):
        posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, Int32(number))
      case .terminal(let path):
        // The first terminal that the leader of a session opens becomes the session's.
        posix_spawn_file_actions_addopen(&actions, Int32(number), path, O_RDWR, 0)
        #if os(Linux)
        flags |= 0x80  // POSIX_SPAWN_SETSID
        #else
        flags |= 0x400
        #endif
      }
    }
    // What other tests have open is not the program's: a lock would outlive its test. The call is
    // not in Swift's Glibc, and not in every C library.
    typealias CloseFrom =
      @convention(c) (
        UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32
      ) -> Int32
    if let found = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") {
      _ = unsafeBitCast(found, to: CloseFrom.self)(&actions, 3)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    // Not every C library can start a program in another folder.
    let arguments =
      folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0] + arguments } ?? arguments
    let words = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for text in words + variables { free(text) }
    }
    var process: pid_t = 0
    let problem = posix_spawn(&process, arguments[0], &actions, &attributes, words, variables)
    guard problem == 0 else {
      throw Failure(description: "\(arguments[0]) cannot be started: \(problem)")
    }
    processIdentifier = process
    DispatchQueue.global().asyncAfter(deadline: .now() + ChildProcess.patience) { [weak self] in
      guard let self, !hasEnded.load(ordering: .acquiring) else { return }
      kill(processIdentifier, SIGKILL)
    }
  }

  /// Waits until it has ended; blocks.
  package func waitUntilExit() {
    while isRunning(options: 0) {}
  }

  /// Whether it has not ended.
  package var isRunning: Bool { isRunning(options: WNOHANG) }

  private func isRunning(options: Int32) -> Bool {
    code.withLock { code in
      guard code == nil else { return false }
      var status: Int32 = 0
      let found = waitpid(processIdentifier, &status, options)
      precondition(found >= 0 || errno == EINTR, "nobody else waits for it")
      guard found == processIdentifier else { return true }
      code = status
      hasEnded.store(true, ordering: .releasing)
      return false
    }
  }

  /// Its exit status, or the number of the signal that ended it; there is one when it has ended.
  package var terminationStatus: Int32 {
    let code = code.withLock { $0 } ?? 0
    return code & 0x7F == 0 ? (code >> 8) & 0xFF : code & 0x7F
  }

  /// Whether a signal ended it.
  package var wasKilled: Bool { (code.withLock { $0 } ?? 0) & 0x7F != 0 }

  /// Sends it Ctrl-C's signal.
  package func interrupt() { kill(processIdentifier, SIGINT) }
}
