import FlexAPI
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexTestSupport
import Synchronization
import Testing

/// What a journal says, wherever it is cut, and what a run makes of it that goes on.
struct JournalTests {
  /// Keeps lines in memory.
  final class MemoryJournal: RunJournal {
    private let log: Mutex<[[UInt8]]>

    init() {
      let header = JournalHeader(
        run: "R", started: 0, version: "0", folder: "/", scripts: [], files: [],
        arguments: ["a": "b"], account: "AC", baseURL: "http://127.0.0.1", isSimulated: false,
        keepsGoing: false, isPlan: false, boot: "B")
      log = Mutex([JournalEntry.header(header).line])
    }

    var lines: [[UInt8]] { log.withLock { $0 } }
    var failure: JournalFailure? { nil }
    func commit(_ entry: JournalEntry) async throws(JournalFailure) { note(entry) }
    func note(_ entry: JournalEntry) { log.withLock { $0.append(entry.line) } }

    func writeAhead(_ intents: [ActionIntent]) -> JournalMark {
      for intent in intents { note(.intent(intent)) }
      return JournalMark(durable: lines.count, begun: 0)
    }

    func begin(_ number: Int, after mark: JournalMark) -> JournalMark {
      note(.begun([number]))
      return JournalMark(durable: mark.durable, begun: number)
    }

    func write(to mark: JournalMark) throws(JournalFailure) -> Bool { mark.begun > 0 }
    func settle(_ mark: JournalMark) async throws(JournalFailure) {
      Issue.record("what was written ahead is there")
    }
  }

  private static let script = """
    use channel UO1 in KD1
    close UT1
    add customer media {"name": "Jo Doe"}
    close UT2
    close channel
    """

  /// A whole run, its journal's lines, and which of them are intents.
  private func recorded() async throws -> (lines: [[UInt8]], intents: [Int]) {
    let journal = MemoryJournal()
    let result = try await run(Self.script, on: SimulatedTwilio.demo(), journal: journal)
    #expect(result.result.summary.done == 4)
    let lines = journal.lines
    let intents = lines.indices.filter { index in
      String(decoding: lines[index], as: UTF8.self).hasPrefix("{\"t\":\"intent\"")
    }
    #expect(intents.count == 4)
    return (lines, intents)
  }

  @Test func holdsNoBodies() async throws {
    let text = String(decoding: try await recorded().lines.joined(), as: UTF8.self)
    #expect(!text.contains("Jo Doe"))
  }

  @Test func goesOnBehindEveryIntent() async throws {
    let (lines, intents) = try await recorded()
    for (number, cut) in intents.enumerated() {
      let past = try RecordedRun(Array(lines[...cut].joined()), boot: "B")
      #expect(past.end == nil)
      #expect(past.count(.done) == number)
      #expect(past.count(.unknown) == 1)
      // The one in doubt was processed: reading back shows it of a participant and of a channel.
      let flex = SimulatedTwilio.demo()
      let sentences = Array(Self.script.split(separator: "\n").prefix(number + 2))
      _ = try await run(sentences.joined(separator: "\n"), on: flex)
      let result = try await run(Self.script, on: flex, past: past, resends: true)
      #expect(result.result.summary.skipped == number)
      #expect(result.result.summary.done == 4 - number)
      #expect(result.result.summary.failed == 0)
    }
  }

  /// Answers everything, a turn later.
  private struct LateAPI: TwilioAPI {
    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if let permission, await !permission() { throw .notPermitted }
      await Task.yield()
      return Answer(status: 200, fields: JSONObject(), requestID: nil, attempts: 1)
    }
  }

  /// Intents are written ahead when several actions are in flight; only what began is in doubt.
  @Test func knowsWhatHadBegunWhereverItIsCut() async throws {
    func sid(_ prefix: String, _ number: Int) -> String {
      prefix + String(repeating: "0", count: 29) + String(256 + number, radix: 16)
    }
    let script = (0..<60).map { number in
      "close \(sid("UT", number)) on \(sid("UO", number % 50)) in \(sid("KD", number % 50))"
    }.joined(separator: "\n")
    var settings = Settings()
    settings.jobs = 4
    let journal = MemoryJournal()
    let result = try await run(script, on: LateAPI(), settings: settings, journal: journal)
    #expect(result.result.summary.done == 60)
    let lines = journal.lines
    var mostAhead = 0
    for cut in 1...lines.count {
      let bytes = Array(lines[..<cut].joined())
      let past = try RecordedRun(bytes, boot: "B")
      #expect(past.count(.unknown) <= 4)
      // Behind a loss of power everything that was written ahead is in doubt.
      let lost = try RecordedRun(bytes, boot: "C")
      #expect(lost.count(.done) == past.count(.done))
      #expect(lost.count(.unknown) >= past.count(.unknown))
      mostAhead = max(mostAhead, lost.actions.count - past.actions.count)
      // Whoever went on before judged by the same, and whoever comes later knows.
      let resumed = bytes + JournalEntry.resumed(at: 1, boot: "C").line
      #expect(try RecordedRun(resumed, boot: "C").actions.count == lost.actions.count)
      let ended = bytes + JournalEntry.end(exit: 1, time: nil, RunSummary()).line
      #expect(try RecordedRun(ended, boot: "C").actions.count == past.actions.count)
      if cut % 20 == 0 {
        let again = try await run(script, on: LateAPI(), settings: settings, past: past)
        #expect(again.result.summary.skipped == past.count(.done))
      }
    }
    #expect(mostAhead > 4)
  }

  @Test func asksBeforeItCreatesTwice() async throws {
    let (lines, intents) = try await recorded()
    let past = try RecordedRun(Array(lines[...intents[1]].joined()), boot: "B")
    let flex = SimulatedTwilio.demo()
    let before = try await flex.list(.listParticipants(on: Sample.path)).items.count
    let result = try await run(Self.script, on: flex, past: past)
    #expect(result.result.summary.unknown == 1)
    #expect(result.result.summary.notRun == 2)
    #expect(try await flex.list(.listParticipants(on: Sample.path)).items.count == before)
  }

  @Test func readsAJournalThatIsCutAnywhere() async throws {
    let (lines, _) = try await recorded()
    let whole = Array(lines.joined())
    let first = lines[0].count
    for length in 0..<whole.count {
      guard length >= first else {
        #expect(throws: RecordedRun.Problem.self) {
          try RecordedRun(Array(whole.prefix(length)), boot: "B")
        }
        continue
      }
      let past = try RecordedRun(Array(whole.prefix(length)), boot: "B")
      #expect(past.wholeLength <= length)
      #expect(past.actions.count <= 4)
    }
  }

  @Test func noticesEveryGarbledByte() async throws {
    let (lines, _) = try await recorded()
    let whole = Array(lines.joined())
    let last = whole.count - (lines.last?.count ?? 0)
    for index in stride(from: 0, to: last, by: 3) {
      var garbled = whole
      garbled[index] ^= 4
      #expect(throws: RecordedRun.Problem.self, "byte \(index)") {
        try RecordedRun(garbled, boot: "B")
      }
    }
    var torn = whole
    torn[whole.count - 5] ^= 4
    #expect(try RecordedRun(torn, boot: "B").wholeLength == last, "the last line is dropped")
  }

  @Test func refusesMoreChangesThanAllowedAndAnyWhenReadOnly() async throws {
    let flex = SimulatedTwilio.demo()
    let limited = try await run(Self.script, on: flex, maximumChanges: 1)
    #expect(limited.result.summary.done == 1)
    #expect(limited.result.summary.refused == 1)
    #expect(limited.result.worst == .refused)
    // What is known to be too much is refused before the first of it.
    let every = try await run(
      "close every agent on UO1 in KD1", on: SimulatedTwilio.demo(), maximumChanges: 1)
    #expect(every.result.summary.done == 0)
    #expect(every.result.worst == .refused)
    let reading = try await run(Self.script, on: SimulatedTwilio.demo(), isReadOnly: true)
    #expect(reading.result.summary.done == 0)
    #expect(reading.result.worst == .refused)
  }

  @Test(arguments: Reach.allCases)
  func plansWithoutAWriteAndForeseesRefusals(_ reach: Reach) async throws {
    let flex = SimulatedTwilio.demo()
    try await reach.with(flex) { api in
      let before = try await flex.list(.listParticipants(on: Sample.path)).items
      let result = try await plan(
        """
        use channel UO1 in KD1
        close every agent on UO1
        close UT3
        wrapup UT1
        close UT4
        close channel
        close UT2
        """, on: api)
      let content = try #require(result.plan)
      #expect(
        content.actions.map(\.forecast.reason) == [
          "it is an agent on this channel", "it is an agent on this channel",
          "it is a customer, not an agent",
          "it would be done twice: close in an earlier sentence", "not on this channel",
          "the channel is open", "the channel is closed already",
        ])
      #expect(try await flex.list(.listParticipants(on: Sample.path)).items == before)
      var object = JSONObjectWriter()
      content.write(into: &object)
      let read = try #require(
        try JSONReader.read(object.close()).object.flatMap { PlanContent($0) })
      #expect(read.actions.map(\.operation) == content.actions.map(\.operation))
      #expect(read.grounds == content.grounds)
    }
  }

  @Test func appliesAPlanAndGoesOnWithIt() async throws {
    let planned = try await plan(
      "close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1", on: SimulatedTwilio.demo())
    let steps = planned.plan
    let journal = MemoryJournal()
    let flex = SimulatedTwilio.demo()
    #expect(
      try await apply(steps, on: flex, journal: journal).lines == [
        "close UT1 on UO1 in KD1: done", "close UT2 on UO1 in KD1: done",
      ])
    // Nothing holds any more: each step is refused alone.
    #expect(
      try await apply(steps, on: flex).lines == [
        "close UT1 on UO1 in KD1: refused (refused)", "close UT2 on UO1 in KD1: refused (refused)",
      ])
    // Cut off while the first was in flight, which was carried out.
    let past = try RecordedRun(Array(journal.lines.prefix(2).joined()), boot: "B")
    let other = SimulatedTwilio.demo()
    _ = try await run("close UT1 on UO1 in KD1", on: other)
    #expect(
      try await apply(steps, on: other, past: past).lines == [
        "close UT1 on UO1 in KD1: done", "close UT2 on UO1 in KD1: done",
      ])
  }
}
