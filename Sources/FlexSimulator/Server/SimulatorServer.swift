import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves a pretend Flex over HTTP on the loopback interface.
package enum SimulatorServer {
  /// The name of the handler after which everything is bytes.
  static let edge = "edge"

  /// The port could not be taken.
  package struct PortProblem: Error {
    /// Lower case, with the port.
    package let reason: String
  }

  /// Runs a body while the server runs; connections are closed when it ends.
  ///
  /// - `port`: 0 lets the system choose one that is free.
  /// - `faults`: how it misbehaves.
  /// - `body`: gets the URL, for instance `http://127.0.0.1:49152`.
  package static func with<Result>(
    _ flex: SimulatedTwilio, port: Int = 0, faults: FaultPlan = FaultPlan(),
    _ body: (String) async throws -> Result
  ) async throws -> Result {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    if faults.keepsEarlierState { flex.keepEarlierState() }
    do {
      let server: any NIOCore.Channel
      do {
        server = try await bootstrap(flex, faults, group).bind(host: "127.0.0.1", port: port).get()
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
    _ flex: SimulatedTwilio, _ faults: FaultPlan, _ group: MultiThreadedEventLoopGroup
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(Edge(), name: edge)
          try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
          try pipeline.addHandler(RequestHandler(flex, faults))
        }
      }
  }
}
