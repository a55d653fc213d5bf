import FlexAPI
import FlexClient
import FlexRuntime
import FlexScript
import FlexStorage

/// A client of the API, as the command line and the environment want it.
struct ClientFactory {
  let connection: ConnectionOptions
  let output: OutputOptions
  var settings = Settings()

  private let environment = ProcessEnvironment.variables()

  init(connection: ConnectionOptions, output: OutputOptions, settings: Settings = Settings()) {
    self.connection = connection
    self.output = output
    self.settings = settings
  }

  typealias Body = (any InteractionsAPI, _ account: String, _ url: String, RequestControl)
    async throws -> Int32

  /// Runs a body with a client of an account.
  func with(
    _ access: AccountResolver,
    _ body: (Credentials, any InteractionsAPI, RequestControl) async throws -> Int32
  ) async throws -> Int32 {
    let credentials = try await access.credentials()
    return try await with(access.baseURL, credentials) { api, _, _, control in
      try await body(credentials, api, control)
    }
  }

  /// Runs a body with a client of the API at a URL.
  func with(_ url: BaseURL, _ credentials: Credentials, _ body: Body) async throws -> Int32 {
    let proxy: Proxy?
    do {
      proxy = try Proxy.find(for: url, environment: environment)
    } catch {
      throw Exit(
        status: ExitStatus.configuration,
        message: "the proxy in the environment cannot be used: \(error.reason)")
    }
    let certificates = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    if let certificates, url.isSecure, !FileAccess.isFolder(certificates) {
      // A pipe would be waited for, and a device read without end.
      do throws(FileProblem) {
        _ = try Files.open(certificates)
      } catch {
        throw Exit(
          status: ExitStatus.configuration,
          message:
            "the trusted certificates cannot be loaded from \(certificates): \(error.reason)",
          help: "SSL_CERT_FILE names a PEM file of trusted certificates")
      }
    }
    let log = LogOutput()
    if output.verbose > 0, let proxy { log.write("* through the proxy \(proxy.description)") }
    var configuration = TwilioFlex.Configuration(
      baseURL: url, credentials: credentials,
      verbosity: output.verbose == 0
        ? .nothing : output.verbose == 1 ? .curlLines : .wholeExchanges,
      log: { log.write($0) }, now: { Int(WallClock.now() / 1000) })
    configuration.limits.policy.isAtMostOnce = connection.atMostOnce
    settings.apply(to: &configuration.limits)
    do {
      return try await NIOTransport.with(
        baseURL: url, proxy: proxy, connectTimeout: connection.connectTimeout ?? .seconds(10),
        certificates: certificates
      ) { transport in
        let client = TwilioFlex(configuration, transport: transport)
        let control = RequestControl(
          apply: { settings in client.setLimits { settings.apply(to: &$0) } },
          begin: { client.reopen() }, end: { client.endGracefully() },
          cut: { transport.cutAll() }, inFlight: { client.requestsInFlight })
        return try await body(client, credentials.account, url.description, control)
      }
    } catch let problem as TransportSetupError {
      throw Exit(
        status: ExitStatus.configuration, message: problem.reason,
        help: "SSL_CERT_FILE names a PEM file of trusted certificates")
    }
  }
}
