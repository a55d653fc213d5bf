import FlexTestSupport
import Foundation
import Testing

/// `--lenient-sids`: SIDs of another shape or kind are warnings, and are sent as written.
struct OtherSIDTests {
  /// A participant with a longer number, one with an unknown prefix, and one of another kind.
  private static let others = [
    "UT\(String(repeating: "c", count: 36))", "XY\(String(repeating: "c3", count: 16))",
    Sample.channel, "chat7f3a",
  ]

  @Test(arguments: others)
  func anotherShapeIsAnErrorUnlessAskedFor(_ sid: String) async throws {
    let script = "close \(sid) on \(Sample.channel) in \(Sample.interaction)"
    let strict = try await Executable.run(["check", "-"], input: script + "\n")
    #expect(strict.status == 65)
    let lenient = try await Executable.run(["check", "--lenient-sids", "-"], input: script + "\n")
    #expect(lenient.status == 0)
    #expect(lenient.errors.contains("warning["))
    #expect(lenient.errors.hasSuffix("1 warning in 1 file\n"), "\(lenient.errors)")
  }

  @Test(arguments: others)
  func itIsSentAsWritten(_ sid: String) async throws {
    try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
      server in
      try await Executable.withFolder([:]) { folder in
        let script = "close \(sid) on \(Sample.channel) in \(Sample.interaction)"
        let result = try await Executable.run(
          [
            "run", "--lenient-sids", "--base-url", server.url, "--journal-dir", folder, "-c",
            script,
          ], environment: Executable.credentials)
        #expect(result.status == 0, "\(result.errors)")
        #expect(server.requests.last?.line.contains("/Participants/\(sid) ") == true)
        // The journal is read without the option.
        let shown = try await Executable.run(["runs", "show", "last", "--journal-dir", folder])
        #expect(shown.output.contains(script), "\(shown.output)")
        #expect(shown.output.contains("--lenient-sids"))
      }
    }
  }

  /// The option of a run is not that of another one whose journal is next to it.
  @Test func anotherRunIsNotLenient() async throws {
    let place = "on \(Sample.channel) in \(Sample.interaction)"
    try await RawServer.answering({ request, _ in
      guard request.line.hasPrefix("GET") else { return .bytes(RawServer.echo(request)) }
      return .bytes(
        request.connection == 1
          ? RawServer.reply(500, "{}")
          : RawServer.reply(200, #"{"participants":[{"sid":"chat7f3a"}],"meta":{}}"#))
    }).serve { server in
      try await Executable.withFolder([:]) { folder in
        func run(_ arguments: [String]) async throws -> Executable.Result {
          try await Executable.run(
            arguments + ["--base-url", server.url, "--journal-dir", folder],
            environment: Executable.credentials)
        }
        let strict = ["list participants \(place)", "close \(Sample.agent) \(place)"]
        let failed = try await run([
          "run", "--retries", "0", "-c", strict[1], "-c", strict[0],
        ])
        #expect(failed.status == 1, "\(failed.errors)")
        let lenient = try await run(["run", "--lenient-sids", "-c", "close chat7f3a \(place)"])
        #expect(lenient.status == 0, "\(lenient.errors)")
        let resumed = try await run(["resume", "--retries", "0"])
        #expect(resumed.status == 1, "\(resumed.output)\(resumed.errors)")
        #expect(resumed.errors.contains("names no SID"), "\(resumed.errors)")
      }
    }
  }

  @Test func cellsAndArgumentsAreWarnedOf() async throws {
    let script = """
      param who: participant
      use channel \(Sample.channel) in \(Sample.interaction)
      for row in rows of "rows.csv" { close $row.participant }
      close $who

      """
    let files = ["rows.csv": "participant\nUT7xyz\n", "a.flex": script]
    try await Executable.withFolder(files) { folder in
      let arguments = [
        "run", "--dry-run", "--no-journal", "--lenient-sids", folder + "/a.flex", "who=XX34",
      ]
      let result = try await Executable.run(arguments)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("/Participants/UT7xyz"))
      #expect(result.output.contains("/Participants/XX34"))
      #expect(result.errors.contains("warning[bad-row]"))
      #expect(
        try await Executable.run(arguments.filter { $0 != "--lenient-sids" }).status == 65)
    }
  }
}
