import FlexAPI
import FlexRuntime
import FlexTestSupport
import Synchronization
import Testing

/// Several actions at once: their order, their overlap, and what a failure leaves undone.
struct JobsTests {
  /// An API that watches what overlaps; an action takes a few turns of the scheduler.
  private final class WatchedAPI: TwilioAPI {
    struct Log {
      var begun: [Operation] = []
      var inFlight: [Operation] = []
      var mostInFlight = 0
      var hasOverlappedOnAnInteraction = false
      var hasAskedWhileActing = false

      mutating func begin(_ operation: Operation) -> Int {
        begun.append(operation)
        if !operation.isWrite, !inFlight.isEmpty { hasAskedWhileActing = true }
        let interaction = operation.scope.interaction
        if inFlight.contains(where: { $0.scope.interaction == interaction }) {
          hasOverlappedOnAnInteraction = true
        }
        inFlight.append(operation)
        mostInFlight = max(mostInFlight, inFlight.count)
        return begun.count
      }
    }

    private let log = Mutex(Log())
    var seen: Log { log.withLock { $0 } }
    let failsAt: ParticipantSID?
    /// A channel that shows itself as closed.
    let closed: ChannelSID?

    init(failsAt: ParticipantSID? = nil, closed: ChannelSID? = nil) {
      self.failsAt = failsAt
      self.closed = closed
    }

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if let permission, await !permission() { throw .notPermitted }
      let count = log.withLock { $0.begin(operation) }
      // Later ones are quicker, so that they end in another order than they begin.
      let turns = 40 - count % 7 * 5
      for _ in 0..<turns { await Task.yield() }
      log.withLock { log in log.inFlight.removeAll { $0 == operation } }
      if operation.isWrite, let failsAt, operation.addressed.participant == failsAt {
        throw APIError(kind: .api, status: 404, message: "gone", mayHaveBeenProcessed: false)
      }
      var fields = JSONObject()
      if operation.definition == Channel.fetch, operation.addressed.channel == closed {
        fields["status"] = .string("closed")
      }
      return Answer(status: 200, fields: fields, requestID: nil, attempts: 1)
    }
  }

  private static func sid(_ prefix: String, _ number: Int) -> String {
    let digits = String(number, radix: 16)
    return prefix + String(repeating: "0", count: 32 - digits.utf8.count) + digits
  }

  private static func settings(_ jobs: Int) -> Settings {
    var settings = Settings()
    settings.jobs = jobs
    return settings
  }

  @Test func neverOverlapsOnAnInteractionAndTellsInScriptOrder() async throws {
    let api = WatchedAPI()
    let lines = (0..<300).map { number in
      "close \(Self.sid("UT", number)) on \(Self.sid("UO", number % 40)) in "
        + Self.sid("KD", number % 40) + "\necho \"behind \(number)\""
    }
    let result = try await run(
      lines.joined(separator: "\n"), on: api, settings: Self.settings(8))
    #expect(result.result.summary.done == 300)
    let told = result.events.map { event in
      switch event {
      case .action(let record): "\(record.number)"
      case .echo(_, let text): text
      default: "?"
      }
    }
    #expect(told == (0..<300).flatMap { ["\($0 + 1)", "behind \($0)"] })
    let log = api.seen
    #expect(!log.hasOverlappedOnAnInteraction)
    #expect(log.mostInFlight == 8)
    for interaction in 0..<40 {
      let order = log.begun.compactMap { operation -> String? in
        guard operation.scope.interaction?.description == Self.sid("KD", interaction) else {
          return nil
        }
        return operation.sid?.description
      }
      let expected = stride(from: interaction, to: 300, by: 40).map { Self.sid("UT", $0) }
      #expect(order == expected)
    }
  }

  @Test(arguments: [
    "show interaction KD1", "let a = participants on UO1", "close every agent on UO1",
    "expect (channel UO1).status is empty", "if (channel UO1).status is empty { }",
    "for a in channels { }", "wait until (channel UO1).status is empty",
  ])
  func waitsForTheActionsBefore(_ sentence: String) async throws {
    let api = WatchedAPI()
    let closes = (0..<20).map { number in
      "close \(Self.sid("UT", number)) on UO1 in \(Self.sid("KD", number))\n"
    }
    _ = try await run(
      "use interaction KD1\n" + closes.joined() + sentence, on: api, settings: Self.settings(8))
    #expect(!api.seen.hasAskedWhileActing)
  }

  /// Each step of a plan is looked at first; one whose look does not hold is refused alone.
  @Test func stepsOfAPlanFlyTogether() async throws {
    let lines = (0..<60).map { number in
      "deactivate channel \(Self.sid("UO", number)) in \(Self.sid("KD", number % 20))"
    }
    let planned = try await plan(lines.joined(separator: "\n"), on: WatchedAPI())
    #expect(planned.plan?.steps.count == 60)
    let api = WatchedAPI(closed: ChannelSID(Self.sid("UO", 7)))
    let applied = try await apply(planned.plan, on: api, settings: Self.settings(4))
    let outcomes = applied.events.compactMap { event -> Outcome? in
      if case .action(let record) = event { record.outcome } else { nil }
    }
    #expect(outcomes == (0..<60).map { $0 == 7 ? .refused : .done })
    #expect(applied.result.worst == .refused)
    let log = api.seen
    #expect(log.mostInFlight == 4)
    #expect(!log.hasOverlappedOnAnInteraction)
    #expect(log.begun.count { $0.isWrite } == 59)
  }

  @Test func aFailureStopsNewStartsAndTellsWhatWasInFlight() async throws {
    let failing = Sample.participant(Self.sid("UT", 10))
    let api = WatchedAPI(failsAt: failing)
    let lines = (0..<100).map { number in
      "close \(Self.sid("UT", number)) on UO1 in \(Self.sid("KD", number))\necho \"\(number)\""
    }
    let result = try await run(
      lines.joined(separator: "\n"), on: api, settings: Self.settings(4))
    let summary = result.result.summary
    #expect(summary.failed == 1)
    #expect(summary.done == api.seen.begun.count - 1)
    // What was in flight with the failure ends; what had not begun is not begun.
    #expect(summary.done >= 10)
    #expect(summary.notRun > 0)
    #expect(summary.notRun == 100 - summary.done - 1)
    let numbers = result.events.compactMap { event -> Int? in
      if case .action(let record) = event { record.number } else { nil }
    }
    #expect(numbers == Array(1...100), "each is told once, in order")
    let echoes = result.events.compactMap { event -> String? in
      if case .echo(_, let text) = event { text } else { nil }
    }
    #expect(echoes == (0..<10).map { "\($0)" }, "nothing is printed behind the failure")
  }

  /// The second action fails before the first one has ended; the script did come so far.
  @Test func whatStandsBeforeTheFailureIsPrintedWhateverEndsFirst() async throws {
    let lines = (0..<2).map { number in
      "close \(Self.sid("UT", number)) on UO1 in \(Self.sid("KD", number))\necho \"\(number)\""
    }
    let result = try await run(
      lines.joined(separator: "\n"), on: OvertakingAPI(), settings: Self.settings(2))
    let told = result.events.compactMap { event -> String? in
      switch event {
      case .action(let record): record.outcome.rawValue
      case .echo(_, let text): text
      default: nil
      }
    }
    #expect(told == ["done", "0", "failed"])
  }

  /// Refuses the second action before it answers the first one.
  private final class OvertakingAPI: TwilioAPI {
    private let isRefused = Atomic(false)

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if let permission, await !permission() { throw .notPermitted }
      if operation.isWrite, operation.sid?.description.hasSuffix("1") ?? false {
        isRefused.store(true, ordering: .releasing)
        throw APIError(kind: .api, status: 404, message: "gone", mayHaveBeenProcessed: false)
      }
      while !isRefused.load(ordering: .acquiring) { await Task.yield() }
      // Time for the refusal to be noted; the result must be the same without it.
      for _ in 0..<100 { await Task.yield() }
      return Answer(status: 200, fields: JSONObject(), requestID: nil, attempts: 1)
    }
  }

  @Test func keepsGoingBehindAFailureAndSparesADoubtfulParticipant() async throws {
    var settings = Self.settings(4)
    settings.keepsGoing = true
    let result = try await run(
      """
      close UT1 on UO1 in KD1
      wrapup UT2 on UO1 in KD1
      close UT4 on UO2 in KD2
      """, on: SimulatedTwilioLosing(Sample.agent), settings: settings)
    #expect(
      result.lines == [
        "close UT1 on UO1 in KD1: unknown (reset)", "wrapup UT2 on UO1 in KD1: done",
        "close UT4 on UO2 in KD2: done",
      ])
  }

  /// Loses the answer about one participant.
  private struct SimulatedTwilioLosing: TwilioAPI {
    let sid: String

    init(_ sid: String) {
      self.sid = sid
    }

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if let permission, await !permission() { throw .notPermitted }
      if operation.isWrite, operation.sid?.description == sid {
        throw APIError(kind: .reset, message: "lost", mayHaveBeenProcessed: true)
      }
      return Answer(status: 200, fields: JSONObject(), requestID: nil, attempts: 1)
    }
  }
}
