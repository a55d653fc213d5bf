import Foundation

/// A folder of a test's own, which is removed with the value.
package final class TemporaryFolder: Sendable {
  /// Where it is.
  package let path: String

  /// Makes it.
  package init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path()
  }

  /// Runs a body with a folder that holds these files, their short SIDs written out.
  package static func with<Result>(
    _ files: [String: String], _ body: (String) async throws -> Result
  ) async throws -> Result {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(Sample.expand(text), to: name) }
    defer { withExtendedLifetime(folder) {} }
    return try await body(folder.path)
  }

  /// The path of a file in it.
  package func file(_ name: String) -> String { path + "/" + name }

  /// Makes a folder in it.
  package func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
  }

  /// The names in it, sorted.
  package var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// Writes a file.
  @discardableResult
  package func write(_ text: String, to name: String, mode: Int = 0o644) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: file(name)))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
    return file(name)
  }

  /// The text of a file.
  package func text(_ name: String) throws -> String {
    try String(contentsOf: URL(filePath: file(name)), encoding: .utf8)
  }

  /// The mode of a file.
  package func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions] as? Int
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
