import FlexAPI
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexTestSupport
import Testing

/// What a plan records, and what applying it does when the world has changed, or has not.
struct PlanTests {
  /// What a plan says of its steps: `kind text [grounds]`.
  private static func steps(_ plan: PlanContent?) -> [String] {
    (plan?.steps ?? []).map { step in
      let text: String
      switch step.kind {
      case .action(let action): text = plan?.displayText(action.operation.sentence) ?? ""
      case .expect(let condition, _, _): text = "expect \(plan?.displayText(condition) ?? "")"
      case .wait(let condition, _, let every, let timeout):
        text = "wait \(condition) \(every.flexSpelling) \(timeout.flexSpelling)"
      case .confirm(let question): text = "confirm \(question)"
      case .sleep(let duration): text = "sleep \(duration.flexSpelling)"
      case .echo(let echo): text = "echo \(plan?.displayText(echo) ?? "")"
      case .stop(let stop): text = "stop \(stop ?? "")"
      case .refusal(_, let sentence, let reason): text = "refusal \(sentence): \(reason)"
      case .set(let name, let value): text = "set \(name) \(value)"
      }
      let grounds = step.grounds.map { index in
        let ground = plan?.grounds[index]
        return "\(ground?.held == false ? "not " : "")\(ground?.condition ?? "")"
      }
      return Sample.shorten(text)
        + (grounds.isEmpty ? "" : " [\(Sample.shorten(grounds.joined(separator: "; ")))]")
    }
  }

  private static let use = "use channel UO1 in KD1\n"
  private static let agents = "(participants on UO1 in KD1 where type is \"agent\")"
  private static func row(_ agent: String) -> String {
    "(participants on UO1 in KD1 where sid is \(agent) and type is \"agent\").count is 1"
  }

  @Test(
    arguments: [
      (
        "close every agent",
        ["close UT1 on UO1 in KD1 [\(row("UT1"))]", "close UT2 on UO1 in KD1 [\(row("UT2"))]"]
      ),
      (
        "for a in participants where type is agent { close $a }",
        ["close UT1 on UO1 in KD1 [\(row("UT1"))]", "close UT2 on UO1 in KD1 [\(row("UT2"))]"]
      ),
      // What encloses a step, and what may have ended the script before it.
      (
        "if (channel).status is active { wrapup UT1 }\nwrapup UT2",
        [
          "wrapup UT1 on UO1 in KD1 [(channel UO1 in KD1).status is \"active\"]",
          "wrapup UT2 on UO1 in KD1",
        ]
      ),
      (
        "if (channel).status is not active { stop }\nwrapup UT2",
        ["wrapup UT2 on UO1 in KD1 [not (channel UO1 in KD1).status is not \"active\"]"]
      ),
      (
        "if (participants).count is 0 { echo 'x' } else { wrapup UT1 }",
        ["wrapup UT1 on UO1 in KD1 [not (participants on UO1 in KD1).count is 0]"]
      ),
      // Names that stand for look-ups are looked up again; what is written out is not.
      (
        "let c = channel\nlet n = 3\nif $c.status is active and $n is 3 { wrapup UT1 }",
        ["wrapup UT1 on UO1 in KD1 [(channel UO1 in KD1).status is \"active\"]"]
      ),
      (
        "let all = participants where type is agent\nif $all.count > 1 { wrapup UT1 }",
        ["wrapup UT1 on UO1 in KD1 [\(agents).count > 1]"]
      ),
      (
        "let all = participants\nfor a in $all where type is agent { wrapup $a }",
        ["wrapup UT1 on UO1 in KD1 [\(row("UT1"))]", "wrapup UT2 on UO1 in KD1 [\(row("UT2"))]"]
      ),
      (
        "for a in participants { if $a.type is customer { echo \"$a\" } }",
        [
          "echo UT3 [(participants on UO1 in KD1 where sid is UT3).count is 1; (participants on UO1 in KD1 where sid is UT3 and type is \"customer\").count is 1]"
        ]
      ),
      // Every other sentence that matters.
      (
        "expect (channel).status is active, 'gone'\nconfirm 'sure?'\nsleep 2s\nset jobs 4\necho 'x'\nstop 'end'",
        [
          "expect (channel UO1 in KD1).status is \"active\"", "confirm sure?", "sleep 2s",
          "set jobs 4", "echo x", "stop end",
        ]
      ),
      (
        "wait until (participants where type is agent).count is 0 timeout 5s\nwrapup UT1",
        ["wait \(agents).count is 0 2s 5s", "wrapup UT1 on UO1 in KD1"]
      ),
      // A value that does not exist yet is bound.
      (
        "let i = invite routing {\"properties\": {\"workspace_sid\": \"WS1\"}}\ntransfer {\"invite\": \"$i.sid\"}\necho \"$i $i.routing.x\"",
        [
          "invite on UO1 in KD1", "transfer on UO1 in KD1",
          "echo ‹the invite of line 2› ‹the invite of line 2›routing.x",
        ]
      ),
      (
        "let k = create interaction channel {\"type\": \"sms\"}\nupdate interaction $k webhook 'x'",
        ["create interaction", "update interaction ‹the interaction of line 2›"]
      ),
      // After a planned write, the planned state.
      (
        "close every agent\nexpect (participants where type is agent).count is 0\nif (participants).count is 1 { echo 'alone' }",
        [
          "close UT1 on UO1 in KD1 [\(row("UT1"))]", "close UT2 on UO1 in KD1 [\(row("UT2"))]",
          "expect \(agents).count is 0", "echo alone [(participants on UO1 in KD1).count is 1]",
        ]
      ),
    ] as [(String, [String])])
  func records(_ script: String, _ expected: [String]) async throws {
    let planned = try await plan(Self.use + script, on: SimulatedTwilio.demo())
    #expect(planned.problem == nil)
    #expect(Self.steps(planned.plan) == expected)
    // A plan reads back as it was written.
    let content = try #require(planned.plan)
    var object = JSONObjectWriter()
    content.write(into: &object)
    let read = try #require(try JSONReader.read(object.close()).object.flatMap { PlanContent($0) })
    #expect(Self.steps(read) == expected)
  }

  @Test(arguments: [
    (
      "invite routing {\"properties\": {\"workspace_sid\": \"WS1\"}}\nif (participants).count > 3 { close UT1 }",
      "from line 3 on, the plan depends on the result of line 2"
    ),
    (
      "invite routing {\"properties\": {\"workspace_sid\": \"WS1\"}}\nclose every agent",
      "from line 3 on, the plan depends on the result of line 2"
    ),
    (
      "let t = transfer {\"x\": 1}\nif $t.status is active { close UT1 }",
      "from line 3 on, the plan depends on the result of line 2"
    ),
    (
      "wait until (participants).count is 7\nfor a in participants { echo \"$a\" }",
      "from line 3 on, the plan depends on how the wait of line 2 ends"
    ),
  ])
  func endsWhereItDependsOnWhatDoesNotExist(_ script: String, _ problem: String) async throws {
    let planned = try await plan(Self.use + script, on: SimulatedTwilio.demo())
    #expect(planned.problem == problem)
    #expect(planned.result.worst == .refused)
  }

  /// An API that counts what is asked of it.
  private struct CountingAPI: TwilioAPI {
    let api: SimulatedTwilio
    let counter: Counter
    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      counter.increase()
      return try await api.perform(operation, permission: permission)
    }
  }

  @Test func aPlanMakesNoMoreRequestsThanItHasChannelsAndConditions() async throws {
    let counter = Counter()
    let lines = (0..<500).flatMap { _ in
      ["try wrapup UT1", "if (channel).status is active { try wrapup UT2 }"]
    }
    let planned = try await plan(
      Self.use + lines.joined(separator: "\n"),
      on: CountingAPI(api: .demo(), counter: counter))
    #expect(planned.plan?.steps.count == 1000)
    #expect(counter.value == 2)
  }

  @Test func aWaitInAPlanAsksOnce() async throws {
    let counter = Counter()
    _ = try await plan(
      Self.use + "wait until (participants).count is 9 every 1s timeout 1h",
      on: CountingAPI(api: .demo(), counter: counter))
    #expect(counter.value == 1)
  }

  @Test func aChangedConditionRefusesWhatDependsOnItAndNothingElse() async throws {
    let script =
      Self.use + """
        if (participants where type is agent).count > 1 {
          wrapup UT1
          echo "two agents"
        }
        wrapup UT2
        """
    let planned = try await plan(script, on: SimulatedTwilio.demo())
    let flex = SimulatedTwilio.demo()
    _ = try await flex.perform(.close(Sample.participant(Sample.agent), on: Sample.path))
    let applied = try await apply(planned.plan, on: flex)
    #expect(applied.lines.first == "wrapup UT1 on UO1 in KD1: refused (refused)")
    #expect(applied.lines.last == "wrapup UT2 on UO1 in KD1: done")
    #expect(applied.lines.contains { $0.contains("an echo is left out") })
    #expect(applied.result.worst == .refused)
    // The same verdict by another count is no change.
    let same = SimulatedTwilio.demo()
    _ = try await same.perform(
      .addParticipant(on: Sample.path, type: "agent", media: .object(JSONObject()), routing: nil))
    #expect(try await apply(planned.plan, on: same).result.worst == .none)
  }

  @Test func whatThePlanItselfChangesDoesNotCount() async throws {
    // The listing is read before its agents are closed, and tested afterwards.
    let script =
      Self.use + """
        let before = participants where type is agent
        close every agent
        if $before.count is 2 { deactivate channel }
        """
    let planned = try await plan(script, on: SimulatedTwilio.demo())
    #expect(planned.plan?.grounds.contains(where: \.isEarly) == true)
    let flex = SimulatedTwilio.demo()
    let applied = try await apply(planned.plan, on: flex)
    #expect(applied.result.worst == .none)
    #expect(applied.result.summary.done == 3)
    let other = SimulatedTwilio.demo()
    _ = try await other.perform(.close(Sample.participant(Sample.agent), on: Sample.path))
    let refused = try await apply(planned.plan, on: other)
    #expect(refused.lines.last == "deactivate channel UO1 in KD1: refused (refused)")
  }

  @Test(arguments: Reach.allCases)
  func aPlanIsTheSameInMemoryAndOverASocket(_ reach: Reach) async throws {
    let script =
      Self.use + """
        expect (channel).status is active
        for a in participants where type is agent { wrapup $a }
        if (participants).count > 2 { close UT1 }
        let i = invite routing {"properties": {"workspace_sid": "WS1"}}
        echo "$i.sid"
        close channel completing tasks
        """
    let planned = try await reach.with { try await plan(script, on: $0) }
    #expect(planned.result.worst == .none)
    #expect(
      planned.plan?.actions.map { Sample.shorten($0.operation.sentence) } == [
        "wrapup UT1 on UO1 in KD1", "wrapup UT2 on UO1 in KD1", "close UT1 on UO1 in KD1",
        "invite on UO1 in KD1", "close channel UO1 in KD1 completing tasks",
      ])
    try await reach.with { api in
      let applied = try await apply(planned.plan, on: api)
      #expect(applied.result.worst == .none, "\(applied.lines)")
      #expect(applied.result.summary.done == 5)
      // The world is no longer the planned one: nothing is sent again.
      let again = try await apply(planned.plan, on: api)
      #expect(again.result.summary.done == 0, "\(again.lines)")
    }
  }

  @Test func whatIsReadAfterAPlannedActionIsMarked() async throws {
    let script =
      Self.use + """
        list participants
        close UT1
        list participants
        show channel
        close channel
        show channel
        """
    let planned = try await plan(script, on: SimulatedTwilio.demo())
    let marks = planned.events.compactMap { event in
      if case .query(let record) = event { record.isPlanned } else { nil as Bool? }
    }
    #expect(marks == [false, true, false, true])
  }

  @Test func valuesThatDidNotExistAreFilledIn() async throws {
    let script =
      Self.use + """
        let i = invite routing {"properties": {"workspace_sid": "WS1"}}
        transfer {"to": "$i.sid", "note": "for $i.channel_sid", "all": $i.routing}
        echo "$i.sid"
        """
    let planned = try await plan(script, on: SimulatedTwilio.demo())
    let applied = try await apply(planned.plan, on: SimulatedTwilio.demo())
    #expect(applied.result.summary.done == 2)
    let ran = try await run(script, on: SimulatedTwilio.demo())
    func bodies(_ run: PlayedRun) -> [Operation.Argument?] {
      run.events.compactMap { event in
        if case .action(let record) = event { record.operation } else { nil }
      }.flatMap(\.arguments)
    }
    #expect(bodies(applied) == bodies(ran))
    #expect(applied.lines == ran.lines)
    // If the invite fails, nothing that contains it is sent.
    let closed = SimulatedTwilio.demo()
    _ = try await closed.perform(.closeChannel(Sample.path))
    let refused = try await apply(planned.plan, on: closed)
    #expect(refused.result.summary.done == 0)
    #expect(refused.result.summary.refused == 2)
  }

  @Test func aConditionIsReadBackAsItWasWritten() async throws {
    for text in [
      "(channel UO1 in KD1).status is \"active\"", "not (1 is 2)",
      "(participants on UO1 in KD1 where sid is UT1 and (type is \"agent\" or type is not empty)).count >= 2",
      "(participants on UO1 in KD1 where routing_properties.\"Agent Name\" is \"a\\\"\\\\\\$\\n\").count is 1",
      "1 is 1 and (1 is 2 or 3 < 4)",
    ] {
      let whole = Sample.expand(text)
      #expect(ConditionProbe.rewritten(whole) == whole)
    }
  }
}
