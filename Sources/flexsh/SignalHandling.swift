import Dispatch
import FlexRuntime

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Signals that end a run: the first lets what is in flight finish, the second cuts it.
enum SignalHandling {
  /// Runs a body while signals are listened to.
  ///
  /// `cut`: called for every signal after the first.
  static func listening<Result>(
    _ interruption: Interruption, cut: @escaping @Sendable () -> Void, _ body: () async -> Result
  ) async -> Result {
    let sources = listen { cause in
      if interruption.raise(cause) { cut() }
    }
    defer {
      for source in sources { source.cancel() }
    }
    return await body()
  }

  /// At the prompt Ctrl-C is a key; as a signal, between two lines, it has nothing to end.
  static func ignoreInterrupts() {
    signal(SIGINT, SIG_IGN)
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
