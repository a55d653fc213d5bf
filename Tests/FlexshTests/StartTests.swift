import FlexTestSupport
import Foundation
import Testing

/// How the program starts: its arguments, its stack, its streams.
struct StartTests {
  private static let compiler = ["/usr/bin/clang", "/usr/bin/cc", "/usr/bin/gcc"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// A preloaded library may move the environment, next to which Swift looks for the arguments.
  @Test(.enabled(if: compiler != nil, "there is no C compiler"))
  func argumentsComeFromTheEntryPoint() async throws {
    let source = """
      #include <stdlib.h>
      #include <string.h>
      #include <unistd.h>
      extern char **environ;
      __attribute__((constructor)) static void move(void) {
        int n = 0;
        while (environ[n]) n++;
        char **copy = malloc((n + 1) * sizeof *copy);
        for (int i = 0; i < n; i++) copy[i] = strdup(environ[i]);
        copy[n] = NULL;
        environ = copy;
      }
      """
    try await Executable.withFolder(["move.c": source]) { folder in
      let built = try await blocking {
        let process = try ChildProcess(
          [Self.compiler ?? "", "-shared", "-fPIC", "-o", folder + "/move.so", folder + "/move.c"],
          environment: ["PATH": "/usr/bin:/bin"])
        process.waitUntilExit()
        return process.terminationStatus
      }
      try #require(built == 0)
      let result = try await Executable.run(
        ["--dry-run", "-o", "ndjson", "-c", Sample.expand("close UT1 on UO1 in KD1")],
        environment: ["LD_PRELOAD": folder + "/move.so"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.events.contains { $0["outcome"] as? String == "planned" }, "\(result.output)")
    }
  }

  /// Where /proc cannot be read, too.
  @Test(.enabled(if: geteuid() == 0, "only root may leave /proc behind"))
  func argumentsDoNotComeFromProc() async throws {
    let status = try await blocking {
      let process = try ChildProcess(
        [
          "/usr/bin/unshare", "-m", "/bin/sh", "-c",
          "mount -t tmpfs none /proc 2>/dev/null && exec \"$0\" \"$@\" || exit 99", Executable.path,
          "--dry-run", "-c", "fail 'reached'",
        ],
        environment: Executable.surroundings([:]))
      process.waitUntilExit()
      return process.terminationStatus
    }
    // 1: the script was read and failed. 99: no name space of mounts can be made here. SIGILL: libdispatch
    // stops the program when it looks for its threads in /proc. Without its arguments it would end with 78.
    #expect([1, 99, SIGILL].contains(status))
  }

  /// 64 levels fit into a stack of 512 KiB.
  @Test(
    arguments: ["check", "fmt --check", "run --simulate", "plan --simulate"],
    [
      String(repeating: "if 1 is 1 {\n", count: 60) + "echo 1\n"
        + String(repeating: "}\n", count: 60),
      "expect " + String(repeating: "(", count: 64) + "1 is 1" + String(repeating: ")", count: 64),
      "expect " + String(repeating: "(", count: 63) + "1 is 1" + String(repeating: ")", count: 63),
      "create interaction channel {\"a\": " + String(repeating: "[", count: 62) + "1"
        + String(repeating: "]", count: 62) + "}",
    ])
  func aSmallStackIsEnough(_ command: String, _ script: String) async throws {
    try await Executable.withFolder(["s.flex": script + "\n"]) { folder in
      let status = try await blocking {
        let process = try ChildProcess(
          ["/bin/bash", "-c", "ulimit -s 512; exec \"$0\" \(command) s.flex", Executable.path],
          environment: Executable.surroundings(["XDG_STATE_HOME": folder]), folder: folder)
        process.waitUntilExit()
        return process.wasKilled ? -process.terminationStatus : process.terminationStatus
      }
      #expect([0, 1, 65].contains(status), "\(command): \(status)")
    }
  }

  @Test(arguments: [
    ["run", "--jobs", "\u{1B}]0;pwn\u{7}"], ["--\u{1B}[2J"], ["help", "\u{9B}31m"],
  ])
  func optionErrorsEscapeWhatTheyQuote(_ arguments: [String]) async throws {
    let result = try await Executable.run(arguments)
    #expect(result.status == 64)
    #expect(
      !(result.output + result.errors).unicodeScalars.contains {
        ($0.value < 0x20 && $0 != "\n" && $0 != "\t") || (0x7F..<0xA0).contains($0.value)
      }, "\(result.errors)")
  }

  /// A standard output that somebody else made non-blocking is waited for.
  @Test func aNonBlockingOutputIsWaitedFor() async throws {
    let lines = 40_000
    try await Executable.withFolder([
      "s.flex": (0..<lines).map { "echo 'line \($0) of many'\n" }.joined()
    ]) { folder in
      let pipe = Pipe()
      let end = pipe.fileHandleForWriting.fileDescriptor
      #expect(fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) == 0)
      let process = try ChildProcess(
        [Executable.path, "run", "--simulate", "s.flex"],
        environment: Executable.surroundings(["XDG_STATE_HOME": folder]), folder: folder,
        output: .file(pipe.fileHandleForWriting))
      try pipe.fileHandleForWriting.close()
      let data = try await blocking { try pipe.fileHandleForReading.readToEnd() ?? Data() }
      try await blocking { process.waitUntilExit() }
      #expect(process.terminationStatus == 0)
      #expect(data.count { $0 == 0x0A } == lines)
    }
  }
}
