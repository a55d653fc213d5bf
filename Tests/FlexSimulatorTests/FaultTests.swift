import FlexAPI
import FlexClient
import FlexSimulator
import FlexTestSupport
import Testing

/// Every fault of the simulator with an action that states a target and one that creates something.
struct FaultTests {
  /// What becomes of an action: how it ends, after how many requests.
  enum End: Hashable, Sendable {
    case done(Int)
    case settled(Int)
    case failed(APIError.Kind, Int)
    case unknown(APIError.Kind, Int)
  }

  private static let close = Operation.close(Sample.participant(Sample.agent), on: Sample.path)
  private static let invite = Operation.invite(
    on: Sample.path,
    routing: .object(["properties": .object(["workspace_sid": .string(Sample.workspace)])]))

  private func end(
    of operation: Operation, under faults: [String], seed: UInt64 = 0
  ) async throws -> End {
    let plan = FaultPlan(try faults.map { try Fault($0) }, seed: seed)
    return try await SimulatorServer.with(.demo(), faults: plan) { url in
      var limits = TwilioClient.Limits()
      limits.policy = RetryPolicy(retries: 1)
      // What hangs is to end soon, and the try behind it needs as long as a busy machine takes.
      let timeout = Duration.seconds(faults.contains { $0.hasPrefix("hang") } ? 3 : 60)
      return try await Loopback.client(of: url, timeout: timeout, limits: limits) { client in
        do throws(APIError) {
          let answer = try await client.perform(operation)
          return answer.isSettled ? .settled(answer.attempts) : .done(answer.attempts)
        } catch {
          return error.mayHaveBeenProcessed
            ? .unknown(error.kind, error.attempts) : .failed(error.kind, error.attempts)
        }
      }
    }
  }

  @Test(
    arguments: [
      ("500", .unknown(.api, 2), .unknown(.api, 1)), ("503#1", .done(2), .unknown(.api, 1)),
      ("429", .failed(.rateLimit, 2), .failed(.rateLimit, 2)), ("429#1", .done(2), .done(2)),
      ("429:retry-after=1#1", .done(2), .done(2)),
      ("429:retry-after=61", .failed(.rateLimit, 1), .failed(.rateLimit, 1)),
      ("429:retry-after=soon#1", .done(2), .done(2)),
      ("401", .failed(.auth, 1), .failed(.auth, 1)), ("404", .failed(.api, 1), .failed(.api, 1)),
      ("refuse", .unknown(.reset, 2), .unknown(.reset, 1)),
      ("refuse#1", .done(2), .unknown(.reset, 1)),
      ("reset", .unknown(.reset, 2), .unknown(.reset, 1)),
      ("reset#1", .settled(2), .unknown(.reset, 1)),
      ("truncate#1", .settled(2), .unknown(.protocol, 1)),
      ("garbage#1", .settled(2), .unknown(.protocol, 1)),
      ("html#1", .settled(2), .unknown(.protocol, 1)),
      ("empty#1", .settled(2), .unknown(.protocol, 1)),
      ("hang#1", .settled(2), .unknown(.timeout, 1)),
      ("redirect:http://127.0.0.1:1/", .unknown(.api, 1), .unknown(.api, 1)),
      ("gone", .failed(.api, 1), .done(1)), ("limit:1", .done(1), .done(1)),
      ("delay:20ms", .done(1), .done(1)), ("jitter:20ms", .done(1), .done(1)),
      ("slow:100KB/s", .done(1), .done(1)),
    ] as [(String, End, End)])
  func endsTruly(_ fault: String, _ closing: End, _ inviting: End) async throws {
    let closed = try await end(of: Self.close, under: [fault])
    #expect(closed == closing)
    let invited = try await end(of: Self.invite, under: [fault])
    #expect(invited == inviting)
  }

  @Test func theSameSeedGivesTheSameFaults() async throws {
    var ends: Set<End> = []
    for seed in 0..<20 {
      let faults = ["500@0.5", "reset@0.3"]
      let first = try await end(of: Self.close, under: faults, seed: UInt64(seed))
      let second = try await end(of: Self.close, under: faults, seed: UInt64(seed))
      #expect(first == second)
      ends.insert(first)
    }
    #expect(ends.count > 2, "and another one others")
  }

  @Test(arguments: [
    "", "500@0", "500@2", "500#0", "999", "delay", "delay:x", "slow:1", "limit:0", "limit",
    "reset:1", "redirect", "429:later=1", "nothing",
  ])
  func refusesWhatIsNoFault(_ text: String) {
    #expect(throws: Fault.Problem.self) { try Fault(text) }
  }
}
