import FlexAPI
import FlexClient
import FlexRuntime
import FlexScript
import FlexStorage

/// Makes clients with the settings of the command line and the environment.
struct ClientFactory {
  private let setup: RunSetup
  private let context: CommandContext
  private var environment: [String: String] { context.variables }

  init(_ setup: RunSetup, _ context: CommandContext) {
    self.setup = setup
    self.context = context
  }

  typealias Body = (Connection) async throws -> CommandEnd

  /// Runs a body with a client of an account.
  func with(_ resolver: AccountResolver, _ body: Body) async throws -> CommandEnd {
    let credentials = try await resolver.credentials(context)
    return try await with(
      resolver.origins, credentials, secrets: resolver.knownSecrets + [credentials.secret]
    ) { connection in
      var connection = connection
      connection.profile = resolver.profile
      connection.production = resolver.production
      connection.workspace = resolver.workspace
      return try await body(connection)
    }
  }

  /// Runs a body with a client.
  func with(
    _ origins: Origins, _ credentials: Credentials, secrets: [Secret], _ body: Body
  ) async throws -> CommandEnd {
    let urls = origins.urls()
    let certificates = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    if let certificates, urls.contains(where: \.isSecure) { try check(certificates) }
    let log = LogOutput(context: context)
    if setup.output.verbosity > 0 {
      for proxy in Set(try urls.compactMap(proxy)) {
        log.write("* through the proxy \(proxy.description)")
      }
    }
    var configuration = TwilioClient.Configuration(
      origins: origins, credentials: credentials,
      verbosity: setup.output.verbosity == 0
        ? .nothing : setup.output.verbosity == 1 ? .curlLines : .wholeExchanges,
      log: { log.write($0) }, now: { Int(WallClock.now() / 1000) })
    configuration.limits.policy.isAtMostOnce = setup.connection.isAtMostOnce
    Settings(setup).apply(to: &configuration.limits)
    do {
      return try await NIOTransport.with(
        origins: urls, proxy: proxy,
        connectTimeout: setup.connection.connectTimeout ?? .seconds(10),
        certificates: certificates
      ) { transport in
        let client = TwilioClient(configuration, transport: transport)
        var control = RequestControl(
          apply: { settings in client.setLimits { settings.apply(to: &$0) } },
          begin: { client.reopen() }, end: { client.endGracefully() },
          cut: { transport.cutAll() }, inFlight: { client.requestsInFlight })
        control.throttled = { client.throttled }
        control.certificateIssuers = { await transport.certificateIssuers() }
        return try await body(
          Connection(
            api: client, account: credentials.account, baseURL: origins.description,
            control: control, secrets: secrets))
      }
    } catch let problem as TransportSetupError {
      throw CommandEnd(
        status: ExitStatus.configuration, message: problem.reason,
        help: "SSL_CERT_FILE names a PEM file of trusted certificates")
    }
  }

  private func proxy(for url: BaseURL) throws -> Proxy? {
    do {
      return try Proxy.find(for: url, environment: environment)
    } catch {
      throw CommandEnd(
        status: ExitStatus.configuration,
        message: "the proxy in the environment cannot be used: \(error.reason)")
    }
  }

  /// Refuses a file of certificates that is none: a pipe would block, and a device has no end.
  private func check(_ certificates: String) throws {
    guard !FileAccess.isFolder(certificates) else { return }
    do throws(FileProblem) {
      _ = try Files.open(certificates)
    } catch {
      throw CommandEnd(
        status: ExitStatus.configuration,
        message: "the trusted certificates cannot be loaded from \(certificates): \(error.reason)",
        help: "SSL_CERT_FILE names a PEM file of trusted certificates")
    }
  }
}
