package import FlexAPI
package import FlexClient
import FlexRuntime
package import FlexSimulator

/// A client for a URL, with credentials that are well formed and secret.
package enum Loopback {
  /// The secret of the credentials; no output may ever hold it.
  package static let secret = "s3cr3t-T0ken-of-32-characters-xy"

  /// Runs a body with a client.
  package static func client<Result>(
    of url: String, timeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(10),
    limits: TwilioClient.Limits = TwilioClient.Limits(),
    verbosity: TwilioClient.Configuration.Verbosity = .nothing,
    log: @escaping @Sendable (String) -> Void = { _ in },
    _ body: (TwilioClient) async throws -> Result
  ) async throws -> Result {
    try await client(
      of: url, timeout: timeout, connectTimeout: connectTimeout, limits: limits,
      verbosity: verbosity, log: log
    ) { client, _ in try await body(client) }
  }

  /// Runs a body with a client, and with what stands behind it.
  package static func client<Result>(
    of url: String, timeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(10),
    limits: TwilioClient.Limits = TwilioClient.Limits(),
    verbosity: TwilioClient.Configuration.Verbosity = .nothing,
    log: @escaping @Sendable (String) -> Void = { _ in },
    _ body: (TwilioClient, NIOTransport) async throws -> Result
  ) async throws -> Result {
    let account = "AC00000000000000000000000000000001"
    var configuration = TwilioClient.Configuration(
      origins: Origins(try BaseURL(url)),
      credentials: Credentials(account: account, username: account, secret: Secret(secret)),
      verbosity: verbosity, log: log, now: { 0 })
    configuration.limits = limits
    configuration.limits.timeout = timeout
    configuration.clock = ImmediateClock()
    return try await NIOTransport.with(
      origins: configuration.origins.urls(), proxy: direct, connectTimeout: connectTimeout,
      certificates: nil
    ) { transport in
      try await body(TwilioClient(configuration, transport: transport), transport)
    }
  }

  /// No proxy for any origin.
  private static func direct(_ origin: BaseURL) -> Proxy? { nil }

  /// Runs a body with a client of a pretend Twilio, over a real socket.
  package static func served<Result>(
    _ flex: SimulatedTwilio, _ body: (any TwilioAPI) async throws -> Result
  ) async throws -> Result {
    try await SimulatorServer.with(flex) { url in
      try await client(of: url) { try await body($0) }
    }
  }
}

/// The two ways to reach a pretend Twilio: what holds for one has to hold for the other.
package enum Reach: String, CaseIterable, Sendable {
  case inMemory, overASocket

  /// Runs a body with a pretend Twilio that is reached in this way.
  package func with<Result>(
    _ flex: SimulatedTwilio = .demo(), _ body: (any TwilioAPI) async throws -> Result
  ) async throws -> Result {
    switch self {
    case .inMemory: try await body(flex)
    case .overASocket: try await Loopback.served(flex, body)
    }
  }
}
