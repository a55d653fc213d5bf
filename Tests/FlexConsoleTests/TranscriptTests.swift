import FlexSimulator
import FlexTestSupport
import Testing

/// Whole sessions: what was asked, typed and shown.
///
/// `RECORD_GOLDEN=1` writes them anew.
struct TranscriptTests {
  private static let transcripts = ProjectFiles.list(
    "Tests/FlexConsoleTests/Transcripts", suffix: ".txt")

  @Test(arguments: transcripts, Reach.allCases)
  func happensAsItIsWritten(_ path: String, _ reach: Reach) async throws {
    let lines = try ProjectFiles.text(path).split(separator: "\n").compactMap(Self.typed)
    #expect(lines.count > 5)
    let session = try await reach.with {
      await PlayedSession(
        lines, on: $0, files: ["broken.flex": "close UO1 on UO1\n"],
        columns: path.hasSuffix("-80.txt") ? 80 : 100,
        isProduction: path.contains("/production"))
    }
    let shown = Self.normalized(Sample.shorten(session.shown))
    let difference = try Golden.difference(shown, with: path)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func theSessionOfTheREADMEHappensAsItIsShown() async throws {
    let readme = try ProjectFiles.text("README.md")
    let block = try #require(readme.firstMatch(of: #/```prompt\n((?:.*\n)*?)```/#)).1
    let lines = block.split(separator: "\n").compactMap(Self.typed)
    #expect(lines.count > 5)
    let session = await PlayedSession(lines, on: SimulatedTwilio.demo(), columns: 130)
    #expect(
      Self.normalized(session.shown) == Self.normalized(String(block)) + "\n")
  }

  /// What was typed on a line, if it begins with a prompt.
  private static func typed(_ line: Substring) -> String? {
    guard
      let prompt = line.prefixMatch(
        of: #/(?:sim|prod)[^>]*> |[{\[(\\]… |this changes .*: /#)
    else {
      return nil
    }
    return String(line[prompt.range.upperBound...])
  }

  /// Times are never the same, and requests have identifiers of their own.
  private static func normalized(_ text: String) -> String {
    text.replacing(/[0-9]+(\.[0-9]+)? (ms|s)\b(?! ago)/, with: "0 ms")
      .replacing(/age {2,}[0-9]+/, with: "age  0")
      .replacing(/"duration_ms":[0-9.]+/, with: "\"duration_ms\":0")
      .replacing(/RQ[0-9a-f]{32}/, with: "RQ…")
      .replacing(/20[0-9]{2}-[0-9-]{5}T[0-9:]{8}Z/, with: "2026-11-26T10:00:00Z")
      .replacing(/https?:[^ "]*\/v1/, with: "…/v1")
  }
}
