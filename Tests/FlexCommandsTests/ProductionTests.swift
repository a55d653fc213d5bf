import FlexCommands
import FlexTestSupport
import Foundation
import Testing

/// What a production profile asks before a run, and what applies to the account.
struct ProductionTests {
  private static let account = "AC00000000000000000000000000000001"

  /// Runs a body with a configuration file and a server.
  private static func with(
    _ profile: String, _ body: (String, String, RawServer) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with([:]) { folder in
      let config = folder + "/config/flexsh"
      try FileManager.default.createDirectory(
        atPath: config, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      let text = """
        [profiles.prod]
        account_sid = "\(account)"
        auth_token = "\(Loopback.secret)"
        \(profile)
        """
      try Data(text.utf8).write(to: URL(filePath: config + "/config.toml"))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: config + "/config.toml")
      let list =
        "{\"participants\": [{\"sid\": \"\(Sample.agent)\", \"type\": \"agent\"}], \"meta\": {}}"
      try await RawServer.answering({ request, _ in
        .bytes(request.line.hasPrefix("GET") ? RawServer.reply(200, list) : RawServer.echo(request))
      }).serve { server in
        try await body(folder, folder + "/config", server)
      }
    }
  }

  private static func run(
    _ script: String, _ folder: String, _ config: String, _ url: String,
    profile: String? = "prod", _ change: @escaping (inout RunSetup) -> Void = { _ in }
  ) async -> PlayedCommand {
    let variables =
      profile == nil
      ? PlayedCommand.credentials.merging(["XDG_CONFIG_HOME": config]) { $1 }
      : ["XDG_CONFIG_HOME": config]
    return await PlayedCommand(in: folder, variables) { context in
      let setup = RunSetup.server(url) {
        $0.connection.profile = profile
        change(&$0)
      }
      return await Commands.run(RunRequest(.text(Sample.expand(script)), setup), in: context)
    }
  }

  @Test(arguments: [
    // One thing that leaves the conversation open needs no question; everything else does.
    ("close UT1 on UO1 in KD1", true), ("show channel UO1 in KD1", true),
    ("if (channel UO1 in KD1).status is active { echo 'x' }", true),
    ("close UT1, UT2 on UO1 in KD1", false), ("close channel UO1 in KD1", false),
    ("close every agent on UO1 in KD1", false),
    ("for a in [UT1] { close $a on UO1 in KD1 }", false),
    ("for c in channels in KD1 { close every agent on $c }", false),
    ("if (channel UO1 in KD1).status is active { close UT1 on UO1 in KD1 }", false),
    (
      "let t = transfer on UO1 in KD1 {\"a\": 1}\nexpect $t.status is active\nclose UT1 on UO1 in KD1",
      false
    ),
  ])
  func asksBeforeMoreThanOneThing(_ script: String, _ isQuiet: Bool) async throws {
    try await Self.with("production = true") { folder, config, server in
      let run = await Self.run(script, folder, config, server.url)
      if isQuiet {
        #expect(run.status != 2, "\(run.errors)")
      } else {
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.errors.contains("there is no terminal to ask on"))
        #expect(server.requests.isEmpty, "nothing is sent before the question")
        let yes = await Self.run(script, folder, config, server.url) { $0.run.assumesYes = true }
        #expect(yes.status != 2, "\(yes.errors)")
      }
    }
  }

  @Test func productionAndReadOnlyApplyToTheAccount() async throws {
    try await Self.with("production = true") { folder, config, server in
      // The credentials come from the environment, and are of the same account.
      let run = await Self.run(
        "close channel UO1 in KD1", folder, config, server.url, profile: nil)
      #expect(run.status == 2)
      #expect(run.errors.contains("prod is a production profile"))
    }
    try await Self.with("read_only = true") { folder, config, server in
      for profile in ["prod", nil] {
        let run = await Self.run(
          "close UT1 on UO1 in KD1", folder, config, server.url, profile: profile)
        #expect(run.status == 2)
        #expect(run.errors.contains("1 refused"), "\(run.errors)")
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test func aProfileSetsWhatNeitherTheCommandLineNorTheScriptDoes() async throws {
    let settings = "jobs = 4\nretries = 0\ntimeout = \"5s\"\nrate = \"100/s\"\nmax_changes = 1"
    try await Self.with(settings) { folder, config, server in
      let refused = await Self.run(
        "close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1", folder, config, server.url)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("--max-changes allows 1"))
      let allowed = await Self.run(
        "close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1", folder, config, server.url
      ) { $0.run.maximumChanges = 2 }
      #expect(allowed.status == 0, "\(allowed.errors)")
    }
    for (line, reason) in [
      ("jobs = 300", "`profiles.prod.jobs` is not a whole number from 1 to 256"),
      ("rate = \"fast\"", "`profiles.prod.rate` is not a rate"),
      ("read_only = \"yes\"", "`profiles.prod.read_only` is neither true nor false"),
      ("worksapce = \"x\"", "`profiles.prod.worksapce` is not known, did you mean `workspace`?"),
      ("workspace = \"UO1\"", "`profiles.prod.workspace` is not a workspace (WS…)"),
    ] {
      try await Self.with(line) { folder, config, server in
        let run = await Self.run("echo 'x'", folder, config, server.url)
        #expect(run.status == 78)
        #expect(run.errors.contains(reason), "\(run.errors)")
      }
    }
  }

  @Test func anArgumentWithASecretIsRefused() async throws {
    try await Self.with("") { folder, config, server in
      let run = await PlayedCommand(in: folder, ["XDG_CONFIG_HOME": config]) { context in
        let setup = RunSetup.server(server.url) { $0.connection.profile = "prod" }
        return await Commands.run(
          RunRequest(.text("param t: text\necho $t\n"), values: ["t": Loopback.secret], setup),
          in: context)
      }
      #expect(run.status == 65)
      #expect(!(run.output + run.errors).contains(Loopback.secret))
    }
  }
}
