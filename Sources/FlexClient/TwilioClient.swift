package import FlexAPI
import Synchronization

/// Twilio's APIs over HTTP.
///
/// An operation is one request, or several: a request that failed for a temporary reason is
/// repeated as ``RetryPolicy`` decides, and each waits for its turn at the ``RequestGate``, which
/// all services share.
package final class TwilioClient: TwilioAPI {
  private let configuration: Configuration
  /// Where the requests of each service go; of so few, the right one is found sooner than hashed.
  private let urls: [(service: Service, url: BaseURL)]
  /// The middleware, and the transport after it.
  private let transport: any Transport
  private let limits: Mutex<Limits>
  let pacing: Pacing
  private let sent = Atomic<Int>(0)

  /// Creates a client over a transport.
  package init(_ configuration: Configuration, transport: any Transport) {
    self.configuration = configuration
    urls = Set(Catalog.standard.resources.map(\.service)).map {
      ($0, configuration.origins.url(of: $0))
    }
    limits = Mutex(configuration.limits)
    pacing = Pacing(gate: RequestGate(configuration.limits), clock: configuration.clock)
    let authenticated = Authentication(configuration.credentials, next: transport)
    self.transport =
      configuration.verbosity == .nothing
      ? authenticated : Log(configuration, next: authenticated)
  }

  /// Changes the limits of requests from now on.
  package func setLimits(_ change: (inout Limits) -> Void) {
    let limits = limits.withLock { limits in
      change(&limits)
      return limits
    }
    pacing.set(ceiling: limits.concurrency, interval: limits.interval)
  }

  /// Stops starting and repeating requests; those in flight continue.
  package func endGracefully() {
    pacing.end()
  }

  /// Accepts requests again after ``endGracefully()``.
  package func reopen() {
    pacing.reopen()
  }

  private struct Throttling {
    var count = 0
    var end: ContinuousClock.Instant?
  }

  private let throttling = Mutex(Throttling())

  private func noteThrottled(_ wait: Duration) {
    throttling.withLock { state in
      state.count += 1
      state.end = max(state.end ?? .now, .now + wait)
    }
  }

  /// How many requests were answered with 429, and how much longer that is waited for.
  package var throttled: (count: Int, wait: Duration?) {
    throttling.withLock { state in
      let rest = state.end.map { $0 - .now } ?? .zero
      return (state.count, rest > .zero ? rest : nil)
    }
  }

  /// The number of requests that have been sent but not answered.
  package var requestsInFlight: Int { sent.load(ordering: .relaxed) }

  package var answerCount: Int? { transport.endCount }

  package func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer {
    let limits = limits.withLock { $0 }
    let start = ContinuousClock.now
    switch await attempt(operation, timeout: limits.timeout, permission) {
    case .answered(let answer): return answer
    case .notPermitted: throw .notPermitted
    case .failed(let error, let retryAfter):
      return try await persist(
        operation, after: error, retryAfter, since: start, limits: limits)
    }
  }

  /// Retries a failed operation as long as that may help.
  private func persist(
    _ operation: Operation, after failure: APIError, _ failureRetryAfter: Duration?,
    since start: ContinuousClock.Instant, limits: Limits
  ) async throws(APIError) -> Answer {
    var (error, retryAfter) = (failure, failureRetryAfter)
    var began = start
    var earlier: [Attempt] = []
    // Whether an earlier request may have done what is requested.
    var mayHaveHappened = false
    while true {
      let neverBegan = error.kind == .interrupted && !error.wasSent
      error.attempts = earlier.count + (neverBegan ? 0 : 1)
      error.earlierAttempts = earlier
      if mayHaveHappened, operation.isWrite {
        if let status = error.status, [400, 404, 409, 412].contains(status),
          let settled = await settle(operation, refusedWith: error)
        {
          return settled
        }
        // A refusal applies only to the last request.
        error.mayHaveBeenProcessed = true
      }
      let failure = FailureClass(error)
      mayHaveHappened = mayHaveHappened || (operation.isWrite && error.mayHaveBeenProcessed)
      let decision = limits.policy.decision(
        for: operation, after: failure, attempt: earlier.count + 1, retryAfter: retryAfter,
        jitter: configuration.jitter())
      switch decision {
      case .stop: throw error
      case .stopForRetryAfter(let wait):
        error.message += "; the server asks to wait \(wait.components.seconds) s, too long"
        throw error
      case .retry(let wait):
        guard !pacing.isEnding, pacing.spendRetry() else { throw error }
        earlier.append(
          Attempt(
            start: began - start, duration: ContinuousClock.now - began, error,
            retryAfter: retryAfter))
        if error.status == 429 { noteThrottled(wait) }
        emit(error, attempt: earlier.count, of: limits.policy.retries, wait)
        await pacing.pause(wait)
        // The error lists only the attempts before its own.
        if pacing.isEnding { throw error }
      }
      began = .now
      earlier[earlier.count - 1].next = began - start
      switch await attempt(operation, timeout: limits.timeout, nil) {
      case .notPermitted: throw .notPermitted
      case .answered(var answer):
        answer.attempts = earlier.count + 1
        answer.earlierAttempts = earlier
        return answer
      case .failed(let next, let nextRetryAfter): (error, retryAfter) = (next, nextRetryAfter)
      }
    }
  }

  private func emit(_ error: APIError, attempt: Int, of retries: Int, _ wait: Duration) {
    guard configuration.verbosity != .nothing else { return }
    configuration.log(
      "* \(error.message): sent again in \(wait.milliseconds) ms, try \(attempt) of \(retries)")
  }

  // MARK: One request

  /// The result of one request.
  private indirect enum AttemptResult {
    case answered(Answer)
    case notPermitted
    /// `retryAfter`: the wait that the server asks for.
    case failed(APIError, retryAfter: Duration?)
  }

  /// Sends one request when its turn comes.
  private func attempt(
    _ operation: Operation, timeout: Duration, _ permission: SendPermission?
  ) async -> AttemptResult {
    guard await pacing.enter() else {
      let error = APIError(
        kind: .interrupted, message: "interrupted before it was sent", mayHaveBeenProcessed: false,
        wasSent: false)
      return .failed(error, retryAfter: nil)
    }
    if let permission, await !permission() {
      pacing.leave(.other)
      return .notPermitted
    }
    sent.add(1, ordering: .relaxed)
    defer { sent.subtract(1, ordering: .relaxed) }
    do throws(TransportError) {
      return read(
        try await transport.send(httpRequest(operation, timeout: timeout)), for: operation)
    } catch {
      pacing.leave(.other)
      return .failed(APIError(error, isWrite: operation.isWrite), retryAfter: nil)
    }
  }

  /// Reads a reply, and reports to the gate what it says about the load.
  private func read(_ reply: HTTPReply, for operation: Operation) -> AttemptResult {
    do throws(APIError) {
      let answer = try answer(reply, to: operation)
      pacing.leave(.answered)
      return .answered(answer)
    } catch {
      let concurrent = reply.header("Twilio-Concurrent-Requests").flatMap { Int($0) }
      switch FailureClass(error) {
      case .throttled: pacing.leave(.throttled(concurrent: concurrent))
      case .final, .busy: pacing.leave(.answered)
      case .neverSent, .lost: pacing.leave(.other)
      }
      let retryAfter = reply.header("Retry-After").flatMap {
        RetryAfter.delay($0, now: configuration.now())
      }
      return .failed(error, retryAfter: retryAfter)
    }
  }

  private static let headers = headers(contentType: nil)
  private static let headersOfForms = headers(contentType: "application/x-www-form-urlencoded")
  private static let headersOfJSON = headers(contentType: "application/json")

  private static func headers(contentType: String?) -> HTTPHeaderLines {
    var headers = [
      HTTPHeader("Accept", "application/json"), HTTPHeader("User-Agent", "flexsh/0.1.0"),
    ]
    if let contentType { headers.append(HTTPHeader("Content-Type", contentType)) }
    return HTTPHeaderLines(headers)
  }

  private func httpRequest(_ operation: Operation, timeout: Duration) -> HTTPRequest {
    let request = operation.request
    var headers: HTTPHeaderLines
    var body: [UInt8] = []
    switch request.body {
    case .none: headers = TwilioClient.headers
    case .form(let fields):
      body = FormEncoding.encode(fields)
      headers = TwilioClient.headersOfForms
    case .json(let json):
      json.write(into: &body)
      headers = TwilioClient.headersOfJSON
    }
    if let revision = request.revision {
      headers = HTTPHeaderLines(headers.headers + [HTTPHeader("If-Match", revision)])
    }
    let origin =
      urls.first { $0.service == request.service }?.url
      ?? configuration.origins.url(of: request.service)
    return HTTPRequest(
      origin: origin, method: request.method.rawValue, target: target(request, origin),
      headers: headers, body: body, needsFreshConnection: operation.creates, timeout: timeout,
      maximumBody: operation.definition.resource.pageSize == nil
        ? HTTPReply.maximumBody : HTTPReply.maximumPage)
  }

  private func target(_ request: OperationRequest, _ origin: BaseURL) -> String {
    let prefix = origin.pathPrefix
    guard !prefix.isEmpty || request.query != nil else { return request.path }
    return prefix + request.path + (request.query.map { "?" + $0 } ?? "")
  }

  // MARK: Verifying replies

  /// Reads a reply; one that cannot be trusted is an error, whatever its status.
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
      throw unbelievable("the answer is encoded as \(encoding), which was not requested")
    }
    let json: JSON
    do throws(JSONReader.Failure) {
      json = try JSONReader.read(reply.body, of: operation)
    } catch {
      throw unbelievable(
        reply.body.isEmpty
          ? "the answer has no body" : "the answer is not JSON: \(error.reason)")
    }
    guard let fields = json.object else { throw unbelievable("the answer is not a JSON object") }
    if let doubt = operation.mismatch(in: fields) { throw unbelievable(doubt) }
    guard !operation.isWrite else {
      return Answer(status: reply.status, fields: fields, requestID: requestID, attempts: 1)
    }
    var answer = Answer(
      status: reply.status, fields: fields, requestID: requestID, attempts: 1)
    answer.revision = reply.header("ETag")
    let now = configuration.now()
    answer.clockSkew = reply.header("Date").flatMap { HTTPDate.seconds($0, now: now) }
      .map { $0 - now }
    if operation.definition == FlexConfiguration.fetch {
      answer.fields = FlexConfiguration.kept(of: fields)
    }
    return answer
  }
}

extension APIError {
  /// Creates the error of an operation from a failed attempt.
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
      mayHaveBeenProcessed: isWrite && error.mayHaveReachedServer,
      wasSent: error.mayHaveReachedServer)
  }
}
