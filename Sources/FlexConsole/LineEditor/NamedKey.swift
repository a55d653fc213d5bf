/// A key that terminals report as an escape sequence, and that does something while a line is
/// edited.
enum NamedKey: UInt8, CaseIterable {
  // The raw values are the codes under which libedit knows these keys. They are control characters
  // of Latin-1, which cannot be typed, and which no keymap of libedit uses.
  case up = 0x90
  case down, left, right, home, end, delete, wordLeft, wordRight, deleteWord, deleteWordRight
  /// A pasted text, which waits in the reader.
  case paste
  /// The key that inserts the hint.
  case acceptHint
  /// The key that inserts a word of the hint.
  case acceptWord
  /// A key that the user has bound.
  case own

  /// The code under which libedit knows the key.
  var code: UInt32 { UInt32(rawValue) }

  /// The function of libedit, or of ours, that the key is bound to.
  var function: String {
    switch self {
    case .up: "ed-search-prev-history"
    case .down: "ed-search-next-history"
    case .left: "ed-prev-char"
    case .right: "ed-next-char"
    case .home: "ed-move-to-beg"
    case .end: "ed-move-to-end"
    case .delete: "ed-delete-next-char"
    case .wordLeft: "ed-prev-word"
    case .wordRight: "em-next-word"
    case .deleteWord: "ed-delete-prev-word"
    case .deleteWordRight: "em-delete-next-word"
    case .paste: "flexsh-paste"
    case .acceptHint: "flexsh-accept-hint"
    case .acceptWord: "flexsh-accept-word"
    case .own: "ed-ignore"
    }
  }

  /// The key that a sequence without its leading escape stands for; `nil` if it has no function.
  ///
  /// The forms of xterm, of its application mode, of the Linux console and of rxvt; a modifier
  /// follows the number, as in `[1;5C` for Ctrl-Right.
  init?(sequence: [UInt8]) {
    guard let last = sequence.last, sequence.count > 1 else { return nil }
    // Alt as another escape in front: `ESC ESC [ C`.
    if sequence[0] == 0x1B {
      guard let key = NamedKey(sequence: Array(sequence.dropFirst())) else { return nil }
      self = key.withModifier ?? key
      return
    }
    switch sequence[0] {
    case UInt8(ascii: "O"):
      guard sequence.count == 2 else { return nil }
      self.init(letter: last, isModified: false)
    case UInt8(ascii: "["):
      let parameters = sequence[1..<(sequence.count - 1)]
      guard
        parameters.allSatisfy({
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ";")
        })
      else { return nil }
      let numbers = parameters.split(
        separator: UInt8(ascii: ";"), omittingEmptySubsequences: false
      ).map { Int(String(decoding: $0, as: UTF8.self)) }
      switch last {
      case UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "@"):
        let isModified = last != UInt8(ascii: "~") || numbers.count > 1
        self.init(number: numbers.first ?? nil, isModified: isModified)
      default:
        guard numbers.count == 2 || numbers.allSatisfy({ $0 == nil || $0 == 1 }) else {
          return nil
        }
        // The second number is the modifiers and 1; Shift alone changes nothing.
        let modifier = numbers.count == 2 ? numbers[1] ?? 1 : 1
        self.init(letter: last, isModified: modifier > 2)
      }
    default: return nil
    }
  }

  private init?(letter: UInt8, isModified: Bool) {
    let key: NamedKey
    switch letter {
    case UInt8(ascii: "A"): key = .up
    case UInt8(ascii: "B"): key = .down
    case UInt8(ascii: "C"): key = .right
    case UInt8(ascii: "D"): key = .left
    case UInt8(ascii: "H"): key = .home
    case UInt8(ascii: "F"): key = .end
    // rxvt: small letters with Ctrl after `O`, with Shift after `[`.
    case UInt8(ascii: "c"): key = .wordRight
    case UInt8(ascii: "d"): key = .wordLeft
    default: return nil
    }
    self = isModified ? key.withModifier ?? key : key
  }

  private init?(number: Int?, isModified: Bool) {
    switch number {
    case 1, 7: self = .home
    case 4, 8: self = .end
    case 3: self = isModified ? .deleteWordRight : .delete
    default: return nil
    }
  }

  /// The key with Ctrl or Alt, if that does something else.
  private var withModifier: NamedKey? {
    switch self {
    case .left: .wordLeft
    case .right: .wordRight
    case .delete: .deleteWordRight
    case .up, .down, .home, .end, .wordLeft, .wordRight, .deleteWord, .deleteWordRight, .paste,
      .acceptHint, .acceptWord, .own:
      nil
    }
  }

  /// Whether Alt is among the modifiers of a sequence, or an escape in front stands for it.
  static func hasAlt(_ sequence: [UInt8]) -> Bool {
    if sequence.first == 0x1B { return true }
    let text = String(decoding: sequence, as: UTF8.self)
    guard let part = text.split(separator: ";").dropFirst().first,
      let modifier = Int(part.prefix { $0.isNumber })
    else { return false }
    return modifier > 1 && (modifier - 1) & 2 != 0
  }
}
