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
/// Only the editor's thread uses it, except ``waker``, which may be called from any thread.
final class KeyReader {
  /// What was read.
  enum Key {
    case scalar(Unicode.Scalar)
    /// A text with LF line ends.
    case pasted(String)
    /// ``waker`` was called.
    case woken
    case end
  }

  /// How long to wait for the rest of an escape sequence, in milliseconds.
  private static let patience: Int32 = 100
  /// The maximum length of a pasted text, in bytes.
  private static let maximumPaste = 1 << 20

  /// Why the line cannot be accepted: part of it was dropped since this was last `nil`.
  var refusal: String?
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

  /// A function that makes ``next()`` return immediately.
  var waker: @Sendable () -> Void {
    let end = wakeEnds.write
    return {
      var byte: UInt8 = 0
      // A full pipe wakes the reader too.
      _ = write(end, &byte, 1)
    }
  }

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
        if let scalar = scalar(startingWith: byte) { return .scalar(scalar) }
        refuseBytes()
      }
    }
  }

  // MARK: Bytes

  private enum Arrival {
    case byte(UInt8)
    /// No byte within the time, or ``waker`` was called.
    case nothing
    case end

    /// The byte, if one was read.
    var byte: UInt8? { if case .byte(let byte) = self { byte } else { nil } }
  }

  private func refuseBytes() { refusal = refusal ?? "it holds bytes that are not UTF-8" }

  /// Waits for a byte, forever if `milliseconds` is negative.
  private func byte(within milliseconds: Int32) -> Arrival {
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
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    var bytes = [first]
    while bytes.count < length {
      guard let next = byte(within: KeyReader.patience).byte else { return nil }
      bytes.append(next)
      if next & 0xC0 != 0x80 { return nil }
    }
    return String(validating: bytes, as: UTF8.self)?.unicodeScalars.first
  }

  // MARK: Pasted texts

  private static let beginning = Array("[200~".utf8)
  private static let ending = Array("\u{1B}[201~".utf8)

  /// Reads what an escape begins: a pasted text, or any other sequence, which is returned
  /// unchanged.
  private func afterEscape() -> Key {
    var seen: [UInt8] = []
    while seen.count < KeyReader.beginning.count {
      guard let byte = byte(within: KeyReader.patience).byte else { break }
      seen.append(byte)
      guard byte == KeyReader.beginning[seen.count - 1] else { break }
    }
    if seen == KeyReader.beginning { return pasted() }
    // The last byte of a sequence may be the first byte of a letter.
    var rest = seen[...]
    while let byte = rest.popFirst() {
      if byte < 0x80 {
        ahead.append(.scalar(Unicode.Scalar(byte)))
      } else if let scalar = scalar(startingWith: byte) {
        ahead.append(.scalar(scalar))
      } else {
        refuseBytes()
      }
    }
    return .scalar("\u{1B}")
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
