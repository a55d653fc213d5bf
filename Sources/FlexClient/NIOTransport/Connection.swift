import NIOCore
import NIOSSL

/// One connection, and the exchange that it carries.
///
/// It is the last handler of its channel: it writes requests as one buffer each, and reads replies.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The bytes after the target of every request.
  private let host: [UInt8]
  private var context: ChannelHandlerContext?
  private var exchange: Exchange?
  private var reader = ResponseReader(maximumBody: 0)
  /// The current request; both are kept so that their memory is reused.
  private var bytes: [UInt8] = []
  private var buffer = ByteBuffer()
  private(set) var idleSince = ContinuousClock.now
  var onIdle: ((Connection) -> Void)?
  var onClose: ((Connection) -> Void)?

  /// `authority`: the host, and the port unless it is the scheme's own.
  init(authority: String) {
    host = Array(" HTTP/1.1\r\nHost: \(authority)\r\n".utf8)
  }

  /// Whether it can carry another exchange.
  var isUsable: Bool { exchange == nil && context?.channel.isActive == true }

  /// The issuer of the server's certificate; `nil` without TLS, or if it does not say.
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
    reader = ResponseReader(maximumBody: exchange.request.maximumBody)
    // From here on, a byte may be sent, whatever happens to the connection.
    exchange.mayHaveReachedServer = true
    bytes.removeAll(keepingCapacity: true)
    exchange.request.write(into: &bytes, host: host)
    buffer.clear()
    buffer.writeBytes(bytes)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  /// Reads bytes; an unexpected byte closes the connection: it would be taken for the beginning of the
  /// next reply.
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let exchange else { return close() }
    let progress = unwrapInboundIn(data).withUnsafeReadableBytes {
      reader.take($0.assumingMemoryBound(to: UInt8.self))
    }
    go(on: exchange, after: progress)
  }

  private func go(on exchange: Exchange, after progress: ResponseReader.Progress) {
    switch progress {
    case .incomplete: return
    case .failure(let reason): exchange.cut(.malformed, reason)
    case .complete(let reply, let isLast):
      self.exchange = nil
      idleSince = .now
      if isLast || exchange.request.needsFreshConnection { close() } else { onIdle?(self) }
      exchange.end(.success(reply))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    // A reply may end with its connection.
    if let exchange { go(on: exchange, after: reader.end()) }
    let exchange = exchange
    self.exchange = nil
    if !reader.hasBegun {
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
        error, whileReading: reader.hasBegun, mayHaveReachedServer: exchange.mayHaveReachedServer)
      exchange.end(.failure(failure))
    }
    context.close(promise: nil)
  }
}
