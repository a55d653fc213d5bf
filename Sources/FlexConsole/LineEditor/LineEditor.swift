import CLibEdit

/// Line editing by libedit: the emacs keys, `~/.editrc`, a history that can be searched.
package actor LineEditor {
  private let executor = LineEditorExecutor()
  private var editor: OpaquePointer?
  private var history: OpaquePointer?
  private let state = EditorState()
  private let file: HistoryFile?

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Begins without touching the terminal.
  ///
  /// `history`: the lines of other sessions, where they are kept.
  package init(history: HistoryFile?) {
    file = history
  }

  /// Reads a line.
  package func read(prompt: String) -> LineReading {
    guard let editor = prepare() else { return .endOfInput }
    state.setPrompt(prompt)
    state.isInterrupted = false
    var count: CInt = 0
    flexsh_el_take_terminal(editor)
    let text = el_gets(editor, &count)
    if state.isInterrupted { return .interrupted }
    // Without an interruption of ours nothing can be read any more: the terminal is gone.
    guard let text, count > 0 else { return .endOfInput }
    var line = String(cString: text)
    if line.last == "\n" { line.removeLast() }
    // A line that begins with a space is not kept, nor a number: it answers a question.
    if let history, line.first != " ", line.contains(where: { !$0.isNumber }) {
      flexsh_history_enter(history, line)
      file?.keep(line)
    }
    return .line(line)
  }

  /// Gives the terminal back as it was.
  package func close() {
    if let editor { el_end(editor) }
    editor = nil
  }

  private func prepare() -> OpaquePointer? {
    if let editor { return editor }
    flexsh_set_locale()
    guard let new = flexsh_el_init("flexsh") else { return nil }
    let history = history_init()
    if let history {
      flexsh_history_configure(history, 10_000)
      for line in file?.lines() ?? [] { flexsh_history_enter(history, line) }
      _ = flexsh_el_set_history(new, history)
    }
    self.history = history
    // The state lives as long as the editor, which the actor owns with it.
    _ = flexsh_el_set_client_data(new, Unmanaged.passUnretained(state).toOpaque())
    _ = flexsh_el_set_prompt(new, promptText)
    _ = flexsh_el_set_editor(new, "emacs")
    _ = flexsh_el_set_signal(new, 0)
    _ = flexsh_el_add_function(new, "flexsh-interrupt", "Drop the line", interruptKey)
    _ = el_source(new, nil)
    // After ~/.editrc, which may have wiped bindings.
    for (key, name) in [
      ("^C", "flexsh-interrupt"), ("^R", "em-inc-search-prev"),
      ("\u{1B}[A", "ed-search-prev-history"), ("\u{1B}[B", "ed-search-next-history"),
      ("\u{1B}OA", "ed-search-prev-history"), ("\u{1B}OB", "ed-search-next-history"),
    ] {
      _ = flexsh_el_bind(new, key, name)
      _ = flexsh_el_bind_alternative(new, key, name)
    }
    _ = flexsh_el_disable_signals(new)
    editor = new
    return new
  }
}

/// What the callbacks of libedit work on; it is touched on the editor's queue alone.
private final class EditorState {
  var isInterrupted = false
  private(set) var prompt: UnsafeMutablePointer<CChar> = .allocate(capacity: 1)

  init() {
    prompt.initialize(to: 0)
  }

  func setPrompt(_ text: String) {
    prompt.deallocate()
    let bytes = Array(text.utf8CString)
    prompt = .allocate(capacity: bytes.count)
    prompt.initialize(from: bytes, count: bytes.count)
  }

  deinit {
    prompt.deallocate()
  }
}

private func state(of editor: OpaquePointer?) -> EditorState? {
  guard let data = flexsh_el_client_data(editor) else { return nil }
  return Unmanaged<EditorState>.fromOpaque(data).takeUnretainedValue()
}

private nonisolated func promptText(_ editor: OpaquePointer?) -> UnsafeMutablePointer<CChar>? {
  state(of: editor)?.prompt
}

private nonisolated func interruptKey(_ editor: OpaquePointer?, _ key: CInt) -> UInt8 {
  state(of: editor)?.isInterrupted = true
  return UInt8(CC_NEWLINE)
}

/// Reads the lines of a session from the terminal.
package struct TerminalReader: LineReader {
  private let editor: LineEditor

  /// Reads by this editor.
  package init(_ editor: LineEditor) {
    self.editor = editor
  }

  package func read(prompt: String) async -> LineReading {
    await editor.read(prompt: prompt)
  }
}
