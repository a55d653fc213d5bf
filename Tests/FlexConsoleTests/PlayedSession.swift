import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexTestSupport
import Foundation
import Synchronization

/// A session at a prompt whose lines come from a list, and everything that it showed.
struct PlayedSession {
  /// What was shown, the prompts and what was typed at them among it.
  let shown: String
  /// The files that it saved, by their paths.
  let saved: [String: String]

  /// Reads lines from a list, then ends.
  private struct ListReader: LineReader {
    var lines: [String]
    let screen: SharedText

    mutating func read(_ request: LineRequest) async -> LineReading {
      guard !lines.isEmpty else { return .endOfInput }
      let line = lines.removeFirst()
      screen.add(request.prompt + line + "\n")
      screen.pass(.seconds(20))
      return .line(line)
    }
  }

  private final class SharedText: Sendable {
    private let text = Mutex("")
    func add(_ more: String) { text.withLock { $0 += more } }
    var all: String { text.withLock { $0 } }

    /// The time since the session began: 20 s per line.
    private let clock = Mutex(Duration.zero)
    func pass(_ time: Duration) { clock.withLock { $0 += time } }
    var time: Duration { clock.withLock { $0 } }
  }

  /// Plays lines whose SIDs are short, as ``Sample/expand(_:)`` knows them.
  init(
    _ lines: [String], on api: any TwilioAPI, maximum: Int = 100,
    files: [String: String] = [:], scriptFiles: (any ScriptFiles)? = nil, isShared: Bool = false,
    columns: Int = 100, isProduction: Bool = false
  ) async {
    let screen = SharedText()
    let output = { @Sendable (text: String) in screen.add(text) }
    let check = CheckSession(
      files: scriptFiles ?? MemoryFiles(files.mapValues { Sample.expand($0) }))
    let text = TextReport(
      output: OutputStream(output), errors: OutputStream(output),
      palette: Palette(isColored: false), errorPalette: Palette(isColored: false),
      verbosity: .normal, width: { columns })
    let report = PromptReport(
      text: text,
      ndjson: RecordReport([JSONStream(OutputStream(output), .lines)]), format: .text,
      now: { screen.time })
    text.errorWidth = { columns }
    var configuration = RunConfiguration(api: api, check: check)
    configuration.reports = [report]
    configuration.clock = ImmediateClock()
    configuration.now = { Int(Date().timeIntervalSince1970) }
    configuration.looksUpNames = true
    var surroundings = PromptSurroundings(
      write: output, whileRunning: { _, body in await body() })
    let disk = SavedFiles()
    surroundings.files = disk.files
    surroundings.width = { columns }
    surroundings.timeOfDay = { "10:00:00Z" }
    if isShared {
      surroundings.sharedNames = { SharedNames { Self.digest($0) } }
    }
    var repl = REPL(
      reader: ListReader(lines: lines.map { Sample.expand($0) }, screen: screen), session: check,
      runner: ScriptRunner(configuration), report: report, name: isProduction ? "prod" : "sim",
      isProduction: isProduction,
      bulk: .asks(maximum: maximum),
      surroundings: surroundings)
    _ = await repl.run()
    shown = screen.all
    saved = disk.texts
  }

  /// Sixteen bytes that are the same for the same text, and of different texts hardly ever.
  private static func digest(_ text: String) -> [UInt8] {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    return (0..<16).map { round in
      for byte in text.utf8 + [UInt8(round)] { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
      return UInt8(truncatingIfNeeded: state >> 32)
    }
  }

  /// Files in memory that can be created.
  private final class SavedFiles {
    private(set) var texts: [String: String] = [:]

    var files: PromptFiles {
      var files = PromptFiles.none
      files.problem = { _ in nil }
      files.create = { [self] path, bytes throws(FileProblem) in
        guard texts[path] == nil else { return false }
        texts[path] = String(decoding: bytes, as: UTF8.self)
        return true
      }
      return files
    }
  }
}
