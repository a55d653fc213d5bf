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

  func validate() throws {
    if fixture != nil, !simulate {
      throw ValidationError("--fixture goes with --simulate")
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

  /// The base URL in force.
  func url(environment: [String: String]) throws -> BaseURL {
    if let baseURL {
      do {
        return try BaseURL(baseURL)
      } catch {
        throw Exit(
          status: ExitStatus.configuration, message: "--base-url \(baseURL): \(error.reason)")
      }
    }
    return try TwilioEnvironment(environment).baseURL()
  }
}
