import FlexAPI
import FlexClient
import FlexTestSupport
import Testing

/// Whether to send again, and after how long; no time passes here.
struct RetryPolicyTests {
  private static let close = Operation.close(Sample.participant(Sample.agent), on: Sample.path)
  private static let invite = Operation.invite(on: Sample.path, routing: .object([:]))
  private static let list = Operation.listParticipants(on: Sample.path)

  @Test(arguments: [
    // What failed, then whether it is sent again: close, invite, list; close at most once.
    (FailureClass.neverSent, [true, true, true, true]),
    (.throttled, [true, true, true, true]),
    (.busy, [true, true, true, true]),
    (.lost, [true, false, true, false]),
    (.final, [false, false, false, false]),
  ])
  func sendsAgainOnlyWhatMayBe(_ failure: FailureClass, _ expected: [Bool]) {
    func decision(_ operation: Operation, atMostOnce: Bool = false) -> Bool {
      RetryPolicy(isAtMostOnce: atMostOnce).decision(
        for: operation, after: failure, attempt: 1, retryAfter: nil, jitter: 0.5) != .stop
    }
    #expect(
      [
        decision(Self.close), decision(Self.invite), decision(Self.list),
        decision(Self.close, atMostOnce: true),
      ] == expected)
    // Nothing is lost by asking again.
    #expect(decision(Self.list, atMostOnce: true) == expected[2])
  }

  @Test func waitsLongerEachTimeUpToALimit() {
    let policy = RetryPolicy(retries: 100)
    func wait(_ attempt: Int, _ jitter: Double) -> RetryPolicy.Decision {
      policy.decision(
        for: Self.close, after: .lost, attempt: attempt, retryAfter: nil, jitter: jitter)
    }
    #expect(wait(1, 1) == .retry(after: .milliseconds(250)))
    #expect(wait(2, 1) == .retry(after: .milliseconds(500)))
    #expect(wait(3, 0.5) == .retry(after: .milliseconds(500)))
    #expect(wait(3, 0) == .retry(after: .zero), "full jitter: from nothing")
    #expect(wait(99, 1) == .retry(after: .seconds(20)))
    #expect(wait(101, 1) == .stop)
    #expect(
      RetryPolicy(retries: 0).decision(
        for: Self.close, after: .throttled, attempt: 1, retryAfter: nil, jitter: 0) == .stop)
  }

  @Test func theServersWishIsALowerLimit() {
    func decision(_ seconds: Int) -> RetryPolicy.Decision {
      RetryPolicy().decision(
        for: Self.close, after: .throttled, attempt: 1, retryAfter: .seconds(seconds), jitter: 1)
    }
    #expect(decision(0) == .retry(after: .milliseconds(250)))
    #expect(decision(2) == .retry(after: .seconds(2)))
    #expect(decision(60) == .retry(after: .seconds(60)))
    #expect(decision(61) == .stopForRetryAfter(.seconds(61)))
  }

  @Test(
    arguments: [
      (400, nil, FailureClass.final), (404, nil, .final), (408, nil, .lost),
      (429, nil, .throttled),
      (500, nil, .lost), (599, nil, .lost), (302, nil, .final), (401, nil, .final),
      (403, 20429, .throttled), (400, 45780, .throttled), (409, 20162, .busy), (409, 20409, .final),
      (500, 20429, .lost), (999, nil, .final),
    ] as [(Int, Int?, FailureClass)])
  func readsStatusAndCode(_ status: Int, _ code: Int?, _ failure: FailureClass) {
    let body = code.map { "{\"code\": \($0)}" } ?? ""
    let error = APIError(status: status, body: Array(body.utf8), requestID: nil)
    #expect(FailureClass(error) == failure)
  }

  @Test(
    arguments: [
      ("1", 1), ("60", 60), (" 7 ", 7), ("0", nil), ("99999999999999999999", 2_147_483_647),
      ("-1", nil), ("1.5", nil), ("+1", nil), ("1s", nil), ("", nil), ("soon", nil), ("٣", nil),
      ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("Sunday, 06-Nov-94 08:49:47 GMT", 10),
      ("Sun Nov  6 08:49:47 1994", 10), ("Sun, 06 Nov 1994 08:49:37 GMT", nil),
      ("Sun, 06 Nov 1994 08:49:27 GMT", nil), ("Mon, 07 Nov 1994 08:49:37 GMT", 86_400),
      ("Sun, 6 Nov 1994 08:49:47 GMT", nil), ("Sun, 06 Nov 1994 08:49:47 UTC", nil),
      ("Sun, 06 Nov 1994 24:49:47 GMT", nil), ("Sun, 06 Foo 1994 08:49:47 GMT", nil),
      ("Thu, 29 Feb 1996 00:00:00 GMT", 41_440_223),
    ] as [(String, Int?)])
  func readsRetryAfter(_ value: String, _ seconds: Int?) {
    // 6 November 1994, 08:49:37 UTC: the example of RFC 9110.
    #expect(RetryAfter.delay(value, now: 784_111_777) == seconds.map { .seconds($0) })
  }
}

/// Who may send when; no time passes here.
struct RequestGateTests {
  @Test func countsWhatIsInFlight() {
    var gate = RequestGate(ceiling: 2)
    #expect(gate.enter(at: .zero) == .now)
    #expect(gate.enter(at: .zero) == .now)
    #expect(gate.enter(at: .zero) == .queued)
    gate.leave(.answered)
    #expect(gate.enter(at: .zero) == .now)
  }

  @Test func spacesRequestsEvenlyAndSavesNothingUp() {
    var gate = RequestGate(ceiling: 100, rate: .milliseconds(100))
    #expect(gate.enter(at: .zero) == .now)
    #expect(gate.enter(at: .zero) == .after(.milliseconds(100)))
    #expect(gate.enter(at: .milliseconds(50)) == .after(.milliseconds(150)))
    // After a pause of a second there is no burst of ten.
    #expect(gate.enter(at: .seconds(2)) == .now)
    #expect(gate.enter(at: .seconds(2)) == .after(.milliseconds(100)))
  }

  @Test func learnsFromTheServersCount() {
    var gate = RequestGate(ceiling: 100)
    for _ in 0..<32 { _ = gate.enter(at: .zero) }
    // Nine were in flight, and that was one too many.
    for _ in 0..<8 { gate.leave(.answered) }
    gate.leave(.throttled(concurrent: 9))
    #expect(gate.limit == 8)
    for number in 10...32 { gate.leave(.throttled(concurrent: number)) }
    #expect(gate.limit == 8, "what was sent together says nothing new")
  }

  @Test func halvesOncePerBurstWithoutTheServersCount() {
    var gate = RequestGate(ceiling: 32)
    for _ in 0..<32 { _ = gate.enter(at: .zero) }
    for _ in 0..<32 { gate.leave(.throttled(concurrent: nil)) }
    #expect(gate.limit == 16)
    for _ in 0..<16 { _ = gate.enter(at: .zero) }
    gate.leave(.throttled(concurrent: nil))
    #expect(gate.limit == 8)
  }

  @Test func growsAgainSlowly() {
    var gate = RequestGate(ceiling: 4)
    _ = gate.enter(at: .zero)
    gate.leave(.throttled(concurrent: nil))
    #expect(gate.limit == 2)
    for _ in 0..<200 {
      while gate.enter(at: .zero) == .now {}
      gate.leave(.answered)
    }
    #expect(gate.limit == 4)
  }

  /// A server that lets eight in: a thousand requests, each sent until it is let through.
  @Test(arguments: [true, false])
  func wastesLittleOnAServerWithALimit(_ saysHowMany: Bool) {
    var gate = RequestGate(ceiling: 100)
    var requests = 0
    var done = 0
    // In rounds: all that may be sent is sent, then all is answered.
    while done < 1000 {
      var round = 0
      while done + round < 1000, gate.enter(at: .zero) == .now { round += 1 }
      requests += round
      for number in 1...round {
        if number <= 8 {
          done += 1
          gate.leave(.answered)
        } else {
          gate.leave(.throttled(concurrent: saysHowMany ? number : nil))
        }
      }
    }
    #expect(requests <= 1200, "\(requests)")
  }
}
