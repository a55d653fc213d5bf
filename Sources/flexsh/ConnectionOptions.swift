import ArgumentParser
import FlexAPI
import FlexClient
import FlexConsole
import FlexScript
import FlexSimulator

/// Whom to talk to, and how.
struct ConnectionOptions: ParsableArguments {
  @Flag(help: "Talk to a simulator inside the process; needs no credentials.")
  var simulate = false

  @Option(help: ArgumentHelp("With --simulate: the world of this file alone.", valueName: "file"))
  var fixture: String?

  @Option(
    help: ArgumentHelp("Where the API is (default: https://flex-api.twilio.com).", valueName: "url")
  )
  var baseURL: String?

  @Option(help: ArgumentHelp("The account of this profile.", valueName: "name"))
  var profile: String?

  @Flag(help: "Send nothing: show each request that would be sent.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "How long one request may take: 500ms, 10s, 2m (default: 30s).", valueName: "duration"),
    transform: { try ConnectionOptions.duration($0) })
  var timeout: Duration?

  @Option(
    help: ArgumentHelp(
      "How long connecting may take (default: 10s).", valueName: "duration"),
    transform: { try ConnectionOptions.duration($0) })
  var connectTimeout: Duration?

  @Option(
    help: ArgumentHelp(
      "Tries after the first, for what may be sent again (default: 4).", valueName: "n"))
  var retries: Int?

  @Flag(help: "Never send an action again unless it provably was not processed.")
  var atMostOnce = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Actions in flight at once, 1 to 256 (default: 1).", valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Requests begun in a second at most, further tries too: 20/s, 600/m.", valueName: "rate"),
    transform: { try ConnectionOptions.rate($0) })
  var rate: RequestRate?

  @OptionGroup(title: "Faults")
  var faults: FaultOptions

  func validate() throws {
    if !faults.fault.isEmpty, !simulate {
      throw ValidationError("--fault goes with --simulate")
    }
    if let retries, !(0...100).contains(retries) {
      throw ValidationError("--retries takes a number from 0 to 100")
    }
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 256")
    }
    if fixture != nil, !simulate {
      throw ValidationError("--fixture goes with --simulate")
    }
    if baseURL != nil, simulate {
      throw ValidationError("--base-url asks a server, and --simulate asks a simulator: choose one")
    }
    if profile != nil, simulate {
      throw ValidationError("--profile names an account, and --simulate needs none: choose one")
    }
    if dryRun, simulate {
      throw ValidationError("--dry-run asks nobody, and --simulate asks a simulator: choose one")
    }
    for (name, limit) in [("--timeout", timeout), ("--connect-timeout", connectTimeout)] {
      if let limit, limit <= .zero { throw ValidationError("\(name) must be more than 0") }
    }
  }

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(flexSpelling: text) else {
      throw ValidationError("`\(text)` is no duration: 500ms, 10s, 2m, 1h")
    }
    return duration
  }

  private static func rate(_ text: String) throws -> RequestRate {
    guard let rate = RequestRate(spelling: text) else {
      throw ValidationError("`\(text)` is no rate: 20/s, 600/m")
    }
    return rate
  }

  /// The base URL in force.
  func url(of access: Access) throws -> BaseURL {
    if let baseURL {
      do {
        return try BaseURL(baseURL)
      } catch {
        throw Exit(
          status: ExitStatus.configuration, message: "--base-url \(baseURL): \(error.reason)")
      }
    }
    return try access.baseURL()
  }
}
