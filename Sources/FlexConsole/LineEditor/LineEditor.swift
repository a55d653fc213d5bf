import CLibEdit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Line editing with libedit: the emacs keys, `~/.editrc`, a searchable history, completion, and
/// pasted texts that wait for Enter.
package actor LineEditor {
  private let executor = LineEditorExecutor()
  private var editor: OpaquePointer?
  private var history: OpaquePointer?
  private let state = EditorState()
  private let kept: PromptHistory?
  /// The path of the user's `.editrc`.
  private let settings: String?

  /// The executor that runs the editor on a queue of its own.
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Creates an editor without touching the terminal.
  ///
  /// - Parameters:
  ///   - history: The lines of other sessions, if they are stored.
  ///   - settings: The path of the user's `.editrc`; `nil` for none. libedit reads the whole file.
  ///   - isColored: Whether prompts may have colours.
  ///   - isPainted: Whether lines may have colours and hints while they are typed.
  package init(
    history: PromptHistory?, settings: String?, isColored: Bool, isPainted: Bool = false
  ) {
    kept = history
    self.settings = settings
    state.screen.isColored = isColored
    state.screen.isPainted = isPainted
  }

  /// Reads a line.
  fileprivate func read(_ request: WhileReading<LineRequest>) -> LineReading {
    guard let editor = prepare() else { return .endOfInput }
    let request = request.value
    state.begin(request)
    defer { state.end() }
    // The window may have changed while a sentence ran.
    el_resize(editor)
    // libedit shows the prompt before it takes over the terminal, and a Ctrl-C in between would be
    // a signal.
    flexsh_el_take_terminal(editor)
    state.screen.setPaste(true)
    // The terminal has already echoed what was typed ahead, and libedit shows it again.
    state.screen.output.put("\r\u{1B}[K")
    var count: CInt = 0
    let text = el_gets(editor, &count)
    // Texts that are pasted while a sentence runs must wait too, so pasted texts stay marked.
    if state.isInterrupted { return .interrupted }
    // If we did not interrupt, nothing more can be read: the terminal is gone.
    guard let text, count > 0 else { return .endOfInput }
    if let reason = state.keys.refusal { return .refused(reason) }
    var line = String(cString: text)
    if line.last == "\n" { line.removeLast() }
    return .line(line)
  }

  /// Restores the terminal.
  package func close() {
    WindowSignal.end()
    if let editor {
      state.screen.setPaste(false)
      el_end(editor)
      state.screen.output.flush()
    }
    editor = nil
  }

  /// Adds a sentence to the history of this session and of later ones.
  fileprivate func keep(_ text: String) {
    // Text that begins with a space is not stored.
    guard let history, text.first != " ", text.contains(where: { !$0.isWhitespace }) else { return }
    flexsh_history_enter(history, text)
    kept?.keep(text)
  }

  private func prepare() -> OpaquePointer? {
    if let editor { return editor }
    TerminalGuard.remember()
    flexsh_set_locale()
    guard let buffer = state.screen.output.buffer, let new = flexsh_el_init("flexsh", buffer) else {
      return nil
    }
    let history = history_init()
    if let history {
      flexsh_history_configure(history, 10_000)
      for line in kept?.lines() ?? [] { flexsh_history_enter(history, line) }
      _ = flexsh_el_set_history(new, history)
    }
    self.history = history
    // The state lives as long as the editor: the actor owns both.
    _ = flexsh_el_set_client_data(new, Unmanaged.passUnretained(state).toOpaque())
    _ = flexsh_el_set_prompt(new, promptText)
    _ = flexsh_el_set_reader(new, readKey)
    _ = flexsh_el_set_editor(new, "emacs")
    _ = flexsh_el_set_signal(new, 0)
    _ = flexsh_el_add_function(new, "flexsh-interrupt", "Drop the line", interruptKey)
    _ = flexsh_el_add_function(new, "flexsh-suspend", "Suspend the program", suspendKey)
    _ = flexsh_el_add_function(new, "flexsh-complete", "Complete the word", completeKey)
    _ = flexsh_el_add_function(new, "flexsh-paste", "Insert what was pasted", pasteKey)
    _ = flexsh_el_add_function(new, "flexsh-accept-hint", "Insert the hint", acceptHintKey)
    _ = flexsh_el_add_function(new, "flexsh-accept-word", "Insert a word of it", acceptWordKey)
    _ = flexsh_el_add_function(new, "flexsh-end", "Move to the end", endKey)
    let before = state.bindings.all(of: new)
    // Without a path, libedit would read the file that EDITRC names, whose bindings can type text.
    if let settings { _ = el_source(new, settings) }
    // Without editing, pasted texts and Ctrl-C would not be ours.
    _ = flexsh_el_turn_editing_on(new)
    state.bindings.noteSettings(of: new, before)
    // After ~/.editrc, which may have removed bindings.
    for (key, name) in [
      ("^C", "flexsh-interrupt"), ("^Z", "flexsh-suspend"), ("^I", "flexsh-complete"),
      ("^R", "em-inc-search-prev"),
      // libedit's own command line, which knows none of our keys.
      ("\u{1B}x", "ed-ignore"), ("\u{1B}X", "ed-ignore"),
    ] where !state.bindings.isVi || !key.hasPrefix("\u{1B}") {
      _ = flexsh_el_bind(new, key, name)
      _ = flexsh_el_bind_alternative(new, key, name)
    }
    for key in NamedKey.allCases { state.bindings.bind(key, to: key.function, new) }
    // libedit's own stops before the last letter, where nothing can be inserted after it.
    if state.bindings.isVi { _ = flexsh_el_bind_alternative(new, ":", "ed-ignore") }
    if state.bindings.isVi { state.bindings.bind(.end, to: "flexsh-end", new) }
    _ = flexsh_el_set_terminal_modes(new)
    // The line is drawn again when the window changes.
    WindowSignal.wake(state.keys)
    editor = new
    return new
  }

}

/// Reads the lines of a session from the terminal.
package struct TerminalReader: LineReader {
  private let editor: LineEditor

  /// Creates a reader that uses this editor.
  package init(_ editor: LineEditor) {
    self.editor = editor
  }

  package func read(_ request: LineRequest) async -> LineReading {
    await editor.read(WhileReading(value: request))
  }

  package func keep(_ text: String) async {
    await editor.keep(text)
  }
}

/// A value that the editor's thread uses only while its owner waits for the line, so that no two
/// threads use it at the same time.
private struct WhileReading<Value>: @unchecked Sendable {
  let value: Value
}

// MARK: Callbacks

private func state(of editor: OpaquePointer?) -> EditorState? {
  guard let data = flexsh_el_client_data(editor) else { return nil }
  return Unmanaged<EditorState>.fromOpaque(data).takeUnretainedValue()
}

private nonisolated func promptText(_ editor: OpaquePointer?) -> UnsafeMutablePointer<CChar>? {
  state(of: editor)?.screen.prompt
}

private nonisolated func readKey(
  _ editor: OpaquePointer?, _ character: UnsafeMutablePointer<wchar_t>?
) -> CInt {
  guard let state = state(of: editor), let character else { return -1 }
  guard let editor, let code = state.nextCode(editor) else { return 0 }
  character.pointee = wchar_t(code)
  return 1
}

private nonisolated func interruptKey(_ editor: OpaquePointer?, _ key: CInt) -> UInt8 {
  guard let state = state(of: editor) else { return UInt8(CC_ERROR) }
  state.isInterrupted = true
  // What is shown next comes after the whole line, and of a search nothing is left.
  if let editor, let line = EditorScreen.line(of: editor), !state.screen.isAtEnd {
    _ = el_cursor(editor, CInt(line.text.unicodeScalars.count))
    state.screen.erase(state.keys.cursorPlace)
    flexsh_el_refresh(editor)
  }
  return UInt8(CC_NEWLINE)
}

private nonisolated func endKey(_ editor: OpaquePointer?, _ key: CInt) -> UInt8 {
  guard let editor, let line = EditorScreen.line(of: editor) else { return UInt8(CC_ERROR) }
  _ = el_cursor(editor, CInt(line.text.unicodeScalars.count))
  return UInt8(CC_CURSOR)
}

private nonisolated func acceptHintKey(_ editor: OpaquePointer?, _ key: CInt) -> UInt8 {
  insert(state(of: editor)?.accepted, in: editor)
}

private nonisolated func acceptWordKey(_ editor: OpaquePointer?, _ key: CInt) -> UInt8 {
  guard let hint = state(of: editor)?.accepted else { return UInt8(CC_ERROR) }
  let start = hint.prefix { $0 == " " }
  return insert(start + hint.dropFirst(start.count).prefix { $0 != " " }, in: editor)
}

private nonisolated func insert(
  _ text: (some StringProtocol)?, in editor: OpaquePointer?
) -> UInt8 {
  guard let text, el_insertstr(editor, String(text)) == 0 else { return UInt8(CC_ERROR) }
  return UInt8(CC_REFRESH)
}

private nonisolated func pasteKey(_ editor: OpaquePointer?, _ key: CInt) -> UInt8 {
  guard let text = state(of: editor)?.nextPasted() else { return UInt8(CC_ERROR) }
  guard text.isEmpty || el_insertstr(editor, text) == 0 else { return UInt8(CC_ERROR) }
  return UInt8(CC_REFRESH)
}

/// Handles Ctrl-Z, which is a key while a line is edited: restores the terminal, stops the process,
/// and takes the terminal again after `fg`.
private nonisolated func suspendKey(_ editor: OpaquePointer?, _ key: CInt) -> UInt8 {
  guard let state = state(of: editor) else { return UInt8(CC_ERROR) }
  state.screen.setPaste(false)
  flexsh_el_give_terminal_back(editor)
  TerminalGuard.restore()
  state.screen.output.put("\n")
  state.screen.output.flush()
  // The threads of Dispatch block signals; the process must stop here, not later.
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGTSTP)
  pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  raise(SIGTSTP)
  flexsh_el_take_terminal(editor)
  state.screen.setPaste(true)
  el_resize(editor)
  return UInt8(CC_REDISPLAY)
}

private nonisolated func completeKey(_ editor: OpaquePointer?, _ key: CInt) -> UInt8 {
  guard let state = state(of: editor), let complete = state.complete, let line = el_line(editor)
  else { return UInt8(CC_ERROR) }
  let start = line.pointee.buffer
  let length = line.pointee.cursor - (start ?? line.pointee.cursor)
  let bytes = UnsafeRawBufferPointer(start: start, count: length)
  let completion = complete(String(decoding: bytes, as: UTF8.self))
  var insertion = completion.insertion
  // A space that is already there is not inserted twice.
  if line.pointee.cursor < line.pointee.lastchar, line.pointee.cursor.pointee == 0x20,
    insertion.last == " "
  {
    insertion.removeLast()
  }
  if !insertion.isEmpty {
    if completion.removal > 0 { el_deletestr(editor, CInt(completion.removal)) }
    guard el_insertstr(editor, insertion) == 0 else { return UInt8(CC_ERROR) }
    return UInt8(CC_REFRESH)
  }
  guard !completion.listing.isEmpty else { return UInt8(CC_ERROR) }
  state.screen.output.put("\n\u{1B}[J" + completion.listing)
  // The whole line is drawn below the list, however many rows it has.
  flexsh_el_refresh(editor)
  return UInt8(CC_NORM)
}
