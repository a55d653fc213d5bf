import FlexAPI
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexTestSupport
import Synchronization
import Testing

/// Whatever a script says, memory and time have a limit.
struct LimitTests {
  /// Each name is twice the one before it.
  private static func doubling(_ first: String, _ next: (Int) -> String, times: Int) -> String {
    (["let x0 = \(first)"] + (1...times).map { "let x\($0) = \(next($0 - 1))" })
      .joined(separator: "\n")
  }

  @Test(arguments: [
    (doubling("'aaaaaaaaaaaaaaaa'", { "\"$x\($0)$x\($0)\"" }, times: 60), "the text", 17),
    (doubling("[1, 2]", { "[$x\($0), $x\($0)]" }, times: 60), "the list", nil),
    (doubling("['aaaaaaaa']", { "[\"$x\($0)$x\($0)\"]" }, times: 60), "the text", nil),
  ])
  func aValueHoldsAMebibyte(_ script: String, _ what: String, _ line: Int?) async throws {
    let result = try await run(script, on: SimulatedTwilio.demo())
    let message = "\(what) would become longer than 1 MiB, and a value holds at most that"
    #expect(result.lines.count == 1)
    let told = try #require(result.lines.first)
    #expect(told.hasSuffix(message))
    if let line { #expect(told.hasPrefix("main.flex:\(line + 1):")) }
  }

  @Test func aTextOfAMebibyteIsStillOne() async throws {
    let script = Self.doubling("'aaaaaaaaaaaaaaaa'", { "\"$x\($0)$x\($0)\"" }, times: 16)
    let result = try await run(script + "\necho \"$x16\"", on: SimulatedTwilio.demo())
    let lengths = result.lines.map(\.utf8.count)
    #expect(lengths == [1 << 20])
  }

  @Test func jsonAndEchoHaveTheLimitToo() async throws {
    let big = Self.doubling("'aaaaaaaaaaaaaaaa'", { "\"$x\($0)$x\($0)\"" }, times: 15)
    for (sentence, what) in [
      ("create interaction channel {\"a\": \"$x15\", \"b\": {\"c\": [$x15, $x15]}}", "the JSON"),
      ("echo $x15, $x15, $x15", "the text"), ("echo [$x15, $x15, $x15]", "the list"),
    ] {
      let result = try await run(big + "\n" + sentence, on: SimulatedTwilio.demo())
      let messages = result.events.map { event in
        switch event {
        case .failure(_, _, let message, _): message
        case .action(let record): record.error?.message ?? "done"
        default: "something else"
        }
      }
      let expected = "\(what) would become longer than 1 MiB, and a value holds at most that"
      #expect(messages.count == 1)
      #expect(messages.first == expected)
    }
  }

  /// A look-up that takes its time counts for the time limit of a `wait`.
  @Test func aWaitCountsItsLookUps() async throws {
    let clock = ImmediateClock()
    let flex = Slow(flex: .demo(), clock: clock)
    let script = """
      use channel UO1 in KD1
      wait until (participants where type is supervisor).count > 0 every 1s timeout 10s
      """
    let result = try await run(script, on: flex, clock: clock)
    #expect(result.lines.count == 1)
    #expect(result.lines[0].contains("gave up after 10s: "))
    // 3 s for a look-up and 1 s of pause: after 0, 4 and 8 s; what is shown is what was judged last.
    #expect(flex.count.value == 3)
  }

  private struct Slow: TwilioAPI {
    let flex: SimulatedTwilio
    let clock: ImmediateClock
    let count = Counter()

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      count.increase()
      // The immediate clock does not fail.
      try? await clock.sleep(for: .seconds(3))
      return try await flex.perform(operation, permission: permission)
    }
  }

  /// After one slow action, no more is kept than the queue holds: the script waits, and so does its data.
  @Test func whatIsToldAfterASlowActionIsBounded() async throws {
    let row = String(repeating: "x", count: 99)
    let data = Array(("a\n" + String(repeating: row + "\n", count: 40_000)).utf8)
    let gate = Gate(flex: .demo())
    let source = Watched(bytes: BytesSource(data), gate: gate)
    let files = OneFile(source: source)
    let text = Sample.expand(
      "close UT1 on UO1 in KD1\nfor r in rows of \"d.csv\" { echo $r.a }\n")
    let runner = BatchRunner(
      scripts: [OpenedFile(identity: "s", name: "s.flex", source: BytesSource(text))],
      arguments: [:], files: files)
    #expect(try runner.check(strictly: false))
    var settings = Settings()
    settings.jobs = 2
    gate.close()
    let report = RecordingReport()
    var configuration = RunConfiguration(api: gate, check: runner.session)
    configuration.reports = [report]
    configuration.settings = settings
    configuration.clock = ImmediateClock()
    _ = await runner.run(configuration)
    #expect(report.events.count == 40_001)
    #expect(gate.readWhileClosed.value <= 2 * StatementReader.chunk)
  }

  /// Answers writes late, and counts what was read meanwhile.
  private final class Gate: TwilioAPI {
    let flex: SimulatedTwilio
    let readWhileClosed = Counter()
    private let isClosed = Mutex(false)

    init(flex: SimulatedTwilio) { self.flex = flex }

    func close() { isClosed.withLock { $0 = true } }

    func note(_ count: Int) {
      if isClosed.withLock({ $0 }) { readWhileClosed.increase(by: count) }
    }

    func perform(
      _ operation: FlexAPI.Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      if operation.isWrite {
        // Turns enough to read all of it, for a script that does not wait; one that waits reads no
        // more however many there are.
        for _ in 0..<100_000 { await Task.yield() }
        isClosed.withLock { $0 = false }
      }
      return try await flex.perform(operation, permission: permission)
    }
  }

  private struct Watched: ByteSource {
    var bytes: BytesSource
    let gate: Gate

    mutating func read(upTo count: Int) throws(SourceFailure) -> [UInt8] {
      let read = bytes.read(upTo: count)
      gate.note(read.count)
      return read
    }
  }

  private struct OneFile: ScriptFiles {
    let source: Watched

    mutating func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
      throw FileProblem(reason: "no such file")
    }

    func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
      OpenedFile(identity: path, name: path, source: source)
    }
  }
}
