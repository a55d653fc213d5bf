import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Testing

/// What belongs to a task is looked up once for a sentence, and only that is acted on.
struct BelongingTests {
  private static func sid(_ prefix: String, _ pair: String) -> String {
    prefix + String(repeating: pair, count: 16)
  }

  private static func messages(_ run: PlayedRun) -> [String] {
    run.events.compactMap { event in
      if case .action(let record) = event { record.error?.message } else { nil }
    }
  }

  /// The first action removes the link that led to both.
  @Test func eachParticipantOfAListHasItsOwnOutcome() async throws {
    let (task, own, other) = (Self.sid("WT", "c3"), Self.sid("UT", "c3"), Self.sid("UT", "d4"))
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    let found = try await run("close \(own), \(other) of \(task)", on: flex)
    #expect(found.result.summary.done == 1)
    #expect(
      Self.messages(found) == [
        "\(other) does not belong to \(task): its routing names another one"
      ])
    #expect(flex.asked.count { $0.isWrite } == 1)
  }

  @Test func theAgentOfAnotherTaskIsNotActedOn() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    let found = try await run("close \(Self.sid("UT", "d4")) of \(Self.sid("WT", "c3"))", on: flex)
    #expect(found.result.worst == .failed)
    #expect(flex.asked.allSatisfy { !$0.isWrite })
  }

  @Test func aParticipantOfATaskIsRecordedWithAllThatLedToIt() async throws {
    let found = try await run(
      "close \(Self.sid("UT", "c3")) of \(Self.sid("WT", "c3"))", on: SimulatedTwilio.demo())
    let trails = found.events.compactMap { event -> [String]? in
      if case .action(let record) = event { record.trail?.steps.map(\.noun) } else { nil }
    }
    #expect(trails == [["task", "reservation", "worker"]])
  }

  @Test func anAgentThatIsGoneIsNotBlamedOnTheAttributes() async throws {
    let task = Self.sid("WT", "38")
    let found = try await run(
      "close every agent of \(task)\nclose every agent of \(task)", on: SimulatedTwilio.demo())
    #expect(found.lines.last == "note: close: \(task): the agent is already gone, nothing to do")
  }

  /// A state that Twilio may add is compared, and not sent to an API that does not know it.
  @Test(arguments: ["status is \"onhold\"", "status is one of [assigned, \"onhold\"]"])
  func anUnknownStateChangesNothingThatIsFound(_ condition: String) async throws {
    let known = try await run(
      "list tasks where status is assigned", on: SimulatedTwilio.demo()
    ).lines
    let found = try await run("list tasks where \(condition)", on: SimulatedTwilio.demo()).lines
    #expect(found == (condition.contains("assigned") ? known : ["list tasks: "]))
  }

  // MARK: Plans and dry runs

  private static let script = """
    for f in find "+15550100" { close $f }
    echo "end"
    """

  /// A row without an agent is a step that is refused, and hides no other step.
  @Test func whatWouldBeRefusedIsAStep() async throws {
    let planned = try await plan(Self.script, on: SimulatedTwilio.demo())
    #expect(planned.plan?.steps.count == 3)
    #expect(planned.plan?.refused == 1)
    #expect(planned.result.summary.foreseenRefusals == 1)
    var object = JSONObjectWriter()
    planned.plan?.write(into: &object)
    let saved = try #require(try JSONReader.read(object.close()).object.flatMap(PlanContent.init))
    let applied = try await apply(saved, on: SimulatedTwilio.demo())
    #expect(applied.result.worst == .refused)
    #expect(applied.result.summary.done == 1)
    #expect(applied.result.summary.refused == 1)
    #expect(applied.lines.last == "end")
  }

  @Test func aDryRunShowsSentencesWhole() async throws {
    let lines = try await run(
      """
      use channel of \(Self.sid("WT", "c3"))
      close every agent
      close channel completing tasks
      """, on: DryRun()
    ).lines
    #expect(
      lines.suffix(2) == [
        "unexpanded: close every agent", "unexpanded: close channel completing tasks",
      ])
  }

  // MARK: The record

  @Test func anActionThatWasNeverKnownIsInTheJournal() async throws {
    let journal = JournalTests.MemoryJournal()
    _ = try await run(
      "close every agent of \(Self.sid("WR", "c3")) of \(Self.sid("WT", "d4"))",
      on: SimulatedTwilio.demo(), journal: journal)
    let events = journal.lines.compactMap { line -> RecordedEvent? in
      if case .event(let event)? = JournalEntry(line: line.dropLast()) { event } else { nil }
    }
    #expect(events.map(\.kind) == [RecordedEvent.unsent])
    #expect(events.first?.message.contains("has no reservation") == true)
  }
}
