import FlexTestSupport
import Foundation
import Testing

/// Every kind of odd file, given to every option that takes a path: a status, no hang, nothing lost.
struct OddFileTests {
  /// The kinds of files.
  private static let kinds = [
    "missing", "empty", "folder", "pipe", "device", "loop", "dangling", "hole", "unreadable",
    "foreign", "binary", "through a file", "long name",
  ]

  /// Makes a file of a kind; gives its path.
  private static func make(_ kind: String, in folder: String) throws -> String {
    let path = folder + "/odd"
    let files = FileManager.default
    switch kind {
    case "empty": try Data().write(to: URL(filePath: path))
    case "folder": try files.createDirectory(atPath: path, withIntermediateDirectories: false)
    case "pipe": #expect(mkfifo(path, 0o600) == 0)
    case "device": return "/dev/zero"
    case "loop": #expect(symlink("odd", path) == 0)
    case "dangling": #expect(symlink("nowhere", path) == 0)
    case "hole":
      try Data("close".utf8).write(to: URL(filePath: path))
      #expect(truncate(path, 1 << 40) == 0)
    case "unreadable":
      try Data("echo 1\n".utf8).write(to: URL(filePath: path))
      #expect(chmod(path, 0) == 0)
    case "foreign":
      try Data("echo 1\n".utf8).write(to: URL(filePath: path))
      // Only root can give a file away; for others it stays their own.
      _ = chown(path, 65534, 65534)
    case "binary":
      try Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(
        to: URL(filePath: path))
    case "through a file":
      try Data("echo 1\n".utf8).write(to: URL(filePath: path))
      return path + "/below"
    case "long name": return folder + "/" + String(repeating: "x", count: 300)
    default: break
    }
    return path
  }

  /// The command lines that take a path, and what stands for it.
  private static let commands: [[String]] = [
    ["check", "@"], ["fmt", "@"], ["fmt", "--check", "@"], ["run", "--simulate", "@"],
    ["plan", "--simulate", "@"], ["plan", "--simulate", "s.flex", "--out", "@"],
    ["apply", "--simulate", "@"], ["run", "--simulate", "--fixture", "@", "s.flex"],
    ["run", "--simulate", "--journal-dir", "@", "s.flex"], ["runs", "--journal-dir", "@"],
    ["resume", "--simulate", "--journal-dir", "@"], ["runs", "show", "--journal-dir", "@"],
    ["simulator", "--fixture", "@"], ["check", "includes.flex"], ["check", "data.flex"],
    ["run", "--simulate", "parameter.flex", "file=@"],
  ]

  private static func isFine(_ status: Int32) -> Bool {
    [0, 1, 2, 64, 65, 66, 74, 78].contains(status)
  }

  @Test(arguments: kinds) func isRefusedOrRead(_ kind: String) async throws {
    try await Executable.withFolder([
      "s.flex": "close UT1 on UO1 in KD1\n", "includes.flex": "run \"odd\"\n",
      "data.flex": "for r in rows of \"odd\" { echo $r.a }\n",
      "parameter.flex": "param file: file\nfor r in rows of $file { echo $r.a }\n",
    ]) { folder in
      let path = try Self.make(kind, in: folder)
      defer { if kind == "unreadable" { _ = chmod(folder + "/odd", 0o600) } }
      let before = Self.state(of: path)
      for command in Self.commands {
        // What never ends is killed after the child's time limit.
        let arguments = command.map { $0.replacing("@", with: path) }
        let status = try await blocking {
          let process = try ChildProcess(
            [Executable.path] + arguments,
            environment: Executable.surroundings(["XDG_STATE_HOME": folder, "HOME": folder]),
            folder: folder)
          process.waitUntilExit()
          return process.wasKilled ? -process.terminationStatus : process.terminationStatus
        }
        #expect(Self.isFine(status), "\(arguments): \(status)")
        // A plan and a folder of journals are made there; nothing but a regular file or a link is
        // replaced.
        let isMade = arguments.contains("--out") || arguments.contains("--journal-dir")
        let canBeMade = !["pipe", "device", "through a file", "long name"].contains(kind)
        guard isMade, canBeMade else {
          #expect(Self.state(of: path) == before, "\(arguments)")
          continue
        }
        // What a command made is not the next one's odd file.
        if kind == "folder" || Self.state(of: path) != before {
          try? FileManager.default.removeItem(atPath: folder + "/odd")
          _ = try Self.make(kind, in: folder)
        }
      }
    }
  }

  /// What a file is: kind, mode, owner, length.
  private static func state(of path: String) -> String {
    var status = stat()
    guard lstat(path, &status) == 0 else { return "none" }
    return "\(status.st_mode) \(status.st_uid) \(status.st_size)"
  }

  /// Files that are found by the environment.
  @Test(
    arguments: kinds,
    [
      ".config/flexsh/config.toml", ".twilio-cli/config.json", ".editrc", "flexsh/history",
      "flexsh/history.lock", "ca.pem",
    ])
  func isNoReasonToHang(_ kind: String, _ name: String) async throws {
    try await Executable.withFolder([name: ""]) { folder in
      let place = URL(filePath: folder).appending(path: name)
      try FileManager.default.removeItem(at: place)
      let odd = try Self.make(kind, in: folder)
      if odd == folder + "/odd" {
        if FileManager.default.fileExists(atPath: odd) || kind == "dangling" || kind == "loop" {
          #expect(rename(odd, place.path()) == 0)
        }
      } else {
        #expect(symlink(odd, place.path()) == 0)
      }
      defer { if kind == "unreadable" { _ = chmod(place.path(), 0o600) } }
      let environment = [
        "HOME": folder, "XDG_STATE_HOME": folder, "TERM": "xterm", "LC_ALL": "C.UTF-8",
        "SSL_CERT_FILE": folder + "/ca.pem",
      ]
      if name.hasSuffix("pem") || name.contains("config") {
        let result = try await Executable.run(
          ["--base-url", "https://127.0.0.1:1", "--retries", "0", "-c", "show interaction KD1"]
            .map { Sample.expand($0) },
          environment: name.hasSuffix("pem")
            ? Executable.credentials.merging(environment) { $1 } : environment, folder: folder)
        #expect([69, 78].contains(result.status), "\(result.status) \(result.errors)")
        return
      }
      let terminal = try PseudoTerminal(
        [Executable.path, "--simulate"], environment: Executable.surroundings(environment),
        folder: folder)
      try await terminal.waitForPrompt()
      try await terminal.enter("echo 'here'")
      terminal.type("\u{4}")
      #expect(await terminal.end() == 0)
    }
  }
}
