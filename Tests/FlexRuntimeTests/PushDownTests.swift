import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Testing

/// What is sent as a filter never changes what is found: on generated worlds, an API that filters and one
/// that does not give the same rows.
struct PushDownTests {
  private static let workers = ["1a", "2b", "3c"].map { "WK" + String(repeating: $0, count: 16) }

  private static func sid(_ prefix: String, _ number: Int) -> String {
    let digits = String(number, radix: 16)
    return prefix + String(repeating: "0", count: 32 - digits.count) + digits
  }

  /// A workspace with tasks and reservations in every state.
  private static func world(_ random: inout some RandomNumberGenerator) -> String {
    let tasks = (1...Int.random(in: 1...25, using: &random)).map { number in
      let status = RoutedTask.statuses.randomElement(using: &random) ?? ""
      let reservations = (0..<Int.random(in: 0...3, using: &random)).map { index in
        """
        {"sid": "\(sid("WR", number * 16 + index))",
          "worker_sid": "\(workers.randomElement(using: &random) ?? "")",
          "reservation_status": "\(Reservation.statuses.randomElement(using: &random) ?? "")"}
        """
      }
      return """
        {"sid": "\(sid("WT", number))", "assignment_status": "\(status)",
          "priority": \(Int.random(in: 0...2, using: &random)), "attributes": "{}",
          "date_created": "2026-01-0\(Int.random(in: 1...9, using: &random))T00:00:00Z",
          "reservations": [\(reservations.joined(separator: ","))]}
        """
    }
    let known = workers.enumerated().map { index, worker in
      "{\"sid\": \"\(worker)\", \"friendly_name\": \"w\(index)\", \"attributes\": \"{}\"}"
    }
    return """
      {"interactions": [], "workspaces": [{"sid": "\(Sample.workspace)", "friendly_name": "W",
        "workers": [\(known.joined(separator: ","))], "tasks": [\(tasks.joined(separator: ","))]}]}
      """
  }

  private static func condition(
    _ statuses: [String], _ random: inout some RandomNumberGenerator, depth: Int = 0
  ) -> String {
    func status() -> String { statuses.randomElement(using: &random) ?? "" }
    switch Int.random(in: 0...(depth > 1 ? 4 : 7), using: &random) {
    case 0: return "status is \(status())"
    case 1: return "status is not \(status())"
    case 2: return "status is one of [\(status()), \(status())]"
    case 3: return "not status is \(status())"
    case 4: return "sid is not empty"
    case 5:
      return condition(statuses, &random, depth: depth + 1) + " and "
        + condition(statuses, &random, depth: depth + 1)
    case 6:
      return "(" + condition(statuses, &random, depth: depth + 1) + " or "
        + condition(statuses, &random, depth: depth + 1) + ")"
    default: return "not (" + condition(statuses, &random, depth: depth + 1) + ")"
    }
  }

  private static func sentence(_ random: inout some RandomNumberGenerator) -> String {
    switch Int.random(in: 0...4, using: &random) {
    case 0:
      let priority = Bool.random(using: &random) ? " and priority is 1" : ""
      return "list tasks where \(condition(RoutedTask.statuses, &random))\(priority)"
    case 1: return "list reservations where \(condition(Reservation.statuses, &random))"
    case 2:
      return
        "list reservations of \(sid("WT", 1)) where \(condition(Reservation.statuses, &random))"
    case 3:
      return "list reservations of \(workers[0]) where \(condition(Reservation.statuses, &random))"
    default: return "list tasks of \(workers[1]) where \(condition(RoutedTask.statuses, &random))"
    }
  }

  @Test(arguments: 0..<250) func filtersChangeNothing(_ seed: UInt64) async throws {
    var random = SplitMix(state: seed)
    let world = Array(Self.world(&random).utf8)
    let sentence = Self.sentence(&random)
    let flex = AlteredTwilio(try SimulatedTwilio.fixture(world))
    let filtered = try await run(sentence, on: flex)
    let complete = try await run(
      sentence, on: AlteredTwilio(try SimulatedTwilio.fixture(world), ignoresFilters: true))
    #expect(filtered.lines == complete.lines, "\(sentence)")
    #expect(filtered.lines.count == 1)
  }

  /// Both outcomes are seen: the test could fail.
  @Test func filtersAreSentAndRowsAreFound() async throws {
    var (filters, rows) = (0, 0)
    for seed in UInt64(0)..<250 {
      var random = SplitMix(state: seed)
      let flex = AlteredTwilio(try SimulatedTwilio.fixture(Array(Self.world(&random).utf8)))
      let played = try await run(Self.sentence(&random), on: flex)
      filters += flex.asked.count { $0.filters.count == 1 }
      if case .query(let record)? = played.events.last, case .items(let items) = record.result {
        rows += items.count
      }
    }
    #expect(filters > 100)
    #expect(rows > 500)
  }

  /// A listing that changes while it is read misses nothing that stood still, and has nothing twice.
  @Test func aListingThatChangesWhileItIsReadIsStillComplete() async throws {
    let world = Array(ReachTests.world(agents: 40).utf8)
    let base = try SimulatedTwilio.fixture(world)
    let flex = AlteredTwilio(PagedByTen(base: base)) { operation, answer throws(APIError) in
      // The first task ends after the first page.
      guard operation.definition == RoutedTask.list, operation.page == .first else { return answer }
      let first = Self.decimal(1)
      guard let workspace = AnySID(Sample.workspace), let sid = AnySID(first) else { return answer }
      _ = try? await base.perform(
        Operation(
          RoutedTask.completeVoice, in: Scope([workspace]), sid: sid, [.text("test")]))
      return answer
    }
    let found = try await run("let all = tasks\necho $all.count\nlist tasks", on: flex)
    guard case .query(let record)? = found.events.last, case .items(let items) = record.result
    else {
      Issue.record("tasks are listed")
      return
    }
    let sids = items.compactMap { $0.object?.anySID("sid") }
    #expect(Set(sids).count == sids.count)
    #expect(
      (2...40).allSatisfy { number in sids.contains { $0.description == Self.decimal(number) } })
  }

  /// The task of this number in the world of a worker's conversations.
  private static func decimal(_ number: Int) -> String {
    "WT" + String(repeating: "0", count: 32 - "\(number)".count) + "\(number)"
  }

  /// Pages of ten, whatever is asked for.
  private struct PagedByTen: TwilioAPI {
    let base: SimulatedTwilio

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      guard operation.definition.kind == .list, operation.page == .first,
        let ten = PageQuery(nextPageURL: "\(operation.path)?PageSize=10", path: operation.path)
      else { return try await base.perform(operation, permission: permission) }
      return try await base.perform(operation.withPage(ten), permission: permission)
    }
  }

  /// SplitMix64, by Steele, Lea and Flood.
  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return word ^ word >> 31
    }
  }
}
