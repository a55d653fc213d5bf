import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

/// Where requests go is said by options, environment and profile, never by a plan or a journal.
struct DestinationTests {
  private static let script = "use channel UO1 in KD1\nclose UT1\n"
  private static let other = "AC0000000000000000000000000000000f"

  /// Answers like Flex, and remembers what it was asked.
  private static func server<Result>(
    _ body: (RawServer) async throws -> Result
  ) async throws -> Result {
    try await RawServer.answering({ request, _ in
      if request.line.hasPrefix("GET"), request.line.contains("/Participants") {
        return .bytes(
          RawServer.reply(
            200,
            "{\"participants\": [{\"sid\": \"\(Sample.agent)\", \"type\": \"agent\"}], \"meta\": {}}"
          ))
      }
      return .bytes(RawServer.echo(request))
    }).serve(body)
  }

  private static func run(
    _ arguments: [String], _ environment: [String: String] = [:], in folder: String
  ) async throws -> Executable.Result {
    try await Executable.run(
      arguments,
      environment: Executable.credentials.merging(["XDG_STATE_HOME": folder, "HOME": folder]) { $1 }
        .merging(environment) { $1 },
      folder: folder)
  }

  /// Changes a plan, and makes its checksum fit: anybody can.
  private static func forge(_ path: String, _ change: (String) -> String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let mark = try #require(text.firstRange(of: ",\"sha256\":"))
    let unsealed = change(String(text[..<mark.lowerBound]) + "}")
    let sum = try ChecksumProbe.sha256(Array(unsealed.utf8))
    try (unsealed.dropLast() + ",\"sha256\":\"\(sum)\"}\n").write(
      toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func aForgedPlanGetsNoCredentials() async throws {
    try await Self.server { honest in
      try await Self.server { evil in
        try await Executable.withFolder(["s.flex": Self.script]) { folder in
          let plan = try await Self.run(
            ["plan", "--base-url", honest.url, "s.flex", "--out", "p.plan"], in: folder)
          #expect(plan.status == 0, "\(plan.errors)")
          let asked = honest.requests.count
          try Self.forge(folder + "/p.plan") { $0.replacing(honest.url, with: evil.url) }
          for (arguments, environment) in [
            (["--base-url", honest.url], [:]), ([], ["FLEXSH_BASE_URL": honest.url]), ([], [:]),
          ] {
            let applied = try await Self.run(
              ["apply", "p.plan"] + arguments, environment, in: folder)
            #expect(applied.status == 2, "\(applied.errors)")
            #expect(applied.errors.contains("the plan is for \(evil.url)"))
            #expect(applied.errors.contains("--base-url \(evil.url)"))
          }
          #expect(evil.requests.isEmpty)
          #expect(honest.requests.count == asked)
        }
      }
    }
  }

  @Test func aPlanForAnotherAccountIsRefused() async throws {
    try await Self.server { server in
      try await Executable.withFolder([
        "s.flex": Self.script,
        ".config/flexsh/config.toml": """
        [profiles.night]
        account_sid = "\(Self.other)"
        auth_token = "t0ken-of-the-night"
        """,
      ]) { folder in
        #expect(chmod(folder + "/.config/flexsh/config.toml", 0o600) == 0)
        let url = ["--base-url", server.url]
        let plan = try await Self.run(
          ["plan", "--profile", "night", "s.flex", "--out", "p.plan"] + url, in: folder)
        #expect(plan.status == 0, "\(plan.errors)")
        let asked = server.requests.count
        let refused = try await Self.run(["apply", "p.plan"] + url, in: folder)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("--profile night"), "\(refused.errors)")
        #expect(server.requests.count == asked)
        let applied = try await Self.run(
          ["apply", "p.plan", "--profile", "night"] + url, in: folder)
        #expect(applied.status == 0, "\(applied.errors)")
      }
    }
  }

  @Test func aRunIsResumedAndVerifiedWhereItWasMade() async throws {
    try await RawServer.answering({ request, count in
      count == 1 ? .bytes(RawServer.reply(404, "{}")) : .bytes(RawServer.echo(request))
    }).serve { server in
      try await Self.server { evil in
        try await Executable.withFolder([:]) { folder in
          try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
          let failed = try await Self.run(
            ["-c", Sample.expand("close UT1 on UO1 in KD1")], ["FLEXSH_BASE_URL": server.url],
            in: folder)
          #expect(failed.status == 1, "\(failed.errors)")
          // The host came from the environment, so the line to resume it needs no option.
          #expect(failed.errors.contains("flexsh resume 01"), "\(failed.errors)")
          for command in [["resume"], ["runs", "verify"]] {
            for environment in [["FLEXSH_BASE_URL": evil.url], [:]] {
              let refused = try await Self.run(command, environment, in: folder)
              #expect(refused.status == 2, "\(refused.errors)")
              #expect(refused.errors.contains("--base-url \(server.url)"))
            }
            let account = try await Self.run(
              command, ["FLEXSH_BASE_URL": server.url, "TWILIO_ACCOUNT_SID": Self.other], in: folder
            )
            #expect(account.status == 2)
            #expect(account.errors.contains("--profile NAME"))
          }
          #expect(server.requests.count == 1)
          #expect(evil.requests.isEmpty)
          let resumed = try await Self.run(["resume", "--base-url", server.url], in: folder)
          #expect(resumed.status == 0, "\(resumed.errors)")
          let verified = try await Self.run(
            ["runs", "verify", "--base-url", server.url], in: folder)
          #expect(verified.status <= 1, "\(verified.errors)")
        }
      }
    }
  }

  @Test func whatWasSimulatedNeedsTheSimulator() async throws {
    try await Executable.withFolder(["s.flex": Self.script]) { folder in
      let failed = try await Self.run(
        ["run", "--simulate", "--fault", "404#1", "s.flex"], in: folder)
      #expect(failed.status == 1)
      #expect(failed.errors.contains("flexsh resume --simulate 01"))
      let run = try #require(failed.errors.firstMatch(of: /--simulate (01[0-9A-Z]+)/)).1
      let refused = try await Self.run(["resume", String(run)], in: folder)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("again with --simulate"))
      let none = try await Self.run(["resume"], in: folder)
      #expect(none.status == 0)
      #expect(none.errors.contains("nothing to resume"))
      let resumed = try await Self.run(["resume", "--simulate", String(run)], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try await Self.run(["runs", "verify", String(run)], in: folder).status == 2)
      let world = ProjectFiles.root + "examples/world.json"
      let fixture = try await Self.run(
        ["run", "--simulate", "--fixture", world, "--fault", "404#1", "s.flex"], in: folder)
      #expect(fixture.errors.contains("flexsh resume --simulate --fixture \(world) 01"))
    }
  }

  /// The line can be pasted, whatever its values are.
  @Test(arguments: ["-j", "my runs", "it's", "$(x)", "--no-journal"])
  func theLineThatResumesCanBePasted(_ journals: String) async throws {
    try await Executable.withFolder(["s.flex": Self.script]) { folder in
      let failed = try await Self.run(
        ["run", "--simulate", "--fault", "404#1", "--journal-dir=\(journals)", "s.flex"], in: folder
      )
      let line = try #require(failed.errors.firstMatch(of: /flexsh (resume .*)/)).1
      let status = try await blocking {
        let process = try ChildProcess(
          ["/bin/sh", "-c", "\"$0\" \(line)", Executable.path],
          environment: Executable.surroundings(["XDG_STATE_HOME": folder]), folder: folder)
        process.waitUntilExit()
        return process.terminationStatus
      }
      #expect(status == 0, "\(line)")
    }
  }

  // MARK: Sources

  private static let profile = """
    profile = "staging"
    [profiles.staging]
    account_sid = "\(other)"
    auth_token = "t0ken-of-staging"
    """

  /// The account and what belongs to it come from one source.
  @Test func theBaseURLBelongsToItsAccount() async throws {
    try await Self.server { server in
      try await Self.server { evil in
        let own = Self.profile + "\nbase_url = \"\(server.url)\"\n"
        try await Executable.withFolder([".config/flexsh/config.toml": own]) { folder in
          #expect(chmod(folder + "/.config/flexsh/config.toml", 0o600) == 0)
          let script = ["-o", "ndjson", "-c", Sample.expand("close UT1 on UO1 in KD1")]
          func run(
            _ arguments: [String], _ environment: [String: String]
          ) async throws -> Executable.Result {
            try await Executable.run(
              arguments + script,
              environment: environment.merging(["HOME": folder, "XDG_STATE_HOME": folder]) { $1 },
              folder: folder)
          }
          let active = try await run([], [:])
          #expect(active.status == 0, "\(active.errors)")
          #expect(active.events.first?["base_url"] as? String == server.url)

          let mixed = try await run([], ["FLEXSH_BASE_URL": evil.url])
          #expect(mixed.status == 78)
          #expect(mixed.errors.contains("FLEXSH_BASE_URL"))
          let named = try await run(
            ["--profile", "staging"],
            Executable.credentials.merging(["FLEXSH_BASE_URL": evil.url]) { $1 })
          #expect(named.status == 78)
          #expect(evil.requests.isEmpty)

          // The profile's base URL does not apply to the account of the environment.
          let dry = try await run(["--dry-run"], Executable.credentials)
          #expect(dry.status == 0)
          #expect(dry.events.first?["base_url"] as? String == "https://flex-api.twilio.com")
          let given = try await run(
            [], Executable.credentials.merging(["FLEXSH_BASE_URL": server.url]) { $1 })
          #expect(given.status == 0, "\(given.errors)")
          #expect(given.events.first?["base_url"] as? String == server.url)
          // An option applies to every account.
          let option = try await run(["--base-url", server.url], ["FLEXSH_BASE_URL": evil.url])
          #expect(option.status == 0, "\(option.errors)")
          #expect(evil.requests.isEmpty)
        }
      }
    }
  }

  @Test(arguments: ["nonsense", "http://example.com", "https://u:p4ssw0rd@h"])
  func anUnusableBaseURLIsAMatterOfConfiguration(_ url: String) async throws {
    let result = try await Executable.run(
      ["-c", "echo 1"],
      environment: Executable.credentials.merging(["FLEXSH_BASE_URL": url]) { $1 })
    #expect(result.status == 78)
    #expect(result.errors.contains("FLEXSH_BASE_URL"))
    #expect(!result.errors.contains("p4ssw0rd"))
  }
}
