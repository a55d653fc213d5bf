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

  private static let workspace = "WS0123456789abcdef0123456789abcdef"
  private static let scope =
    "\"sid\": \"WT0123456789abcdef0123456789abcdef\", \"workspace_sid\": \"\(workspace)\""

  private static func row(_ random: inout some RandomNumberGenerator) -> String {
    var members = [scope]
    for field in fields where Int.random(in: 0..<4, using: &random) > 0 {
      members.append("\"\(field)\": \(values.randomElement(using: &random) ?? "null")")
    }
    return "{\(members.joined(separator: ", "))}"
  }

  /// The row of a page that has only this one; `nil` if it is left out.
  private static func read(_ row: String, leavingOut filter: RowFilter?) throws -> Value? {
    let listing = Operation(RoutedTask.list, in: Scope([try #require(AnySID(workspace))]))
    let page = try JSONReader.read(
      Array("{\"tasks\": [\(row)]}".utf8), of: listing.leavingOut(filter))
    let rows = try #require(page.object?["tasks"]?.array)
    return rows.first?.object.map {
      .resource(ResourceValue(definition: RoutedTask.resource, fields: $0))
    }
  }

  @Test func rowFiltersExcludeWhatTheConditionExcludes() async throws {
    var random = SystemRandomNumberGenerator()
    var excluded = 0
    for _ in 0..<4000 * Rounds.factor {
      let condition = Self.condition(&random)
      let filter = RowFilter(condition, of: RoutedTask.resource)
      let text = Self.row(&random)
      guard try Self.read(text, leavingOut: filter) == nil else { continue }
      let row = try #require(try Self.read(text, leavingOut: nil))
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
      (live, #""assignment_status": "completed""#),
      (inQueue, #""task_queue_sid": "WQ00000000000000000000000000000000""#),
      (urgent, #""priority": 0"#), (.all([live, urgent]), #""assignment_status": "canceled""#),
      (.all([live, urgent]), #""assignment_status": "pending", "priority": 1"#),
    ] {
      let filter = RowFilter(condition, of: RoutedTask.resource)
      #expect(try Self.read("{\(Self.scope), \(fields)}", leavingOut: filter) == nil)
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
