import ArgumentParser
import FlexCommands

/// Serves the simulated API until a signal ends it.
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
    throw await Commands.simulate(
      SimulatorRequest(port: port, fixture: fixture, faults: faults.plan, seed: faults.seed),
      in: .process())
  }
}
