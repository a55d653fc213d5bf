import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexTestSupport
import Synchronization
import Testing

/// A sentence that would change several things wants their number typed.
struct BulkTests {
  /// Reads lines from a list, then ends.
  private struct ScriptedReader: LineReader {
    var lines: [String]
    let prompts: PromptLog

    mutating func read(_ request: LineRequest) async -> LineReading {
      prompts.add(request.prompt)
      return lines.isEmpty ? .endOfInput : .line(lines.removeFirst())
    }
  }

  private final class PromptLog: Sendable {
    private let log = Mutex<[String]>([])
    func add(_ text: String) { log.withLock { $0.append(text) } }
    var all: String { log.withLock { $0.joined() } }
  }

  private func session(
    _ lines: [String], maximum: Int = 100
  ) async throws -> (left: Int, shown: String) {
    let flex = SimulatedFlex.demo()
    let log = PromptLog()
    let check = CheckSession(files: MemoryFiles([:]))
    let interpreter = Interpreter(
      door: Door(flex), check: check,
      report: PromptReport(
        text: TextReport(
          output: OutputStream { log.add($0) }, errors: OutputStream { log.add($0) },
          palette: Palette(isColored: false), errorPalette: Palette(isColored: false),
          amount: .normal, width: { nil }),
        ndjson: NDJSONReport(OutputStream { log.add($0) }), format: .text),
      settings: Settings(),
      clock: ImmediateClock(), interruption: Interruption(), applySettings: { _ in },
      confirm: { _ in .nobody })
    var repl = REPL(
      reader: ScriptedReader(lines: lines.map { Sample.expand($0) }, prompts: log),
      session: check, interpreter: interpreter, name: "sim", bulk: .asks(maximum: maximum),
      surroundings: PromptSurroundings(
        write: { log.add($0) }, whileRunning: { _, body in await body() }))
    await repl.run()
    let agents = try await flex.list(.participants(Sample.path)).items.filter {
      $0.object?["type"]?.text == "agent"
    }
    return (agents.count, log.all)
  }

  private static let use = "use channel UO1 in KD1"

  @Test func wantsTheNumberTyped() async throws {
    let done = try await session([Self.use, "close every agent", "2"])
    #expect(done.left == 0)
    #expect(done.shown.contains("this changes 2 things; type 2 to go on: "))
    let other = try await session([Self.use, "close every agent", "yes"])
    #expect(other.left == 2)
    #expect(other.shown.contains("nothing was sent"))
    let ended = try await session([Self.use, "for a in [UT1, UT2] { close $a }"])
    #expect(ended.left == 2)
  }

  @Test func neverAsksForOneThing() async throws {
    let done = try await session([Self.use, "close UT1", "close every agent"])
    #expect(done.left == 0)
    #expect(!done.shown.contains("type"))
  }

  @Test func refusesMoreThanTheLimit() async throws {
    let done = try await session([Self.use, "close UT1, UT2", "2"], maximum: 1)
    #expect(done.left == 2)
    #expect(done.shown.contains("--max-changes allows 1"))
  }
}
