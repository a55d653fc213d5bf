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
/// Nothing in it sleeps: it waits for what the screen shows. A program that shows nothing new for a long
/// time, although its test waits for it, is ended, and the wait fails with the screen.
package final class PseudoTerminal {
  /// The screen never showed what was waited for.
  package struct Disappointed: Error, CustomStringConvertible {
    package let description: String
  }

  /// How long the program may be silent, in milliseconds: far longer than any work takes that it does
  /// in silence, on whatever machine.
  private static let patience: Int = 300_000
  /// How often that is looked at, in milliseconds.
  private static let interval: Int32 = 1_000

  private let process: ChildProcess
  private let typist: TerminalEnd
  private var master: Int32 { typist.number }
  /// What the program writes, in pieces; each is taken once.
  private let output: AsyncStream<[UInt8]>
  /// What the terminal shows, as far as it has been looked at.
  package private(set) var screen: Screen
  /// What the terminal shows now, which answers the program's questions at once: a test may be late.
  private let present: PresentScreen
  /// How many pieces have been written and not been looked at; none, while the test waits for more.
  private let unread: Unread

  /// Starts a program.
  package init(
    _ arguments: [String], environment: [String: String], columns: Int = 80, lines: Int = 24,
    folder: String? = nil
  ) throws {
    let (master, name) = try Self.openPair()
    let typist = TerminalEnd(number: master)
    self.typist = typist
    screen = Screen(columns: columns, lines: lines)
    let present = PresentScreen(Screen(columns: columns, lines: lines))
    self.present = present
    var size = winsize(
      ws_row: UInt16(lines), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    let stream = ChildProcess.Stream.terminal(path: name)
    let process = try ChildProcess(
      arguments, environment: environment, folder: folder, input: stream, output: stream,
      errors: stream)
    self.process = process
    let unread = Unread()
    self.unread = unread
    let (pieces, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    output = pieces
    Thread.detachNewThread {
      defer { withExtendedLifetime(typist) {} }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      var silence = 0
      while true {
        var file = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        if poll(&file, 1, Self.interval) == 0 {
          // The test may be what is late: it waits for its turn among all the others.
          silence = unread.testWaits ? silence + Int(Self.interval) : 0
          if silence >= Self.patience { kill(process.processIdentifier, SIGKILL) }
          continue
        }
        silence = 0
        let count = read(master, &buffer, buffer.count)
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        guard count > 0 else { break }
        let bytes = Array(buffer.prefix(count))
        let answers = present.answer(bytes)
        if !answers.isEmpty { typist.type(answers) }
        unread.add()
        continuation.yield(bytes)
      }
      process.waitUntilExit()
      continuation.finish()
    }
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Opens the end that belongs to whoever types; gives the path of the other one.
  private static func openPair() throws -> (descriptor: Int32, name: String) {
    #if os(Linux)
    // Swift's Glibc has neither posix_openpt nor these requests: TIOCSPTLCK and TIOCGPTN.
    let (unlock, tellNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
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
    _ = fcntl(descriptor, F_SETFL, O_RDWR | O_NONBLOCK)
    return (descriptor, String(cString: name))
    #endif
  }

  // MARK: Typing

  /// Types.
  package func type(_ text: String) {
    type(Array(text.utf8))
  }

  package func type(_ bytes: [UInt8]) {
    typist.type(bytes)
  }

  /// Begins to type what is more than the program reads at once; the task ends when it has been typed,
  /// or there is no program any more.
  package func beginTyping(_ text: String) -> Task<Void, any Error> {
    let typist = typist
    return Task { try await blocking { typist.type(Array(text.utf8)) } }
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
    present.change { $0.resize(columns: columns) }
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Sends the program a signal.
  package func send(_ signal: Int32) {
    kill(process.processIdentifier, signal)
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
    unread.setWaiting(true)
    defer { unread.setWaiting(false) }
    for await bytes in output {
      feed(bytes)
      if isShown(screen) { return }
    }
    throw Disappointed(description: "no \(what) on the screen:\n\(screen.text)")
  }

  private func feed(_ bytes: [UInt8]) {
    unread.remove()
    screen.feed(bytes)
  }

  /// Whether a change of the window breaks the lines anew, or cuts them off.
  package var reflows: Bool {
    get { screen.reflows }
    set {
      screen.reflows = newValue
      present.change { $0.reflows = newValue }
    }
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
          #/^(sim|flexsh)[^>]*> $|^[\[{(\\]… $|(continue|replace it): $/#)
    }
  }

  /// Waits until the program has ended.
  ///
  /// Returns: its exit status; 128 and the number for one that a signal ended.
  package func end() async -> Int32 {
    unread.setWaiting(true)
    defer { unread.setWaiting(false) }
    for await bytes in output { feed(bytes) }
    return process.wasKilled ? 128 + process.terminationStatus : process.terminationStatus
  }
}

/// What a program has written that its test has not looked at, and whether the test waits for more.
private final class Unread: Sendable {
  private let state = Mutex((pieces: 0, isWaiting: false))

  func add() { state.withLock { $0.pieces += 1 } }
  func remove() { state.withLock { $0.pieces -= 1 } }
  func setWaiting(_ isWaiting: Bool) { state.withLock { $0.isWaiting = isWaiting } }

  /// Whether it is the program's turn.
  var testWaits: Bool { state.withLock { $0.isWaiting && $0.pieces == 0 } }
}

/// What a terminal shows now.
private final class PresentScreen: Sendable {
  private let screen: Mutex<Screen>

  init(_ screen: Screen) {
    self.screen = Mutex(screen)
  }

  /// Takes in what a program has written; returns the answers to its questions.
  func answer(_ bytes: [UInt8]) -> [UInt8] {
    screen.withLock { screen in
      screen.feed(bytes)
      defer { screen.answers = [] }
      return screen.answers
    }
  }

  func change(_ body: (inout sending Screen) -> Void) {
    screen.withLock { body(&$0) }
  }
}

/// The end of a terminal that somebody types at.
///
/// Who types and who reads hold it: a number that is closed too early is soon another test's.
private final class TerminalEnd: Sendable {
  let number: Int32

  init(number: Int32) {
    self.number = number
  }

  /// Types, as far as there is somebody at the other end.
  ///
  /// It never blocks in `write`: Linux does not wake who writes when the other end closes.
  func type(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0, errno == EAGAIN {
        var file = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = poll(&file, 1, -1)
        if file.revents & Int16(POLLHUP) != 0 { return }
      } else if count == 0 || errno != EINTR {
        return
      }
    }
  }

  deinit { close(number) }
}
