import SystemPackage

/// The lines of all sessions, in a file that only its owner can read.
///
/// Concurrent sessions lose nothing: each change is made under a lock. No line occurs twice; a line
/// that contains what looks like a secret is never stored. Source: CLI.md, "The prompt".
package struct HistoryFile: Sendable {
  /// The maximum number of lines.
  package static let maximumLines = 10_000
  /// The maximum length of the file, in bytes; beyond it, the oldest lines are removed.
  private static let maximumLength = 1 << 24
  /// The maximum length of a line, in bytes.
  private static let maximumLineLength = 1 << 16

  private let path: FilePath
  /// Whether a line contains a secret that is in use.
  private let holdsSecret: @Sendable (String) -> Bool

  /// Creates the history of the environment's user.
  ///
  /// `holdsSecret`: whether a line contains a secret, and must not be stored.
  package init(
    environment: [String: String], holdsSecret: @escaping @Sendable (String) -> Bool
  ) {
    path = UserFolders.state(environment).appending("history")
    self.holdsSecret = holdsSecret
  }

  /// What replaces a line end inside an entry in the file: the language refuses it everywhere.
  private static let lineEnd = "\u{1F}"

  /// The entries, oldest first; none if there is no history that can be trusted.
  package func lines() -> [String] {
    guard let file = try? open([.closeOnExec, .noFollow]) else { return [] }
    return ((try? file.closeAfter { try read(file) }) ?? [])
      .map { $0.replacing(HistoryFile.lineEnd, with: "\n") }
  }

  /// Why no entry can be stored; `nil` if none was found.
  package func problem() -> String? {
    do {
      try open([.closeOnExec, .noFollow]).close()
      return nil
    } catch Errno.noSuchFileOrDirectory {
      // It is created when the first entry is stored.
      return nil
    } catch let problem as PrivateFolder.Problem {
      return problem.reason
    } catch {
      return "\(path): \(Files.words(for: error))"
    }
  }

  /// Whether an entry may be stored, and offered again: no control characters, and nothing that looks
  /// like a secret.
  package func mayKeep(_ text: String) -> Bool {
    !text.utf8.contains(0x1F) && isWorthKeeping(text.replacing("\n", with: HistoryFile.lineEnd))
  }

  /// Appends an entry; one that cannot be stored is dropped, and the session continues.
  package func keep(_ text: String) {
    guard !text.utf8.contains(0x1F) else { return }
    let line = text.replacing("\n", with: HistoryFile.lineEnd)
    guard isWorthKeeping(line) else { return }
    do {
      try PrivateFolder.makeAll(path.removingLastComponent())
      // The history itself may be replaced, so another file is locked.
      let lock = try FileDescriptor.open(
        FilePath(path.string + ".lock"), .writeOnly,
        options: [.create, .nonBlocking, .closeOnExec, .noFollow], permissions: .ownerReadWrite)
      try lock.closeAfter {
        try FileLock.await(lock)
        try keepLocked(line)
      }
    } catch {
      // A history is a convenience: without it everything else still works.
    }
  }

  /// Puts an entry at the end, wherever it was before.
  ///
  /// This happens at every Enter: it compares bytes, and does not validate existing content.
  private func keepLocked(_ line: String) throws {
    let entry = Array((line + "\n").utf8)
    let file = try open([.create, .append, .closeOnExec, .noFollow])
    let found = try file.closeAfter { () throws -> [UInt8]? in
      let bytes = try Self.newest(of: file)
      let isWhole =
        bytes.last ?? 0x0A == 0x0A && bytes.count == FileStatus.length(file)
        && bytes.count + entry.count <= HistoryFile.maximumLength
      let (count, place) = Self.look(for: entry, in: bytes)
      guard isWhole, place == nil, count < HistoryFile.maximumLines else { return bytes }
      _ = try file.writeAll(entry)
      return nil
    }
    // If the entry is already at the end, there is nothing left to do either.
    guard let found, !found.suffix(entry.count).elementsEqual(entry) else { return }
    try AtomicFile.write(Self.moving(entry, after: found), to: path.string, mode: .ownerReadWrite)
  }

  /// The newest whole lines of a file that fit into ``maximumLength``; in a file with a hole, those
  /// before it.
  private static func newest(of file: FileDescriptor) throws -> [UInt8] {
    let length = min(FileStatus.length(file) ?? 0, WholeFile.lengthBeforeHole(file))
    guard length > maximumLength else { return try WholeFile.read(file) }
    // One byte more, to detect whether the first line is whole.
    let start = length - maximumLength - 1
    var bytes: [UInt8] = []
    while start + bytes.count < length {
      let wanted = min(1 << 18, length - start - bytes.count)
      let more = try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        count = try file.read(
          fromAbsoluteOffset: Int64(start + bytes.count),
          into: UnsafeMutableRawBufferPointer(buffer))
      }
      if more.isEmpty { break }
      bytes += more
    }
    let first = bytes.firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    return Array(bytes[first...])
  }

  /// The number of lines, and the range of the last one that equals an entry.
  private static func look(
    for entry: [UInt8], in bytes: [UInt8]
  ) -> (count: Int, place: Range<Int>?) {
    var (count, start, place): (Int, Int, Range<Int>?) = (0, 0, nil)
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
        count += 1
        let length = index + 1 - start
        if length == entry.count, bytes[start...index].elementsEqual(entry) {
          place = start..<index + 1
        }
        start = index + 1
      }
    }
    return (count, place)
  }

  /// The lines with an entry only at their end, without the oldest lines that exceed the limits.
  private static func moving(_ entry: [UInt8], after bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    if bytes.last ?? 0x0A != 0x0A { bytes.append(0x0A) }
    let (count, place) = look(for: entry, in: bytes)
    if let place { bytes.removeSubrange(place) }
    var start = 0
    var surplus = count - (place == nil ? 0 : 1) + 1 - maximumLines
    while start < bytes.count,
      surplus > 0 || bytes.count - start + entry.count > maximumLength
    {
      surplus -= 1
      start = (bytes[start...].firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
    }
    return bytes[start...] + entry
  }

  private func open(_ options: FileDescriptor.OpenOptions) throws -> FileDescriptor {
    // Opening a pipe would wait for its other end.
    let file = try FileDescriptor.open(
      path, .readWrite, options: options.union(.nonBlocking), permissions: .ownerReadWrite)
    do {
      try PrivateFolder.closeToOthers(file)
      try PrivateFolder.checkFile(file)
      return file
    } catch {
      try? file.close()
      throw error
    }
  }

  private func read(_ file: FileDescriptor) throws -> [String] {
    let bytes = try Self.newest(of: file)
    var seen: Set<String> = []
    var lines: [String] = []
    for part in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
      guard let line = String(validating: part, as: UTF8.self), isWorthKeeping(line),
        seen.insert(line).inserted
      else { continue }
      lines.append(line)
      if lines.count == HistoryFile.maximumLines { break }
    }
    return lines.reversed()
  }

  /// Whether a line may be stored and shown again: no control characters, no secrets.
  private func isWorthKeeping(_ line: String) -> Bool {
    guard line.utf8.count <= Self.maximumLineLength, let first = line.utf8.first,
      first != UInt8(ascii: " "),
      isPlain(line), !holdsSecret(line), !holdsSecret(joined(line))
    else { return false }
    return !holdsToken(line)
  }

  /// A line with its continuations joined: a secret may be split by one.
  private func joined(_ line: String) -> String {
    line.replacing("\\" + HistoryFile.lineEnd, with: "")
  }

  private func isPlain(_ line: String) -> Bool {
    func isPlainASCII(_ byte: UInt8) -> Bool {
      (0x20..<0x7F).contains(byte) || byte == 0x09 || byte == 0x1F
    }
    if line.utf8.allSatisfy(isPlainASCII) { return true }
    return line.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar.isASCII && isPlainASCII(UInt8(scalar.value))
      case .format, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
  }

  /// Whether a line contains a word of exactly 32 hexadecimal digits, like an auth token.
  private func holdsToken(_ line: String) -> Bool {
    var (length, isHexadecimal) = (0, true)
    for byte in line.utf8 {
      switch byte {
      case 0x30...0x39, 0x61...0x66: length += 1
      case 0x41...0x5A, 0x67...0x7A, 0x80...0xFF:
        length += 1
        isHexadecimal = false
      default:
        if length == 32, isHexadecimal { return true }
        (length, isHexadecimal) = (0, true)
      }
    }
    return length == 32 && isHexadecimal
  }
}
