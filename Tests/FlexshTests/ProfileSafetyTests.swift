import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

/// Whose configuration is obeyed, and what it may do.
struct ProfileSafetyTests {
  private static let account = "AC0000000000000000000000000000000a"

  /// A profile whose secret comes from a command.
  private static func commanded(_ command: String = "echo s3cret-of-the-command") -> String {
    """
    profile = "c"
    [profiles.c]
    account_sid = "\(account)"
    credential_command = '''\(command)'''
    """
  }

  private static let secret = """
    profile = "c"
    [profiles.c]
    account_sid = "\(account)"
    auth_token = "t0ken-of-c-of-24-letters"
    """

  /// A mode and an owner.
  struct Access: CustomStringConvertible {
    let mode: mode_t
    let owner: uid_t
    var description: String { "\(String(mode, radix: 8)) of \(owner)" }

    func apply(to path: String) {
      #expect(chmod(path, mode) == 0)
      if owner != geteuid() { #expect(chown(path, owner, owner) == 0) }
    }
  }

  /// Runs with a configuration file whose access, and its folder's, are these.
  private func run(
    _ text: String, twilio: Bool = false, file: Access? = nil, folder: Access? = nil
  ) async throws -> Executable.Result {
    let name = twilio ? ".twilio-cli/config.json" : ".config/flexsh/config.toml"
    return try await Executable.withFolder([name: text]) { home in
      let path = URL(filePath: home).appending(path: name)
      (file ?? Access(mode: 0o600, owner: geteuid())).apply(to: path.path())
      folder?.apply(to: path.deletingLastPathComponent().path())
      return try await SimulatorServer.with(.demo()) { url in
        try await Executable.run(
          ["--base-url", url, "-c", Sample.expand("close UT1 on UO1 in KD1")],
          environment: ["HOME": home, "XDG_STATE_HOME": home + "/state"])
      }
    }
  }

  @Test func aFileThatOthersMayHaveWrittenIsNotObeyed() async throws {
    let own = geteuid()
    let nobody: uid_t = 65534
    func access(_ mode: mode_t, _ owner: uid_t) -> Access { Access(mode: mode, owner: owner) }
    let good = try await run(
      Self.commanded(), file: access(0o644, own), folder: access(0o755, own))
    #expect(good.status == 0, "\(good.errors)")
    var cases = [
      (Self.commanded(), access(0o666, own), access(0o755, own)),
      (Self.commanded(), access(0o664, own), access(0o755, own)),
      (Self.commanded(), access(0o600, own), access(0o777, own)),
      (Self.commanded(), access(0o600, own), access(0o775, own)),
      (Self.secret, access(0o600, own), access(0o777, own)),
      (Self.secret, access(0o640, own), access(0o755, own)),
    ]
    // Only root can give a file away.
    if own == 0 {
      cases += [
        (Self.commanded(), access(0o600, nobody), access(0o755, own)),
        (Self.commanded(), access(0o600, own), access(0o755, nobody)),
        (Self.secret, access(0o600, nobody), access(0o755, own)),
      ]
    }
    for (text, file, folder) in cases {
      let result = try await run(text, file: file, folder: folder)
      #expect(result.status == 78, "file \(file), folder \(folder)")
      #expect(result.errors.contains("chmod") || result.errors.contains("chown"))
      #expect(!result.errors.contains("s3cret") && !result.errors.contains("t0ken"))
    }
  }

  /// A link is as safe as the folders on both ways to the file.
  @Test(arguments: ["the file", "its folder"]) func aLinkThroughAFolderOfOthersIsNotObeyed(
    _ what: String
  ) async throws {
    try await Executable.withFolder(["open/flexsh/config.toml": Self.commanded()]) { home in
      #expect(chmod(home + "/open/flexsh/config.toml", 0o600) == 0)
      #expect(chmod(home + "/open", 0o777) == 0)
      if what == "the file" { #expect(chmod(home + "/open/flexsh", 0o777) == 0) }
      try FileManager.default.createDirectory(
        atPath: home + "/.config" + (what == "the file" ? "/flexsh" : ""),
        withIntermediateDirectories: true)
      #expect(
        what == "the file"
          ? symlink(home + "/open/flexsh/config.toml", home + "/.config/flexsh/config.toml") == 0
          : symlink(home + "/open/flexsh", home + "/.config/flexsh") == 0)
      let result = try await Executable.run(
        ["--base-url", "http://127.0.0.1:1", "-c", "echo 1"],
        environment: ["HOME": home, "XDG_STATE_HOME": home])
      #expect(result.status == 78)
      #expect(result.errors.contains("others can replace it"), "\(result.errors)")
    }
  }

  @Test(arguments: [
    ("echo; echo late", "printed an empty first line"), ("exit 3", "failed"),
    ("printf '\\nx'", "printed an empty first line"), ("no-such-program-at-all", "failed"),
    ("head -c 100000 /dev/zero | tr '\\0' x", "more than 64 KiB"), ("true", "printed nothing"),
    ("cat; echo \"$(wc -c < /dev/stdin)-bytes-of-input\"", ""),
  ])
  func aCommandForCredentialsHasRules(_ command: String, _ expected: String) async throws {
    let result = try await run(Self.commanded(command))
    #expect(result.status == (expected.isEmpty ? 0 : 78), "\(result.errors)")
    if !expected.isEmpty { #expect(result.errors.contains(expected), "\(result.errors)") }
  }

  /// What a command leaves in the background ends with it; and with the program, if that is ended.
  @Test(arguments: [false, true]) func aCommandLeavesNoProcess(_ isEnded: Bool) async throws {
    let command =
      isEnded
      ? "sleep 1000 & echo $! > child; kill -TERM $PPID; wait"
      : "sleep 1000 > /dev/null 2>&1 & echo $! > child; echo s3cret-of-the-command"
    let name = ".config/flexsh/config.toml"
    try await Executable.withFolder([name: Self.commanded(command)]) { home in
      #expect(chmod(home + "/" + name, 0o600) == 0)
      let process = try ChildProcess(
        [
          Executable.path, "--base-url", "http://127.0.0.1:1", "--retries", "0", "-c",
          Sample.expand("show interaction KD1"),
        ],
        environment: Executable.surroundings(["HOME": home, "XDG_STATE_HOME": home]), folder: home)
      try await blocking { process.waitUntilExit() }
      #expect(process.terminationStatus == (isEnded ? 143 : 69))
      let text = try String(contentsOfFile: home + "/child", encoding: .utf8)
      let child = try #require(pid_t(text.dropLast()))
      // It was killed, and may be dying.
      try await waiting { !isAlive(child) }
    }
  }

  private func isAlive(_ process: pid_t) -> Bool {
    guard kill(process, 0) == 0 else { return false }
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status.map { !$0.contains(") Z ") } ?? false
  }

  /// Signals mean after the command what they meant before it.
  @Test func whatFollowsACommandCanBeInterrupted() async throws {
    let name = ".config/flexsh/config.toml"
    try await Executable.withFolder([name: Self.commanded()]) { home in
      #expect(chmod(home + "/" + name, 0o600) == 0)
      // It answers a write, and no look-up.
      try await RawServer.answering({ request, _ in
        request.line.hasPrefix("POST") ? .bytes(RawServer.echo(request)) : .nothing
      }).serve { server in
        let environment = ["HOME": home, "XDG_STATE_HOME": home]
        let run = try await Executable.run(
          ["--base-url", server.url, "-c", Sample.expand("close UT1 on UO1 in KD1")],
          environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        let process = try ChildProcess(
          [Executable.path, "runs", "verify", "--base-url", server.url],
          environment: Executable.surroundings(environment), folder: home)
        try await waiting { server.requests.count == 2 }
        process.interrupt()
        try await blocking { process.waitUntilExit() }
        #expect(process.wasKilled && process.terminationStatus == SIGINT)
      }
    }
  }

  @Test(.timeLimit(.minutes(3))) func aCommandThatHangsIsKilledAfterHalfAMinute() async throws {
    let result = try await run(Self.commanded("trap '' TERM; sleep 1000"))
    #expect(result.status == 78)
    #expect(result.errors.contains("did not end within 30s, and was killed"), "\(result.errors)")
  }

  @Test(arguments: [
    ("profiles = 3", "`profiles` is not a table"), ("profile = 3", "`profile` is not a text"),
    ("profile = \"x\"\n[profiles]\nx = 1", "`profiles.x` is not a table"),
    ("profile = \"x\"\n[profiles.x]\nbase_url = true", "`profiles.x.base_url` is not a text"),
    ("[profiles.x]\ncredential_command = [\"a\"]", "credential_command` is not a text"),
    ("[profiles.x]\nauth_token = s3cret-without-quotes", "strings go in quotes"),
  ])
  func aValueOfTheWrongTypeIsAnError(_ text: String, _ expected: String) async throws {
    let result = try await run(text)
    #expect(result.status == 78)
    #expect(result.errors.contains(expected), "\(result.errors)")
    #expect(!result.errors.contains("s3cret"))
  }

  @Test(arguments: [
    ("{\"profiles\": 3}", "`profiles` is not an object"),
    ("{\"profiles\": {\"x\": \"y\"}, \"activeProject\": \"x\"}", "`profiles.x` is not an object"),
    ("{\"profiles\": {\"x\": {\"accountSid\": 3}}}", "`profiles.x.accountSid` is not a text"),
    ("{\"activeProject\": [1]}", "`activeProject` is not a text"), ("[]", "not a JSON object"),
  ])
  func soItIsInTwilioCLIsFile(_ text: String, _ expected: String) async throws {
    let result = try await run(text, twilio: true)
    #expect(result.status == 78)
    #expect(result.errors.contains(expected), "\(result.errors)")
  }
}
