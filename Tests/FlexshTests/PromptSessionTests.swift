import FlexTestSupport
import Foundation
import Testing

/// What a session at the prompt says first, and what follows it.
@Suite struct PromptSessionTests {
  /// The session says whose account it is, and what can be done first.
  @Test func aSessionBeginsWithAGreeting() async throws {
    try await PromptAtTerminal.session { terminal, folder in
      let lines = terminal.screen.picture.lines
      #expect(lines[0].hasPrefix("flexsh "))
      #expect(lines[0].hasSuffix(" · simulator, demo world: 3 interactions, nothing here is real"))
      #expect(lines[1] == "Try:  list channels in \(Sample.interaction)")
      #expect(lines[2] == "Type help for help, Tab to complete, Ctrl-D to leave.")
      terminal.type("\u{4}")
      _ = await terminal.end()
      // A history that belongs to others is not used, which is said once.
      let history = URL(filePath: folder).appending(path: "flexsh/history")
      try FileManager.default.createDirectory(
        at: history.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        at: history, withDestinationURL: URL(filePath: "/dev/null"))
      try await PromptAtTerminal.session(folder: folder) { terminal, _ in
        #expect(terminal.screen.text.contains("the history is not kept: "))
      }
    }
  }

  private static let profiles = """
    profile = "dev"
    [profiles.dev]
    account_sid = "AC00000000000000000000000000000001"
    auth_token = "0123456789abcdef0123456789abcdef"
    base_url = "http://127.0.0.1:9"
    [profiles.prod]
    account_sid = "AC00000000000000000000000000000002"
    auth_token = "0123456789abcdef0123456789abcdef"
    base_url = "http://127.0.0.1:9"
    production = true
    [profiles.broken]
    account_sid = "AC00000000000000000000000000000003"

    """

  /// `use profile` begins a session with another account; what the user has restrained stays so.
  @Test func anotherProfileBeginsAnew() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "flexsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = folder.appending(path: ".config/flexsh")
    try FileManager.default.createDirectory(at: settings, withIntermediateDirectories: true)
    let file = settings.appending(path: "config.toml")
    try Data(Self.profiles.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path())
    let terminal = try PseudoTerminal(
      [Executable.path],
      environment: Executable.surroundings([
        "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": folder.path(),
        "HOME": folder.path(),
      ]), columns: 100)
    func wait(for prompt: String) async throws {
      try await terminal.wait(for: prompt) { $0.beforeCursor == prompt }
    }
    try await wait(for: "dev> ")
    #expect(terminal.screen.text.contains("AC…0001 · profile dev · http://127.0.0.1:9"))
    terminal.type("let x = \(Sample.agent)\r")
    terminal.type("use profile nobody\r")
    try await terminal.wait(for: "there is no profile `nobody`; there is broken, dev, prod")
    terminal.type("use profile broken\r")
    try await terminal.wait(for: "error: ") {
      $0.text.components(separatedBy: "error: ").count == 3
    }
    try await wait(for: "dev> ")
    terminal.type("use profile p\t\r")
    try await wait(for: "prod> ")
    #expect(terminal.screen.text.contains("AC…0002 · profile prod (production)"))
    // Names are those of the other account.
    terminal.type("echo $x\r")
    try await terminal.wait(for: "`$x` is not declared")
    try await wait(for: "prod> ")
    terminal.type("read-only on\r")
    try await wait(for: "prod ro> ")
    terminal.type("use profile dev\r")
    try await wait(for: "dev ro> ")
    terminal.type("\u{4}")
    #expect(await terminal.end() == 0)
    #expect(terminal.isAsBefore)
  }
}
