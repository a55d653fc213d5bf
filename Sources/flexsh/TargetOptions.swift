import ArgumentParser
import FlexSimulator
import FlexStorage

/// Whom to ask.
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

  @OptionGroup(title: "Faults")
  var faults: FaultOptions

  func validate() throws {
    if !faults.fault.isEmpty, !simulate {
      throw ValidationError("--fault goes with --simulate")
    }
    if faults.givenSeed != nil, !simulate {
      throw ValidationError("--seed goes with --simulate")
    }
    if fixture != nil, !simulate {
      throw ValidationError("--fixture goes with --simulate")
    }
    if baseURL != nil, simulate {
      throw ValidationError("--base-url asks a server, and --simulate asks a simulator: choose one")
    }
    if dryRun, simulate {
      throw ValidationError("--dry-run asks nobody, and --simulate asks a simulator: choose one")
    }
  }

  /// Refuses an account for a simulator, which needs none.
  func validate(with connection: ConnectionOptions) throws {
    if connection.profile != nil, simulate {
      throw ValidationError("--profile names an account, and --simulate needs none: choose one")
    }
  }

  /// The same options with paths that do not depend on the working folder.
  var absolute: TargetOptions {
    var options = self
    options.fixture = fixture.map { WorkingFolder.absolute($0) }
    return options
  }

  /// What they say.
  var target: Target {
    if simulate { return .simulator(fixture: fixture, faults.plan, seed: faults.seed) }
    return dryRun ? .dryRun(baseURL) : .server(baseURL)
  }
}

/// Whom a run asks.
enum Target {
  /// A server at a base URL; `nil` for Twilio's.
  case server(String?)
  /// A simulator inside the process.
  ///
  /// `fixture`: the file of its world; `nil` for the demo world and what the scripts name, whose
  /// other data come from the seed.
  case simulator(fixture: String?, FaultPlan, seed: UInt64)
  /// Nothing is sent; what would be sent would go to this base URL.
  case dryRun(String?)

  var isSimulated: Bool {
    if case .simulator = self { true } else { false }
  }
}
