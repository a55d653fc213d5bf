import FlexAPI
import FlexConsole
import FlexRuntime
import FlexSimulator
import FlexStorage
import FlexTestSupport
import Foundation
import SystemPackage
import Testing

struct ReportTests {
  /// What a report writes on standard output and on standard error for the events of a script.
  private func told(
    _ script: String, palette: Palette = Palette(isColored: false), width: Int? = nil,
    verbosity: TextReport.Verbosity = .normal
  ) async throws -> (output: String, errors: String) {
    let events = try await run(script, on: SimulatedTwilio.demo()).events
    let output = try Collector()
    let errors = try Collector()
    let report = TextReport(
      output: OutputStream(output.descriptor, isBuffered: true),
      errors: OutputStream(errors.descriptor, isBuffered: true), palette: palette,
      errorPalette: palette, verbosity: verbosity, width: { width })
    for event in events { report.emit(event) }
    report.end(RunEnd(RunSummary(), duration: .zero, exit: 0))
    return (Sample.shorten(try output.text()), Sample.shorten(try errors.text()))
  }

  @Test(arguments: [
    (400, "0.4 ms"), (8_900, "8.9 ms"), (42_000, "42 ms"), (1_650_000, "1.6 s"),
    (125_000_000, "2 min 5 s"),
  ])
  func showsADurationToPeople(_ microseconds: Int, _ text: String) {
    #expect(Duration.microseconds(microseconds).displayText == text)
  }

  /// A file that takes what is written.
  private struct Collector {
    let descriptor: FileDescriptor
    private let path: FilePath

    init() throws {
      path = FilePath(FileManager.default.temporaryDirectory.path() + UUID().uuidString)
      descriptor = try FileDescriptor.open(
        path, .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
    }

    func text() throws -> String {
      let data = try Data(contentsOf: URL(filePath: path.string))
      try descriptor.close()
      try FileManager.default.removeItem(atPath: path.string)
      return String(decoding: data, as: UTF8.self)
    }
  }

  @Test func tellsAnActionOnOneLine() async throws {
    let (output, errors) = try await told("close UT1 on UO1 in KD1")
    #expect(output.hasPrefix("✓ close UT1 on UO1  agent left, task completed, conversation open  "))
    #expect(output.hasSuffix(" ms\n"))
    #expect(errors == "")
  }

  @Test func givesAnAccountOfAFailure() async throws {
    let (output, errors) = try await told("close UT3 on UO1 in KD1\nclose UT1 on UO1 in KD1")
    #expect(output.contains("✗ close UT3 on UO1  failed"))
    #expect(output.contains("· close UT1 on UO1  not run"))
    let lines = errors.split(separator: "\n")
    #expect(lines[0] == "error: main.flex:1:1: close UT3 on UO1 in KD1: failed")
    #expect(lines[1].hasPrefix("  Twilio answered 400: Participant UT3 is of type customer"))
    #expect(lines[1].hasSuffix("(code 20001)"))
    #expect(lines.contains { $0.hasPrefix("  = help: ") })
    // The recap names what is not done.
    #expect(lines.suffix(2).first == "failed:")
    #expect(
      lines.last?.hasPrefix("  ✗ main.flex:1:1: close UT3 on UO1 in KD1: Twilio answered 400")
        == true)
  }

  @Test func fitsATableIntoTheWindow() async throws {
    let script = "list participants on UO1 in KD1"
    // With short SIDs, four columns fit into 40; from 60 on, all five do.
    for (width, columns) in [(40, 4), (60, 5), (80, 5), (120, 5), (200, 5)] {
      let (output, _) = try await told(script, width: width)
      let header = output.split(separator: "\n").first ?? ""
      let titles = header.split(separator: " ")
      #expect(titles.filter { $0 != "…" }.count == columns, "\(width): \(header)")
      // Columns that found no place are not kept secret.
      #expect((titles.last == "…") == (columns < 5))
      #expect(output.split(separator: "\n").allSatisfy { $0.count <= width })
    }
  }

  @Test func saysThatAListingIsEmpty() async throws {
    #expect(try await told("list invites on UO1 in KD1").output == "no invites\n")
  }

  @Test func tellsLess() async throws {
    let (output, _) = try await told(
      "close UT1 on UO1 in KD1\necho 'result'", verbosity: .less)
    #expect(output == "result\n")
  }

  @Test func coloursAreNotTheMeaning() async throws {
    let script = "use channel UO1 in KD1\nclose UT1\nclose UT3"
    let plain = try await told(script)
    let coloured = try await told(script, palette: Palette(isColored: true))
    let stripped = coloured.output.replacing(/\u{1B}\[[0-9]+m/, with: "")
    let times = /[0-9.]+ m?s/
    #expect(stripped.replacing(times, with: "") == plain.output.replacing(times, with: ""))
    #expect(coloured.output.contains("\u{1B}[32m✓"))
  }

  @Test(
    arguments: [
      (Palette.Choice.auto, [:], true, true), (.auto, [:], false, false),
      (.always, [:], false, true),
      (.never, [:], true, false), (.auto, ["NO_COLOR": "1"], true, false),
      (.auto, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], true, false),
      (.auto, ["CLICOLOR_FORCE": "1"], false, true), (.auto, ["CLICOLOR": "0"], true, false),
      (.auto, ["TERM": "dumb"], true, false),
    ] as [(Palette.Choice, [String: String], Bool, Bool)])
  func choosesColours(
    _ choice: Palette.Choice, _ environment: [String: String], _ isTerminal: Bool, _ isColored: Bool
  ) {
    let palette = Palette(choice, environment: environment, isTerminal: isTerminal)
    #expect(palette.text("x", .failure) == (isColored ? "\u{1B}[31mx\u{1B}[0m" : "x"))
  }

  @Test func runIDsSortByTime() {
    var generator = SystemRandomNumberGenerator()
    let ids = [1, 2, 1_700_000_000_000, 1_900_000_000_000].map {
      RunID.make(milliseconds: $0, using: &generator)
    }
    #expect(ids == ids.sorted())
    #expect(ids.allSatisfy { $0.count == 26 })
  }
}
