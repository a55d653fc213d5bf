import CLibEdit

/// What the keys are bound to in libedit, by default and by the user's `.editrc`.
///
/// It is used only on the editor's queue.
final class KeyBindings {
  private let output: EditorOutput
  /// What the user's `.editrc` binds to sequences that begin with an escape, without the escape.
  private var ownBindings: [String: EditorBinding] = [:]
  /// Whether the keys are those of vi.
  private(set) var isVi = false

  /// libedit lists bindings on the output on which it draws.
  init(_ output: EditorOutput) {
    self.output = output
  }

  /// What the user has bound to a sequence; `nil` for nothing.
  func own(_ sequence: String) -> EditorBinding? { ownBindings[sequence] }

  /// Binds the code of the user's own keys to what one of them does, and returns it.
  func code(of own: EditorBinding, _ editor: OpaquePointer) -> UInt32 {
    let function: String
    switch own {
    case .function(let name): function = name
    case .text(let text):
      el_push(editor, text)
      function = "ed-ignore"
    }
    bind(.own, to: function, editor)
    return NamedKey.own.code
  }

  /// Binds a named key in both maps.
  func bind(_ key: NamedKey, to function: String, _ editor: OpaquePointer) {
    let code = String(Unicode.Scalar(key.rawValue))
    _ = flexsh_el_bind(editor, code, function)
    _ = flexsh_el_bind_alternative(editor, code, function)
  }

  /// Whether libedit knows a sequence that begins with an escape.
  func isBound(_ sequence: [UInt8], _ editor: OpaquePointer) -> Bool {
    // libedit has no room for more.
    guard sequence.count <= Self.longestBound else { return false }
    let quoted = String(decoding: sequence, as: UTF8.self).map {
      $0 == "^" || $0 == "\\" ? "\\\($0)" : "\($0)"
    }.joined()
    let answer = answer { flexsh_el_show_binding(editor, "\u{1B}" + quoted) }
    // The beginning of longer sequences is answered with all of them.
    return EditorBinding.ofSequences(in: answer)[String(decoding: sequence, as: UTF8.self)] != nil
  }

  /// Whether a control character would be inserted as it is.
  func isInserted(_ scalar: Unicode.Scalar, _ editor: OpaquePointer) -> Bool {
    guard let letter = Unicode.Scalar(scalar.value ^ 0x40) else { return false }
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
  func all(of editor: OpaquePointer) -> [String: EditorBinding] {
    EditorBinding.ofSequences(in: answer { flexsh_el_show_bindings(editor) })
  }

  /// Notes what the user's settings have changed: the editor, and the keys that they bind.
  func noteSettings(of editor: OpaquePointer, _ before: [String: EditorBinding]) {
    isVi = flexsh_el_editor(editor).map { String(cString: $0) } == "vi"
    ownBindings = all(of: editor).filter { before[$0.key] != $0.value }
    // What is bound to a sequence makes libedit wait after Escape; we know when one has ended.
    guard isVi else { return }
    _ = flexsh_el_bind(editor, "^[", "vi-command-mode")
    _ = flexsh_el_bind_alternative(editor, "^[", "ed-ignore")
  }
}
