import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Synchronization
import Testing

/// What leads to an action is what the sentence says, when it is reached, and still when a plan is applied.
struct LinkTests {
  private static func sid(_ prefix: String, _ pair: String) -> String {
    prefix + String(repeating: pair, count: 16)
  }

  private func writes(_ api: AlteredTwilio) -> Int { api.asked.count { $0.isWrite } }

  // MARK: What is written

  /// Everything is looked up in the workspace that the sentence names, names as well.
  @Test(arguments: [
    "close every agent of worker \"asha@example.org\" in WS9",
    "list tasks of queue \"Support\" in WS9", "show worker \"asha@example.org\" in WS9",
    "list reservations of worker \"asha@example.org\" in WS9",
    "list reservations in WS9 where worker is worker \"asha@example.org\"",
  ])
  func namesAreThoseOfTheWorkspaceThatIsNamed(_ sentence: String) async throws {
    let workspace = Self.sid("WS", "09")
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    let found = try await run(
      sentence.replacing("WS9", with: workspace), on: flex
    ).lines
    #expect(found.contains { $0.contains("failed") }, "\(found)")
    #expect(flex.locations(containing: "/Workspaces/").allSatisfy { $0.contains(workspace) })
    #expect(writes(flex) == 0)
  }

  @Test(arguments: ["WK2b", "WT1e", "WTd4"])
  func aReservationOfAnotherTaskOrWorkerIsNotActedOn(_ owner: String) async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    let other = Self.sid(String(owner.prefix(2)), String(owner.suffix(2)))
    let found = try await run(
      "close every agent of \(Self.sid("WR", "c3")) of \(other)", on: flex)
    let messages = found.events.compactMap { event in
      if case .action(let record) = event { record.error?.message } else { nil }
    }
    #expect(messages == ["\(other) has no reservation \(Self.sid("WR", "c3"))"])
    #expect(writes(flex) == 0)
  }

  // MARK: What is looked up ahead

  /// An answer that was asked for by an earlier sentence is not used by a later one.
  @Test func everyAgentIsAskedForWhenItIsReached() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    _ = try await run(
      """
      find \(Self.sid("UT", "c3"))
      list workers
      close every agent of \(Self.sid("WT", "7c"))
      """, on: flex)
    let workers = try #require(
      flex.asked.lastIndex { $0.location.contains("/Workers") })
    #expect(
      flex.asked[workers...].contains {
        $0.location.contains(Self.sid("UO", "6b")) && $0.location.contains("/Participants")
      }, "\(flex.asked.map(\.location))")
  }

  /// `complete` waits for what the sentences before it do on the interaction of its task.
  @Test func aTaskIsOrderedWithItsInteraction() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    var settings = Settings()
    settings.jobs = 8
    let found = try await run(
      """
      set on-error continue
      for r in reservations where status is accepted and task.channel is "chat" {
        try wrapup every agent of $r
        try complete reservation $r
      }
      """, on: flex, settings: settings)
    var lastWrites: [AnySID: Int] = [:]
    for (index, operation) in flex.asked.enumerated() where operation.definition.verb == "wrapup" {
      if let task = operation.trail?.task { lastWrites[task] = index }
    }
    #expect(!lastWrites.isEmpty, "\(found.lines)")
    for (index, operation) in flex.asked.enumerated()
    where operation.definition == Reservation.fetch {
      guard let task = operation.scope[.task], let write = lastWrites[task] else { continue }
      #expect(index > write)
    }
  }

  // MARK: Attributes and states

  @Test(arguments: [
    #"{"channelSid":"CH00000000000000000000000000000001","proxySessionSID":"KC1"}"#,
    #"{"conversations":{"conversation_id":"CH00000000000000000000000000000001"}}"#,
    #"{"conversations":{"media":[{"type":"Chat","sid":"CH00000000000000000000000000000001"}]}}"#,
    #"{"conversationSid":"UO00000000000000000000000000000001"}"#,
    #"{"flexChannelInviteSid":"KG00000000000000000000000000000001"}"#,
  ])
  func aTaskThatNamesAConversationAnywhereIsNotCanceled(_ attributes: String) async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      guard operation.definition == RoutedTask.fetch else { return answer }
      var changed = answer
      changed.fields["attributes"] = .string(attributes)
      changed.fields["task_channel_unique_name"] = .string("default")
      return changed
    }
    let found = try await run(
      "cancel task \(Self.sid("WT", "38")) because \"x\"", on: flex)
    #expect(found.lines.first?.contains("refused") == true, "\(found.lines)")
    #expect(writes(flex) == 0)
  }

  /// A state that is not known to be an end holds the task.
  @Test func aReservationOfAnUnknownStateHoldsItsTask() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      switch operation.definition {
      case Reservation.list: answer.settingInItems("reservation_status", .string("onHold"))
      case Participant.list: answer.settingInItems("routing_properties", nil)
      default: answer
      }
    }
    let found = try await run(
      "complete task \(Self.sid("WT", "c3")) because \"x\"", on: flex)
    #expect(found.lines.first?.contains("refused") == true, "\(found.lines)")
    #expect(writes(flex) == 0)
  }

  @Test(arguments: ["9223372036854775808", "1e38", "1e300"])
  func anAgeMayBeAnyNumber(_ age: String) async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      operation.definition == RoutedTask.list
        ? answer.settingInItems("age", .number(age)) : answer
    }
    let found = try await run("list first 1 tasks where age > 2h or age <= 2h", on: flex).lines
    #expect(found.count == 1 && found[0].contains("WT"), "\(found)")
  }

  // MARK: Plans

  /// What a plan came to because of a link is done only while that link holds.
  @Test(arguments: [
    "close channel of \(Self.sid("WT", "c3"))",
    "use channel of \(Self.sid("WT", "c3"))\ndeactivate channel",
    "for r in find \"visitor-1\" where reservation is not empty { close $r }",
    "for r in reservations where status is accepted { close every agent of $r }",
    "close every agent of worker \"asha@example.org\"",
    "close every agent of worker \"bo@example.org\"",
  ])
  func aChannelThatAnotherTaskTookOverIsLeftAlone(_ script: String) async throws {
    let base = SimulatedTwilio.demo()
    let planned = try await plan(script, on: base)
    #expect(planned.plan?.actions.contains { !$0.forecast.isRefused } == true)
    let (task, reservation) = (Self.sid("WT", "ff"), Self.sid("WR", "ff"))
    let taken = AlteredTwilio(base) { operation, answer in
      switch operation.definition {
      case Participant.list:
        let routing: JSON = .object([
          "task_sid": .string(task), "reservation_sid": .string(reservation),
          "worker_sid": .string(Self.sid("WK", "ff")),
        ])
        return answer.settingInItems("routing_properties", routing)
      case Invite.list: return answer.settingInItems("routing", nil)
      case Interaction.fetch:
        var changed = answer
        changed.fields["routing"] = .null
        return changed
      default: return answer
      }
    }
    let applied = try await apply(planned.plan, on: taken)
    #expect(writes(taken) == 0, "\(applied.lines)")
    #expect(applied.lines.contains { $0.contains("refused") })
  }

  @Test(arguments: [
    ("for r in find \"visitor-1\" where status is accepted { close $r }", "reservation_status"),
    (
      "for r in reservations where status is accepted { wrapup every agent of $r }",
      "reservation_status"
    ),
    ("wrapup every agent of worker \"asha@example.org\"", "reservation_status"),
  ])
  func aReservationThatEndedIsLeftAlone(_ script: String, _ field: String) async throws {
    let base = SimulatedTwilio.demo()
    let planned = try await plan(script, on: base)
    let ended = AlteredTwilio(base) { operation, answer in
      guard operation.definition == Reservation.fetch else { return answer }
      var changed = answer
      changed.fields[field] = .string("completed")
      return changed
    }
    let applied = try await apply(planned.plan, on: ended)
    #expect(writes(ended) == 0, "\(applied.lines)")
  }

  /// What the plan itself does to a task is not held against its later steps.
  @Test func aPlanMayCompleteAReservationAndThenItsTask() async throws {
    let flex = SimulatedTwilio.demo()
    let (task, reservation) = (Self.sid("WT", "1e"), Self.sid("WR", "1e"))
    let planned = try await plan(
      """
      complete reservation \(reservation) of \(task)
      try complete task \(task) because "x"
      """, on: flex)
    let applied = try await apply(planned.plan, on: flex)
    #expect(!applied.lines.contains { $0.contains("does not hold") }, "\(applied.lines)")
  }
}
