import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS

/// Makes connections to one origin: through a proxy if one is set, with TLS if it is secure.
struct Connector: Sendable {
  private let origin: BaseURL
  private let proxy: Proxy?
  private let timeout: TimeAmount
  private let tls: NIOSSLContext?

  /// Creates a connector.
  ///
  /// `tls`: the context for a secure origin; `nil` for any other.
  init(origin: BaseURL, proxy: Proxy?, timeout: TimeAmount, tls: NIOSSLContext?) {
    self.origin = origin
    self.proxy = proxy
    self.timeout = timeout
    self.tls = tls
  }

  /// The TLS context for all origins.
  ///
  /// `certificates`: a PEM file of trusted roots; `nil` for the system's.
  static func tls(trusting certificates: String?) throws(TransportSetupError) -> NIOSSLContext {
    // Full verification is NIOSSL's default; nothing turns it off.
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    if let certificates { configuration.trustRoots = .file(certificates) }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw TransportSetupError(
        reason: "the trusted certificates cannot be loaded"
          + (certificates.map { " from \($0)" } ?? ""))
    }
  }

  /// Makes a connection that is ready for a request: connected, tunnelled, secured.
  func connect(on loop: any EventLoop) -> EventLoopFuture<NIOLoopBound<Connection>> {
    let ready = loop.makePromise(of: NIOLoopBound<Connection>.self)
    let bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(timeout)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      // An answer nearly always arrives in one piece: a second read finds nothing.
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if proxy == nil { try start(channel, ready) } else { try tunnel(channel, ready) }
        }
      }
    // The limit covers everything, including the tunnel and the handshake.
    let limit = loop.scheduleTask(in: timeout) {
      ready.fail(ChannelError.connectTimeout(timeout))
    }
    let target = proxy.map { ($0.host, $0.port) } ?? (origin.host, origin.port)
    let connecting: EventLoopFuture<any Channel>
    // An address needs no search for addresses.
    if let address = try? SocketAddress(ipAddress: target.0, port: target.1) {
      connecting = bootstrap.connect(to: address).flatMapErrorThrowing { error in
        throw ConnectionFailure.describe(error, connectingTo: target.0, target.1)
      }
    } else {
      connecting = bootstrap.connect(host: target.0, port: target.1)
    }
    connecting.whenSuccess { channel in
      // After the limit, nothing waits for the channel.
      ready.futureResult.whenFailure { _ in channel.close(promise: nil) }
    }
    connecting.cascadeFailure(to: ready)
    ready.futureResult.whenComplete { _ in limit.cancel() }
    return ready.futureResult
  }

  /// Fills the pipeline of a channel that leads to the origin.
  private func start(
    _ channel: any Channel, _ ready: EventLoopPromise<NIOLoopBound<Connection>>
  ) throws {
    let connection = Connection(authority: origin.authority)
    let pipeline = channel.pipeline.syncOperations
    if let tls {
      // An address is not a server name; NIOSSL then verifies the certificate against the address.
      let handler: NIOSSLClientHandler
      do {
        handler = try NIOSSLClientHandler(context: tls, serverHostname: origin.host)
      } catch let error as NIOSSLExtraError where error == .cannotUseIPAddressInSNI {
        handler = try NIOSSLClientHandler(context: tls, serverHostname: nil)
      }
      try pipeline.addHandler(handler)
    }
    try pipeline.addHandlers([Readiness(isSecure: tls != nil, connection, ready), connection])
  }

  /// Fills the pipeline of a channel that leads to the proxy, and asks for a tunnel.
  private func tunnel(
    _ channel: any Channel, _ ready: EventLoopPromise<NIOLoopBound<Connection>>
  ) throws {
    let loop = channel.eventLoop
    var headers = HTTPHeaders()
    let name =
      origin.host.utf8.contains(UInt8(ascii: ":")) ? "[\(origin.host)]" : origin.host
    headers.add(name: "Host", value: "\(name):\(origin.port)")
    if let authorization = proxy?.authorization {
      headers.add(name: "Proxy-Authorization", value: authorization.revealed)
    }
    let tunnelled = loop.makePromise(of: Void.self)
    let encoder = HTTPRequestEncoder()
    let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
    let handler = TunnelRequest(
      authority: "\(name):\(origin.port)", headers: headers, made: tunnelled)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandlers([encoder, decoder, handler])
    let bound = NIOLoopBound((encoder, decoder), eventLoop: loop)
    // The request for the tunnel removes itself from the pipeline.
    tunnelled.futureResult.flatMap {
      channel.pipeline.syncOperations.removeHandler(bound.value.1)
    }.flatMap {
      channel.pipeline.syncOperations.removeHandler(bound.value.0)
    }.flatMapThrowing {
      try start(channel, ready)
    }.cascadeFailure(to: ready)
  }
}

/// Reports when a connection can carry its first request, and then removes itself.
private final class Readiness: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let isSecure: Bool
  private let connection: Connection
  private let ready: EventLoopPromise<NIOLoopBound<Connection>>
  private var isTold = false

  init(
    isSecure: Bool, _ connection: Connection,
    _ ready: EventLoopPromise<NIOLoopBound<Connection>>
  ) {
    self.isSecure = isSecure
    self.connection = connection
    self.ready = ready
  }

  func channelActive(context: ChannelHandlerContext) {
    if !isSecure { emit(context) }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { emit(context) }
    context.fireUserInboundEventTriggered(event)
  }

  private func emit(_ context: ChannelHandlerContext) {
    guard !isTold else { return }
    isTold = true
    // The last handler must be in the pipeline before the first request is written.
    let bound = NIOLoopBound((connection, context), eventLoop: context.eventLoop)
    let ready = ready
    context.eventLoop.execute {
      let (connection, context) = bound.value
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
      ready.succeed(NIOLoopBound(connection, eventLoop: context.eventLoop))
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if isTold { return context.fireErrorCaught(error) }
    isTold = true
    ready.fail(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if !isTold {
      isTold = true
      ready.fail(
        TransportError(
          isSecure ? .tls : .connect, "the server closed the connection before it was ready",
          mayHaveReachedServer: false))
    }
    context.fireChannelInactive()
  }
}
