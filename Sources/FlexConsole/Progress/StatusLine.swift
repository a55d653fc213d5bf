import Synchronization

/// The last line of a terminal, which is redrawn while results are written above it.
///
/// Everything that is written to the terminal goes through it, so that nothing is mixed up.
package final class StatusLine: Sendable {
  private let isShown = Mutex(false)

  /// Begins with nothing shown.
  package init() {}

  /// The sequence that erases the line, with the cursor at its beginning.
  private static let erase = "\r\u{1B}[K"

  /// Writes something that is not the line: the line is erased before it.
  package func writing(erase: (String) -> Void, _ body: () -> Void) {
    isShown.withLock { isShown in
      if isShown { erase(Self.erase) }
      isShown = false
      body()
    }
  }

  /// Draws the line, instead of what it was before.
  package func draw(_ text: String, _ write: (String) -> Void) {
    isShown.withLock { isShown in
      write(Self.erase + text)
      isShown = true
    }
  }

  /// Erases the line, if it is shown.
  package func clear(_ write: (String) -> Void) {
    isShown.withLock { isShown in
      if isShown { write(Self.erase) }
      isShown = false
    }
  }
}
