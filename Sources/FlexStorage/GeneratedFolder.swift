package import FlexScript
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// A folder of files that the program makes, in which a file that was changed since stays as it is.
///
/// Beside them is a list of what was written, in the format of sha256sum: a file that is still the
/// one in the list may be replaced by a newer one.
package struct GeneratedFolder {
  /// What became of a file.
  package enum Effect: Sendable {
    case written, unchanged
    /// It is not what was written, so it stays.
    case kept
  }

  private let folder: FilePath
  private let list: FilePath?
  /// The owner may change the files, everyone may read them.
  private static let mode = FilePermissions(rawValue: 0o644)
  /// The maximum length of a file that is compared, in bytes.
  private static let maximumLength = 1 << 24

  /// Names a folder.
  ///
  /// `list`: the name of the list of what was written; without one, every file is overwritten.
  package init(_ folder: String, list: String?) {
    self.folder = FilePath(folder)
    self.list = list.map { FilePath(folder).appending($0) }
  }

  /// Writes files, and returns what became of each.
  ///
  /// `files`: their paths in the folder, with `/` between folders, and their texts.
  ///
  /// - Throws: A ``FileProblem`` if one cannot be written; those before it are.
  package func write(
    _ files: [(path: String, text: String)]
  ) throws(FileProblem) -> [(path: String, effect: Effect)] {
    var known = digests()
    var effects: [(String, Effect)] = []
    do throws(FileProblem) {
      for (path, text) in files {
        let bytes = Array(text.utf8)
        let digest = Self.digest(bytes)
        let effect = try write(bytes, to: path, known[path])
        if effect != .kept { known[path] = digest }
        effects.append((path, effect))
      }
    } catch {
      try? record(known)
      throw error
    }
    if effects.contains(where: { $0.1 == .written }) { try record(known) }
    return effects
  }

  private func write(
    _ bytes: [UInt8], to path: String, _ known: String?
  ) throws(FileProblem) -> Effect {
    let target = folder.pushing(FilePath(path))
    try Self.makeFolder(target.removingLastComponent())
    switch Self.content(of: target) {
    case nil: break
    case bytes?: return .unchanged
    case let found?: guard list == nil || Self.digest(found) == known else { return .kept }
    }
    try AtomicFile.write(bytes, to: target.string, mode: Self.mode)
    return .written
  }

  /// Makes a folder, and those above it.
  private static func makeFolder(_ path: FilePath) throws(FileProblem) {
    if path.isEmpty || FileAccess.isFolder(path.string) { return }
    try makeFolder(path.removingLastComponent())
    guard mkdir(path.string, 0o777) == 0 || errno == EEXIST else {
      throw FileProblem(reason: Files.words(for: Errno(rawValue: errno)))
    }
  }

  /// What a file holds; `nil` if it is not there, and nothing that could be ours if it is no file.
  private static func content(of path: FilePath) -> [UInt8]? {
    do throws(FileProblem) {
      return try FileContent(of: path.string, atMost: maximumLength).bytes
    } catch {
      return access(path.string, F_OK) == 0 ? [] : nil
    }
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    SHA256.hash(bytes).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
      .joined()
  }

  /// The digests in the list, by path.
  private func digests() -> [String: String] {
    let bytes = list.flatMap { Self.content(of: $0) } ?? []
    var digests: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let gap = line.firstRange(of: "  ") else { continue }
      digests[String(line[gap.upperBound...])] = String(line[..<gap.lowerBound])
    }
    return digests
  }

  private func record(_ digests: [String: String]) throws(FileProblem) {
    guard let list else { return }
    let lines = digests.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }
    try AtomicFile.write(Array(lines.joined().utf8), to: list.string, mode: Self.mode)
  }
}
