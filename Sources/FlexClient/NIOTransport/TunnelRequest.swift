import NIOCore
import NIOHTTP1

/// Asks a proxy for a tunnel, says whether there is one, and then removes itself.
///
/// It comes after the HTTP handlers of a client. Source: RFC 9110 §9.3.6: any 2xx makes the
/// tunnel, which begins after the head of the answer.
final class TunnelRequest: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let head: HTTPRequestHead
  private let made: EventLoopPromise<Void>
  private var isOver = false

  /// Creates a request.
  ///
  /// `authority`: host and port of the origin. `made`: completed when the tunnel is there.
  init(authority: String, headers: HTTPHeaders, made: EventLoopPromise<Void>) {
    head = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: authority, headers: headers)
    self.made = made
  }

  func channelActive(context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    switch unwrapInboundIn(data) {
    case .head(let reply):
      switch reply.status.code {
      case 200..<300: return
      case 407:
        fail("it asks for a name and a password (407), which belong in the proxy's URL", context)
      default: fail("it answered with status \(reply.status.code)", context)
      }
    case .body: fail("its answer is not one to CONNECT", context)
    case .end:
      isOver = true
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
      made.succeed()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail("it closed the connection", context)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail("its answer is not one to CONNECT", context)
  }

  private func fail(_ reason: String, _ context: ChannelHandlerContext) {
    guard !isOver else { return }
    isOver = true
    made.fail(
      TransportError(
        .connect, "the proxy made no connection: \(reason)", mayHaveReachedServer: false))
    context.close(promise: nil)
  }
}
