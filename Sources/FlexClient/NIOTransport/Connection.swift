import NIOCore
import NIOHTTP1
import NIOSSL

/// One connection, and the exchange that it carries.
///
/// It is the last handler of its channel.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// The maximum number of 1xx heads before the reply.
  static let maximumInformational = 16

  private var context: ChannelHandlerContext?
  private var exchange: Exchange?
  private var head: HTTPResponseHead?
  private var body: [UInt8] = []
  private var informational = 0
  private(set) var idleSince = ContinuousClock.now
  var onIdle: ((Connection) -> Void)?
  var onClose: ((Connection) -> Void)?

  /// Whether it can carry another exchange.
  var isUsable: Bool { exchange == nil && context?.channel.isActive == true }
  /// Whether a reply is awaited.
  var isAwaitingReply: Bool { exchange != nil }
  /// The request whose reply is awaited.
  var request: HTTPRequest? { exchange?.request }

  /// Who issued the certificate of the server; `nil` without TLS, or if it does not say.
  var certificateIssuer: String? {
    (try? context?.pipeline.syncOperations.nioSSL_peerCertificate()).flatMap { $0 }
      .flatMap(CertificateIssuer.name)
  }

  func close() {
    context?.close(promise: nil)
  }

  /// Writes a request and awaits its reply.
  func carry(_ exchange: Exchange) {
    guard let context, context.channel.isActive else {
      return exchange.fail(.reset, "the connection closed before anything was sent")
    }
    self.exchange = exchange
    exchange.connection = self
    head = nil
    body = []
    informational = 0
    // From here on, a byte may be sent, whatever happens to the connection.
    exchange.mayHaveReachedServer = true
    // This informs the decoder of the reply; the wire handler writes the bytes.
    let head = exchange.request.method == "POST" ? Connection.post : Connection.get
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }

  private static let get = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
  private static let post = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let exchange else { return close() }
    switch unwrapInboundIn(data) {
    case .head(let head) where head.status.code < 200:
      informational += 1
      if informational > Connection.maximumInformational || head.status.code == 101 {
        exchange.cut(.malformed, "the answer has too many interim heads")
      }
    case .head(let head): self.head = head
    case .body(let buffer):
      guard body.count + buffer.readableBytes <= exchange.request.maximumBody else {
        return exchange.cut(
          .malformed, "the answer is longer than \(exchange.request.maximumBody) bytes")
      }
      buffer.withUnsafeReadableBytes { body.append(contentsOf: $0) }
    case .end: finish(exchange)
    }
  }

  private func finish(_ exchange: Exchange) {
    guard let head else { return exchange.cut(.malformed, "the answer has no head") }
    self.exchange = nil
    idleSince = .now
    let reply = HTTPReply(
      status: Int(head.status.code),
      headers: head.headers.map { HTTPHeader($0.name, $0.value) }, body: body)
    if head.isKeepAlive, !exchange.request.needsFreshConnection {
      onIdle?(self)
    } else {
      close()
    }
    exchange.end(.success(reply))
  }

  func channelInactive(context: ChannelHandlerContext) {
    let exchange = exchange
    self.exchange = nil
    if head == nil {
      exchange?.fail(.reset, "the connection closed before an answer came")
    } else {
      exchange?.fail(.malformed, "the connection closed inside the answer")
    }
    onClose?(self)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let exchange {
      self.exchange = nil
      let failure = ConnectionFailure.describe(
        error, whileReading: head != nil, mayHaveReachedServer: exchange.mayHaveReachedServer)
      exchange.end(.failure(failure))
    }
    context.close(promise: nil)
  }
}
