import ArgumentParser
import FlexCommands
import FlexScript

/// The account, and the limits of requests.
struct ConnectionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Use this profile's account.", valueName: "name"))
  var profile: String?

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
      "Retries, for requests that are safe to repeat (default: 4).", valueName: "n"))
  var retries: Int?

  @Flag(help: "Never send an action again unless it provably was not processed.")
  var atMostOnce = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Actions in flight at once, 1 to 256 (default: 1).", valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Requests started per second at most, retries included: 20/s, 600/m, 1/h.", valueName: "rate"),
    transform: { try ConnectionOptions.rate($0) })
  var rate: RequestRate?

  func validate() throws {
    if let retries, !(0...100).contains(retries) {
      throw ValidationError("--retries takes a number from 0 to 100")
    }
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 256")
    }
    for (name, limit) in [("--timeout", timeout), ("--connect-timeout", connectTimeout)] {
      if let limit, limit <= .zero { throw ValidationError("\(name) must be more than 0") }
    }
  }

  /// What they say.
  var settings: ConnectionSettings {
    var settings = ConnectionSettings()
    settings.profile = profile
    settings.timeout = timeout
    settings.connectTimeout = connectTimeout
    settings.retries = retries
    settings.isAtMostOnce = atMostOnce
    settings.jobs = jobs
    settings.rate = rate
    return settings
  }

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(flexSpelling: text) else {
      throw ValidationError("`\(text)` is not a duration; write 500ms, 10s, 2m, 1h")
    }
    return duration
  }

  private static func rate(_ text: String) throws -> RequestRate {
    guard let rate = RequestRate(spelling: text) else {
      throw ValidationError(
        "`\(text)` is not a rate: 20/s, 600/m; from \(RequestRate.limits.lowest) to "
          + RequestRate.limits.highest)
    }
    return rate
  }
}
