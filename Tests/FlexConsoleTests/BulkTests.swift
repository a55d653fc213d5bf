import FlexAPI
import FlexSimulator
import FlexTestSupport
import Testing

/// A sentence that would change several things wants their number typed.
struct BulkTests {
  private func session(
    _ lines: [String], maximum: Int = 100
  ) async throws -> (left: Int, shown: String) {
    let flex = SimulatedFlex.demo()
    let session = await PlayedSession(lines, on: flex, maximum: maximum)
    let agents = try await flex.list(.participants(Sample.path)).items.filter {
      $0.object?["type"]?.text == "agent"
    }
    return (agents.count, session.shown)
  }

  private static let use = "use channel UO1 in KD1"

  @Test func wantsTheNumberTyped() async throws {
    let done = try await session([Self.use, "close every agent", "2"])
    #expect(done.left == 0)
    #expect(done.shown.contains("this changes 2 things; type 2 to go on: "))
    let other = try await session([Self.use, "close every agent", "yes"])
    #expect(other.left == 2)
    #expect(other.shown.contains("nothing was sent"))
    let ended = try await session([Self.use, "for a in [UT1, UT2] { close $a }"])
    #expect(ended.left == 2)
  }

  @Test func neverAsksForOneThing() async throws {
    let done = try await session([Self.use, "close UT1", "close every agent"])
    #expect(done.left == 0)
    #expect(!done.shown.contains("type"))
  }

  @Test func refusesMoreThanTheLimit() async throws {
    let done = try await session([Self.use, "close UT1, UT2", "2"], maximum: 1)
    #expect(done.left == 2)
    #expect(done.shown.contains("--max-changes allows 1"))
  }
}
