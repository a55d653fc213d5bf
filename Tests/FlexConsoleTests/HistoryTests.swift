import FlexConsole
import FlexTestSupport
import Foundation
import Testing

struct HistoryTests {
  /// The history of an environment in which there are no secrets.
  private static func history(_ environment: [String: String]) -> HistoryFile {
    HistoryFile(environment: environment, holdsSecret: { _ in false })
  }

  @Test func keepsEachLineOnceAndNothingThatItShouldNot() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let environment = ["XDG_STATE_HOME": root.path()]
    let hasSecret: @Sendable (String) -> Bool = { $0.contains(Loopback.secret) }
    let (one, other) = (
      HistoryFile(environment: environment, holdsSecret: hasSecret),
      HistoryFile(environment: environment, holdsSecret: hasSecret)
    )
    #expect(one.lines().isEmpty)
    for line in [
      "echo 1", " echo 2", "", "echo \"\(Loopback.secret)\"", "echo \u{1B}[2J",
      "echo \u{202E}x", "echo 0123456789abcdef0123456789abcdef", "echo \"ä\"",
    ] {
      one.keep(line)
    }
    other.keep("echo 3")
    one.keep("echo 1")
    #expect(other.lines() == ["echo \"ä\"", "echo 3", "echo 1"])
  }

  @Test func aFullHistoryLetsTheOldestLineGo() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let history = Self.history(["XDG_STATE_HOME": root.path()])
    history.keep("echo first")
    let file = root.appending(path: "flexsh/history")
    let lines = (0..<HistoryFile.maximumLines).map { "echo \($0)" }
    // A line that was torn off is completed.
    try lines.joined(separator: "\n").write(to: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path())
    history.keep("echo \"two\nlines\"")
    #expect(history.lines() == Array(lines.dropFirst()) + ["echo \"two\nlines\""])
    history.keep("echo 5")
    #expect(history.lines().count == HistoryFile.maximumLines)
    #expect(history.lines().suffix(2) == ["echo \"two\nlines\"", "echo 5"])
    #expect(
      try String(contentsOf: file, encoding: .utf8).hasSuffix("echo \"two\u{1F}lines\"\necho 5\n"))
  }

  @Test func twoSessionsLoseNothing() async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let environment = ["XDG_STATE_HOME": root.path()]
    await withTaskGroup(of: Void.self) { group in
      for session in 0..<4 {
        group.addTask {
          let history = Self.history(environment)
          for number in 0..<25 { history.keep("echo \(session) \(number)") }
        }
      }
    }
    #expect(Set(Self.history(environment).lines()).count == 100)
  }
}
