package import FlexAPI

extension SimulatedTwilio {
  /// A small contact centre to try things on: three conversations, four agents, and tasks of every kind.
  package static func demo(seed: UInt64 = 0) -> SimulatedTwilio {
    SimulatedTwilio(world: .demo(seed: seed), seed: seed)
  }

  /// The world that a fixture describes.
  ///
  /// `text`: JSON as in `examples/world.json`.
  package static func fixture(
    _ text: [UInt8], seed: UInt64 = 0, catalog: Catalog = .standard
  ) throws(FixtureProblem) -> SimulatedTwilio {
    SimulatedTwilio(world: try World(fixture: text, seed: seed, catalog: catalog), seed: seed)
  }

  /// The demo world, and everything that a script names, as if the script were right about it.
  package static func inferred(from inference: Inference, seed: UInt64 = 0) -> SimulatedTwilio {
    var world = World.demo(seed: seed, workspace: inference.workspace)
    world.infer(from: inference)
    return SimulatedTwilio(world: world, seed: seed)
  }

  /// As ``inferred(from:seed:)``, for SIDs alone: those of each sentence or row, in their order.
  package static func inferred(from groups: [[AnySID]], seed: UInt64 = 0) -> SimulatedTwilio {
    inferred(from: Inference(groups), seed: seed)
  }
}
