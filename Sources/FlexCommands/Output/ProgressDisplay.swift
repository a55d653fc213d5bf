import FlexConsole
import FlexRuntime
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Shows how far a run is, on standard error: as a bar on a terminal, elsewhere as a line now and then.
struct ProgressDisplay {
  let settings: OutputSettings
  let context: CommandContext

  init(_ settings: OutputSettings, _ context: CommandContext) {
    self.settings = settings
    self.context = context
  }

  /// Whether something is shown without being asked for, so that the number of actions is worth finding
  /// out.
  var isShown: Bool {
    switch settings.progress {
    case .auto: canDraw
    case .always: true
    case .never: false
    }
  }

  private var canDraw: Bool {
    // What is printed in its turn may be printed much later.
    guard case .descriptor = context.errors else { return false }
    return context.saysToTerminal && context.variables["TERM"] != "dumb"
  }

  /// How long a run takes before a bar is drawn.
  private static let patience = Duration.seconds(1)
  /// The time between two drawings.
  private static let frame = Duration.milliseconds(100)
  /// The time between two lines.
  private static let interval = Duration.seconds(10)

  /// Runs a body, and shows how far it is.
  func showing<Result>(_ state: ProgressState, _ body: () async -> Result) async -> Result {
    let tell: @Sendable () -> Void = { [context] in
      context.sayProgress(state.snapshot().line)
    }
    if let turn = context.turn {
      return await turn.signals.telling(tell) { await drawing(state, body) }
    }
    return await Self.listening(context, tell) { await drawing(state, body) }
  }

  /// Runs a body, and calls a function whenever a signal asks how far the runs are.
  static func listening<Result>(
    _ context: CommandContext, _ tell: @escaping @Sendable () -> Void, _ body: () async -> Result
  ) async -> Result {
    guard context.handlesSignals else { return await body() }
    #if canImport(Darwin)
    let signals = [SIGUSR1, SIGINFO]
    #else
    let signals = [SIGUSR1]
    #endif
    return await SignalSources.process.handling(signals.map { ($0, tell) }, after: nil, body)
  }

  private func drawing<Result>(_ state: ProgressState, _ body: () async -> Result) async -> Result {
    guard isShown else { return await body() }
    let ticker = Task { await tick(state) }
    let result = await body()
    ticker.cancel()
    await ticker.value
    context.statusLine.clear { write($0) }
    return result
  }

  private func tick(_ state: ProgressState) async {
    var next = Self.interval
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: Self.frame)
      } catch {
        return
      }
      let snapshot = state.snapshot()
      if canDraw {
        guard snapshot.elapsed >= Self.patience else { continue }
        let columns = Terminal.size(.standardError)?.columns ?? 80
        let line = snapshot.bar(columns: columns, isPlain: !isUnicode)
        context.statusLine.draw(line) { write($0) }
      } else if snapshot.elapsed >= next {
        next += Self.interval
        context.sayProgress(snapshot.line)
      }
    }
  }

  /// Whether the terminal shows more than ASCII.
  private var isUnicode: Bool {
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { context.variables[$0] }.first { !$0.isEmpty }
    return locale?.uppercased().replacing("-", with: "").contains("UTF8") ?? false
  }

  private func write(_ text: String) {
    // The line itself must not be erased by what draws it.
    guard case .descriptor(let descriptor) = context.errors else { return }
    var stream = OutputStream(descriptor, isBuffered: false)
    stream.write(text)
  }
}
