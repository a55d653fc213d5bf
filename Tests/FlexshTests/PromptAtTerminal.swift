import FlexTestSupport
import Foundation

/// The prompt of the built program at a pseudo-terminal.
enum PromptAtTerminal {
  /// Runs a body at a prompt with a folder of its own, where the session also keeps its state.
  ///
  /// `settings`: what the user's `.editrc` contains.
  static func session(
    columns: Int = 120, arguments: [String] = ["--simulate"], environment: [String: String] = [:],
    folder: String? = nil, settings: String? = nil, lines: Int = 24,
    _ body: (PseudoTerminal, String) async throws -> Void
  ) async throws {
    let own = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: own) }
    let folder = folder ?? own.path()
    if let settings {
      try Data(settings.utf8).write(to: URL(filePath: folder).appending(path: ".editrc"))
    }
    let terminal = try PseudoTerminal(
      [Executable.path] + arguments,
      environment: Executable.surroundings([
        "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": folder,
        "HOME": folder,
      ]).merging(environment) { $1 }, columns: columns, lines: lines, folder: folder)
    try await terminal.waitForPrompt()
    try await body(terminal, folder)
  }
}
