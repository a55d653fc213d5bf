import FlexCommands
import FlexTestSupport
import Foundation
import Testing

/// No secret is in anything that the program writes, or passes on.
struct LeakTests {
  private static let secret = Loopback.secret

  /// The secret in every form in which it could be read back from what was written.
  private static let forms: [String] = {
    let data = Data(secret.utf8)
    let account = Executable.credentials["TWILIO_ACCOUNT_SID"] ?? ""
    return [
      secret, data.base64EncodedString().replacing("=", with: ""),
      Data("\(account):\(secret)".utf8).base64EncodedString(),
      secret.utf8.map { "\\u00" + String($0, radix: 16) }.joined(),
      secret.utf8.map { "%" + String($0, radix: 16) }.joined(),
      secret.utf8.map { "&#\($0);" }.joined(), secret.utf8.map { String($0, radix: 16) }.joined(),
      secret.utf8.map { "\\u00" + String($0, radix: 16).uppercased() }.joined(),
    ]
  }()

  /// Every file below a folder.
  private static func files(_ folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .map { folder + "/" + $0 }
  }

  private static func expectNothing(in text: String, _ what: String) {
    for form in forms { #expect(!text.contains(form), "\(what) contains \(form)") }
  }

  /// A server sends it back in every encoding and in every place; it is nowhere in what is written.
  @Test(arguments: [200, 400, 401, 500], OutputSettings.Format.allCases)
  func whatComesBackIsHidden(_ status: Int, _ format: OutputSettings.Format) async throws {
    let echoed = Self.forms.map { $0.replacing("\\u", with: "\\u") }
    try await RawServer.answering({ request, count in
      let form = echoed[count % echoed.count]
      let body = """
        {"code": 1, "message": "got \(form)", "more_info": "https://h/\(form)", "sid": "\(Sample.agent)",
        "channel_sid": "\(Sample.channel)", "interaction_sid": "\(Sample.interaction)",
        "routing_properties": {"a": ["\(form)", {"\(form)": 1}]}, "participants": [{"sid":
        "\(Sample.agent)", "type": "\(form)"}], "meta": {"key": "\(form)"}}
        """
      return .bytes(
        RawServer.reply(
          status, body,
          headers: [
            "Twilio-Request-Id: RQ\(form)", "X-\(form.filter(\.isLetter)): \(form)",
            "Location: https://h/\(form)", "Retry-After: \(form)",
          ]))
    }).serve { server in
      try await Executable.withFolder([
        "s.flex": "close UT1 on UO1 in KD1\nlist participants on UO1 in KD1\n"
          + "let a = close UT1 on UO1 in KD1\necho $a.routing_properties\n"
      ]) { folder in
        for _ in 0..<Self.forms.count {
          let setup = RunSetup.server(server.url) {
            $0.run.keepsGoing = true
            $0.connection.retries = 1
            $0.output.format = format
            $0.output.verbosity = format == .text ? 2 : 1
          }
          let result = await PlayedCommand(in: folder) {
            await Commands.run(RunRequest(.files([folder + "/s.flex"]), setup), in: $0)
          }
          Self.expectNothing(in: result.output, "standard output")
          Self.expectNothing(in: result.errors, "standard error")
        }
        let shown = await PlayedCommand(in: folder) {
          await Commands.showRun(RunShowRequest(), in: $0)
        }
        Self.expectNothing(in: shown.output + shown.errors, "runs show")
        let written = Self.files(folder)
        #expect(written.contains { $0.hasSuffix(".jsonl") })
        for file in written {
          guard let data = FileManager.default.contents(atPath: file) else { continue }
          Self.expectNothing(in: String(decoding: data, as: UTF8.self), file)
        }
      }
    }
  }

  // MARK: Child programs

  private static let profile = """
    profile = "p"
    [profiles.p]
    account_sid = "AC0000000000000000000000000000000a"
    auth_token = "pr0file-T0ken-of-32-characters-x"
    [profiles.q]
    account_sid = "AC0000000000000000000000000000000b"
    credential_command = "cat /proc/self/environ /proc/$PPID/cmdline > seen; echo q-s3cret-of-the-command"
    """

  /// The editor, the pager and the command for credentials see no secret; neither does whoever reads their
  /// environment as a debugger would.
  @Test func childProgramsInheritNone() async throws {
    try await Executable.withFolder([".config/flexsh/config.toml": Self.profile]) { folder in
      #expect(chmod(folder + "/.config/flexsh/config.toml", 0o600) == 0)
      let environment = [
        "HOME": folder, "XDG_STATE_HOME": folder, "TERM": "xterm", "LC_ALL": "C.UTF-8",
        "TWILIO_AUTH_TOKEN": Self.secret, "TWILIO_API_SECRET": "k" + Self.secret,
        "https_proxy": "http://user:pr0xy-password@127.0.0.1:1", "NO_PROXY": "*",
        "COPY_OF_IT": "x" + Self.secret, "HARMLESS": "kept",
        "EDITOR": "cat /proc/self/environ > editor; ls /proc/self/fd > editor-fd; true",
        "PAGER": "cat /proc/self/environ > pager; cat > /dev/null",
      ]
      let terminal = try PseudoTerminal(
        [Executable.path, "--profile", "p", "--base-url", "http://127.0.0.1:1"],
        environment: Executable.surroundings(environment), lines: 5, folder: folder)
      try await terminal.wait(for: "the prompt") { $0.beforeCursor == "p> " }
      terminal.type("edit\r")
      try await terminal.wait(for: "unchanged")
      terminal.type("help language\rexit\r")
      #expect(await terminal.end() == 0)
      let command = try await Executable.run(
        [
          "--profile", "q", "--base-url", "http://127.0.0.1:1", "--retries", "0", "-c",
          Sample.expand("show interaction KD1"),
        ], environment: environment, folder: folder)
      #expect(command.status == 69, "\(command.errors)")
      for name in ["editor", "pager", "seen"] {
        let text = String(
          decoding: try #require(FileManager.default.contents(atPath: folder + "/" + name)),
          as: UTF8.self)
        #expect(text.contains("HARMLESS=kept"), "\(name)")
        for word in [
          Self.secret, "TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET", "COPY_OF_IT", "pr0xy-password",
          "pr0file-T0ken", "q-s3cret",
        ] {
          #expect(!text.contains(word), "\(name) sees \(word)")
        }
      }
      let descriptors = try String(contentsOfFile: folder + "/editor-fd", encoding: .utf8)
      #expect(descriptors.split(separator: "\n").count <= 4, "\(descriptors)")
      Self.expectNothing(in: command.output + command.errors, "output")
    }
  }

  /// No line of the history holds a secret, wherever it came from.
  @Test func theHistoryKeepsNone() async throws {
    try await Executable.withFolder([".config/flexsh/config.toml": Self.profile]) { folder in
      #expect(chmod(folder + "/.config/flexsh/config.toml", 0o600) == 0)
      for (profile, words) in [
        ("p", ["pr0file-T0ken-of-32-characters-x", Self.secret]),
        ("q", ["q-s3cret-of-the-command"]),
      ] {
        let terminal = try PseudoTerminal(
          [Executable.path, "--profile", profile, "--base-url", "http://127.0.0.1:1"],
          environment: Executable.surroundings([
            "HOME": folder, "XDG_STATE_HOME": folder, "TERM": "xterm", "LC_ALL": "C.UTF-8",
            "TWILIO_AUTH_TOKEN": Self.secret,
          ]), columns: 120, folder: folder)
        try await terminal.wait(for: "the prompt") { $0.beforeCursor == "\(profile)> " }
        for word in words { terminal.type("echo '\(word)'\rlogin \(word)\r") }
        terminal.type("echo '\(profile) is kept'\rexit\r")
        #expect(await terminal.end() == 0)
        let history = try String(contentsOfFile: folder + "/flexsh/history", encoding: .utf8)
        #expect(history.contains("echo '\(profile) is kept'"))
        for word in words { #expect(!history.contains(word)) }
      }
    }
  }

  /// A proxy's address is shown without its password, or not at all.
  @Test(arguments: [
    "http://user:pr0xy-pa55@w0rd@127.0.0.1:1", "http://user:pr0xy-pa55/w0rd@127.0.0.1:1",
    "user:pr0xy-pa55w0rd", "socks5://user:pr0xy-pa55w0rd@h:1", "http://user:pr0xy-pa55w0rd@h:x",
  ])
  func aProxyIsNeverShownWithItsPassword(_ proxy: String) async throws {
    let result = try await Executable.run(
      [
        "-vv", "--retries", "0", "--connect-timeout", "2s", "-c",
        Sample.expand("show interaction KD1"),
      ],
      environment: Executable.credentials.merging(["HTTPS_PROXY": proxy]) { $1 })
    #expect(result.status == 69 || result.status == 78)
    #expect(!(result.output + result.errors).contains("pr0xy"), "\(result.errors)")
    for part in ["pa55", "w0rd"] {
      #expect(!(result.output + result.errors).contains(part), "\(result.errors)")
    }
  }

  /// A proxy that refuses is quoted by its status alone.
  @Test func aProxysAnswerIsNotQuoted() async throws {
    try await RawServer.answering({ _, _ in
      .bytesThenClose(
        RawServer.reply(502, "{}", headers: ["X-Debug: internal-detail", "Via: HTTPResponseHead"]))
    }).serve { server in
      let result = try await Executable.run(
        ["--retries", "0", "-c", Sample.expand("show interaction KD1")],
        environment: Executable.credentials.merging(["HTTPS_PROXY": server.url]) { $1 })
      #expect(result.status == 69)
      #expect(result.errors.contains("it answered with status 502"), "\(result.errors)")
      #expect(!result.errors.contains("HTTPResponseHead") && !result.errors.contains("internal"))
    }
  }

  @Test func aCrashLeavesNoCoreDump() async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      try await Executable.withFolder(["note": ""]) { folder in
        let process = try ChildProcess(
          [
            "/bin/bash", "-c", "ulimit -c unlimited; exec \"$0\" \"$@\"", Executable.path,
            "--base-url", server.url, "-c", Sample.expand("close UT1 on UO1 in KD1"),
          ],
          environment: Executable.surroundings(
            Executable.credentials.merging(["XDG_STATE_HOME": folder + "/state"]) { $1 }),
          folder: folder)
        try await waiting { !server.requests.isEmpty }
        // The kernel's own word: no dump, and no other process of the user may attach.
        let limits = try String(
          contentsOfFile: "/proc/\(process.processIdentifier)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core") })
        #expect(line.split(separator: " ")[4] == "0")
        let owner = try FileManager.default.attributesOfItem(
          atPath: "/proc/\(process.processIdentifier)/environ")[.ownerAccountID]
        #expect(owner as? Int == 0, "a process that can be dumped owns its files in /proc")
        kill(process.processIdentifier, SIGSEGV)
        try await blocking { process.waitUntilExit() }
        #expect(process.wasKilled)
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
            "note", "state",
          ])
      }
    }
  }
}
