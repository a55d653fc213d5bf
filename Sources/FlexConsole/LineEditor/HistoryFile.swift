import SystemPackage

/// The lines of all sessions, in a file that only its owner reads.
///
/// Two sessions lose nothing: each change is made under a lock. No line stands twice; one that holds
/// what looks like a secret is never kept. Source: CLI.md, "The prompt".
package struct HistoryFile: Sendable {
  /// How many lines are kept.
  package static let maximumLines = 10_000
  /// Files that are longer are not ours.
  private static let maximumLength = 1 << 24

  private let path: FilePath
  /// Texts that no line may hold: the secrets of the environment.
  private let secrets: [String]

  /// The history of the environment's user.
  package init(environment: [String: String]) {
    path = UserFolders.state(environment).appending("history")
    secrets = ["TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET"].compactMap { environment[$0] }
      .filter { !$0.isEmpty }
  }

  /// What stands in the file for a line end inside an entry: the language refuses it everywhere.
  private static let lineEnd = "\u{1F}"

  /// The entries, the oldest first; none when there is no history that can be trusted.
  package func lines() -> [String] {
    guard let file = try? open([.closeOnExec, .noFollow]) else { return [] }
    return ((try? file.closeAfter { try read(file) }) ?? [])
      .map { $0.replacing(HistoryFile.lineEnd, with: "\n") }
  }

  /// Keeps an entry at the end; what cannot be kept is let go, and the session goes on.
  package func keep(_ text: String) {
    guard !text.utf8.contains(0x1F) else { return }
    let line = text.replacing("\n", with: HistoryFile.lineEnd)
    guard isWorthKeeping(line) else { return }
    do {
      try PrivateFolder.makeAll(path.removingLastComponent())
      // The history itself may be replaced, so another file is locked.
      let lock = try FileDescriptor.open(
        FilePath(path.string + ".lock"), .writeOnly,
        options: [.create, .closeOnExec, .noFollow], permissions: .ownerReadWrite)
      try lock.closeAfter {
        try FileLock.await(lock)
        try keepLocked(line)
      }
    } catch {
      // A history is a convenience: without it everything else still works.
    }
  }

  private func keepLocked(_ line: String) throws {
    let file = try open([.create, .append, .closeOnExec, .noFollow])
    let lines = try file.closeAfter { () throws -> [String]? in
      let lines = try read(file)
      if lines.contains(line) || lines.count >= HistoryFile.maximumLines { return lines }
      _ = try file.writeAll(Array((line + "\n").utf8))
      return nil
    }
    guard var lines else { return }
    lines.removeAll { $0 == line }
    lines.append(line)
    let text = lines.suffix(HistoryFile.maximumLines).map { $0 + "\n" }.joined()
    try PrivateFolder.replace(path, with: Array(text.utf8))
  }

  private func open(_ options: FileDescriptor.OpenOptions) throws -> FileDescriptor {
    let file = try FileDescriptor.open(
      path, .readWrite, options: options, permissions: .ownerReadWrite)
    do {
      try PrivateFolder.checkFile(file)
      return file
    } catch {
      try? file.close()
      throw error
    }
  }

  private func read(_ file: FileDescriptor) throws -> [String] {
    let bytes = try WholeFile.read(file)
    guard bytes.count <= HistoryFile.maximumLength else { return [] }
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

  /// Whether a line may be kept, and shown again: no control characters, no secrets, and no number
  /// alone, which answered a question.
  private func isWorthKeeping(_ line: String) -> Bool {
    guard line.contains(where: { !$0.isNumber }), line.first != " ", line.utf8.count <= 1 << 16
    else { return false }
    let isPlain = line.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: scalar == "\t" || scalar == "\u{1F}"
      case .format: false
      default: true
      }
    }
    guard isPlain, !secrets.contains(where: { line.contains($0) }) else { return false }
    // Auth tokens are 32 hexadecimal digits and nothing else.
    return !line.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).contains { word in
      word.utf8.count == 32
        && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
  }
}
