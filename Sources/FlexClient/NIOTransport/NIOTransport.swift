import NIOCore
import NIOPosix

/// HTTP/1.1 over SwiftNIO, on one event loop, with a pool of kept-alive connections.
///
/// It stands on channels and not on an HTTP client, because it has to know, for every failure,
/// whether a byte of the request can have left.
package final class NIOTransport: Transport {
  private let loop: any EventLoop
  private let pool: NIOLoopBound<ConnectionPool>

  private init(loop: any EventLoop, pool: NIOLoopBound<ConnectionPool>) {
    self.loop = loop
    self.pool = pool
  }

  /// Runs a body with a transport to one origin; every connection is closed when it ends.
  ///
  /// The body runs on the thread of the connections.
  ///
  /// - `connectTimeout`: how long a connection, with TLS, may take to come about.
  /// - `certificates`: a PEM file of trusted roots; `nil` for the system's.
  ///
  /// Throws: ``TransportSetupError`` when the trusted roots cannot be loaded.
  package static func with<Result>(
    baseURL: BaseURL, proxy: Proxy?, connectTimeout: Duration, certificates: String?,
    _ body: (NIOTransport) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let connector: Connector
    do {
      connector = try Connector(
        origin: baseURL, proxy: proxy, timeout: TimeAmount(connectTimeout),
        certificates: certificates, group: group)
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    let pool = try await loop.submit {
      NIOLoopBound(ConnectionPool(connector: connector, loop: loop), eventLoop: loop)
    }.get()
    let transport = NIOTransport(loop: loop, pool: pool)
    do {
      let result = try await withTaskExecutorPreference(EventLoopExecutor(loop)) {
        try await body(transport)
      }
      try? await group.shutdownGracefully()
      return result
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// Ends every request that is in flight, as interrupted.
  package func cutAll() {
    let pool = pool
    loop.execute { pool.value.cutAll() }
  }

  package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPReply {
    let (loop, pool) = (loop, pool)
    let result = await withCheckedContinuation { continuation in
      // Tasks of a run are on the loop's thread already.
      if loop.inEventLoop {
        pool.value.begin(request, continuation)
      } else {
        loop.execute { pool.value.begin(request, continuation) }
      }
    }
    return try result.get()
  }
}

/// The trusted roots could not be loaded.
package struct TransportSetupError: Error {
  /// Lower case, with the file's name.
  package let reason: String
}

extension TimeAmount {
  /// The same time for NIO, in whole nanoseconds.
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
