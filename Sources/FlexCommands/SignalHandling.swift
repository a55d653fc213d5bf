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

/// Signals that end a run: the first waits for pending responses, the second abandons them.
///
/// At a question, a `sleep` or a `wait` the first is enough. Source: CLI.md, "Signals".
enum SignalHandling {
  /// Runs a body; the signals that arrive meanwhile raise the interruption.
  ///
  /// `isBrief`: whether the program continues with something else, for which the signals mean what
  /// they meant before. After a run they stay ignored, so that its end is recorded and reported.
  static func listening<Result>(
    _ interruption: Interruption, _ control: RequestControl, _ context: CommandContext,
    isBrief: Bool = false,
    _ body: () async -> Result
  ) async -> Result {
    let run = InterruptibleRun(interruption: interruption, control: control)
    if let turn = context.turn { return await turn.signals.interrupting(run, body) }
    guard context.handlesSignals else { return await body() }
    return await listening(after: isBrief ? nil : .ignored, body) { cause in
      handle(cause, [run], endsProgram: true) { LogOutput(context: context).write($0) }
    }
  }

  /// Runs a body that asks questions before anything is sent; the first signal ends a question.
  static func asking(
    _ interruption: Interruption, _ context: CommandContext, _ body: () async throws -> Void
  ) async throws {
    let result: Result<Void, any Error> = await listening(
      interruption, .none, context, isBrief: true
    ) {
      do {
        return .success(try await body())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Runs a body; the signals that arrive meanwhile interrupt all runs that share them.
  static func listening<Result>(
    for signals: SharedSignals, _ context: CommandContext, _ body: () async -> Result
  ) async -> Result {
    guard context.handlesSignals else { return await body() }
    return await listening(after: .ignored, body) { cause in
      let (runs, isSecond) = signals.note(cause)
      if isSecond, runs.isEmpty { endSoon(cause) }
      handle(cause, runs, endsProgram: true) { LogOutput(context: context).write($0) }
    }
  }

  private static func handle(
    _ cause: Interruption.Cause, _ runs: [InterruptibleRun], endsProgram: Bool,
    _ announce: (String) -> Void
  ) {
    let areResting = runs.map(\.interruption.isResting)
    var isSecond = false
    for (run, isResting) in zip(runs, areResting) {
      if run.interruption.raise(cause) {
        run.control.cut()
        isSecond = true
      } else {
        run.control.end()
        if isResting { run.control.cut() }
      }
    }
    if isSecond {
      if endsProgram { endSoon(cause) }
      return
    }
    if !runs.isEmpty, areResting.allSatisfy(\.self) { return announce("interrupted") }
    switch runs.reduce(0, { $0 + $1.control.inFlight() }) {
    case 0: announce("stopping")
    case 1: announce("waiting for 1 answer; press Ctrl-C again to abandon it")
    case let count: announce("waiting for \(count) answers; press Ctrl-C again to abandon them")
    }
  }

  /// Ends the program a while after the second signal, whatever blocks it.
  ///
  /// A reader of standard output that has stopped does, for instance. What was journaled stays.
  private static func endSoon(_ cause: Interruption.Cause) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(5)) {
      TerminalGuard.restore()
      _exit(128 + Int32(cause.rawValue))
    }
  }

  /// Runs a prompt.
  ///
  /// While a sentence runs, a signal interrupts it, and the next one abandons its requests. Between two
  /// sentences Ctrl-C is a key, and has nothing to end as a signal; a hang-up and a termination give
  /// the terminal back and end the program.
  static func prompting<Result>(
    _ running: RunningSentence, _ control: RequestControl, _ context: CommandContext,
    _ body: () async -> Result
  ) async -> Result {
    TerminalGuard.remember()
    return await listening(after: .ignored, body) { cause in
      if let interruption = running.interruption(for: cause), !running.isReading(for: cause) {
        // Ctrl-C ends the sentence, and the session continues.
        let run = InterruptibleRun(interruption: interruption, control: control)
        handle(cause, [run], endsProgram: cause != .interrupt) { text in
          guard control.inFlight() > 0, !interruption.isResting else { return }
          // The terminal has shown ^C, and the cursor is after it.
          LogOutput(context: context).write("\n" + text)
          interruption.noteAnnouncement()
        }
      } else if cause != .interrupt {
        TerminalGuard.restore()
        exit(128 + Int32(cause.rawValue))
      }
    }
  }

  /// Waits for a signal.
  static func untilRaised() async {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    func wait() async { for await _ in signals {} }
    await listening(after: .ignored, wait) { _ in continuation.finish() }
  }

  private static func listening<Result>(
    after: SignalSources.Meaning?, _ body: () async -> Result,
    _ handle: @escaping @Sendable (Interruption.Cause) -> Void
  ) async -> Result {
    let causes: [(Int32, Interruption.Cause)] = [
      (SIGINT, .interrupt), (SIGTERM, .terminate), (SIGHUP, .hangUp),
    ]
    return await SignalSources.process.handling(
      causes.map { number, cause in (number, { handle(cause) }) }, after: after, body)
  }
}

/// A run that a signal interrupts.
struct InterruptibleRun: Sendable {
  /// How it is interrupted.
  let interruption: Interruption
  /// How its requests are ended.
  let control: RequestControl
}

/// What the prompt does: it reads a line, or carries one out; asked by signal handlers.
final class RunningSentence: Sendable {
  private struct State {
    var interruption: Interruption?
    var isReading = false
    var dropsLine = false
    var wasInterrupted = false
  }

  private let state = Mutex(State())

  /// Begins a sentence, or ends the last one.
  ///
  /// A Ctrl-C between Enter and the beginning of the sentence is meant for the sentence.
  func set(_ interruption: Interruption?) {
    let isLate = state.withLock { state in
      defer { state.wasInterrupted = false }
      state.interruption = interruption
      return state.wasInterrupted
    }
    if isLate { _ = interruption?.raise(.interrupt) }
  }

  /// Begins to read a line.
  ///
  /// `dropsLine`: whether a signal drops it, where Ctrl-C is no key.
  func beginReading(dropsLine: Bool) {
    state.withLock { state in
      state.isReading = true
      state.dropsLine = dropsLine
      state.wasInterrupted = false
    }
  }

  /// Whether a line is read that this signal ends together with the session: a question, too.
  func isReading(for cause: Interruption.Cause) -> Bool {
    cause != .interrupt && state.withLock { $0.isReading }
  }

  /// Has read a line.
  func endReading() {
    state.withLock { state in
      state.isReading = false
      state.dropsLine = false
    }
  }

  /// How to interrupt the sentence that runs; `nil` when there is none.
  ///
  /// `cause`: the signal; noted if a sentence is about to begin.
  func interruption(for cause: Interruption.Cause) -> Interruption? {
    state.withLock { state in
      if state.interruption == nil, !state.dropsLine, cause == .interrupt {
        state.wasInterrupted = true
      }
      return state.interruption
    }
  }
}

/// Lets signal handlers know while a line is read.
struct SignalledReader<Reader: LineReader>: LineReader {
  var reader: Reader
  let running: RunningSentence
  /// Whether Ctrl-C is a key while a line is read, and no signal.
  let takesControlC: Bool

  mutating func read(_ request: LineRequest) async -> LineReading {
    // The terminal is given back a moment before the reader returns: a Ctrl-C then is for the
    // sentence that was read.
    running.beginReading(dropsLine: !takesControlC)
    defer { running.endReading() }
    return await reader.read(request)
  }

  mutating func keep(_ text: String) async {
    await reader.keep(text)
  }
}
