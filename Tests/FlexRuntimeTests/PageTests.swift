import FlexAPI
import FlexRuntime
import FlexTestSupport
import Synchronization
import Testing

/// The pages of a listing: when each is requested.
struct PageTests {
  /// Two pages of a task each, without attributes.
  ///
  /// The task of the first is not returned before the second page has been requested.
  private final class TwoPages: TwilioAPI {
    private struct State {
      var (pages, tasks) = (0, 0)
      var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    /// Whether the first task waits for the second page.
    let waits: Bool

    init(waits: Bool = true) { self.waits = waits }

    /// How many pages were requested.
    var pages: Int { state.withLock { $0.pages } }
    /// How many tasks were.
    var tasks: Int { state.withLock { $0.tasks } }

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      let text: String
      if operation.listKey == nil {
        state.withLock { $0.tasks += 1 }
        if waits { await secondPage() }
        text = Self.task(operation.sid?.description ?? "", attributes: #""{}""#)
      } else {
        let (page, waiting) = state.withLock { state in
          state.pages += 1
          defer { if state.pages == 2 { state.waiting = nil } }
          return (state.pages, state.pages == 2 ? state.waiting : nil)
        }
        waiting?.resume()
        let next = page == 1 ? "\"\(operation.path)?Page=1\"" : "null"
        text = """
          {"tasks": [\(Self.task(Self.sid(page), attributes: "null"))], "meta": {"next_page_url": \(next)}}
          """
      }
      guard let fields = (try? JSONReader.read(text))?.object else { throw .notPermitted }
      return Answer(status: 200, fields: fields, requestID: nil, attempts: 1)
    }

    private func secondPage() async {
      await withCheckedContinuation { continuation in
        let isThere = state.withLock { state in
          if state.pages < 2 { state.waiting = continuation }
          return state.pages >= 2
        }
        if isThere { continuation.resume() }
      }
    }

    static func sid(_ number: Int) -> String { "WT" + String(repeating: "\(number)", count: 32) }

    private static func task(_ sid: String, attributes: String) -> String {
      """
      {"sid": "\(sid)", "assignment_status": "assigned", "attributes": \(attributes),
        "workspace_sid": "\(Sample.workspace)"}
      """
    }
  }

  private static let script = "use workspace \(Sample.workspace)\n"

  @Test(.timeLimit(.minutes(1))) func aPageIsRequestedWhileTheOneBeforeIsExamined() async throws {
    let api = TwoPages()
    _ = try await run(Self.script + "list tasks where interaction_sid is empty", on: api)
    #expect(api.pages == 2)
    #expect(api.tasks == 2)
  }

  @Test func aPageThatMayNotBeWantedIsNotRequestedBefore() async throws {
    let api = TwoPages(waits: false)
    _ = try await run(Self.script + "list first 1 tasks where interaction_sid is empty", on: api)
    #expect(api.pages == 1)
  }

  /// One page with two copies of a task, of which the second one has changed.
  private struct TwoCopies: TwilioAPI {
    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      let rows = ["0", "7", "7"].map { priority in
        """
        {"sid": "\(TwoPages.sid(1))", "assignment_status": "assigned", "priority": \(priority), "attributes": "{}",
          "workspace_sid": "\(Sample.workspace)"}
        """
      }
      let text = "{\"tasks\": [\(rows.joined(separator: ","))], \"meta\": {}}"
      guard let fields = (try? JSONReader.read(Array(text.utf8), of: operation))?.object else {
        throw .notPermitted
      }
      return Answer(status: 200, fields: fields, requestID: nil, attempts: 1)
    }
  }

  /// The same for a condition that is compared while the page is read and for one that is not.
  @Test(arguments: ["priority is 7", "priority is 7 or priority is 8", "not (priority is 0)"])
  func theFirstCopyThatIsKeptCounts(_ condition: String) async throws {
    let found = try await run(Self.script + "list tasks where \(condition)", on: TwoCopies())
    guard case .query(let record)? = found.events.last, case .items(let items) = record.result
    else {
      Issue.record("\(found.lines)")
      return
    }
    #expect(items.map { $0.object?["priority"] } == [.number("7")])
  }
}
