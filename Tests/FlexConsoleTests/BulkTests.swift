import FlexAPI
import FlexScript
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
    let flex = SimulatedTwilio.demo()
    let session = await PlayedSession(lines, on: flex, maximum: maximum, columns: 300)
    let agents = try await flex.list(.listParticipants(on: Sample.path)).items.filter {
      $0.object?["type"]?.text == "agent"
    }
    return (agents.count, session.shown)
  }

  private static let use = "use channel UO1 in KD1"

  @Test func wantsTheNumberTyped() async throws {
    let done = try await session([Self.use, "close every agent", "2"])
    #expect(done.left == 0)
    #expect(done.shown.contains("this changes 2 things; type 2 to continue: "))
    let other = try await session([Self.use, "close every agent", "yes"])
    #expect(other.left == 2)
    #expect(other.shown.contains("nothing was sent"))
    let ended = try await session([Self.use, "for a in [UT1, UT2] { close $a }"])
    #expect(ended.left == 2)
  }

  /// The journal knows an action by its number.
  @Test func aDryRunInBetweenNumbersOn() async throws {
    let session = try await session([
      Self.use, "output ndjson", "close UT1", "dry on", "close UT2", "dry off", "close UT2",
    ])
    #expect(session.left == 0)
    let numbers = session.shown.matches(of: /"event":"action","n":(\d+)/).map { String($0.1) }
    #expect(numbers == ["1", "2", "3"], "\(session.shown)")
  }

  @Test func neverAsksForOneThing() async throws {
    let done = try await session([Self.use, "close UT1", "close every agent"])
    #expect(done.left == 0)
    #expect(!done.shown.contains("type"))
  }

  /// Does not answer the first listing.
  private struct SilentAtFirst: TwilioAPI {
    let flex: SimulatedTwilio
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

    func perform(
      _ operation: FlexAPI.Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if operation.definition == Participant.list, asked.next() == 1 {
        throw APIError(kind: .timeout, message: "no answer within 30s", mayHaveBeenProcessed: true)
      }
      return try await flex.perform(operation, permission: permission)
    }
  }

  @Test func sendsNothingWhenNobodyKnowsHowMuch() async throws {
    let flex = SimulatedTwilio.demo()
    let session = await PlayedSession(
      [Self.use, "close every agent", "why"], on: SilentAtFirst(flex: flex), columns: 300)
    let all = try await flex.list(.listParticipants(on: Sample.path)).items
    #expect(all.count == 3)
    let reason =
      "cannot count what that would change, because a look-up failed: no answer within 30s"
    #expect(session.shown.components(separatedBy: reason).count == 3)
  }

  @Test func refusesMoreThanTheLimit() async throws {
    let done = try await session([Self.use, "close UT1, UT2", "2"], maximum: 1)
    #expect(done.left == 2)
    #expect(done.shown.contains("the limit of one sentence is 1"))
  }

  /// Lets somebody join, or leave, between the first look and the second.
  private actor Changing: TwilioAPI {
    let flex: SimulatedTwilio
    let change: @Sendable (SimulatedTwilio) async throws -> Void
    private var listings = 0

    init(
      _ flex: SimulatedTwilio, _ change: @escaping @Sendable (SimulatedTwilio) async throws -> Void
    ) {
      self.flex = flex
      self.change = change
    }

    func perform(
      _ operation: FlexAPI.Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if operation.definition == Participant.list {
        listings += 1
        // The rehearsal lists once.
        if listings == 2 {
          do { try await change(flex) } catch {
            throw APIError(
              kind: .protocol, message: "\(error)", mayHaveBeenProcessed: false)
          }
        }
      }
      return try await flex.perform(operation, permission: permission)
    }
  }

  private static func agents(_ flex: SimulatedTwilio) async throws -> Set<String> {
    Set(
      try await flex.list(.listParticipants(on: Sample.path)).items.compactMap { item in
        item.object?["type"]?.text == "agent" ? item.object?["sid"]?.text : nil
      })
  }

  @Test(arguments: [
    "close every agent", "for a in participants where type is agent { close $a }",
    "let all = participants where type is agent; close $all",
  ])
  func whoeverJoinedMeanwhileIsNotTouched(_ sentence: String) async throws {
    let flex = SimulatedTwilio.demo()
    let before = try await Self.agents(flex)
    let changing = Changing(flex) { flex in
      _ = try await flex.perform(
        .addParticipant(on: Sample.path, type: "agent", media: .object(JSONObject()), routing: nil))
    }
    let session = await PlayedSession([Self.use, sentence, "2"], on: changing, columns: 300)
    let after = try await Self.agents(flex)
    #expect(after.count == 1, "\(session.shown)")
    #expect(after.isDisjoint(with: before))
    let joined = try #require(after.first)
    #expect(session.shown.contains("close \(joined)"))
    #expect(session.shown.contains("left alone, as it was not there when the question was asked"))
  }

  @Test func whoLeftMeanwhileIsReported() async throws {
    let flex = SimulatedTwilio.demo()
    let changing = Changing(flex) { flex in
      _ = try await flex.perform(
        .close(Sample.participant(Sample.agent), on: Sample.path))
    }
    let session = await PlayedSession(
      [Self.use, "close every agent", "2"], on: changing, columns: 300)
    #expect(try await Self.agents(flex).isEmpty)
    #expect(
      session.shown.contains(
        "close \(Sample.agent) on \(Sample.channel) in \(Sample.interaction): shown before the "
          + "question, and not done: it is gone, or a condition changed"), "\(session.shown)")
  }

  /// A sentence that writes once is not asked about, and then writes no more than once.
  @Test func whoJoinedASentenceThatWasNotAskedAboutIsNotTouchedEither() async throws {
    let flex = SimulatedTwilio.demo()
    _ = try await flex.perform(
      .close(Sample.participant(Sample.agent), on: Sample.path))
    let changing = Changing(flex) { flex in
      _ = try await flex.perform(
        .addParticipant(on: Sample.path, type: "agent", media: .object(JSONObject()), routing: nil))
    }
    let session = await PlayedSession([Self.use, "close every agent"], on: changing, columns: 300)
    #expect(try await Self.agents(flex).count == 1, "\(session.shown)")
  }

  @Test func aListingThatFailedLeavesNoRows() async throws {
    let flex = SimulatedTwilio.demo()
    let session = await PlayedSession(
      [Self.use, "list participants", "list participants on UO2", "close @1", "list channels"],
      on: flex, columns: 300)
    #expect(
      session.shown.contains("the last listing failed, so it has no rows"), "\(session.shown)")
    #expect(try await Self.agents(flex).count == 2)
  }

  /// A data file that has other rows from a certain time on.
  private struct ChangingFiles: ScriptFiles {
    let opened = Counter()

    mutating func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
      throw FileProblem(reason: "no such file")
    }

    func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
      opened.increase()
      // Opened for the check, for what is shown, and to be carried out.
      let agents =
        opened.value < 3 ? "UT1\nUT2\n" : "UT0\(String(repeating: "0", count: 31))\nUT4\n"
      return OpenedFile(
        identity: path, name: path, source: BytesSource(Sample.expand("agent\n" + agents)))
    }
  }

  @Test func rowsThatWereNotShownAreNotTouched() async throws {
    let flex = SimulatedTwilio.demo()
    let session = await PlayedSession(
      [Self.use, "for r in rows of \"d.csv\" { close $r.agent }", "2"], on: flex,
      scriptFiles: ChangingFiles(), columns: 300)
    #expect(session.shown.contains("close \(Sample.agent)"))
    #expect(session.shown.contains("left alone"), "\(session.shown)")
    #expect(session.shown.contains("shown before the question, and not done"))
    #expect(try await Self.agents(flex).count == 2)
    #expect(!session.shown.contains("✓ close"))
  }
}
