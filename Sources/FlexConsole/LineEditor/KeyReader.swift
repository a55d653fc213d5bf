#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Reads keys from standard input: decodes UTF-8, returns pasted texts whole, and detects between
/// two keys that the window has changed.
///
/// Only the editor's thread uses it, except the end of its pipe.
final class KeyReader {
  /// What was read.
  enum Key {
    case scalar(Unicode.Scalar)
    /// What follows an escape: a whole sequence, another key, or nothing for the key itself.
    case escape([UInt8])
    /// A text with LF line ends.
    case pasted(String)
    /// A byte was written to ``wakingEnd``.
    case woken
    case end
  }

  /// How long to wait for the rest of what has begun, in milliseconds.
  private static let patience: Int32 = 100
  /// How long the escape key is silent after itself, in milliseconds: a sequence arrives at once.
  private static let silenceAfterEscape: Int32 = 25
  /// The maximum length of a pasted text, in bytes.
  private static let maximumPaste = 1 << 20

  /// Why the line cannot be accepted: part of it was dropped since this was last `nil`.
  var refusal: String?
  /// A byte that was read and belongs to what follows.
  private var unread: UInt8?
  /// Keys that were read ahead.
  private var ahead: [Key] = []
  private let wakeEnds: (read: Int32, write: Int32)

  init() {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) != 0 { ends = [-1, -1] }
    for end in ends where end >= 0 {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      // The waking thread must never wait for the sleeping one.
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    wakeEnds = (ends[0], ends[1])
  }

  deinit {
    for end in [wakeEnds.read, wakeEnds.write] where end >= 0 { close(end) }
  }

  /// The end of a pipe; a byte that is written to it makes ``next()`` return.
  var wakingEnd: Int32 { wakeEnds.write }

  /// Queues a text to be read before anything that is typed later.
  func insert(_ text: String) {
    ahead.append(.pasted(text))
  }

  /// Waits for a key.
  func next() -> Key {
    if !ahead.isEmpty { return ahead.removeFirst() }
    while true {
      switch byte(within: -1) {
      case .end: return .end
      case .nothing: return .woken
      case .byte(0x1B): return afterEscape()
      case .byte(let byte):
        if let key = key(startingWith: byte) { return key }
      }
    }
  }

  /// Waits for a key for a time, in milliseconds; `nil` if none was typed.
  func next(within milliseconds: Int32) -> Key? {
    if !ahead.isEmpty { return ahead.removeFirst() }
    switch byte(within: milliseconds) {
    case .end: return .end
    case .nothing: return nil
    case .byte(0x1B): return afterEscape()
    case .byte(let byte): return key(startingWith: byte)
    }
  }

  /// The letter that begins with a byte; `nil` for what is no key, which is noted.
  private func key(startingWith byte: UInt8) -> Key? {
    guard let scalar = scalar(startingWith: byte) else {
      refuseBytes()
      return nil
    }
    // No key of a keyboard sends a control character of Latin-1.
    return (0x80..<0xA0).contains(scalar.value) ? nil : .scalar(scalar)
  }

  // MARK: Bytes

  private enum Arrival {
    case byte(UInt8)
    /// No byte within the time, or the pipe has a byte.
    case nothing
    case end

    /// The byte, if one was read.
    var byte: UInt8? { if case .byte(let byte) = self { byte } else { nil } }
  }

  private func refuseBytes() { refusal = refusal ?? "it holds bytes that are not UTF-8" }

  /// Waits for a byte, forever if `milliseconds` is negative.
  private func byte(within milliseconds: Int32) -> Arrival {
    if let unread {
      self.unread = nil
      return .byte(unread)
    }
    var files = [pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)]
    if milliseconds < 0 {
      files.append(pollfd(fd: wakeEnds.read, events: Int16(POLLIN), revents: 0))
    }
    while true {
      let count = poll(&files, nfds_t(files.count), milliseconds)
      if count < 0 {
        guard errno == EINTR else { return .end }
        continue
      }
      if count == 0 { return .nothing }
      if files.count > 1, files[1].revents & Int16(POLLIN) != 0 {
        var bytes: (UInt64, UInt64) = (0, 0)
        _ = withUnsafeMutableBytes(of: &bytes) { read(wakeEnds.read, $0.baseAddress, $0.count) }
        return .nothing
      }
      var byte: UInt8 = 0
      let length = read(STDIN_FILENO, &byte, 1)
      if length == 1 { return .byte(byte) }
      if length < 0, errno == EINTR || errno == EAGAIN { continue }
      return .end
    }
  }

  private func scalar(startingWith first: UInt8) -> Unicode.Scalar? {
    guard first >= 0x80 else { return Unicode.Scalar(first) }
    let length = first >= 0xF8 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    var bytes = [first]
    while bytes.count < length {
      guard let next = byte(within: KeyReader.patience).byte else { return nil }
      // A letter that is cut short takes no key with it, such as Enter.
      guard next & 0xC0 == 0x80 else {
        unread = next
        return nil
      }
      bytes.append(next)
    }
    return String(validating: bytes, as: UTF8.self)?.unicodeScalars.first
  }

  // MARK: Pasted texts

  private static let beginning = Array("[200~".utf8)
  private static let ending = Array("\u{1B}[201~".utf8)

  /// Reads what an escape begins: a pasted text, a sequence, or a key with Alt.
  private func afterEscape() -> Key {
    guard let first = byte(within: KeyReader.silenceAfterEscape).byte else { return .escape([]) }
    let sequence: [UInt8]
    switch first {
    case UInt8(ascii: "["), UInt8(ascii: "O"):
      sequence = [first] + rest(of: first)
    // Alt and a key that sends a sequence itself.
    case 0x1B:
      guard let second = byte(within: KeyReader.silenceAfterEscape).byte else {
        sequence = [first]
        break
      }
      let isSequence = second == UInt8(ascii: "[") || second == UInt8(ascii: "O")
      sequence = [first, second] + (isSequence ? rest(of: second) : [])
    // A terminal's answer to a question that we did not ask: to the bell, or the string's end.
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
      if skipString() { return next() }
      sequence = [first]
    case 0x80...:
      guard let scalar = scalar(startingWith: first) else {
        refuseBytes()
        return next()
      }
      sequence = Array(String(scalar).utf8)
    default: sequence = [first]
    }
    return sequence == KeyReader.beginning ? pasted() : .escape(sequence)
  }

  /// Skips a string that a terminal sends, to the bell or its other end.
  ///
  /// - Returns: Whether there was one; if not, what was read is read again as keys.
  private func skipString() -> Bool {
    var seen: [UInt8] = []
    var last: UInt8 = 0
    // What is long was not typed, and may come in parts.
    while let next = byte(
      within: seen.count < KeyReader.longestSequence
        ? KeyReader.silenceAfterEscape : KeyReader.answerTime
    ).byte {
      if next == 0x07 || next == 0x5C && last == 0x1B { return true }
      last = next
      // Only keys that were typed are read again; a terminal's answer may be longer.
      if seen.count < KeyReader.longestSequence { seen.append(next) }
    }
    handOver(seen)
    return false
  }

  /// Reads the rest of a sequence after `[` or `O`, up to its last byte.
  private func rest(of introducer: UInt8) -> [UInt8] {
    var rest: [UInt8] = []
    while rest.count < KeyReader.longestSequence {
      guard let next = byte(within: KeyReader.patience).byte else { break }
      // Enter or Ctrl-C after an incomplete sequence is a key.
      guard next >= 0x20 else {
        handOver([next])
        break
      }
      rest.append(next)
      // The Linux console sends `[[A` for F1.
      if introducer == UInt8(ascii: "["), rest == [UInt8(ascii: "[")] { continue }
      // rxvt ends a sequence with `$` for Shift.
      let isEnd = (0x40...0x7E).contains(next) || next == UInt8(ascii: "$")
      if isEnd || !(0x20...0x3F).contains(next) { break }
    }
    return rest
  }

  /// The most bytes of a sequence after its introducer.
  private static let longestSequence = 64

  /// The place of the cursor, from 1, if the terminal says so when it is asked; keys that arrive in
  /// the meantime are read later.
  func cursorPlace() -> (row: Int, column: Int)? {
    guard tellsPlace else { return nil }
    EditorOutput.write(Array("\u{1B}[6n".utf8))
    var earlier: [Key] = []
    defer { ahead = earlier + ahead }
    let deadline = ContinuousClock.now + .milliseconds(Int(KeyReader.answerTime))
    // What was typed before the question arrives before the answer.
    while ContinuousClock.now < deadline,
      let first = byte(
        within: earlier.isEmpty ? KeyReader.answerTime : KeyReader.silenceBeforeAnswer
      ).byte
    {
      guard let key = first == 0x1B ? afterEscape() : key(startingWith: first) else { continue }
      if case .escape(let sequence) = key, sequence.last == UInt8(ascii: "R"),
        sequence.first == UInt8(ascii: "[")
      {
        let numbers = sequence[1..<(sequence.count - 1)].split(separator: UInt8(ascii: ";"))
          .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        if numbers.count == 2 { return (numbers[0], numbers[1]) }
      }
      earlier.append(key)
    }
    tellsPlace = false
    return nil
  }

  /// Whether the terminal has not failed to say where the cursor is: it is not asked again.
  private var tellsPlace = true
  /// How long a terminal may take to say where the cursor is, in milliseconds.
  private static let answerTime: Int32 = 3000
  /// How long it may be silent after a key, before its answer, in milliseconds.
  private static let silenceBeforeAnswer: Int32 = 500

  /// Queues keys to be read next, one by one.
  func handOver(_ bytes: [UInt8]) {
    ahead = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { .scalar($0) } + ahead
  }

  /// Whether something was typed that has not been read.
  var hasMore: Bool {
    if !ahead.isEmpty || unread != nil { return true }
    var file = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&file, 1, 0) > 0 && file.revents & Int16(POLLIN) != 0
  }

  private func pasted() -> Key {
    var bytes: [UInt8] = []
    var length = 0
    // Whether the last byte is a Ctrl-C.
    var isCancelled = false
    reading: while bytes.suffix(KeyReader.ending.count) != KeyReader.ending[...] {
      switch byte(within: isCancelled ? KeyReader.patience : -1) {
      case .end: break reading
      // Ctrl-C and then nothing: the end mark will not arrive, and the user wants the prompt back.
      // In a pasted text, the byte is followed by others.
      case .nothing where isCancelled: return .scalar("\u{3}")
      // A window change does not end a paste.
      case .nothing: continue
      case .byte(let byte):
        isCancelled = byte == 0x03
        length += 1
        // A text that is too long is still read to its end: its rest must not run as lines.
        if bytes.count > KeyReader.maximumPaste { bytes.removeFirst(bytes.count / 2) }
        bytes.append(byte)
      }
    }
    if bytes.suffix(KeyReader.ending.count) == KeyReader.ending[...] {
      bytes.removeLast(KeyReader.ending.count)
    }
    guard length <= KeyReader.maximumPaste else {
      refusal = "text over 1 MiB cannot be pasted; use `source FILE`"
      return .pasted("")
    }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      refuseBytes()
      return .pasted("")
    }
    // Terminals send line ends as CR. Markers inside could end a paste early elsewhere.
    return .pasted(
      text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        .replacing("\u{1B}[200~", with: "").replacing("\u{1B}[201~", with: ""))
  }
}
