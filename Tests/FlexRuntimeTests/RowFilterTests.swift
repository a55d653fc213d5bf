import FlexAPI
import FlexScript
import FlexTestSupport
import Testing

@testable import FlexRuntime

/// The filters of rows, against the conditions that they are made from.
struct RowFilterTests {
  private let evaluator = Evaluator(
    frame: Frame(file: "test.flex", arguments: [:]), catalog: .standard)

  private static let fields = [
    "assignment_status", "status", "priority", "queue", "task_queue_sid", "reason", "attributes",
    "interaction_sid", "unknown",
  ]

  private static let queue = "WQ0123456789abcdef0123456789abcdef"

  /// What fields hold, as JSON.
  private static let values = [
    "null", "0", "9", "9.0", "-9", "9e0", "1e400", "\"9\"", "\"pending\"", "\"Pending\"", "\"\"",
    "true",
    "[]", "\"10s\"", "10", "\"2026-11-26T10:00:00Z\"", "\"\(queue)\"",
    "\"WQ0123456789ABCDEF0123456789abcdef\"", "\"WQ00000000000000000000000000000000\"",
    "\"{\\\"a\\\":1}\"",
  ]

  private static func expression(_ random: inout some RandomNumberGenerator) -> Expression {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .number(Number(9))
    case 1: return .number(Number(0))
    case 2: return AnySID(queue).map { .sid($0) } ?? .number(Number(1))
    case 3: return .duration(.seconds(10))
    default:
      let texts = ["pending", "Pending", "", "9", "10s", queue, "{\"a\":1}", "wrapping"]
      return .text(Template(literal: texts.randomElement(using: &random) ?? ""))
    }
  }

  private static func condition(
    _ random: inout some RandomNumberGenerator, depth: Int = 0
  ) -> Condition {
    let subject = Subject.field([fields.randomElement(using: &random) ?? ""])
    switch Int.random(in: 0..<(depth > 1 ? 6 : 9), using: &random) {
    case 0: return .isEmpty(subject, negated: Bool.random(using: &random))
    case 1, 2:
      return .isOneOf(
        subject, [expression(&random), expression(&random)], negated: Bool.random(using: &random))
    case 3: return .compares(subject, .less, expression(&random))
    case 4, 5: return .equals(subject, expression(&random), negated: Bool.random(using: &random))
    case 6: return .not(condition(&random, depth: depth + 1))
    case 7:
      return .any([condition(&random, depth: depth + 1), condition(&random, depth: depth + 1)])
    default:
      return .all([condition(&random, depth: depth + 1), condition(&random, depth: depth + 1)])
    }
  }

  private static func row(_ random: inout some RandomNumberGenerator) throws -> Value {
    var members = ["\"sid\": \"WT0123456789abcdef0123456789abcdef\""]
    for field in fields where Int.random(in: 0..<4, using: &random) > 0 {
      members.append("\"\(field)\": \(values.randomElement(using: &random) ?? "null")")
    }
    let page = try JSONReader.read("[{\(members.joined(separator: ", "))}]")
    return .resource(
      ResourceValue(
        definition: RoutedTask.resource, fields: try #require(page.array?.first?.object)))
  }

  @Test func rowFiltersExcludeWhatTheConditionExcludes() async throws {
    var random = SystemRandomNumberGenerator()
    var excluded = 0
    for _ in 0..<4000 * Rounds.factor {
      let condition = Self.condition(&random)
      let filter = RowFilter(condition, of: RoutedTask.resource)
      let row = try Self.row(&random)
      guard filter.excludes(try #require(row.fields.object)) else { continue }
      excluded += 1
      let verdict = try await evaluator.verdict(condition, of: row) { _ in .unanswered }
      guard case .no = verdict else {
        Issue.record("\(condition.text) is \(verdict), and excludes \(row.fields.serialized)")
        return
      }
    }
    #expect(excluded > 10)
  }

  @Test func whatIsCommonIsTested() throws {
    let live = Condition.isOneOf(
      .field(["status"]), ["pending", "assigned"].map { .text(Template(literal: $0)) },
      negated: false)
    let queue = try #require(AnySID(Self.queue))
    let inQueue = Condition.equals(.field(["queue"]), .sid(queue), negated: false)
    let urgent = Condition.equals(.field(["priority"]), .number(Number(9)), negated: false)
    for (condition, fields) in [
      (live, #"{"assignment_status": "completed"}"#),
      (inQueue, #"{"task_queue_sid": "WQ00000000000000000000000000000000"}"#),
      (urgent, #"{"priority": 0}"#), (.all([live, urgent]), #"{"assignment_status": "canceled"}"#),
      (.all([live, urgent]), #"{"assignment_status": "pending", "priority": 1}"#),
    ] {
      let filter = RowFilter(condition, of: RoutedTask.resource)
      let row = try #require(try JSONReader.read("[\(fields)]").array?.first?.object)
      #expect(filter.excludes(row))
    }
  }

  /// A SID without a digit from 0 to 9 is one nevertheless: it is compared whatever its case.
  @Test func aTextThatIsASIDIsNotAWord() throws {
    let sid = "WQabcdefabcdefabcdefabcdefabcdefab"
    let condition = Condition.equals(
      .field(["queue"]), .text(Template(literal: sid)), negated: false)
    let filter = RowFilter(condition, of: RoutedTask.resource)
    #expect(filter.isEmpty)
  }
}
