package import FlexRuntime

/// What a prompt needs of the process that it runs in.
package struct PromptSurroundings {
  /// Shows text on the terminal, line ends included.
  package var write: (String) -> Void
  /// Shows a text that may be longer than the screen.
  package var page: (String) async -> Void
  /// Lets a text be changed in an editor; `nil` when that could not be done, which has been said.
  package var edit: (String) async -> String?
  /// Carries out a body while signals raise the interruption.
  package var whileRunning: (Interruption, () async -> Void) async -> Void
  /// The columns of the terminal, if it has any.
  package var width: () -> Int?
  /// The lines of this session and of earlier ones, the oldest first.
  package var history: () -> [String]
  /// The time, as the title of a script says it.
  package var now: () -> String
  /// The files that it reads and writes.
  package var files = PromptFiles.none
  /// What `where` says besides the place: whom requests go to, where the journal is.
  package var facts: [(name: String, value: String)]

  /// Puts them together; what is left out does nothing.
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
