import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// A program at a terminal of its own, and somebody who types at it and reads the screen.
///
/// Nothing in it sleeps: it waits for what the screen shows. A program that shows nothing new for half a
/// minute is ended, and the wait fails with the screen.
package final class PseudoTerminal {
  /// The screen never showed what was waited for.
  package struct Disappointed: Error, CustomStringConvertible {
    package let description: String
  }

  /// How long the program may be silent, in milliseconds.
  private static let patience: Int32 = 30_000

  private let process: pid_t
  private let master: Int32
  /// What the program writes, in pieces; each is taken once.
  private let output: AsyncStream<[UInt8]>
  private let status = ExitStatus()
  /// What the terminal shows.
  package private(set) var screen: Screen

  private final class ExitStatus: Sendable {
    let value = Mutex<Int32>(-1)
  }

  /// Starts a program.
  package init(
    _ arguments: [String], environment: [String: String], columns: Int = 80, lines: Int = 24,
    folder: String? = nil
  ) throws {
    let (master, name) = try Self.openPair()
    self.master = master
    screen = Screen(columns: columns, lines: lines)
    var size = winsize(
      ws_row: UInt16(lines), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    let process = try Self.spawn(arguments, environment, at: name, folder)
    self.process = process
    let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    output = stream
    let status = status
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        var file = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        if poll(&file, 1, Self.patience) == 0 { kill(process, SIGKILL) }
        let count = read(master, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        continuation.yield(Array(buffer.prefix(count)))
      }
      var code: Int32 = 0
      while waitpid(process, &code, 0) < 0, errno == EINTR {}
      // Exited, or ended by a signal.
      status.value.withLock { $0 = code & 0x7F == 0 ? (code >> 8) & 0xFF : 128 + (code & 0x7F) }
      continuation.finish()
    }
  }

  deinit {
    kill(process, SIGKILL)
    // The reader is behind the end of the program, or gets there now.
    close(master)
  }

  /// Starts a program as the leader of a session whose terminal is this one.
  private static func spawn(
    _ arguments: [String], _ environment: [String: String], at terminal: String, _ folder: String?
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens becomes the session's.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
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
    // POSIX_SPAWN_SETSIGDEF, POSIX_SPAWN_SETSIGMASK and POSIX_SPAWN_SETSID.
    #if os(Linux)
    posix_spawnattr_setflags(&attributes, 0x04 | 0x08 | 0x80)
    #else
    posix_spawnattr_setflags(&attributes, 0x04 | 0x08 | 0x400)
    #endif
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
      throw Disappointed(description: "\(arguments[0]) cannot be started: \(problem)")
    }
    return process
  }

  /// Opens the end that belongs to whoever types; gives the path of the other one.
  private static func openPair() throws -> (descriptor: Int32, name: String) {
    #if os(Linux)
    // Swift's Glibc has neither posix_openpt nor these requests: TIOCSPTLCK and TIOCGPTN.
    let (unlock, tellNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, number): (Int32, UInt32) = (0, 0)
    guard descriptor >= 0, ioctl(descriptor, unlock, &isLocked) == 0,
      ioctl(descriptor, tellNumber, &number) == 0
    else { throw Disappointed(description: "there is no pseudo-terminal: \(errno)") }
    return (descriptor, "/dev/pts/\(number)")
    #else
    let descriptor = posix_openpt(O_RDWR | O_NOCTTY)
    guard descriptor >= 0, grantpt(descriptor) == 0, unlockpt(descriptor) == 0,
      let name = ptsname(descriptor)
    else { throw Disappointed(description: "there is no pseudo-terminal: \(errno)") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return (descriptor, String(cString: name))
    #endif
  }

  // MARK: Typing

  /// Types.
  package func type(_ text: String) {
    type(Array(text.utf8))
  }

  package func type(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Types a line, and waits until the program asks for the next one.
  package func enter(_ line: String) async throws {
    try await press(line + "\r")
  }

  /// Types keys, the last of which ends the line, and waits until the program asks for the next one.
  package func press(_ keys: String) async throws {
    let row = screen.row
    type(keys)
    try await waitForPrompt(below: row)
  }

  /// Makes the window wider or narrower.
  package func resize(columns: Int, lines: Int = 24) {
    var size = winsize(
      ws_row: UInt16(lines), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    screen.resize(columns: columns)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Sends the program a signal.
  package func send(_ signal: Int32) {
    kill(process, signal)
  }

  // MARK: Reading

  /// Whether the terminal is as the program found it.
  package var isAsBefore: Bool {
    var state = termios()
    guard tcgetattr(master, &state) == 0 else { return false }
    let flags = tcflag_t(ICANON | ECHO | ISIG)
    return state.c_lflag & flags == flags && !screen.marksPaste
  }

  /// Waits until the screen shows something.
  package func wait(
    for what: String, _ isShown: (Screen) -> Bool
  ) async throws {
    if isShown(screen) { return }
    for await bytes in output {
      screen.feed(bytes)
      if isShown(screen) { return }
    }
    throw Disappointed(description: "no \(what) on the screen:\n\(screen.text)")
  }

  /// Waits until the screen shows a text.
  package func wait(for text: String) async throws {
    try await wait(for: "`\(text)`") { $0.text.contains(text) }
  }

  /// Waits until the program asks for a line.
  package func waitForPrompt(below row: Int = -1) async throws {
    try await wait(for: "prompt") { screen in
      screen.row > row
        && screen.beforeCursor.contains(
          #/^(sim|flexsh)[^>]*> $|^[\[{(\\]… $|(go on|replace it): $/#)
    }
  }

  /// Waits until the program has ended.
  ///
  /// Returns: its exit status; 128 and the number for one that a signal ended.
  package func end() async -> Int32 {
    for await bytes in output { screen.feed(bytes) }
    return status.value.withLock { $0 }
  }
}
