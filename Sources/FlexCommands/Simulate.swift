import FlexConsole
package import FlexSimulator

/// What `simulator` is asked for.
package struct SimulatorRequest: Sendable {
  /// The port; 0 lets the system choose one.
  package var port: Int
  /// The file of its world; `nil` for the demo world.
  package var fixture: String?
  /// How it misbehaves.
  package var faults: FaultPlan
  /// Where the other data of the demo world come from.
  package var seed: UInt64

  /// Puts a request together.
  package init(port: Int, fixture: String?, faults: FaultPlan, seed: UInt64) {
    self.port = port
    self.fixture = fixture
    self.faults = faults
    self.seed = seed
  }
}

extension Commands {
  /// Serves the simulated API until a signal arrives.
  package static func simulate(
    _ request: SimulatorRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      let flex =
        try request.fixture.map { try FixtureOpening.open($0) } ?? .demo(seed: request.seed)
      do {
        try await SimulatorServer.with(flex, port: request.port, faults: request.faults) { url in
          var output = context.outputStream(isBuffered: false)
          output.write(url + "\n")
          await SignalHandling.untilRaised()
        }
      } catch let problem as SimulatorServer.PortProblem {
        throw CommandEnd(
          status: ExitStatus.configuration, message: problem.reason,
          help: "--port 0 lets the system choose one that is free")
      }
      return CommandEnd(status: ExitStatus.success)
    }
  }
}
