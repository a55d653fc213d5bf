import FlexAPI
import FlexScript
import FlexTestSupport
import Testing

/// The grammar of reach: what checks, and what does not.
struct ReachGrammarTests {
  private static func sids(_ text: String) -> String {
    text.replacing(#/\b(KD|UO|UT|KG|WT|WR|WK|WS|WQ|WW|CH)(\d)\b/#) { match in
      "\(match.1)" + String(repeating: "\(match.2)", count: 32)
    }
  }

  private func ids(_ script: String, files: [String: String] = [:]) throws -> [String] {
    let session = CheckSession(files: MemoryFiles(files))
    try session.check(
      OpenedFile(identity: "s", name: "s.flex", source: BytesSource(Self.sids(script) + "\n")),
      arguments: nil)
    return session.lists.flatMap(\.all).map { diagnostic in
      let place = diagnostic.range.map { "\($0.start.line):\($0.start.column) " } ?? ""
      return place + diagnostic.id.rawValue
    }
  }

  @Test(arguments: [
    "close every agent of WT1", "wrapup every agent of WR1 of WT1 in WS1",
    "close every agent of worker \"asha@example.org\" in workspace \"Main\"",
    "close UT1 of WT1", "close channel of WT1 completing tasks", "deactivate channel of WR1 of WK1",
    "show channel of WT1", "list participants of WK1", "list invites of WT1",
    "invite of WT1 routing {\"properties\": {\"worker_sid\": worker \"bo\"}}",
    "add customer of WT1 media {}", "transfer of WT1 {}",
    "use channel of WT1\nlist participants", "use workspace \"Main\"", "use workspace WS1",
    "show workspace", "show workspace \"Main\"", "show worker \"asha\"", "show queue WQ1 in WS1",
    "show reservation WR1", "show reservation WR1 of WT1", "show conversation CH1",
    "list tasks", "list tasks in WS1 where queue is \"Support\"", "list tasks of queue \"Support\"",
    "list tasks of UO1", "list tasks of CH1", "list reservations of WT1",
    "list reservations of WK1",
    "list first 10 tasks where status is pending", "list workers where not available",
    "list workers where attributes.skills is \"chat\"", "list queues", "list workflows",
    "list workspaces", "find \"+15550100\"", "find WT1", "try find UT1",
    "let rows = find \"x\"\nfor r in $rows where participant is not empty { close $r }",
    "for r in find \"x\" where reservation is not empty { close $r }",
    "for r in reservations where status is wrapping and date_updated older than 2h { close every agent of $r }",
    "for r in reservations where status is accepted and not worker.available { wrapup every agent of $r }",
    "for r in reservations where task.priority > 1 and task.age > 1h { echo $r.worker.friendly_name }",
    "let open = reservations of WK1\nclose every agent of $open",
    "for t in tasks where status is one of [pending, assigned] { echo $t.attributes.a.b }",
    "let live = [\"pending\", \"assigned\"]\nlist tasks where status is one of $live",
    "list tasks where status is not one of [wrapping]",
    "list tasks where date_created before \"2026-11-26T10:00:00+01:00\"",
    "list tasks where age >= 90 or timeout < 2h", "list tasks where worker is empty",
    "complete reservation WR1 of WT1", "complete reservation WR1",
    "complete task WT1 because \"stuck\"", "complete voice task WT1 in WS1 because \"over\"",
    "cancel task WT1 because \"test\"", "let c = (channel of WT1).status\necho $c",
    "if (channel of WT1) is empty { echo \"none\" }",
    "expect (tasks of queue \"Support\").count is 0", "expect (first 3 tasks).count <= 3",
    "param who: worker = \"asha@example.org\"\nclose every agent of $who",
    "param who: worker\nshow worker $who", "param c: conversation\nfind $c",
    "let worker = 1\necho $worker", "let first = 2\necho $first",
    "list tasks where first is \"x\" or one is \"y\"",
  ])
  func checks(_ script: String) throws {
    let found = try ids(script).filter { id in
      // Fields that do not exist are another test's.
      !(script.contains("where worker is empty") || script.contains("where first is"))
        || !id.hasSuffix("unknown-name")
    }
    #expect(found == [])
  }

  @Test(arguments: [
    ("close every agent of KD1", "1:22 wrong-sid-kind"),
    ("close every agent of UO1", "1:22 wrong-sid-kind"),
    ("close every agent of \"asha\"", "1:22 type-mismatch"),
    ("list tasks of WT1", "1:15 wrong-sid-kind"),
    ("list reservations of WQ1", "1:22 wrong-sid-kind"),
    ("find WQ1", "1:6 wrong-sid-kind"), ("find queue \"Support\"", "1:6 wrong-sid-kind"),
    ("show worker UT1", "1:13 wrong-sid-kind"),
    ("show channel worker \"x\"", "1:14 wrong-sid-kind"),
    ("use workspace WT1", "1:15 wrong-sid-kind"),
    ("list tasks where status is waping", "1:28 unknown-value"),
    ("list tasks where status is one of [pending, waping]", "1:45 unknown-value"),
    ("list reservations where status is assigned", "1:35 unknown-value"),
    ("list workers where available is true", "1:33 type-mismatch"),
    ("list tasks where queue is worker \"x\"", "1:27 wrong-sid-kind"),
    ("list tasks where priority older than 2h", "1:18 type-mismatch"),
    ("list tasks where date_created older than 3", "1:42 type-mismatch"),
    ("list tasks where date_created before \"yesterday\"", "1:38 type-mismatch"),
    ("list tasks where date_created before \"2026-02-30T00:00:00Z\"", "1:38 type-mismatch"),
    ("list tasks where date_created before \"2026-11-26T10:00:00\"", "1:38 type-mismatch"),
    ("list reservations where worker.avail", "1:32 unknown-name"),
    ("list tasks where colour is \"x\"", "1:18 unknown-name"),
    ("complete task WT1", "1:49 missing-word"),
    ("complete task WT1 because stuck", "1:58 unexpected-word"),
    ("cancel reservation WR1", "1:8 unexpected-word"),
    ("complete tasks WT1", "1:10 unexpected-word"),
    ("list first 0 tasks", "1:12 type-mismatch"), ("list first 1.5 tasks", "1:12 type-mismatch"),
    ("list first tasks", "1:6 unexpected-word"),
    ("find 3", "1:6 type-mismatch"), ("find", "1:5 missing-word"),
    ("list tasks where date_created older 2h", "1:37 unexpected-word"),
    ("list tasks where status is one of pending", "1:35 unexpected-word"),
    (
      "invite on UO1 in KD1 routing {\"properties\": {\"worker_sid\": queue \"x\"}}",
      "1:122 wrong-sid-kind"
    ),
    ("param who: worker = UT1\necho $who", "1:21 wrong-sid-kind"),
    ("list participants of [WT1]\nuse channel of [WT1]", "2:16 type-mismatch"),
    ("for r in find \"x\" { echo $r.task_sid }", "1:29 unknown-name"),
    ("complete task WT1 because \"a\"\ncomplete task WT1 because \"a\"", "2:15 duplicate-action"),
  ])
  func isMistaken(_ script: String, _ expected: String) throws {
    let found = try ids(script)
    #expect(found.count == 1, "\(found)")
    #expect(found.first == expected)
  }

  /// What a plan writes down of a condition reads back as the same.
  @Test(arguments: [
    "(reservations of WT1 in WS1 where status is \"wrapping\" and date_updated older than 2h).count is 1",
    "(task WT1 in WS1).status is one of [\"pending\", \"assigned\"]",
    "(first 3 tasks in WS1).count <= 3", "(find \"+1555\").count is 0",
    "(worker WK1 in WS1).available", "(tasks of WQ1).count > 2",
    "(reservation WR1 of WT1 in WS1).date_updated before \"2026-11-26T10:00:00Z\"",
    "(channel of WT1).status is not one of [\"closed\"]",
  ])
  func aConditionIsWrittenAsItIsRead(_ text: String) throws {
    let long = Self.sids(text)
    let condition = try #require(PromptChecker.condition(long))
    #expect(condition.text == long)
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-26T10:00:00Z", 1_795_687_200),
    ("2026-11-26T10:00:00.5+01:00", 1_795_683_600), ("2000-02-29 12:00:00-00:30", 951_827_400),
  ])
  func aTimeIsRead(_ text: String, _ seconds: Int) {
    #expect(Timestamp(text)?.seconds == seconds)
  }

  @Test(arguments: [
    "", "2026", "2026-11-26", "2026-11-26T10:00Z", "2026-11-26T10:00:00", "2025-02-29T00:00:00Z",
    "2026-11-26T24:00:00Z", "2026-11-26T10:00:00+1:00", "2026-11-26T10:00:00.Z", "x",
  ])
  func whatIsNoTimeIsNotRead(_ text: String) {
    #expect(Timestamp(text) == nil)
  }

  /// A cell of a table is a name or a SID after `worker`, and has to be a SID of a kind after `of`.
  @Test func cellsAreCheckedForWhatTheyAreUsedAs() throws {
    let wrong = "WQ" + String(repeating: "1", count: 32)
    let files = ["l.csv": "who,what\nasha@example.org,\(Self.sids("WT1"))\n,\(wrong)\n\(wrong),x\n"]
    let found = try ids(
      """
      for r in rows of "l.csv" {
        wrapup every agent of worker $r.who
        close every agent of $r.what
      }
      """, files: files)
    #expect(found.map { $0.split(separator: " ").last } == Array(repeating: "bad-row", count: 4))
  }
}
