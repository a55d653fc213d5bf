import ArgumentParser
import FlexCommands
import FlexTestSupport
import Testing

@testable import flexsh

struct PlainRunCallTests {
  /// Numbers that are the same in every run.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) ^ state
    }
  }

  /// Words of calls, right and wrong ones.
  private static let words = [
    "a.flex", "b.flex", "run", "x=1", "x=2", "y=", "./x=1", "", "-", "--", "help", "--help", "-h",
    "--version", "-c", "echo 1", "close UT1", "-q", "--quiet", "-qy", "-y", "--yes", "--strict",
    "--read-only", "--keep-going", "--at-most-once", "--no-journal", "--simulate", "--dry-run",
    "--base-url", "--base-url=http://localhost", "http://localhost:80", "--profile", "eu",
    "--journal-dir", "/tmp", "-j", "--jobs", "8", "0", "257", "+8", "-8", "08", "--rate", "20/s",
    "20", "-o", "-ondjson", "--output", "ndjson", "text", "csv", "xml", "--wide", "-v",
    "--lenient-sids", "--shard", "1/2", "--seed", "--quie", "--no-yes", "\u{301}", "-é",
  ]

  @Test func whatAPlainCallMeansIsWhatTheParserSays() throws {
    var random = Numbers(state: 5)
    var plain = 0
    for _ in 0..<(4000 * Rounds.factor) {
      let words = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        Self.words[Int.random(in: Self.words.indices, using: &random)]
      }
      guard let request = RunRequest(plainCall: words) else { continue }
      plain += 1
      #expect(try Self.text(request) == Self.parsed(words), "\(words)")
    }
    #expect(plain > 40)
  }

  @Test(arguments: [
    ["a.flex"], ["--simulate", "a.flex"],
    ["-q", "--base-url", "http://localhost:80", "a.flex", "x=1"],
    ["-c", "close UT1", "-c", "close UT2", "-y"],
    ["-j", "8", "-o", "ndjson", "--rate", "20/s", "a", "b"],
  ])
  func usualCallsArePlain(_ words: [String]) throws {
    let request = try #require(RunRequest(plainCall: words))
    #expect(try Self.text(request) == Self.parsed(words))
  }

  /// What the parser says of the words.
  private static func parsed(_ words: [String]) throws -> String {
    let command = try #require(try RunCommand.parseAsRoot(words) as? RunCommand, "\(words)")
    return text(try command.request())
  }

  /// Everything in a request.
  private static func text(_ request: RunRequest) -> String {
    var text = ""
    dump(request, to: &text)
    // The order of a dictionary is not its own.
    return text.split(separator: "\n").sorted().joined(separator: "\n")
  }
}
