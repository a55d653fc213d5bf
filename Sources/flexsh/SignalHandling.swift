import Dispatch
import FlexConsole
import FlexRuntime
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Signals that end a run: the first lets what is in flight finish, the second cuts it.
enum SignalHandling {
  /// Runs a body while signals are listened to: the first ends requests in good order, every other
  /// one cuts them.
  static func listening<Result>(
    _ interruption: Interruption, _ control: RequestControl, _ body: () async -> Result
  ) async -> Result {
    let sources = listen { cause in
      if interruption.raise(cause) {
        control.cut()
      } else {
        control.end()
        LogOutput().write("ending: what is in flight is awaited; a second signal cuts it")
      }
    }
    defer {
      for source in sources { source.cancel() }
    }
    return await body()
  }

  /// Runs a prompt.
  ///
  /// While a sentence is carried out, a signal interrupts it, and the next one cuts it. Between two
  /// sentences Ctrl-C is a key, and as a signal has nothing to end; a hang-up and a termination give
  /// the terminal back and end the program. One set of sources does both: of two sources for one
  /// signal only one is told.
  static func prompting(
    _ running: RunningSentence, _ control: RequestControl, _ body: () async -> Void
  ) async {
    let terminal = TerminalState()
    let sources = listen { cause in
      if let interruption = running.interruption {
        if interruption.raise(cause) { control.cut() } else { control.end() }
      } else if cause != .interrupt {
        terminal?.restore()
        ProcessSetup.exit(Exit(status: 128 + Int32(cause.rawValue), message: ""))
      }
    }
    await body()
    for source in sources { source.cancel() }
  }

  /// Waits for a signal.
  static func untilRaised() async {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    let sources = listen { _ in continuation.finish() }
    for await _ in signals {}
    for source in sources { source.cancel() }
  }

  private static func listen(
    _ handle: @escaping @Sendable (Interruption.Cause) -> Void
  ) -> [any DispatchSourceSignal] {
    let causes: [(Int32, Interruption.Cause)] = [
      (SIGINT, .interrupt), (SIGTERM, .terminate), (SIGHUP, .hangUp),
    ]
    return causes.map { number, cause in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { handle(cause) }
      source.resume()
      return source
    }
  }
}

/// What the prompt carries out, if anything; asked by signal handlers.
final class RunningSentence: Sendable {
  private let state = Mutex<Interruption?>(nil)

  /// How to interrupt it.
  var interruption: Interruption? { state.withLock { $0 } }

  /// Begins a sentence, or ends the last one.
  func set(_ interruption: Interruption?) {
    state.withLock { $0 = interruption }
  }
}
