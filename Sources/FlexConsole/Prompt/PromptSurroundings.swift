package import FlexRuntime

/// What a prompt needs from the process that it runs in.
package struct PromptSurroundings {
  /// Writes text to the terminal, including line ends.
  package var write: (String) -> Void
  /// Shows a text that may be longer than the screen.
  package var page: (String) async -> Void
  /// Opens a text in an editor and returns the result; `nil` if that failed, which has been
  /// reported.
  package var edit: (String) async -> String?
  /// Runs a body while signals raise the interruption.
  package var whileRunning: (Interruption, () async -> Void) async -> Void
  /// The columns of the terminal; `nil` if it has none.
  package var width: () -> Int?
  /// The lines of this session and of earlier ones, oldest first.
  package var history: () -> [String]
  /// The current time, as it appears in the title of a script.
  package var now: () -> String
  /// The files that the prompt reads and writes.
  package var files = PromptFiles.none
  /// What `where` shows besides the place: where requests go, and where the journal is.
  package var facts: [(name: String, value: String)]

  /// Whether what could follow is shown while a line is typed.
  package var showsHints = true
  /// The pseudonyms of a session whose `why` and `save` are to be shared; `nil` for other sessions.
  package var sharedNames: (() -> SharedNames)?

  /// Creates surroundings; `page` writes its text, and the other functions do nothing.
  package init(
    write: @escaping (String) -> Void,
    whileRunning: @escaping (Interruption, () async -> Void) async -> Void
  ) {
    self.write = write
    self.whileRunning = whileRunning
    page = { write($0) }
    edit = { _ in nil }
    width = { nil }
    history = { [] }
    now = { "" }
    facts = []
  }
}
