package import FlexRuntime

/// What the user sets at a prompt, and keeps if another session follows.
package struct PromptHabits: Hashable, Sendable {
  /// Whether what could follow is shown while a line is typed.
  package var showsHints = true
  /// Whether requests are only shown.
  package var isDry = false
  /// Whether every write is refused.
  package var isReadOnly = false

  /// The habits of a new user.
  package init() {}
}

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
  /// The lines of this session and of earlier ones.
  package var history = PromptHistory.none
  /// The current time, as it appears in the title of a script.
  package var now: () -> String
  /// The current time of the day.
  package var timeOfDay: () -> String = { "" }
  /// The size of the terminal; `nil` if it has none.
  package var window: () -> (columns: Int, lines: Int)? = { nil }
  /// The keys that are read while a listing repeats itself; `nil` without a terminal.
  package var keys: Keys?
  /// What is shown before the first prompt, with its line ends.
  package var greeting = ""
  /// The names of the profiles that there are.
  package var profiles: () -> [String] = { [] }
  /// Why a session cannot begin with a profile; `nil` if it can.
  package var problemOfProfile: (_ name: String) async -> String? = { _ in
    "there are no profiles here"
  }

  /// Single keys of a terminal.
  package struct Keys {
    /// Makes the terminal hand over each key at once.
    let begin: () async -> Void
    /// Waits for a key; `nil` if the time has passed or the interruption was raised first.
    let key: (Duration, Interruption) async -> Character?
    /// Restores the terminal.
    let end: () async -> Void

    /// Reads keys with functions.
    package init(
      begin: @escaping () async -> Void,
      key: @escaping (Duration, Interruption) async -> Character?,
      end: @escaping () async -> Void
    ) {
      self.begin = begin
      self.key = key
      self.end = end
    }
  }
  /// The files that the prompt reads and writes.
  package var files = PromptFiles.none
  /// What `where` shows besides the place: where requests go, and where the journal is.
  package var facts: [(name: String, value: String)]

  /// What the user has set before.
  package var habits = PromptHabits()
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
    now = { "" }
    facts = []
  }
}
