import ArgumentParser
import FlexConsole
import FlexScript
import FlexSimulator
import SystemPackage

/// Serves the simulated API until it is told to stop.
struct SimulatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulator",
    abstract: "Serve a simulated Flex API on the loopback interface.",
    discussion: "The first line of standard output is the URL; Ctrl-C ends it.")

  @Option(help: "The port; 0 lets the system choose a free one.")
  var port = 0

  @Option(
    help: ArgumentHelp("The world of this file instead of the demo world.", valueName: "file"))
  var fixture: String?

  @OptionGroup(title: "Faults")
  var faults: FaultOptions

  func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("--port takes a number from 0 to 65535")
    }
  }

  func run() async throws {
    let flex = try fixture.map { try FixtureOpening.open($0) } ?? .demo(seed: faults.seed)
    do {
      try await SimulatorServer.with(flex, port: port, faults: faults.plan) { url in
        var output = OutputStream(.standardOutput, isBuffered: false)
        output.write(url + "\n")
        await SignalHandling.untilRaised()
      }
    } catch let problem as SimulatorServer.PortProblem {
      throw Exit(
        status: ExitStatus.configuration, message: problem.reason,
        help: "--port 0 lets the system choose one that is free")
    }
  }
}

/// Opens the worlds that a command line names.
enum FixtureOpening {
  /// Reads a fixture; what is wrong with it ends the program.
  static func open(_ name: String) throws -> SimulatedFlex {
    let bytes = try ScriptOpening.bytes(of: ScriptOpening.open(name))
    do throws(FixtureProblem) {
      return try SimulatedFlex.fixture(bytes)
    } catch {
      throw Exit(status: ExitStatus.checkFailed, message: "\(name): \(error.reason)")
    }
  }
}
