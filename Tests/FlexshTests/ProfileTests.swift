import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

/// Whose account is used: profiles, and what goes before them.
struct ProfileTests {
  private static let account = "AC0000000000000000000000000000000a"
  private static let other = "AC0000000000000000000000000000000b"

  private static let configuration = """
    profile = "staging"
    [profiles.staging]
    account_sid = "\(account)"
    auth_token = "t0ken-of-staging"
    [profiles.live]
    account_sid = "\(other)"
    api_key = "SK00000000000000000000000000000001"
    credential_command = "echo s3cret-of-live; echo more"
    production = true
    """

  private static let twilioCLI = """
    {"activeProject":"dev","profiles":{"dev":{"accountSid":"\(other)",
    "apiKey":"SK00000000000000000000000000000002","apiSecret":"s3cret-of-dev"}}}
    """

  /// Runs in a folder that is the user's home, against a pretend Flex.
  private func run(
    _ arguments: [String], _ environment: [String: String] = [:],
    own: String? = ProfileTests.configuration, twilio: String? = nil, mode: Int = 0o600,
    script: String = "close UT1 on UO1 in KD1"
  ) async throws -> Executable.Result {
    var files: [String: String] = [:]
    files[".config/flexsh/config.toml"] = own
    files[".twilio-cli/config.json"] = twilio
    return try await Executable.withFolder(files) { home in
      for name in files.keys {
        try FileManager.default.setAttributes(
          [.posixPermissions: mode], ofItemAtPath: home + "/" + name)
      }
      return try await SimulatorServer.with(.demo()) { url in
        try await Executable.run(
          arguments + ["--base-url", url, "-o", "ndjson", "-c", Sample.expand(script)],
          environment: environment.merging(["HOME": home]) { given, _ in given })
      }
    }
  }

  private func used(_ result: Executable.Result) -> String? {
    result.events.first?["account"] as? String
  }

  @Test func theFirstThatIsFoundIsUsed() async throws {
    let active = try await run([])
    #expect(active.status == 0, "\(active.errors)")
    #expect(used(active) == Self.account)
    let named = try await run(["--profile", "live"], Executable.credentials)
    #expect(named.status == 0, "\(named.errors)")
    #expect(used(named) == Self.other)
    let environment = try await run([], Executable.credentials)
    #expect(used(environment) == Executable.credentials["TWILIO_ACCOUNT_SID"])
    let twilio = try await run([], own: nil, twilio: Self.twilioCLI)
    #expect(used(twilio) == Self.other)
    let both = try await run(["--profile", "dev"], twilio: Self.twilioCLI)
    #expect(used(both) == Self.other)
    for result in [active, named, twilio, both] {
      for secret in ["t0ken-of", "s3cret-of"] {
        #expect(!(result.output + result.errors).contains(secret))
      }
    }
  }

  @Test(arguments: [
    ("[profiles.x]\naccount_sid = 3", "`profiles.x.account_sid` is not a text"),
    ("[profiles.x]\nacount_sid = \"a\"", "did you mean `account_sid`?"),
    ("[profiles.x\n", "line 1"), ("profile = \"y\"", "there is no profile `y`"),
    ("profile = \"x\"\n[profiles.x]\nproduction = 1", "neither true nor false"),
    ("profile = \"x\"\n[profiles.x]\n", "account_sid of profile `x` is not set"),
    ("[profiles.\"a\\u0000b\"]\naccount_sid = \"a\"", "contains a NUL"),
    (
      "profile = \"x\"\n[profiles.x]\naccount_sid = \"\(ProfileTests.account)\"\ncredential_command = \"false\"",
      "of profile `x` failed"
    ),
    (
      "profile = \"x\"\n[profiles.x]\naccount_sid = \"\(ProfileTests.account)\"\ncredential_command = \"true\"",
      "printed nothing"
    ),
  ])
  func saysWhatIsWrongWithAConfiguration(_ text: String, _ expected: String) async throws {
    let result = try await run([], own: text)
    #expect(result.status == 78)
    #expect(result.errors.contains(expected), "\(result.errors)")
  }

  @Test func refusesASecretThatOthersMayRead() async throws {
    for (own, twilio) in [(Self.configuration, nil), (nil, Self.twilioCLI)] {
      let result = try await run([], own: own, twilio: twilio, mode: 0o644)
      #expect(result.status == 78)
      #expect(result.errors.contains("others can read it"))
      #expect(result.errors.contains("chmod 600 "))
    }
  }

  @Test func anotherToolsFileIsNoneOfOurBusiness() async throws {
    // Twilio CLI writes its file so that others may read it; it is not needed here.
    try await Executable.withFolder([
      ".config/flexsh/config.toml": Self.configuration, ".twilio-cli/config.json": Self.twilioCLI,
    ]) { home in
      for (name, mode) in [
        (".config/flexsh/config.toml", 0o600), (".twilio-cli/config.json", 0o644),
      ] {
        try FileManager.default.setAttributes(
          [.posixPermissions: mode], ofItemAtPath: home + "/" + name)
      }
      let arguments = ["--dry-run", "-c", "echo 1"]
      let own = try await Executable.run(arguments, environment: ["HOME": home])
      #expect(own.status == 0, "\(own.errors)")
      let other = try await Executable.run(
        ["--profile", "dev"] + arguments, environment: ["HOME": home])
      #expect(other.status == 78)
    }
  }

  @Test func aPlanOnProductionWantsItsNameToo() async throws {
    let files = [
      ".config/flexsh/config.toml": Self.configuration,
      "s.flex": "close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1\n",
    ]
    try await Executable.withFolder(files) { home in
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: home + "/.config/flexsh/config.toml")
      try await SimulatorServer.with(.demo()) { url in
        func run(_ arguments: [String]) async throws -> Executable.Result {
          try await Executable.run(
            arguments + ["--profile", "live", "--base-url", url], environment: ["HOME": home],
            folder: home)
        }
        let plan = try await run(["plan", "s.flex", "--out", "p"])
        #expect(plan.status == 0, "\(plan.errors)")
        let refused = try await run(["apply", "p"])
        #expect(refused.status == 2)
        #expect(refused.errors.contains("live is a production profile"))
        #expect(try await run(["apply", "p", "-y"]).status == 0)
      }
    }
  }

  @Test func productionWantsItsNameBeforeSeveralChanges() async throws {
    let several = "close UT1, UT2 on UO1 in KD1"
    let refused = try await run(["--profile", "live"], script: several)
    #expect(refused.status == 2)
    #expect(
      refused.errors.contains(
        "live is a production profile, and there is no terminal to ask on"))
    #expect(try await run(["--profile", "live", "-y"], script: several).status == 0)
    #expect(try await run(["--profile", "staging"], script: several).status == 0)
    let live = try await run(["--profile", "live"], script: "close every agent on UO1 in KD1")
    #expect(live.status == 2)
  }

  @Test func thePromptOfProductionIsRed() async throws {
    try await Executable.withFolder([".config/flexsh/config.toml": Self.configuration]) { home in
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: home + "/.config/flexsh/config.toml")
      try await SimulatorServer.with(.demo()) { url in
        let terminal = try PseudoTerminal(
          [Executable.path, "--profile", "live", "--base-url", url],
          environment: Executable.surroundings(["TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": home]
          ),
          columns: 120)
        try await terminal.wait(for: "the prompt") { $0.beforeCursor == "live> " }
        #expect(terminal.screen.received.contains(Array("\u{1B}[31mlive>".utf8)))
        terminal.type(Sample.expand("close UT1, UT2 on UO1 in KD1\r"))
        try await terminal.wait(
          for: "this changes 2 things in production; type live 2 to continue:")
        terminal.type("2\r")
        try await terminal.wait(for: "nothing was sent")
        terminal.type("where\r")
        try await terminal.wait(for: "live, production, of ")
      }
    }
  }
}
