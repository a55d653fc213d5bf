import ArgumentParser
import FlexCommands
import FlexSimulator

/// What requests are sent to.
struct TargetOptions: ParsableArguments {
  @Flag(help: "Talk to a simulator inside the process; needs no credentials.")
  var simulate = false

  @Option(help: ArgumentHelp("With --simulate: the world of this file alone.", valueName: "file"))
  var fixture: String?

  @Option(
    help: ArgumentHelp(
      "Send requests to this URL (default: FLEXSH_BASE_URL, the profile's base_url, or Twilio's host).",
      valueName: "url")
  )
  var baseURL: String?

  @Flag(help: "Send nothing: show each request that would be sent.")
  var dryRun = false

  // A group inside a group would be read several times by the parser's own checks.
  @Option(help: FaultOptions.faultHelp, transform: { try FaultOptions.fault($0) })
  var fault: [Fault] = []

  @Option(name: .customLong("seed"), help: FaultOptions.seedHelp)
  var givenSeed: UInt64?

  func validate() throws {
    if !fault.isEmpty, !simulate {
      throw ValidationError("--fault goes with --simulate")
    }
    if givenSeed != nil, !simulate {
      throw ValidationError("--seed goes with --simulate")
    }
    if fixture != nil, !simulate {
      throw ValidationError("--fixture goes with --simulate")
    }
    if baseURL != nil, simulate {
      throw ValidationError(
        "--base-url names a server, and --simulate uses a simulator: choose one")
    }
    if dryRun, simulate {
      throw ValidationError("--dry-run sends nothing, and --simulate uses a simulator: choose one")
    }
  }

  /// Refuses an account for a simulator, which needs none.
  func validate(with connection: ConnectionOptions) throws {
    if connection.profile != nil, simulate {
      throw ValidationError("--profile names an account, and --simulate needs none: choose one")
    }
  }

  /// What they say.
  var target: Target {
    let seed = givenSeed ?? 0
    if simulate { return .simulator(fixture: fixture, FaultPlan(fault, seed: seed), seed: seed) }
    return dryRun ? .dryRun(baseURL) : .server(baseURL)
  }
}
