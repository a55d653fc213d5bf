import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Testing

/// `complete` and `cancel`: refused while an interaction holds the task, sent with the revision that was
/// read.
struct TaskGuardTests {
  private static func sid(_ prefix: String, _ pair: String) -> String {
    prefix + String(repeating: pair, count: 16)
  }

  private func reasons(
    _ script: String, on api: any TwilioAPI = SimulatedTwilio.demo()
  ) async throws -> [String] {
    try await run(script, on: api).events.compactMap { event in
      guard case .action(let record) = event else { return nil }
      return "\(record.verb) \(record.outcome.rawValue)"
        + (record.error.map { ": \($0.message)" } ?? "")
    }
  }

  @Test(arguments: [
    ("complete task WTca", "voice task"), ("cancel voice task WTca", "not pending or reserved"),
    ("complete task WTc3", "names the task"), ("complete task WT9e", "currently assigned"),
    ("cancel task WT9e", "never canceled"), ("cancel task WT38", "never canceled"),
    ("complete task WTc0", "its reservation WR"),
  ])
  func aTaskThatMustNotEndIsNotEnded(_ sentence: String, _ reason: String) async throws {
    let words = sentence.split(separator: " ")
    let task = Self.sid("WT", String(words[words.count - 1].suffix(2)))
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    let found = try await reasons(
      words.dropLast().joined(separator: " ") + " \(task) because \"test\"", on: flex)
    #expect(found.count == 1)
    #expect(found.first?.contains(reason) == true, "\(found)")
    let isRefusedByAPI = reason.contains("not pending") || reason.contains("currently")
    #expect(flex.asked.contains { $0.isWrite } == isRefusedByAPI)
  }

  @Test func aVoiceTaskEndsIfTheSentenceSaysThatTheCallIsOver() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    let task = Self.sid("WT", "ca")
    let found = try await reasons(
      "complete voice task \(task) because \"the call is over\"", on: flex)
    #expect(found == ["complete task done"])
    let sent = try #require(flex.asked.first { $0.isWrite })
    #expect(sent.revision == "\"0\"")
    #expect(sent.request.revision == "\"0\"")
  }

  @Test func aReservationIsCompletedIfItWrapsAndNoParticipantNamesIt() async throws {
    func sentence(_ pair: String) -> String {
      "complete reservation \(Self.sid("WR", pair)) of \(Self.sid("WT", pair))"
    }
    #expect(try await reasons(sentence("1e")) == ["complete reservation done"])
    #expect(
      try await reasons(sentence("c3")).first?.contains("only a wrapping one is completed") == true)
    #expect(
      try await reasons(sentence("7c")).first?.contains("close that participant instead") == true)
  }

  /// A refusal based on the state ends the run as a failure does, and is tolerated by `try`.
  @Test func aRefusalEndsTheRunUnlessItIsTolerated() async throws {
    let task = Self.sid("WT", "c3")
    let ended = try await run(
      "complete task \(task) because \"x\"\necho \"after\"", on: SimulatedTwilio.demo())
    #expect(ended.result.worst == .refused)
    #expect(ended.lines.count == 1)
    let tried = try await run(
      "try complete task \(task) because \"x\"\necho \"after\"", on: SimulatedTwilio.demo())
    #expect(tried.result.worst == .none)
    #expect(tried.lines.last == "after")
  }

  /// What cannot be read refuses; so do attributes that are missing.
  @Test(arguments: ["attributes", "participants", "task", "half"])
  func whatCannotBeReadRefuses(_ what: String) async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer throws(APIError) in
      var answer = answer
      let failure = APIError(kind: .api, status: 500, message: "no", mayHaveBeenProcessed: false)
      switch (what, operation.definition) {
      case ("attributes", RoutedTask.fetch): answer.fields["attributes"] = .null
      case ("half", RoutedTask.fetch):
        answer.fields["attributes"] = .string(#"{"conversationSid":"\#(Self.sid("CH", "a1"))"}"#)
      case ("task", RoutedTask.fetch): throw failure
      case ("participants", Participant.list): throw failure
      case ("participants", RoutedTask.fetch):
        answer.fields["attributes"] = .string(
          #"{"flexInteractionSid":"\#(Sample.interaction)","#
            + #""flexInteractionChannelSid":"\#(Sample.channel)"}"#)
      default: break
      }
      return answer
    }
    let found = try await reasons(
      "complete reservation \(Self.sid("WR", "1e")) of \(Self.sid("WT", "1e"))", on: flex)
    #expect(found.first?.hasPrefix("complete reservation refused: ") == true, "\(found)")
    #expect(!flex.asked.contains { $0.isWrite })
  }

  /// Pitfall 8: another revision is `failed`, "changed meanwhile".
  @Test func anotherRevisionIsNotOverwritten() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { operation, answer in
      var answer = answer
      if operation.definition == Reservation.fetch { answer.revision = "\"7\"" }
      return answer
    }
    let found = try await reasons(
      "complete reservation \(Self.sid("WR", "1e")) of \(Self.sid("WT", "1e"))", on: flex)
    #expect(found.first?.hasPrefix("complete reservation failed: changed meanwhile") == true)
  }

  /// Without an `ETag`, nothing is sent in its place.
  @Test func withoutARevisionNoneIsSent() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo()) { _, answer in
      var answer = answer
      answer.revision = nil
      return answer
    }
    let found = try await reasons(
      "complete reservation \(Self.sid("WR", "1e")) of \(Self.sid("WT", "1e"))", on: flex)
    #expect(found == ["complete reservation done"])
    #expect(flex.asked.first { $0.isWrite }?.request.revision == nil)
  }

  @Test func aPlanSaysWhatWouldBeRefusedAndApplyLooksAgain() async throws {
    let script = """
      complete reservation \(Self.sid("WR", "1e")) of \(Self.sid("WT", "1e"))
      complete reservation \(Self.sid("WR", "7c")) of \(Self.sid("WT", "7c"))
      close every agent of \(Self.sid("WR", "c3")) of \(Self.sid("WT", "c3"))
      show reservation \(Self.sid("WR", "c3")) of \(Self.sid("WT", "c3"))
      """
    let flex = SimulatedTwilio.demo()
    let planned = try await plan(script, on: flex)
    #expect(planned.plan?.actions.map(\.forecast.isRefused) == [false, true, false])
    guard case .query(let shown)? = planned.events.last, case .item(let fields) = shown.result
    else {
      Issue.record("the reservation is shown")
      return
    }
    // What the plan closes completes its reservation.
    #expect(fields["reservation_status"]?.text == "completed")
    #expect(shown.isPlanned)
    let applied = try await apply(planned.plan, on: flex)
    #expect(
      applied.lines.map { String($0.split(separator: ":").last ?? "") } == [
        " done", " refused (refused)", " done",
      ])
  }
}
