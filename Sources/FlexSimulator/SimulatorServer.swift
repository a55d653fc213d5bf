import FlexAPI
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves a pretend Flex over HTTP on the loopback interface.
package enum SimulatorServer {
  /// The port could not be taken.
  package struct PortProblem: Error {
    /// Lower case, with the port.
    package let reason: String
  }

  /// Runs a body while the server runs; connections are closed when it ends.
  ///
  /// - `port`: 0 lets the system choose one that is free.
  /// - `body`: gets the URL, for instance `http://127.0.0.1:49152`.
  package static func with<Result>(
    _ flex: SimulatedFlex, port: Int = 0, _ body: (String) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let server: any NIOCore.Channel
      do {
        server = try await bootstrap(flex, group).bind(host: "127.0.0.1", port: port).get()
      } catch {
        throw PortProblem(reason: "port \(port) of 127.0.0.1 cannot be taken: \(error)")
      }
      let result = try await body("http://127.0.0.1:\(server.localAddress?.port ?? port)")
      try? await server.close()
      try? await group.shutdownGracefully()
      return result
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private static func bootstrap(
    _ flex: SimulatedFlex, _ group: MultiThreadedEventLoopGroup
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
          try pipeline.addHandler(RequestHandler(flex))
        }
      }
  }
}

/// Collects a request, has it answered, writes the answer.
private final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// The longest body that is read, in bytes.
  private static let maximumBody = 1 << 20

  private let flex: SimulatedFlex
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(_ flex: SimulatedFlex) {
    self.flex = flex
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let buffer):
      guard body.count + buffer.readableBytes <= RequestHandler.maximumBody else {
        return context.close(promise: nil)
      }
      body.append(contentsOf: buffer.readableBytesView)
    case .end: answer(context)
    }
  }

  private func answer(_ context: ChannelHandlerContext) {
    guard let head else { return }
    let answer = flex.answer(
      SimulatedRequest(
        method: head.method.rawValue, target: head.uri,
        contentType: head.headers.first(name: "Content-Type"),
        authorization: head.headers.first(name: "Authorization"), body: body))
    var bytes: [UInt8] = []
    answer.body.write(into: &bytes)
    var headers = HTTPHeaders()
    headers.add(name: "Content-Type", value: "application/json;charset=utf-8")
    headers.add(name: "Content-Length", value: String(bytes.count))
    // Observed on other APIs of Twilio's, not confirmed on this one.
    headers.add(name: "Twilio-Request-Id", value: answer.requestID)
    headers.add(name: "Twilio-Request-Duration", value: "0.001")
    headers.add(name: "Twilio-Concurrent-Requests", value: "1")
    // *Documented*: the five CORS headers are the only ones that the OpenAPI document declares.
    headers.add(name: "Access-Control-Allow-Origin", value: "*")
    headers.add(name: "Access-Control-Allow-Credentials", value: "true")
    if answer.status == 401 {
      headers.add(name: "WWW-Authenticate", value: "Basic realm=\"Twilio API\"")
    }
    let responseHead = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(responseHead)), promise: nil)
    let buffer = context.channel.allocator.buffer(bytes: bytes)
    context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}
