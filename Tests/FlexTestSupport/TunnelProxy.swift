import NIOCore
import NIOPosix
import Synchronization

/// A proxy that makes tunnels on this machine and keeps all that it sees.
package final class TunnelProxy: Sendable {
  private let seen = Mutex<[UInt8]>([])
  /// Its port.
  package let port: Int

  private init(port: Int) {
    self.port = port
  }

  /// Everything that clients sent, the heads of CONNECT included.
  package var bytes: [UInt8] { seen.withLock { $0 } }

  /// Runs a body while the proxy runs.
  package static func with<Result>(
    _ body: (TunnelProxy) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let holder = Mutex<TunnelProxy?>(nil)
    let channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            Tunnel { bytes in
              holder.withLock { proxy in proxy?.seen.withLock { $0 += bytes } }
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let proxy = TunnelProxy(port: channel.localAddress?.port ?? 0)
    holder.withLock { $0 = proxy }
    do {
      let result = try await body(proxy)
      try? await channel.close()
      try? await group.shutdownGracefully()
      return result
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }
}

/// Answers CONNECT, and from then on hands bytes on.
private final class Tunnel: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let note: ([UInt8]) -> Void
  private var head: [UInt8] = []
  private var target: (any Channel)?

  init(_ note: @escaping ([UInt8]) -> Void) {
    self.note = note
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    note(Array(buffer.readableBytesView))
    if let target { return target.writeAndFlush(buffer, promise: nil) }
    head += buffer.readableBytesView
    let text = String(decoding: head, as: UTF8.self)
    guard text.hasSuffix("\r\n\r\n"),
      let port = text.split(separator: " ").dropFirst().first?.split(separator: ":").last
    else { return }
    let client = context.channel
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    ClientBootstrap(group: context.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Back(client))
        }
      }
      .connect(host: "127.0.0.1", port: Int(port) ?? 0)
      .whenSuccess { channel in
        bound.value.target = channel
        let answer = client.allocator.buffer(string: "HTTP/1.1 200 Connected\r\n\r\n")
        client.writeAndFlush(answer, promise: nil)
      }
  }

  func channelInactive(context: ChannelHandlerContext) {
    target?.close(promise: nil)
  }
}

/// Hands bytes back to the client.
private final class Back: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let client: any Channel

  init(_ client: any Channel) {
    self.client = client
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    client.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    client.close(promise: nil)
  }
}
