import CLibEdit

/// The state of the callbacks of libedit: the request for a line, and the keys that are typed.
///
/// It is used only on the editor's queue.
final class EditorState {
  let keys = KeyReader()
  let screen = EditorScreen()
  let bindings: KeyBindings
  var isInterrupted = false
  var complete: ((String) -> Completion)?
  /// Pasted texts that wait for the key that inserts them.
  private var pasted: [String] = []
  /// The rest of a text that was pasted at a question, after its answer.
  private var leftOver = ""
  private var purpose = LineRequest.Purpose.sentence
  /// The hint that was shown when the key that inserts it was typed.
  private(set) var accepted: String?

  init() {
    bindings = KeyBindings(screen.output)
  }

  func begin(_ request: LineRequest) {
    screen.begin(request)
    isInterrupted = false
    keys.refusal = nil
    purpose = request.purpose
    complete = request.complete
    if !request.draft.isEmpty { keys.insert(request.draft) }
    if purpose == .sentence, !leftOver.isEmpty {
      keys.insert(leftOver)
      leftOver = ""
    }
  }

  /// Ends the reading of a line: what is on the screen is libedit's no longer.
  func end() {
    complete = nil
    screen.end()
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

  // MARK: Keys

  /// Waits for a key; `nil` if there will be none.
  ///
  /// - Returns: The code under which libedit knows the key.
  func nextCode(_ editor: OpaquePointer) -> UInt32? {
    while true {
      screen.show(editor, hasMore: keys.hasMore)
      let key = keys.next()
      if case .woken = key {
        screen.erase(keys.cursorPlace)
        el_resize(editor)
        flexsh_el_refresh(editor)
        continue
      }
      accepted = screen.takeHint()
      switch key {
      case .scalar("\u{5}") where accepted != nil: return NamedKey.acceptHint.code
      // The maps of vi insert control characters that have no function.
      case .scalar(let scalar)
      where bindings.isVi && scalar.value < 0x20 && bindings.isInserted(scalar, editor):
        continue
      // A search with `/` knows no Ctrl-C: Escape ends it.
      case .scalar("\u{3}") where bindings.isVi && screen.isViSearch:
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
        return NamedKey.paste.code
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

  /// The code of what follows an escape; `nil` for a key that does nothing.
  private func code(ofSequence sequence: [UInt8], _ editor: OpaquePointer) -> UInt32? {
    let text = String(decoding: sequence, as: UTF8.self)
    if let own = bindings.own(text) { return bindings.code(of: own, editor) }
    if let key = NamedKey(sequence: sequence) {
      guard accepted != nil else { return key.code }
      switch key {
      case .right, .end: return NamedKey.acceptHint.code
      case .wordRight: return (NamedKey.hasAlt(sequence) ? NamedKey.acceptWord : .wordRight).code
      default: return key.code
      }
    }
    // Meta-f, which some terminals send for Alt-Right.
    if accepted != nil, text == "f", !bindings.isVi { return NamedKey.acceptWord.code }
    guard
      sequence.isEmpty || bindings.isVi && sequence.count == 1 || bindings.isBound(sequence, editor)
    else {
      return nil
    }
    keys.handOver(sequence)
    return 0x1B
  }
}
