/// Sends one request and returns one reply; its meaning is decided elsewhere.
package protocol Transport: Sendable {
  /// Makes one attempt.
  ///
  /// Nothing is ever sent a second time below this level, and no redirect is followed.
  ///
  /// - Returns: Any complete reply, whatever its status.
  func send(_ request: consuming HTTPRequest) async throws(TransportError) -> HTTPReply

  /// How many attempts have ended; one counts as soon as its reply has arrived.
  var endCount: Int { get }
}

/// A request as bytes and headers.
package struct HTTPRequest: Hashable, Sendable {
  /// The origin to which it is sent.
  package var origin: BaseURL
  /// `GET` or `POST`.
  package var method: String
  /// The path and the query, in ASCII and encoded.
  package var target: String
  /// All headers except `Host` and `Content-Length`, which the transport knows, and
  /// `Authorization`.
  package var headers: HTTPHeaderLines
  /// The value of `Authorization`, once it has been added.
  package var authorization: Secret?
  /// The body; empty for none.
  package var body: [UInt8]
  /// Whether it must be sent on a connection of its own.
  package var needsFreshConnection: Bool
  /// The time limit of the whole request, including a new connection.
  package var timeout: Duration
  /// The longest body of a reply that is accepted, in bytes.
  package var maximumBody: Int

  /// Creates a request.
  package init(
    origin: BaseURL, method: String, target: String, headers: HTTPHeaderLines, body: [UInt8],
    needsFreshConnection: Bool, timeout: Duration, maximumBody: Int = HTTPReply.maximumBody
  ) {
    self.origin = origin
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.needsFreshConnection = needsFreshConnection
    self.timeout = timeout
    self.maximumBody = maximumBody
  }
}

/// A complete reply.
package struct HTTPReply: Hashable, Sendable {
  /// The status, 200…999.
  package var status: Int
  /// The headers in their order.
  package var headers: HTTPReplyHeaders
  /// The body, at most ``HTTPRequest/maximumBody`` bytes.
  package var body: [UInt8]

  /// The longest body of most replies, in bytes.
  package static let maximumBody = 1 << 20
  /// The longest page of a thousand tasks, whose attributes have up to 4,096 characters, in bytes.
  package static let maximumPage = 1 << 25
  /// The maximum number of bytes before the end of the headers.
  package static let maximumHead = 1 << 16

  /// Creates a reply.
  package init(status: Int, headers: HTTPReplyHeaders, body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The value of the first header with this name, ignoring case.
  package func header(_ name: String) -> String? { headers[name] }
}

/// A header: a name and a value.
package struct HTTPHeader: Hashable, Sendable {
  /// The name of the header.
  package let name: String
  /// The value of the header.
  package let value: String

  /// Creates a header.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Headers that many requests share, together with their form on the wire.
package struct HTTPHeaderLines: Hashable, Sendable {
  /// The headers in their order.
  package let headers: [HTTPHeader]
  /// One line per header, with its line end.
  let lines: [UInt8]

  /// Creates the lines of headers that contain no line ends.
  package init(_ headers: [HTTPHeader]) {
    self.headers = headers
    lines = headers.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
  }
}

/// Why an attempt has no complete reply.
package struct TransportError: Error, Hashable, Sendable {
  /// What happened.
  package enum Kind: Sendable {
    case connect, tls, timeout, reset, malformed, interrupted
  }

  /// What happened.
  package let kind: Kind
  /// The message, in lower case and without a full stop.
  package let message: String
  /// Whether a byte of the request may have reached the server.
  package let mayHaveReachedServer: Bool

  /// Creates an error.
  package init(_ kind: Kind, _ message: String, mayHaveReachedServer: Bool) {
    self.kind = kind
    self.message = message
    self.mayHaveReachedServer = mayHaveReachedServer
  }
}
