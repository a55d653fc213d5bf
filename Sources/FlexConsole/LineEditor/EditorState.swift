import CLibEdit
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The state of the callbacks of libedit; it is used only on the editor's queue.
final class EditorState {
  let keys = KeyReader()
  let output = EditorOutput()
  var isInterrupted = false
  /// Whether prompts may have colours.
  var isColored = false
  /// Whether lines may be painted, and hints shown.
  var isPainted = false
  var complete: ((String) -> Completion)?
  /// How a line is shown; `nil` for plain text.
  var appearance: ((String) -> LineAppearance)?
  /// What the user's `.editrc` binds to sequences that begin with an escape, without the escape.
  private var ownBindings: [String: EditorBinding] = [:]
  /// Whether the keys are those of vi.
  private(set) var isVi = false
  /// Pasted texts that wait for the key that inserts them.
  private var pasted: [String] = []
  /// The rest of a text that was pasted at a question, after its answer.
  private var leftOver = ""
  private var purpose = LineRequest.Purpose.sentence
  /// The prompt as libedit shows it.
  private(set) var prompt: UnsafeMutablePointer<CChar> = .allocate(capacity: 1)
  /// The prompt without escape sequences.
  private(set) var promptText = ""
  /// The line that is on the screen, the place of the cursor in it, and its window.
  private var drawn: (line: String, cursor: Int, window: LinePainting.Window)?
  /// What can be inserted after the line: the hint that is shown.
  private var hint: String?
  /// The hint that was shown when the key that inserts it was typed.
  private(set) var accepted: String?
  private var showsHint = false
  /// Whether the line that is on the screen has letters whose width is not one column.
  private var isOdd = false
  /// Whether libedit has ended rows of the line itself.
  private var hasRowsApart = false
  /// Whether the line was removed from the screen since it was shown.
  private var wasErased = false
  /// Whether something was drawn since the line was painted.
  private var isOutOfDate = false

  init() {
    prompt.initialize(to: 0)
  }

  deinit {
    prompt.deallocate()
  }

  func begin(_ request: LineRequest) {
    let text = request.prompt
    promptText = text
    // An escape sequence must be followed by a visible character.
    setPrompt(
      isColored && request.isAlarming && text.last == " "
        ? "\u{1}\u{1B}[31m\u{1}\(text.dropLast())\u{1}\u{1B}[0m\u{1} " : text)
    isInterrupted = false
    keys.refusal = nil
    purpose = request.purpose
    complete = request.complete
    appearance = isPainted ? request.appearance : nil
    (drawn, hint, showsHint) = (nil, nil, false)
    (isOdd, isOutOfDate, wasErased, hasRowsApart) = (false, true, false, false)
    if !request.draft.isEmpty { keys.insert(request.draft) }
    if purpose == .sentence, !leftOver.isEmpty {
      keys.insert(leftOver)
      leftOver = ""
    }
  }

  /// Ends the reading of a line: what is on the screen is libedit's no longer.
  func end() {
    complete = nil
    appearance = nil
    output.flush()
  }

  /// Sets whether the terminal marks pasted text.
  func setPaste(_ isOn: Bool) {
    output.put(isOn ? "\u{1B}[?2004h" : "\u{1B}[?2004l")
  }

  /// Queues a pasted text for the key that inserts it.
  func takeIn(_ text: String) {
    var text = text
    while text.last == "\n" { text.removeLast() }
    if purpose == .answer, let end = text.firstIndex(of: "\n") {
      // An answer is one line; the rest waits for the prompt.
      leftOver = String(text[text.index(after: end)...])
      text = String(text[..<end])
    }
    pasted.append(text)
  }

  func nextPasted() -> String? { pasted.isEmpty ? nil : pasted.removeFirst() }

  private func setPrompt(_ text: String) {
    prompt.deallocate()
    let bytes = text.utf8CString
    prompt = .allocate(capacity: bytes.count)
    bytes.withUnsafeBufferPointer { prompt.initialize(from: $0.baseAddress!, count: $0.count) }
  }

  // MARK: Keys

  /// Waits for a key; `nil` if there will be none.
  ///
  /// - Returns: The code under which libedit knows the key.
  func nextCode(_ editor: OpaquePointer?) -> UInt32? {
    while true {
      show(editor)
      let key = keys.next()
      if case .woken = key {
        erase()
        el_resize(editor)
        flexsh_el_refresh(editor)
        continue
      }
      accepted = takeHint()
      switch key {
      case .scalar("\u{5}") where accepted != nil: return code(of: .acceptHint)
      // The maps of vi insert control characters that have no function.
      case .scalar(let scalar) where isVi && scalar.value < 0x20 && isInserted(scalar, editor):
        continue
      // A search with `/` knows no Ctrl-C: Escape ends it.
      case .scalar("\u{3}") where isVi && drawn.map({ Self.isViSearch($0.line) }) ?? false:
        keys.handOver([3])
        return 0x1B
      case .scalar(let scalar): return scalar.value
      case .pasted(let text):
        if let scalar = text.unicodeScalars.first(where: Self.changesDirection) {
          keys.refusal =
            "it holds U+\(String(scalar.value, radix: 16, uppercase: true)), which changes the order "
            + "in which text is shown"
          continue
        }
        takeIn(text)
        return code(of: .paste)
      case .escape(let sequence):
        if let code = code(ofSequence: sequence, editor) { return code }
      case .woken: break
      case .end: return nil
      }
    }
  }

  /// Whether a scalar changes the direction of the text around it.
  private static func changesDirection(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private func code(of key: NamedKey) -> UInt32 { UInt32(key.rawValue) }

  /// The code of what follows an escape; `nil` for a key that does nothing.
  private func code(ofSequence sequence: [UInt8], _ editor: OpaquePointer?) -> UInt32? {
    let text = String(decoding: sequence, as: UTF8.self)
    if let own = ownBindings[text] { return code(of: own, editor) }
    if let key = NamedKey(sequence: sequence) {
      guard accepted != nil else { return code(of: key) }
      switch key {
      case .right, .end: return code(of: .acceptHint)
      case .wordRight: return code(of: NamedKey.hasAlt(sequence) ? .acceptWord : .wordRight)
      default: return code(of: key)
      }
    }
    // Meta-f, which some terminals send for Alt-Right.
    if accepted != nil, text == "f", !isVi { return code(of: .acceptWord) }
    guard sequence.isEmpty || isVi && sequence.count == 1 || isBound(sequence, editor) else {
      return nil
    }
    keys.handOver(sequence)
    return 0x1B
  }

  /// Binds the code of the user's own keys to what one of them does, and returns it.
  private func code(of own: EditorBinding, _ editor: OpaquePointer?) -> UInt32? {
    guard let editor else { return nil }
    let function: String
    switch own {
    case .function(let name): function = name
    case .text(let text):
      el_push(editor, text)
      function = "ed-ignore"
    }
    bind(.own, to: function, editor)
    return code(of: .own)
  }

  /// Binds a named key in both maps.
  func bind(_ key: NamedKey, to function: String, _ editor: OpaquePointer) {
    let code = String(Unicode.Scalar(key.rawValue))
    _ = flexsh_el_bind(editor, code, function)
    _ = flexsh_el_bind_alternative(editor, code, function)
  }

  /// Whether libedit knows a sequence that begins with an escape.
  private func isBound(_ sequence: [UInt8], _ editor: OpaquePointer?) -> Bool {
    // libedit has no room for more.
    guard let editor, sequence.count <= Self.longestBound else { return false }
    let quoted = String(decoding: sequence, as: UTF8.self).map {
      $0 == "^" || $0 == "\\" ? "\\\($0)" : "\($0)"
    }.joined()
    let answer = answer { flexsh_el_show_binding(editor, "\u{1B}" + quoted) }
    // The beginning of longer sequences is answered with all of them.
    return EditorBinding.ofSequences(in: answer)[String(decoding: sequence, as: UTF8.self)] != nil
  }

  /// Whether a control character would be inserted as it is.
  private func isInserted(_ scalar: Unicode.Scalar, _ editor: OpaquePointer?) -> Bool {
    guard let editor, let letter = Unicode.Scalar(scalar.value ^ 0x40) else { return false }
    return answer { flexsh_el_show_binding(editor, "^" + String(letter)) }.contains("ed-insert")
  }

  /// The longest sequence that libedit is asked about, in bytes.
  private static let longestBound = 64

  /// What libedit says, which goes to the same stream as what it draws.
  private func answer(_ ask: () -> CInt) -> String {
    let drawing = String(decoding: output.take(), as: UTF8.self)
    _ = ask()
    let answer = String(decoding: output.take(), as: UTF8.self)
    output.put(drawing)
    return answer
  }

  /// What is bound to sequences that begin with an escape, without the escape.
  func bindings(of editor: OpaquePointer) -> [String: EditorBinding] {
    EditorBinding.ofSequences(in: answer { flexsh_el_show_bindings(editor) })
  }

  /// Notes what the user's settings have changed: the editor, and the keys that they bind.
  func noteSettings(of editor: OpaquePointer, _ before: [String: EditorBinding]) {
    isVi = flexsh_el_editor(editor).map { String(cString: $0) } == "vi"
    ownBindings = bindings(of: editor).filter { before[$0.key] != $0.value }
    // What is bound to a sequence makes libedit wait after Escape; we know when one has ended.
    guard isVi else { return }
    _ = flexsh_el_bind(editor, "^[", "vi-command-mode")
    _ = flexsh_el_bind_alternative(editor, "^[", "ed-ignore")
  }

  // MARK: What is on the screen

  /// Writes what libedit has drawn, with the looks of the line and its hint, before a key is awaited.
  func show(_ editor: OpaquePointer?) {
    let bytes = output.take()
    // A long line is not looked at with every key.
    guard Self.length(of: editor) <= Self.longestPainted, let (line, cursor) = Self.line(of: editor),
      let window = Self.window
    else {
      drawn = nil
      return EditorOutput.write(bytes)
    }
    // Nothing was drawn: nothing has changed.
    isOutOfDate = isOutOfDate || !bytes.isEmpty
    let wasOdd = isOdd
    isOdd = line.unicodeScalars.contains { Self.width($0) != 1 && $0 != "\n" }
    drawn = (line, cursor, window)
    // Rows that libedit ends itself are not one line to the terminal when the window changes again.
    let mustBeWhole = (isOdd || wasOdd || wasErased) && !bytes.isEmpty
    if mustBeWhole { wasErased = false }
    // More keys are there already: the line will change.
    let isPlain = appearance == nil || keys.hasMore
    guard isOutOfDate, !Self.isSearch(line), mustBeWhole || !isPlain else {
      hasRowsApart = hasRowsApart || bytes.contains(UInt8(ascii: "\n"))
      return EditorOutput.write(bytes)
    }
    hasRowsApart = false
    let look = isPlain ? LineAppearance() : appearance?(line) ?? LineAppearance()
    isOutOfDate = isPlain && appearance != nil
    let painting = LinePainting(
      prompt: promptText,
      drawnPrompt: String(cString: prompt).replacing("\u{1}", with: ""), line: line, cursor: cursor, look, in: window, isWhole: mustBeWhole,
      width: Self.width)
    showsHint = painting?.showsHint ?? false
    hint = showsHint ? look.hint.flatMap { $0.isInsertable ? $0.text : nil } : nil
    EditorOutput.write(bytes + Array((painting?.text ?? "").utf8))
  }

  /// The longest line that is painted, in characters: a line is painted anew with every key.
  private static let longestPainted = 4096

  /// Removes the hint, if one is shown; the cursor is where it begins.
  ///
  /// - Returns: The text that the hint stands for, if it can be inserted.
  func takeHint() -> String? {
    defer { (hint, showsHint) = (nil, false) }
    if showsHint { output.put("\u{1B}[K") }
    return hint
  }

  /// Whether the cursor is after everything that is on the screen.
  var isAtEnd: Bool {
    drawn.map { $0.cursor == $0.line.utf8.count && !Self.isSearch($0.line) } ?? true
  }

  /// Removes the line from the screen, with every row that it has, so that it can be drawn again;
  /// the window may have changed since it was drawn.
  func erase() {
    showsHint = false
    hint = nil
    wasErased = true
    guard let drawn, let window = Self.window else { return output.put("\r\u{1B}[J") }
    let text = promptText + (String(drawn.line.utf8.prefix(drawn.cursor)) ?? drawn.line)
    func end(of text: String, in columns: Int) -> LineLayout.Place {
      var layout = LineLayout(columns: columns, width: Self.width)
      layout.add(text.unicodeScalars)
      return layout.end
    }
    let before = end(of: text, in: drawn.window.columns)
    var rows = before.row
    if window.columns != drawn.window.columns {
      // Some terminals break the line anew, except where libedit has ended a row itself. Others cut
      // the rows off. The column of the cursor tells.
      let broken = end(of: text, in: window.columns)
      let ended = LineLayout.withRowEnds(text, columns: drawn.window.columns, width: Self.width)
      let apart = end(of: ended, in: window.columns)
      let cut = LineLayout.Place(
        row: rows, column: min(before.column, window.columns - 1))
      let likely = hasRowsApart ? [apart, broken, cut] : [broken, apart, cut]
      if likely.contains(where: { $0.row != rows }), let cursor = keys.cursorPlace() {
        rows = (likely.first { $0.column + 1 == cursor.column } ?? likely[0]).row
      }
    }
    output.put("\r" + (rows > 0 ? "\u{1B}[\(rows)A" : "") + "\u{1B}[J")
  }

  /// The number of characters of the line.
  private static func length(of editor: OpaquePointer?) -> Int {
    guard let editor, let line = el_wline(editor), let start = line.pointee.buffer else { return 0 }
    return line.pointee.lastchar - start
  }

  /// The line and the place of the cursor in it, in bytes.
  static func line(of editor: OpaquePointer?) -> (text: String, cursor: Int)? {
    guard let editor, let line = el_line(editor), let start = line.pointee.buffer else {
      return nil
    }
    let bytes = UnsafeRawBufferPointer(start: start, count: line.pointee.lastchar - start)
    return (String(decoding: bytes, as: UTF8.self), line.pointee.cursor - start)
  }

  /// Whether libedit reads what to search for, with the keys of vi.
  private static func isViSearch(_ line: String) -> Bool {
    guard let end = line.lastIndex(of: "\n") else { return false }
    return ["/", "?"].contains(line[line.index(after: end)...].prefix(1))
  }

  /// Whether libedit shows a search below the line.
  private static func isSearch(_ line: String) -> Bool {
    guard let end = line.lastIndex(of: "\n") else { return false }
    let last = line[line.index(after: end)...]
    return ["bck:", "bck?", "fwd:", "fwd?"].contains { last.hasPrefix($0) }
  }

  private static var window: LinePainting.Window? {
    Terminal.size(.standardOutput).map {
      LinePainting.Window(columns: $0.columns, lines: $0.lines)
    }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    Int(flexsh_width(wchar_t(scalar.value)))
  }
}
