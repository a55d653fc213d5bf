import NIOCore
import NIOPosix
package import NIOSSL
import Synchronization

/// A server that reads whole requests and answers them with whatever bytes a test says.
package final class RawServer: Sendable {
  /// A request as it came.
  package struct Request: Sendable {
    /// The connection that it came on, from 1.
    package let connection: Int
    /// `POST /v1/… HTTP/1.1`.
    package let line: String
    /// All headers, names in lower case.
    package let headers: [String: String]
    /// The body.
    package let body: String
  }

  /// What to do with a request.
  package enum Reply: Sendable {
    /// Send these bytes, and go on with the connection.
    case bytes(String)
    /// Send these bytes, and close the connection in good order.
    case bytesThenClose(String)
    /// Send these bytes, and reset the connection.
    case bytesThenReset(String)
    /// Send these bytes, then one byte every few milliseconds, for ever.
    case bytesThenDrops(String)
    /// Never answer.
    case nothing
  }

  private let log = Mutex<[Request]>([])
  private let connections = Mutex(0)
  /// Where the server is.
  package let url: String

  private init(url: String) {
    self.url = url
  }

  /// How a server answers, before there is one.
  package struct Behavior: Sendable {
    fileprivate let answer: @Sendable (Request, Int) -> Reply
  }

  /// A server that answers so; the closure gets each request and the number of requests so far.
  package static func answering(
    _ answer: @escaping @Sendable (Request, Int) -> Reply
  ) -> Behavior {
    Behavior(answer: answer)
  }

  /// The requests so far, in the order in which they were read.
  package var requests: [Request] { log.withLock { $0 } }
  /// How many connections were accepted.
  package var connectionCount: Int { connections.withLock { $0 } }

  fileprivate static func serve<Result>(
    _ answer: @escaping @Sendable (Request, Int) -> Reply, tls: NIOSSLContext?,
    _ body: (RawServer) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let holder = Mutex<RawServer?>(nil)
    let channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let server = holder.withLock({ $0 }) else { return }
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          }
          let number = server.connections.withLock { count in
            count += 1
            return count
          }
          try channel.pipeline.syncOperations.addHandler(
            RequestReader(connection: number) { request in
              let count = server.log.withLock { log in
                log.append(request)
                return log.count
              }
              return answer(request, count)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let origin = tls == nil ? "http://127.0.0.1" : "https://localhost"
    let server = RawServer(url: "\(origin):\(channel.localAddress?.port ?? 0)")
    holder.withLock { $0 = server }
    do {
      let result = try await body(server)
      try await channel.close()
      try await group.shutdownGracefully()
      return result
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// A whole reply with a JSON body.
  package static func reply(
    _ status: Int, _ body: String, headers: [String] = []
  ) -> String {
    let lines =
      ["HTTP/1.1 \(status) Status", "Content-Type: application/json"]
      + headers + ["Content-Length: \(body.utf8.count)", "", ""]
    return lines.joined(separator: "\r\n") + body
  }

  /// A reply that echoes the SIDs of the request's path, as Flex does.
  package static func echo(_ request: Request) -> String {
    let target = request.line.split(separator: " ").dropFirst().first ?? ""
    let segments = target.split(separator: "/").map(String.init)
    var members: [String] = []
    if segments.count >= 3 { members.append("\"sid\": \"\(segments[segments.count - 1])\"") }
    if segments.count >= 5 { members.append("\"interaction_sid\": \"\(segments[2])\"") }
    if segments.count >= 7 { members.append("\"channel_sid\": \"\(segments[4])\"") }
    return reply(200, "{\(members.joined(separator: ", "))}")
  }
}

extension RawServer.Behavior {
  /// Runs a body while a server runs that behaves so.
  package func serve<Result>(
    _ body: (RawServer) async throws -> Result
  ) async throws -> Result {
    try await RawServer.serve(answer, tls: nil, body)
  }

  /// Runs a body while a server runs that behaves so over TLS, with one of ``TestCertificate``.
  ///
  /// `version`: the newest version of TLS that it speaks.
  package func serveSecurely<Result>(
    with certificate: String = TestCertificate.certificate, maximum version: TLSVersion? = nil,
    _ body: (RawServer) async throws -> Result
  ) async throws -> Result {
    try await RawServer.serve(
      answer, tls: try TestCertificate.context(certificate, maximum: version), body)
  }
}

/// Collects bytes into requests.
private final class RequestReader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let connection: Int
  private let answer: (RawServer.Request) -> RawServer.Reply
  private var bytes: [UInt8] = []

  init(connection: Int, _ answer: @escaping (RawServer.Request) -> RawServer.Reply) {
    self.connection = connection
    self.answer = answer
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytesView
    while let request = takeRequest() {
      switch answer(request) {
      case .bytes(let text): write(text, context)
      case .bytesThenClose(let text):
        write(text, context)
        context.close(promise: nil)
      case .bytesThenReset(let text):
        write(text, context)
        reset(context)
      case .bytesThenDrops(let text):
        write(text, context)
        drip(context)
      case .nothing: break
      }
    }
  }

  private func drip(_ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    write("x", context)
    context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(5)) { self.drip(context) }
  }

  private func write(_ text: String, _ context: ChannelHandlerContext) {
    guard !text.isEmpty else { return }
    context.writeAndFlush(
      wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
  }

  /// Closing with a linger time of zero sends RST in the place of FIN.
  private func reset(_ context: ChannelHandlerContext) {
    let channel = context.channel
    guard let options = channel as? any SocketOptionProvider else {
      return context.close(promise: nil)
    }
    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  private func takeRequest() -> RawServer.Request? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] =
        String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    let headLength = text[..<end.upperBound].utf8.count
    guard bytes.count >= headLength + length else { return nil }
    let body = String(decoding: bytes[headLength..<(headLength + length)], as: UTF8.self)
    bytes.removeFirst(headLength + length)
    return RawServer.Request(
      connection: connection, line: lines.first ?? "", headers: headers, body: body)
  }
}
