import Synchronization

/// The last line of a terminal, which is redrawn while results are written above it.
///
/// Everything that is written to the terminal goes through it, so that nothing is mixed up.
package final class StatusLine: Sendable {
  private struct State {
    var isShown = false
    /// Whether a question waits for its answer on the last line.
    var isHeld = false
  }

  private let state = Mutex(State())

  /// Begins with nothing shown.
  package init() {}

  /// The sequence that erases the line, with the cursor at its beginning.
  private static let erase = "\r\u{1B}[K"

  /// Writes something that is not the line: the line is erased before it.
  package func writing(erase: (String) -> Void, _ body: () -> Void) {
    state.withLock { state in
      if state.isShown { erase(Self.erase) }
      state.isShown = false
      body()
    }
  }

  /// Draws the line, instead of what it was before; not while a question waits for its answer.
  package func draw(_ text: String, _ write: (String) -> Void) {
    state.withLock { state in
      guard !state.isHeld else { return }
      write(Self.erase + text)
      state.isShown = true
    }
  }

  /// Runs a body that asks a question at the terminal; the line is not drawn meanwhile.
  package func asking<Result>(_ body: () async -> Result) async -> Result {
    state.withLock { $0.isHeld = true }
    let result = await body()
    state.withLock { $0.isHeld = false }
    return result
  }

  /// Erases the line, if it is shown.
  package func clear(_ write: (String) -> Void) {
    state.withLock { state in
      if state.isShown { write(Self.erase) }
      state.isShown = false
    }
  }
}
