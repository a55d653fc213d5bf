package import FlexAPI
import Synchronization

/// The Interactions API over HTTP.
package final class TwilioFlex: InteractionsAPI {
  /// What a client is made for.
  package struct Configuration: Sendable {
    /// Where requests go; the credentials go nowhere else.
    package var baseURL: BaseURL
    /// Who asks.
    package var credentials: Credentials
    /// How long one request may take.
    package var timeout: Duration
    /// What is shown of requests.
    package var verbosity: Verbosity
    /// Takes what is shown, one or more lines without a line end; secrets are not in it, but
    /// control characters of a reply may be.
    package var log: @Sendable (String) -> Void

    /// How much is shown of requests.
    package enum Verbosity: Sendable {
      case nothing, curlLines, wholeExchanges
    }

    /// Puts one together.
    package init(
      baseURL: BaseURL, credentials: Credentials, timeout: Duration, verbosity: Verbosity,
      log: @escaping @Sendable (String) -> Void
    ) {
      self.baseURL = baseURL
      self.credentials = credentials
      self.timeout = timeout
      self.verbosity = verbosity
      self.log = log
    }
  }

  private let baseURL: BaseURL
  private let middleware: [any Middleware]
  private let transport: any Transport
  private let timeout: Mutex<Duration>

  /// Makes a client over a transport.
  package init(_ configuration: Configuration, transport: any Transport) {
    baseURL = configuration.baseURL
    timeout = Mutex(configuration.timeout)
    self.transport = transport
    var middleware: [any Middleware] = [Authentication(configuration.credentials)]
    if configuration.verbosity != .nothing {
      let usesKey = configuration.credentials.username != configuration.credentials.account
      middleware.insert(
        Log(
          level: configuration.verbosity == .wholeExchanges ? .whole : .curl,
          baseURL: configuration.baseURL,
          userVariables: usesKey
            ? "$TWILIO_API_KEY:$TWILIO_API_SECRET" : "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN",
          write: configuration.log), at: 0)
    }
    self.middleware = middleware
  }

  /// Changes how long the requests from here on may take.
  package func setTimeout(_ duration: Duration) {
    timeout.withLock { $0 = duration }
  }

  package func perform(_ operation: Operation) async throws(APIError) -> Answer {
    let reply: HTTPReply
    do throws(TransportError) {
      reply = try await send(httpRequest(operation), through: middleware[...])
    } catch {
      throw APIError(error, isWrite: operation.isWrite)
    }
    return try answer(reply, to: operation)
  }

  private func send(
    _ request: HTTPRequest, through middleware: ArraySlice<any Middleware>
  ) async throws(TransportError) -> HTTPReply {
    guard let first = middleware.first else { return try await transport.send(request) }
    return try await first.send(request) { request async throws(TransportError) in
      try await self.send(request, through: middleware.dropFirst())
    }
  }

  // MARK: Encoding

  private func httpRequest(_ operation: Operation) -> HTTPRequest {
    let request = operation.request
    var headers = [
      HTTPHeader("Accept", "application/json"), HTTPHeader("User-Agent", "flexsh/0.1.0"),
    ]
    var body: [UInt8] = []
    switch request.body {
    case .none: break
    case .form(let fields):
      body = FormEncoding.encode(fields)
      headers.append(HTTPHeader("Content-Type", "application/x-www-form-urlencoded"))
    case .json(let json):
      json.write(into: &body)
      headers.append(HTTPHeader("Content-Type", "application/json"))
    }
    return HTTPRequest(
      method: request.method.rawValue,
      target: baseURL.pathPrefix + request.path + (request.query.map { "?" + $0 } ?? ""),
      headers: headers, body: body, needsFreshConnection: operation.creates,
      timeout: timeout.withLock { $0 })
  }

  // MARK: Believing

  /// Reads a reply; what cannot be believed is an error, whatever its status says.
  private func answer(_ reply: HTTPReply, to operation: Operation) throws(APIError) -> Answer {
    let requestID = reply.header("Twilio-Request-Id")
    guard (200..<300).contains(reply.status) else {
      var error = APIError(status: reply.status, body: reply.body, requestID: requestID)
      if (300..<400).contains(reply.status) {
        let place = reply.header("Location").map { " to \($0)" } ?? ""
        error.message = "redirected\(place), and redirects are not followed"
      }
      throw error
    }
    func unbelievable(_ reason: String) -> APIError {
      APIError(
        kind: .protocol, status: reply.status, message: reason, requestID: requestID,
        mayHaveBeenProcessed: operation.isWrite)
    }
    if let encoding = reply.header("Content-Encoding"), encoding.lowercased() != "identity" {
      throw unbelievable("the answer is encoded as \(encoding), and nobody asked for that")
    }
    let json: JSON
    do throws(JSONReader.Failure) {
      json = try JSONReader.read(reply.body)
    } catch {
      throw unbelievable(
        reply.body.isEmpty
          ? "the answer has no body" : "the answer is no JSON: \(error.reason)")
    }
    guard let fields = json.object else { throw unbelievable("the answer is no JSON object") }
    if let doubt = operation.reasonToDoubt(fields) { throw unbelievable(doubt) }
    return Answer(status: reply.status, fields: fields, requestID: requestID, attempts: 1)
  }
}

extension APIError {
  /// What a failed attempt means for an operation.
  fileprivate init(_ error: TransportError, isWrite: Bool) {
    let kind: Kind =
      switch error.kind {
      case .connect: .connect
      case .tls: .tls
      case .timeout: .timeout
      case .reset: .reset
      case .malformed: .protocol
      case .interrupted: .interrupted
      }
    self.init(
      kind: kind, message: error.message,
      mayHaveBeenProcessed: isWrite && error.mayHaveReachedServer)
  }
}
