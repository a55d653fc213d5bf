import FlexTestSupport
import Foundation
import Testing

/// A program that is killed in the middle of any system call leaves the old file or the new one.
///
/// strace kills it as it enters the call. Without strace, or where it may not trace, these tests are
/// skipped; `.ci/run` installs it.
@Suite(.enabled(if: SystemCallTracer.isUsable, "strace is missing, or may not trace"))
struct KillTests {
  /// The calls that change files, and how often each is tried at most.
  private static let calls = [
    ("fsync", 6), ("fdatasync", 4), ("fchmod", 4), ("rename", 4), ("renameat2", 4), ("link", 4),
    ("unlink", 4), ("mkdir", 6), ("write", 12), ("ftruncate", 2),
  ]

  /// Runs the program until it enters a call for the nth time.
  ///
  /// - Returns: Whether it was killed there; if not, it made fewer of these calls.
  private static func run(
    _ arguments: [String], killedAt call: String, _ number: Int, in folder: String
  ) async throws -> Bool {
    let words = command(arguments, killedAt: call, number)
    return try await blocking {
      let process = try ChildProcess(
        words,
        environment: Executable.surroundings(["XDG_STATE_HOME": folder, "HOME": folder]),
        folder: folder)
      process.waitUntilExit()
      return process.wasKilled || process.terminationStatus == 128 + SIGKILL
    }
  }

  private static func command(
    _ arguments: [String], killedAt call: String, _ number: Int
  ) -> [String] {
    [
      SystemCallTracer.path ?? "", "-f", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
      "inject=\(call):signal=KILL:when=\(number)", Executable.path,
    ] + arguments
  }

  /// Does something with each place at which a command can be killed.
  private static func everywhere(
    _ arguments: [String], in folder: String,
    prepare: () throws -> Void, check: (_ place: String) async throws -> Void
  ) async throws -> Int {
    var kills = 0
    for (call, most) in calls {
      for number in 1...most {
        try prepare()
        guard try await run(arguments, killedAt: call, number, in: folder) else { break }
        kills += 1
        try await check("\(call) \(number)")
      }
    }
    return kills
  }

  /// What is in a folder, temporary files apart.
  private static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { !($0.hasPrefix(".flexsh-") && $0.hasSuffix(".tmp")) }.sorted()
  }

  private static func leftOver(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(".flexsh-") }
  }

  @Test func formatting() async throws {
    let old = "close   UT1 on UO1   in KD1\n"
    try await Executable.withFolder(["s.flex": old]) { folder in
      let path = folder + "/s.flex"
      let (before, after) = (Sample.expand(old), Sample.expand("close UT1 on UO1 in KD1\n"))
      let kills = try await Self.everywhere(["fmt", "s.flex"], in: folder) {
        try before.write(toFile: path, atomically: false, encoding: .utf8)
      } check: { place in
        let now = try String(contentsOfFile: path, encoding: .utf8)
        #expect(now == before || now == after, "\(place)")
        #expect(try Self.names(folder) == ["s.flex"], "\(place)")
      }
      #expect(kills >= 4)
      try before.write(toFile: path, atomically: false, encoding: .utf8)
      #expect(try await Executable.run(["fmt", "s.flex"], folder: folder).status == 0)
      #expect(try Self.leftOver(folder).isEmpty)
    }
  }

  @Test func savingAPlan() async throws {
    try await Executable.withFolder(["s.flex": "close UT1 on UO1 in KD1\n"]) { folder in
      let path = folder + "/p.plan"
      let kills = try await Self.everywhere(
        ["plan", "--simulate", "s.flex", "--out", "p.plan"], in: folder
      ) {
        try "old".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(chmod(path, 0o644) == 0)
      } check: { place in
        let now = try String(contentsOfFile: path, encoding: .utf8)
        guard now != "old" else { return }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600, "\(place)")
        let applied = try await Executable.run(["apply", "--simulate", "p.plan"], folder: folder)
        #expect(applied.status == 0, "\(place): \(applied.errors)")
      }
      #expect(kills >= 4)
    }
  }

  /// The first moments of a journal: what was unfinished before can still be resumed.
  @Test func beginningAJournal() async throws {
    try await Executable.withFolder(["s.flex": "close UT1 on UO1 in KD1\n"]) { folder in
      func run(_ arguments: [String]) async throws -> Executable.Result {
        try await Executable.run(
          arguments, environment: ["XDG_STATE_HOME": folder], folder: folder)
      }
      let state = folder + "/flexsh"
      let kills = try await Self.everywhere(["run", "--simulate", "s.flex"], in: folder) {
        if FileManager.default.fileExists(atPath: state) {
          try FileManager.default.removeItem(atPath: state)
        }
      } check: { place in
        let listed = try await run(["runs"])
        #expect(listed.status == 0)
        #expect(!listed.output.contains("cannot be read"), "\(place): \(listed.output)")
        var resumed = try await run(["resume", "--simulate"])
        // strace ends a moment before what it has killed.
        while resumed.errors.contains("another process") {
          resumed = try await run(["resume", "--simulate"])
        }
        #expect(resumed.status == 0, "\(place): \(resumed.errors)")
        let again = try await run(["resume", "--simulate"])
        #expect(again.errors.contains("nothing to resume"), "\(place): \(again.errors)")
      }
      #expect(kills >= 4)

      // An empty journal in front of an unfinished run.
      try FileManager.default.removeItem(atPath: state)
      #expect(try await run(["run", "--simulate", "--fault", "404#1", "s.flex"]).status == 1)
      let empty = state + "/runs/simulated/7ZZZZZZZZZZZZZZZZZZZZZZZZZ.jsonl"
      try Data().write(to: URL(filePath: empty))
      let resumed = try await run(["resume", "--simulate"])
      #expect(resumed.status == 0)
      #expect(resumed.errors.contains("resuming run 01"), "\(resumed.errors)")
    }
  }

  @Test func savingASession() async throws {
    for (call, most) in [("fsync", 3), ("link", 1), ("unlink", 1), ("rename", 1), ("fchmod", 2)] {
      for number in 1...most {
        try await Executable.withFolder(["flexsh/note": ""]) { folder in
          let history = folder + "/flexsh/history"
          try "echo 1\necho 2\n".write(toFile: history, atomically: false, encoding: .utf8)
          #expect(chmod(history, 0o600) == 0)
          let terminal = try PseudoTerminal(
            Self.command(["--simulate"], killedAt: call, number),
            environment: Executable.surroundings([
              "TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": folder, "XDG_STATE_HOME": folder,
            ]), columns: 120, folder: folder)
          terminal.type("echo 1\r")
          terminal.type(Sample.expand("close UT1 on UO1 in KD1\r"))
          terminal.type("save out.flex\r")
          terminal.type("exit\r")
          _ = await terminal.end()
          let lines = try String(contentsOfFile: history, encoding: .utf8)
            .split(separator: "\n").map(String.init)
          #expect(lines.contains("echo 1") && lines.contains("echo 2"), "\(call) \(number)")
          guard FileManager.default.fileExists(atPath: folder + "/out.flex") else { return }
          let checked = try await Executable.run(["check", "out.flex"], folder: folder)
          #expect(checked.status == 0, "\(call) \(number): \(checked.errors)")
        }
      }
    }
  }
}

/// strace, if it is there.
enum SystemCallTracer {
  /// Where it is.
  static let path = ["/usr/bin/strace", "/usr/local/bin/strace"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Whether it may trace a program.
  static let isUsable: Bool = {
    guard let path,
      let process = try? ChildProcess(
        [path, "-f", "-o", "/dev/null", "-e", "trace=fsync", "/bin/true"],
        environment: ["PATH": "/usr/bin:/bin"])
    else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()
}
