import NIOCore
import NIOPosix
import Synchronization

/// HTTP/1.1 over SwiftNIO, on one event loop, with a pool of kept-alive connections per origin.
///
/// It uses channels, not an HTTP client, because it has to know, for every failure, whether a byte
/// of the request may have been sent.
package final class NIOTransport: Transport {
  private let loop: any EventLoop
  private let pools: [(origin: BaseURL, pool: NIOLoopBound<ConnectionPool>)]
  private let ends: EndCounter

  private init(
    loop: any EventLoop, pools: [(origin: BaseURL, pool: NIOLoopBound<ConnectionPool>)],
    ends: EndCounter
  ) {
    self.loop = loop
    self.pools = pools
    self.ends = ends
  }

  package var endCount: Int { ends.count.load(ordering: .relaxed) }

  /// Runs a body with a transport to these origins; every connection is closed when it ends.
  ///
  /// The body runs on the thread of the connections.
  ///
  /// `proxy`: the proxy for an origin; `nil` for none. `connectTimeout`: the limit for making a
  /// connection, including TLS. `certificates`: a PEM file of trusted roots; `nil` for the
  /// system's.
  ///
  /// - Throws: ``TransportSetupError`` if the trusted roots cannot be loaded, and what `proxy`
  ///   throws.
  package static func with<Result>(
    origins: [BaseURL], proxy: (BaseURL) throws -> Proxy?, connectTimeout: Duration,
    certificates: String?, _ body: (NIOTransport) async throws -> Result
  ) async throws -> Result {
    let tls = try origins.contains(where: \.isSecure) ? Connector.tls(trusting: certificates) : nil
    let connectors = try origins.map { origin in
      let connector = Connector(
        origin: origin, proxy: try proxy(origin), timeout: TimeAmount(connectTimeout),
        tls: origin.isSecure ? tls : nil)
      return (origin, connector)
    }
    let loop = idleLoops.withLock { $0.popLast() } ?? newLoop()
    defer { idleLoops.withLock { $0.append(loop) } }
    let ends = EndCounter()
    let pools = try await loop.submit {
      connectors.map { origin, connector in
        let pool = ConnectionPool(connector: connector, loop: loop, ends: ends)
        return (origin: origin, pool: NIOLoopBound(pool, eventLoop: loop))
      }
    }.get()
    let transport = NIOTransport(loop: loop, pools: pools, ends: ends)
    do {
      let result = try await withTaskExecutorPreference(EventLoopExecutor(loop)) {
        try await body(transport)
      }
      await transport.close()
      return result
    } catch {
      await transport.close()
      throw error
    }
  }

  /// Event loops that no transport uses.
  ///
  /// Their threads wait for the next transport: to end a thread takes longer than to make a request.
  private static let idleLoops = Mutex<[any EventLoop]>([])

  private static func newLoop() -> any EventLoop {
    MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
  }

  /// Closes every connection.
  private func close() async {
    let pools = pools.map(\.pool)
    try? await loop.submit { for pool in pools { pool.value.close() } }.get()
  }

  /// Ends every request in flight as interrupted.
  package func cutAll() {
    let pools = pools.map(\.pool)
    loop.execute { for pool in pools { pool.value.cutAll() } }
  }

  /// Who issued the certificates of the servers that answered last; empty without TLS.
  package func certificateIssuers() async -> [String] {
    let pools = pools.map(\.pool)
    let issuers = try? await loop.submit { pools.compactMap { $0.value.certificateIssuer } }.get()
    return issuers ?? []
  }

  package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPReply {
    guard let pool = pools.first(where: { $0.origin == request.origin })?.pool else {
      preconditionFailure("requests go to the origins that the transport was made for")
    }
    let loop = loop
    let result = await withCheckedContinuation { continuation in
      // The tasks of a run are already on the loop's thread.
      if loop.inEventLoop {
        pool.value.begin(request, continuation)
      } else {
        loop.execute { pool.value.begin(request, continuation) }
      }
    }
    return try result.get()
  }
}

/// Counts the requests that have ended; any thread may ask it.
final class EndCounter: Sendable {
  let count = Atomic<Int>(0)
}

/// The trusted roots could not be loaded.
package struct TransportSetupError: Error {
  /// The reason in lower case, with the file's name.
  package let reason: String
}

extension TimeAmount {
  /// Converts a duration to whole nanoseconds.
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
