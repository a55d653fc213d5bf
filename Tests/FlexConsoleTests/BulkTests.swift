import FlexAPI
import FlexSimulator
import FlexTestSupport
import Foundation
import Synchronization
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

  /// Does not answer the first listing.
  private struct SilentAtFirst: InteractionsAPI {
    let flex: SimulatedFlex
    let asked = Counter()

    final class Counter: Sendable {
      private let count = Mutex(0)
      func next() -> Int {
        count.withLock {
          $0 += 1
          return $0
        }
      }
    }

    func perform(_ operation: FlexAPI.Operation) async throws(APIError) -> Answer {
      if case .listParticipants = operation, asked.next() == 1 {
        throw APIError(kind: .timeout, message: "no answer within 30s", mayHaveBeenProcessed: true)
      }
      return try await flex.perform(operation)
    }
  }

  @Test func sendsNothingWhenNobodyKnowsHowMuch() async throws {
    let flex = SimulatedFlex.demo()
    let session = await PlayedSession(
      [Self.use, "close every agent", "why"], on: SilentAtFirst(flex: flex))
    let all = try await flex.list(.participants(Sample.path)).items
    #expect(all.count == 3)
    let reason =
      "nobody knows how much that would change, as a look-up failed: no answer within 30s"
    #expect(session.shown.components(separatedBy: reason).count == 3)
  }

  @Test func refusesMoreThanTheLimit() async throws {
    let done = try await session([Self.use, "close UT1, UT2", "2"], maximum: 1)
    #expect(done.left == 2)
    #expect(done.shown.contains("--max-changes allows 1"))
  }
}
