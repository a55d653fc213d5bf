import ArgumentParser
import FlexSimulator

/// How the simulator misbehaves.
struct FaultOptions: ParsableArguments {
  static let faultHelp = ArgumentHelp(
    "Make the simulator misbehave, for instance 503@0.05, reset@0.02, 429:retry-after=1#3,"
      + " delay:50ms, limit:8 (flexsh help faults).", valueName: "spec")
  static let seedHelp = ArgumentHelp(
    "The same seed gives the same faults (default: 0).", valueName: "n")

  @Option(help: faultHelp, transform: { try FaultOptions.fault($0) })
  var fault: [Fault] = []

  @Option(name: .customLong("seed"), help: seedHelp)
  var givenSeed: UInt64?

  var seed: UInt64 { givenSeed ?? 0 }

  static func fault(_ text: String) throws -> Fault {
    do throws(Fault.Problem) {
      return try Fault(text)
    } catch {
      throw ValidationError("--fault \(text): \(error.reason)")
    }
  }

  /// The plan that they make.
  var plan: FaultPlan { FaultPlan(fault, seed: seed) }
}
