import FlexStorage
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
      "echo 1", " echo 2", "", "echo \"\(Loopback.secret)\"",
      "login \(Loopback.secret.prefix(9))\\\n\(Loopback.secret.dropFirst(9))", "echo \u{1B}[2J",
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

  /// A history over its size loses only its oldest lines.
  @Test func aHistoryOverItsSizeKeepsTheNewestLines() throws {
    let folder = try TemporaryFolder()
    let history = Self.history(["XDG_STATE_HOME": folder.path])
    history.keep("echo first")
    let long = String(repeating: "x", count: 60_000)
    let lines = (0..<400).map { "echo \($0) \(long)" }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "flexsh/history", mode: 0o600)
    history.keep("echo last")
    let kept = history.lines()
    #expect(kept.last == "echo last")
    #expect(kept.dropLast().elementsEqual(lines.suffix(kept.count - 1)))
    #expect(kept.count > 250)
    #expect(try folder.text("flexsh/history").utf8.count <= 1 << 24)
  }

  /// One that others could read is closed to them, and not lost.
  @Test func anOldModeIsCorrected() throws {
    let folder = try TemporaryFolder()
    let history = Self.history(["XDG_STATE_HOME": folder.path])
    history.keep("echo 1")
    #expect(chmod(folder.file("flexsh/history"), 0o644) == 0)
    history.keep("echo 2")
    #expect(history.lines() == ["echo 1", "echo 2"])
    #expect(try folder.mode("flexsh/history") == 0o600)
  }

  /// What is no file of ours is left alone, and nothing blocks.
  @Test(arguments: ["pipe", "link", "folder", "hole"]) func anOddHistoryIsLeftAlone(
    _ kind: String
  ) throws {
    let folder = try TemporaryFolder()
    let history = Self.history(["XDG_STATE_HOME": folder.path])
    history.keep("echo 1")
    let path = folder.file("flexsh/history")
    try FileManager.default.removeItem(atPath: path)
    switch kind {
    case "pipe": #expect(mkfifo(path, 0o600) == 0)
    case "link":
      try folder.write("victim", to: "victim", mode: 0o600)
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: folder.file("victim"))
    case "folder":
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    default:
      try folder.write("echo 0\n", to: "flexsh/history", mode: 0o600)
      #expect(truncate(path, 1 << 40) == 0)
    }
    history.keep("echo 2")
    #expect(history.lines().allSatisfy { $0.hasPrefix("echo ") })
    if kind == "link" { #expect(try folder.text("victim") == "victim") }
    if kind == "hole" { #expect(history.lines().last == "echo 2") }
  }
}
