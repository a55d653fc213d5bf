import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Testing

/// From a task, a reservation or a worker to participants and channels: each pitfall, and each answer
/// of which it is not known which one Twilio gives.
struct ReachTests {
  private static let copiedReason =
    "no participant names it: its agent is already gone, or its attributes are those of "
    + sid("WT", "c3")

  /// The SIDs of the demo world, by the pair of their digits.
  private static func sid(_ prefix: String, _ pair: String) -> String {
    prefix + String(repeating: pair, count: 16)
  }

  private static let copied = sid("WT", "c0")
  private static let voice = sid("WT", "ca")
  private static let waiting = sid("WT", "9e")
  private static let first = sid("WT", "c3")
  private static let asha = sid("WK", "1a")

  private func lines(
    _ script: String, on api: any TwilioAPI = SimulatedTwilio.demo(),
    settings: Settings = Settings()
  ) async throws -> [String] {
    try await run(script, on: api, settings: settings).lines
  }

  // MARK: Participants

  @Test func aTaskLeadsToTheParticipantThatNamesIt() async throws {
    #expect(
      try await lines("close every agent of \(Self.first)")
        == ["close UT1 on UO1 in KD1: done"])
  }

  /// Pitfall 2: a transfer or a conference has several agents.
  @Test func theOtherAgentsOfTheChannelAreLeftAlone() async throws {
    let flex = SimulatedTwilio.demo()
    let found = try await lines(
      """
      wrapup every agent of \(Self.sid("WR", "d4")) of \(Self.sid("WT", "d4"))
      list participants on UO1 in KD1 where type is agent
      """, on: flex)
    #expect(
      found == [
        "wrapup UT2 on UO1 in KD1: done", "list participants on UO1 in KD1: UT1 UT2",
      ])
  }

  /// Pitfall 1: attributes are copied from task to task.
  @Test func attributesThatWereCopiedLeadNowhere() async throws {
    let found = try await lines(
      """
      close every agent of \(Self.copied)
      try close channel of \(Self.copied)
      if (channel of \(Self.copied)) is empty { echo "empty" }
      list participants of \(Self.copied)
      try use channel of \(Self.copied)
      """)
    let reason = Self.copiedReason
    #expect(
      found == [
        "note: close: \(Self.copied): \(reason), nothing to do",
        "close channel of \(Self.copied): failed (refused), tolerated",
        "empty",
        "note: no participant: \(Self.copied): \(reason)",
        "list participants of \(Self.copied): ",
        "main.flex:5:5: \(Self.copied) leads to no channel: \(reason), tolerated",
      ])
  }

  @Test(arguments: [
    ("ca", "no interaction: it is a voice task"),
    ("1e", "no interaction: its attributes name none"),
  ])
  func aTaskWithoutAnInteractionSaysWhy(_ pair: String, _ reason: String) async throws {
    let task = Self.sid("WT", pair)
    #expect(
      try await lines("close every agent of \(task)")
        == ["note: close: \(task): \(reason), nothing to do"])
  }

  @Test func aTaskThatIsOnlyOfferedIsNotAcceptedYet() async throws {
    let found = try await lines(
      """
      let it = invite on UO1 in KD1 routing {"properties": {"workspace_sid": "WS1"}}
      use workspace WS1
      close every agent of $it.routing.properties.sid
      """, on: SimulatedTwilio.inferred(from: [[try #require(AnySID(Sample.workspace))]]))
    #expect(found.last?.hasSuffix(": not accepted yet, nothing to do") == true, "\(found)")
  }

  @Test func aTaskWhoseAgentHasLeftSaysSo() async throws {
    let found = try await lines(
      """
      let it = invite on UO1 in KD1 routing {"properties": {"workspace_sid": "WS1"}}
      use workspace WS1
      wait until (participants on UO1 in KD1 where type is agent).count is 3
      close every agent of $it.routing.properties.sid
      close every agent of $it.routing.properties.sid
      """, on: SimulatedTwilio.inferred(from: [[try #require(AnySID(Sample.workspace))]]))
    #expect(found.last?.hasSuffix(": the agent is already gone, nothing to do") == true, "\(found)")
  }

  @Test func aWorkerLeadsToAllOfItsOpenReservations() async throws {
    let found = try await lines("wrapup every agent of worker \"asha@example.org\"")
    #expect(
      found == [
        "note: wrapup: \(Self.sid("WR", "c0")): \(Self.copiedReason)",
        "wrapup UT1 on UO1 in KD1: done",
      ])
  }

  @Test func aWorkerWithSeveralChannelsIsNotOneChannel() async throws {
    let world = Self.world(agents: 2)
    let found = try await lines(
      "show channel of \(Self.asha)\nclose every agent of \(Self.asha)",
      on: try SimulatedTwilio.fixture(Array(world.utf8)), settings: Self.keepingGoing)
    #expect(
      found.first?.contains("leads to 2 channels, but must lead to one: UO") == true, "\(found)")
    #expect(found.filter { $0.hasSuffix(": done") }.count == 2, "\(found)")
  }

  private static var keepingGoing: Settings {
    var settings = Settings()
    settings.keepsGoing = true
    return settings
  }

  /// Conversations of one worker, each with a task of its own.
  static func world(agents: Int, status: String = "accepted") -> String {
    func sid(_ prefix: String, _ number: Int) -> String {
      let digits = String(number)
      return prefix + String(repeating: "0", count: 32 - digits.count) + digits
    }
    let conversations = (1...agents).map { number in
      """
      {"sid": "\(sid("KD", number))", "channels": [{"sid": "\(sid("UO", number))", "participants": [
        {"sid": "\(sid("UT", number))", "type": "agent", "routing_properties": {
          "task_sid": "\(sid("WT", number))", "worker_sid": "\(asha)",
          "reservation_sid": "\(sid("WR", number))"}}]}]}
      """
    }
    let tasks = (1...agents).map { number in
      """
      {"sid": "\(sid("WT", number))", "assignment_status": "assigned",
        "date_created": "2026-01-01T00:00:00Z",
        "attributes": "{\\"flexInteractionSid\\":\\"\(sid("KD", number))\\",\\"flexInteractionChannelSid\\":\\"\(sid("UO", number))\\"}",
        "reservations": [{"sid": "\(sid("WR", number))", "worker_sid": "\(asha)",
          "reservation_status": "\(status)", "date_updated": "2026-01-01T00:00:00Z"}]}
      """
    }
    return """
      {"interactions": [\(conversations.joined(separator: ","))],
       "workspaces": [{"sid": "\(Sample.workspace)", "friendly_name": "W",
         "workers": [{"sid": "\(asha)", "friendly_name": "asha@example.org", "attributes": "{}"}],
         "tasks": [\(tasks.joined(separator: ","))]}]}
      """
  }

  // MARK: What is not known of Twilio's answers

  /// Attributes may be null in lists: then the resource is fetched.
  @Test func attributesThatAListLeavesOutAreFetched() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      operation.definition.kind == .list ? answer.settingInItems("attributes", nil) : answer
    }
    let script = """
      for t in tasks where interaction_sid is KD1 { close every agent of $t }
      echo worker "Asha Rao"
      find CHa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1
      """
    let expected = try await lines(script)
    #expect(try await lines(script, on: flex) == expected)
    #expect(expected.contains("close UT1 on UO1 in KD1: done"))
    #expect(!flex.locations(containing: "/Tasks/WT").isEmpty)
  }

  @Test(arguments: ["not json", "", "[]", "\"\\\"x\\\"\""])
  func attributesThatCannotBeReadLeadNowhere(_ text: String) async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      guard operation.definition == RoutedTask.fetch else { return answer }
      var answer = answer
      answer.fields["attributes"] = .string(text)
      return answer
    }
    let found = try await lines("close every agent of \(Self.first)", on: flex)
    #expect(
      found == [
        "note: close: \(Self.first): the task has no attributes that can be read, nothing to do"
      ])
  }

  /// Attributes that were encoded twice are read.
  @Test func attributesThatWereEncodedTwiceAreRead() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      guard operation.definition == RoutedTask.fetch, let text = answer.fields["attributes"] else {
        return answer
      }
      var answer = answer
      answer.fields["attributes"] = .string(text.serialized)
      return answer
    }
    #expect(
      try await lines("close every agent of \(Self.first)", on: flex)
        == ["close UT1 on UO1 in KD1: done"])
  }

  /// The interaction may be named in `conversations` only; other kinds of SIDs there count for nothing.
  @Test(arguments: [
    (#"{"flexInteractionChannelSid":"UO1","conversations":{"conversation_id":"KD1"}}"#, true),
    (#"{"flexInteractionChannelSid":"UO1","conversations":{"conversation_id":"UO1"}}"#, false),
    (#"{"flexInteractionChannelSid":"KD1","flexInteractionSid":"KD1"}"#, false),
  ])
  func theInteractionIsReadFromEitherPlace(_ attributes: String, _ leads: Bool) async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      guard operation.definition == RoutedTask.fetch else { return answer }
      var answer = answer
      answer.fields["attributes"] = .string(Sample.expand(attributes))
      return answer
    }
    let found = try await lines("close every agent of \(Self.first)", on: flex)
    #expect((found == ["close UT1 on UO1 in KD1: done"]) == leads, "\(found)")
  }

  /// Filters may be ignored, or compare in another way: rows are compared again.
  @Test(arguments: [
    "list tasks", "list tasks where status is wrapping", "list tasks where priority is 0",
    "list reservations", "list reservations where status is wrapping",
    "list reservations of worker \"asha@example.org\"",
    "list reservations of WTc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3 where status is completed",
    "list tasks where status is one of [completed, wrapping]",
    "list tasks of queue \"Support\" where status is assigned",
  ])
  func ignoredFiltersChangeNothing(_ sentence: String) async throws {
    let ended = "close every agent of \(Self.first)\n"
    let plain = try await lines(ended + sentence)
    let flex = AlteredTwilio(SimulatedTwilio.demo(), ignoresFilters: true)
    #expect(try await lines(ended + sentence, on: flex) == plain)
  }

  /// Pitfall 13: ended tasks linger, and are listed only if they are asked for.
  @Test func endedTasksAreListedOnlyIfTheyAreAskedFor() async throws {
    let found = try await lines(
      """
      close every agent of \(Self.first)
      let live = tasks where sid is \(Self.first)
      let ended = tasks where sid is \(Self.first) and status is completed
      let either = tasks where sid is \(Self.first) and status is one of [assigned, completed]
      let all = reservations of \(Self.first)
      let open = reservations where task_sid is \(Self.first)
      echo $live.count, $ended.count, $either.count, $all.count, $open.count
      """)
    #expect(found.last == "0 1 1 1 0")
  }

  /// A word that Twilio adds is read, and compared if it is quoted.
  @Test func aStateThatIsNewIsNotOpen() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      operation.definition == Reservation.list
        ? answer.settingInItems("reservation_status", .string("onHold")) : answer
    }
    let found = try await lines(
      """
      let open = reservations
      let held = reservations where status is "onHold"
      echo $open.count, $held.count
      """, on: flex)
    // The simulator lists none if it is asked for a state that it does not know.
    #expect(found.last == "0 0")
  }

  /// A task may end between two requests: it is left out and counted.
  @Test func aTaskThatEndsMeanwhileIsLeftOut() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer throws(APIError) in
      guard operation.definition == Reservation.list,
        operation.scope[.task]?.description == Self.first
      else { return answer }
      throw APIError(kind: .api, status: 404, message: "gone", mayHaveBeenProcessed: false)
    }
    let found = try await lines("let open = reservations\necho $open.count", on: flex)
    #expect(
      found == ["note: 1 task ended while it was being looked up, and is left out", "6"])
  }

  // MARK: The workspace

  @Test func theWorkspaceIsAskedForOncePerRun() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    _ = try await lines("list workers\nlist queues\nlist tasks", on: flex)
    #expect(flex.asked.filter { $0.definition == FlexConfiguration.fetch }.count == 1)
    let named = AlteredTwilio(SimulatedTwilio.demo())
    _ = try await lines("use workspace \"flex task assignment\"\nlist tasks", on: named)
    #expect(named.asked.filter { $0.definition == FlexConfiguration.fetch }.isEmpty)
  }

  @Test(arguments: [nil, 403, 404]) func withoutAWorkspaceTheFourWaysAreListed(
    _ status: Int?
  ) async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer throws(APIError) in
      guard operation.definition == FlexConfiguration.fetch else { return answer }
      if let status {
        throw APIError(kind: .api, status: status, message: "no", mayHaveBeenProcessed: false)
      }
      var answer = answer
      answer.fields["taskrouter_workspace_sid"] = .null
      return answer
    }
    let found = try await lines("list tasks", on: flex)
    for way in ["in WS…", "use workspace", "TWILIO_FLEX_WORKSPACE_SID", "configuration"] {
      #expect(found.first?.lowercased().contains(way.lowercased()) == true, "\(found)")
    }
    #expect(!flex.asked.contains { $0.definition == Workspace.list })
  }

  // MARK: Names

  @Test func aNameIsLookedUpOncePerRunInTheWholeList() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    let found = try await lines(
      """
      echo worker "ASHA@example.org"
      echo worker "Asha Rao"
      for n in ["bo@example.org", "bo@example.org"] { echo worker $n }
      show queue "support"
      """, on: flex)
    #expect(
      found == [
        Self.asha, Self.asha, Self.sid("WK", "2b"), Self.sid("WK", "2b"),
        "show queue \(Self.sid("WQ", "6e")) in \(Self.sid("WS", "5f")): \(Self.sid("WQ", "6e"))",
      ])
    #expect(flex.asked.filter { $0.definition == Worker.list }.count == 1)
    #expect(flex.asked.first { $0.definition == Worker.list }?.filters.isEmpty == true)
  }

  /// Pitfall 5: full names are not unique.
  @Test func aNameThatFitsSeveralIsNoName() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      operation.definition == Worker.list
        ? answer.settingInItems("attributes", .string(#"{"full_name":"Kim"}"#)) : answer
    }
    let found = try await lines("show worker \"kim\"", on: flex)
    #expect(found.first?.contains("4 workers match \"kim\": WK") == true, "\(found)")
    let none = try await lines("show worker \"asha@example.com\"")
    #expect(none.first?.contains("the nearest are \"asha@example.org\"") == true, "\(none)")
    #expect(!flex.asked.contains { $0.isWrite })
  }

  @Test func anExactNameIsPreferredToOneThatDiffersInCase() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      guard operation.definition == Queue.list, let items = answer.fields["task_queues"]?.array
      else { return answer }
      var answer = answer
      var second = items[1].object ?? JSONObject()
      second["friendly_name"] = .string("SUPPORT")
      answer.fields["task_queues"] = .array([items[0], .object(second)])
      return answer
    }
    let found = try await lines(
      "echo queue \"SUPPORT\"\necho queue \"Support\"\ntry show queue \"support\"", on: flex)
    #expect(found.prefix(2) == [Self.sid("WQ", "7f"), Self.sid("WQ", "6e")])
    #expect(found.last?.contains("2 queues match") == true)
  }

  // MARK: Fields and dates

  @Test func shortNamesAreNamesOrSIDs() async throws {
    let found = try await lines(
      """
      let a = tasks where queue is "Sales"
      let b = tasks where queue is queue "Sales"
      let c = tasks where queue is \(Self.sid("WQ", "7f"))
      let d = reservations where worker is "bo@example.org"
      let e = reservations where worker is worker "bo@example.org"
      let f = reservations where worker is \(Self.sid("WK", "2b"))
      echo $a.count, $b.count, $c.count, $d.count, $e.count, $f.count
      """)
    #expect(found == ["1 1 1 2 2 2"])
  }

  @Test func relatedFieldsAreFetchedOnceForRowsThatSatisfyTheRest() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    let found = try await lines(
      """
      let gone = reservations where not worker.available and status is accepted
      echo $gone.count
      for r in $gone { echo $r.worker.friendly_name, $r.task.queue, $r.worker }
      """, on: flex)
    #expect(found == ["1", "cem@example.org Support cem@example.org"])
    // Asha has two accepted reservations, and the wrapping ones are not looked at.
    #expect(flex.locations(containing: "/Workers/WK").count == 3)
  }

  /// Pitfall 7: the age of a task counts from its creation, a wrap-up from its reservation's change.
  @Test func agesAreComparedByTheClockOfTheServer() async throws {
    let ahead = AlteredTwilio(SimulatedTwilio.demo()) { _, answer in
      var answer = answer
      answer.clockSkew = 86_400
      return answer
    }
    let script = """
      list workers
      let a = reservations where status is wrapping and date_updated older than 1d
      let b = tasks where age > 2h
      let c = tasks where age > 7200
      let d = tasks where date_created newer than 10m
      let e = tasks where date_created before "2020-01-01T00:00:00+01:00"
      echo $a.count, $b.count, $c.count, $d.count, $e.count
      """
    #expect(try await lines(script).last == "0 2 2 1 0")
    #expect(try await lines(script, on: ahead).last == "2 2 2 0 0")
  }

  @Test func theFirstRowsAreThoseThatSatisfyTheCondition() async throws {
    let world = Self.world(agents: 30)
    let flex = AlteredTwilio(try SimulatedTwilio.fixture(Array(world.utf8)))
    let found = try await lines(
      "let few = first 2 tasks where sid is not \(Self.first)\necho $few.count", on: flex)
    #expect(found == ["2"])
  }

  // MARK: Records

  @Test func theTaskTheReservationAndTheWorkerAreRecorded() async throws {
    let played = try await run(
      "close every agent of \(Self.first)\nclose every agent on UO1 in KD1",
      on: SimulatedTwilio.demo())
    for event in played.events {
      guard case .action(let record) = event else { continue }
      let nouns = record.operation?.trail?.steps.map(\.noun)
      #expect(nouns == ["task", "reservation", "worker"])
    }
    #expect(played.events.count == 2)
  }

  // MARK: Many at once

  /// Order is kept on each interaction, and everything is done once.
  @Test(arguments: [1, 2, 8, 32]) func aLoopOverReservationsActsOnceOnEach(
    _ jobs: Int
  ) async throws {
    var settings = Settings()
    settings.jobs = jobs
    let world = Self.world(agents: 60, status: "wrapping")
    let flex = AlteredTwilio(try SimulatedTwilio.fixture(Array(world.utf8)))
    let found = try await lines(
      """
      for r in reservations where status is wrapping and date_updated older than 2h {
        try close every agent of $r
        try close every agent of $r
      }
      """, on: flex, settings: settings)
    let closed = found.filter { $0.hasSuffix(": done") }
    #expect(closed.count == 60)
    #expect(Set(closed).count == 60)
    #expect(
      found.filter { $0.contains("the agent is already gone") || $0.contains("another task") }.count
        == 60)
    #expect(found.filter { $0.contains("failed") } == [])
    // The order of the script is the order of what is reported.
    #expect(
      closed.map { $0.dropFirst(6).prefix(34) }
        == closed.map { $0.dropFirst(6).prefix(34) }.sorted())
  }
}
