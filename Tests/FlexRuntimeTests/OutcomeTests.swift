import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Synchronization
import Testing

/// How errors become outcomes, whoever answers.
struct OutcomeTests {
  /// Answers each write with the next of its errors, and after the last one with success.
  final class Failing: TwilioAPI {
    private let errors: Mutex<[APIError]>
    let asked = Mutex<[Operation]>([])

    init(_ errors: [APIError]) {
      self.errors = Mutex(errors)
    }

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if let permission, await !permission() { throw .notPermitted }
      asked.withLock { $0.append(operation) }
      if let error = errors.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw error }
      return Answer(status: 200, fields: JSONObject(), requestID: nil, attempts: 1)
    }
  }

  private static let lost = APIError(
    kind: .reset, message: "closed", mayHaveBeenProcessed: true)
  private static let refused = APIError(
    kind: .api, status: 404, message: "gone", mayHaveBeenProcessed: false)
  private static let unauthorized = APIError(
    kind: .auth, status: 401, message: "no", mayHaveBeenProcessed: false)
  private static let unreachable = APIError(
    kind: .connect, message: "refused", mayHaveBeenProcessed: false)

  private func keepGoing() -> Settings {
    var settings = Settings()
    settings.keepsGoing = true
    return settings
  }

  @Test func nothingMoreIsSentToAParticipantWhoseOutcomeIsUnknown() async throws {
    let api = Failing([Self.lost])
    let result = try await run(
      "use channel UO1 in KD1\nwrapup UT1\nclose UT1\nclose UT2", on: api, settings: keepGoing())
    #expect(
      result.lines == [
        "wrapup UT1 on UO1 in KD1: unknown (reset)", "close UT1 on UO1 in KD1: not-run",
        "close UT2 on UO1 in KD1: done",
      ])
    #expect(result.result.worst == .unknown)
    #expect(api.asked.withLock { $0.count } == 2)
  }

  /// A script that is tried ends at its first failure, and what tries it goes on.
  @Test func aScriptThatIsTriedEndsAtItsFirstFailure() async throws {
    let guarded = """
      use channel UO1 in KD1
      try close UT4
      expect (channel UO1).status is closed
      close UT1
      """
    let script = "try run \"guarded.flex\"\nclose UT2 on UO1 in KD1"
    let files = ["guarded.flex": guarded]
    let result = try await run(script, on: SimulatedTwilio.demo(), files: files)
    #expect(
      result.lines == [
        "close UT4 on UO1 in KD1: failed (api 404), tolerated",
        "expect failed: expected (channel UO1).status is closed, found \"active\", tolerated",
        "close UT1 on UO1 in KD1: not-run", "close UT2 on UO1 in KD1: done",
      ])
    #expect(result.result.worst == .none)
    var settings = Settings()
    settings.keepsGoing = true
    let going = try await run(script, on: SimulatedTwilio.demo(), files: files, settings: settings)
    #expect(going.result.summary.done == 2)
  }

  @Test func tryToleratesAFailureAndNothingElse() async throws {
    let failed = try await run("try close UT1 on UO1 in KD1", on: Failing([Self.refused]))
    #expect(failed.result.worst == .none)
    #expect(failed.result.halt == nil)
    let unknown = try await run("try close UT1 on UO1 in KD1", on: Failing([Self.lost]))
    #expect(unknown.result.worst == .unknown)
    #expect(unknown.result.halt == .failure)
    let unauthorized = try await run(
      "try close UT1 on UO1 in KD1", on: Failing([Self.unauthorized]))
    #expect(unauthorized.result.halt == .unauthorized)
    #expect(unauthorized.lines == ["close UT1 on UO1 in KD1: failed (auth 401)"])
  }

  @Test func refusedCredentialsEndTheRunWhateverIsSet() async throws {
    let api = Failing([Self.unauthorized])
    let result = try await run(
      "use channel UO1 in KD1\nclose UT1\nclose UT2", on: api, settings: keepGoing())
    #expect(result.result.halt == .unauthorized)
    #expect(api.asked.withLock { $0.count } == 1)
  }

  @Test func knowsWhetherAnythingWasAnswered() async throws {
    let never = try await run("close UT1 on UO1 in KD1", on: Failing([Self.unreachable]))
    #expect(never.result.wasUnreachable)
    #expect(!never.result.wasAnswered)
    let once = try await run(
      "use channel UO1 in KD1\nclose UT1\nclose UT2",
      on: Failing([Self.refused, Self.unreachable]),
      settings: keepGoing())
    #expect(once.result.wasAnswered)
  }

  @Test func aFailedLookUpIsAFailedSentence() async throws {
    let result = try await run(
      "list participants on UO1 in KD1\nclose UT1 on UO1 in KD1", on: Failing([Self.refused]))
    #expect(
      result.lines == [
        "list participants on UO1 in KD1: failed (api)", "close UT1 on UO1 in KD1: not-run",
      ])
    #expect(result.result.worst == .failed)
  }
}
