import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// What the signals of the process mean at the moment.
///
/// A signal has one source for as long as the process lives: on Linux, Dispatch installs its handler
/// only once, so that a second source would not be called after the signal's action was set again.
final class SignalSources: Sendable {
  /// What a signal does.
  enum Meaning: Sendable {
    /// What it did when the process began: it ends the program, unless it was ignored.
    case original
    case ignored
    case handled(@Sendable () -> Void)
  }

  private struct Entry {
    var meaning: Meaning
    let wasIgnored: Bool
    /// Kept, because a source that nothing refers to is cancelled.
    let source: any DispatchSourceSignal
  }

  /// Those of this process.
  static let process = SignalSources()

  private let entries = Mutex<[Int32: Entry]>([:])

  private init() {}

  /// Gives signals a meaning while a body runs.
  ///
  /// `after`: their meaning from then on; `nil` for the one that they had before.
  func handling<Result>(
    _ handlers: [(number: Int32, handle: @Sendable () -> Void)], after: Meaning?,
    _ body: () async -> Result
  ) async -> Result {
    let before = handlers.map { ($0.number, set(.handled($0.handle), for: $0.number)) }
    let result = await body()
    for (number, meaning) in before { _ = set(after ?? meaning, for: number) }
    return result
  }

  /// Gives a signal a meaning.
  ///
  /// - Returns: The one that it had.
  private func set(_ meaning: Meaning, for number: Int32) -> Meaning {
    entries.withLock { entries in
      if let entry = entries[number] {
        entries[number]?.meaning = meaning
        return entry.meaning
      }
      // A source only sees a signal that does not end the program.
      let action = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { SignalSources.process.arrived(number) }
      source.resume()
      entries[number] = Entry(
        meaning: meaning, wasIgnored: Self.isIgnoring(action), source: source)
      return .original
    }
  }

  private static func isIgnoring(_ action: sig_t?) -> Bool {
    unsafeBitCast(action, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private func arrived(_ number: Int32) {
    guard let entry = entries.withLock({ $0[number].map { ($0.meaning, $0.wasIgnored) } }) else {
      return
    }
    switch entry.0 {
    case .handled(let handle): handle()
    case .ignored: break
    case .original:
      guard !entry.1 else { return }
      signal(number, SIG_DFL)
      kill(getpid(), number)
    }
  }
}
