/// Sends one request and gives back one reply; what it means is decided elsewhere.
package protocol Transport: Sendable {
  /// Makes one attempt. Nothing is ever sent a second time below this line, and no redirect is
  /// followed.
  ///
  /// - Returns: Any complete reply, whatever its status.
  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPReply
}

/// A request as bytes and headers.
package struct HTTPRequest: Hashable, Sendable {
  /// Where it goes.
  package var origin: BaseURL
  /// `GET` or `POST`.
  package var method: String
  /// The path and the query, in ASCII and encoded.
  package var target: String
  /// Headers but `Host` and `Content-Length`, which the transport knows, and `Authorization`.
  package var headers: HTTPHeaderLines
  /// The value of `Authorization`, once it has been added.
  package var authorization: Secret?
  /// The body; empty for none.
  package var body: [UInt8]
  /// Whether it must travel on a connection of its own.
  package var needsFreshConnection: Bool
  /// How long all of it may take, a new connection included.
  package var timeout: Duration

  /// Puts a request together.
  package init(
    origin: BaseURL, method: String, target: String, headers: HTTPHeaderLines, body: [UInt8],
    needsFreshConnection: Bool, timeout: Duration
  ) {
    self.origin = origin
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.needsFreshConnection = needsFreshConnection
    self.timeout = timeout
  }
}

/// A reply, complete.
package struct HTTPReply: Hashable, Sendable {
  /// The status, 200…999.
  package var status: Int
  /// The headers in their order.
  package var headers: [HTTPHeader]
  /// The body, at most ``maximumBody`` bytes.
  package var body: [UInt8]

  /// The longest body that is accepted, in bytes.
  package static let maximumBody = 1 << 20
  /// How many bytes may come before the end of the headers.
  package static let maximumHead = 1 << 16

  /// Puts a reply together.
  package init(status: Int, headers: [HTTPHeader], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The value of the first header with this name, in whatever case.
  package func header(_ name: String) -> String? {
    // Asked several times a reply: compared byte by byte, and not copied.
    func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
    return headers.first { header in
      header.name.utf8.count == name.utf8.count
        && zip(header.name.utf8, name.utf8).allSatisfy { folded($0) == folded($1) }
    }?.value
  }
}

/// A name and a value.
package struct HTTPHeader: Hashable, Sendable {
  package let name: String
  package let value: String

  /// Pairs them.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Headers that many requests share, together with their form on the wire.
package struct HTTPHeaderLines: Hashable, Sendable {
  /// The headers in their order.
  package let headers: [HTTPHeader]
  /// A line for each, with its line end.
  let lines: [UInt8]

  /// Takes headers without line ends in them.
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
  /// Lower case, without a full stop.
  package let message: String
  /// Whether a byte of the request can have reached the server.
  package let mayHaveReachedServer: Bool

  /// Says what happened.
  package init(_ kind: Kind, _ message: String, mayHaveReachedServer: Bool) {
    self.kind = kind
    self.message = message
    self.mayHaveReachedServer = mayHaveReachedServer
  }
}
