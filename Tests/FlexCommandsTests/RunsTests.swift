import FlexCommands
import FlexSimulator
import FlexStorage
import FlexTestSupport
import Foundation
import Testing

/// The record: what `runs`, `runs show` and `runs undo` say of a run, and what `resume` does with it.
struct RunsTests {
  private static func run(
    _ folder: String, _ script: String, _ setup: RunSetup
  ) async -> PlayedCommand {
    await PlayedCommand(in: folder) {
      await Commands.run(RunRequest(.text(Sample.expand(script)), setup), in: $0)
    }
  }

  private static func show(
    _ folder: String, _ run: String? = nil, only: [String]? = nil
  ) async -> PlayedCommand {
    var request = RunShowRequest(run: run)
    request.only = only
    let shown = request
    return await PlayedCommand(in: folder) { await Commands.showRun(shown, in: $0) }
  }

  private static func resume(
    _ folder: String, _ setup: RunSetup, _ run: String? = nil
  ) async -> PlayedCommand {
    await PlayedCommand(in: folder) {
      await Commands.resume(ResumeRequest(run: run, setup), in: $0)
    }
  }

  private static let list =
    "{\"participants\": [{\"sid\": \"\(Sample.agent)\", \"type\": \"agent\"}, "
    + "{\"sid\": \"\(Sample.secondAgent)\", \"type\": \"agent\"}], \"meta\": {}}"

  @Test func aRunIsShownWhole() async throws {
    try await TemporaryFolder.with([:]) { folder in
      try await RawServer.answering({ request, _ in
        if request.line.hasPrefix("GET") { return .bytes(RawServer.reply(200, Self.list)) }
        if request.line.contains(Sample.secondAgent) { return .bytes(RawServer.reply(404, "{}")) }
        return request.line.contains("Invites")
          ? .bytes(
            RawServer.reply(
              200,
              "{\"sid\": \"KG\(String(repeating: "1", count: 32))\", \"channel_sid\": \"\(Sample.channel)\"}"
            ))
          : .bytes(RawServer.echo(request))
      }).serve { server in
        let script = """
          use channel UO1 in KD1
          expect (participants).count is 2
          invite routing {"properties": {"workspace_sid": "WS1"}}
          try close UT2
          close UT1
          close UT2
          for a in [UT3, UT4] { close $a }
          """
        let run = await Self.run(folder, script, .server(server.url) { $0.connection.jobs = 1 })
        #expect(run.status == 1)
        #expect(run.output.contains("created invite KG1111"))
        #expect(run.output.contains("– close \(Sample.secondAgent)"))
        #expect(run.errors.contains("2 done, 1 failed, 2 not run, 1 tolerated in"))
        let shown = await Self.show(folder)
        for line in [
          "result   failed", "by       ", "options  --jobs 1", ", exit 1",
          "✓ -c:2:1  expect (participants).count is 2, as expected",
          "created invite KG1111", "✗ -c:6:1", "· 2 not run: -c:7",
          "2 done, 1 failed, 2 not run, 1 tolerated",
        ] { #expect(shown.output.contains(line), "\(line)\n\(shown.output)") }
        let failed = await Self.show(folder, "last", only: ["failed", "not-run"])
        #expect(failed.output.contains("✗ -c:6:1"))
        #expect(failed.output.contains("· 2 not run"))
        #expect(!failed.output.contains("✓"))
        let undo = await PlayedCommand(in: folder) {
          await Commands.undoRun(nil, JournalSettings(), in: $0)
        }
        let lines = undo.output.split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.hasPrefix("#") })
        let close = try #require(lines.firstIndex { $0.contains(": close \(Sample.agent)") })
        let invite = try #require(lines.firstIndex { $0.contains(": invite on") })
        #expect(close < invite, "the last action comes first")
      }
    }
  }

  /// A server that answers with something that is no HTTP has been reached: 1, not 69.
  @Test func aMalformedAnswerIsAnAnswer() async throws {
    try await TemporaryFolder.with([:]) { folder in
      try await RawServer.answering({ _, _ in .bytes("what?\r\n\r\n") }).serve { server in
        let run = await Self.run(
          folder, "show interaction KD1", .server(server.url) { $0.connection.retries = 0 })
        #expect(run.status == 1, "\(run.errors)")
      }
    }
  }

  @Test func everyOutcomeNamesItsRow() async throws {
    let script =
      "for r in rows of \"r.csv\" { try close $r.ut on UO1 in KD1 }\nclose UT1 on UO1 in KD1\n"
    let strict = script.replacing("try close", with: "close")
    try await TemporaryFolder.with([
      "try.flex": script, "s.flex": strict, "r.csv": "ut\nUT1\nUT2\nUT3\n",
    ]) { folder in
      try await RawServer.answering({ request, _ in
        .bytes(
          request.line.contains(Sample.secondAgent)
            ? RawServer.reply(404, "{}") : RawServer.echo(request))
      }).serve { server in
        for (name, rows) in [
          ("try.flex", ["✓ 2", "– 3", "✓ 4"]), ("s.flex", ["✓ 2", "✗ 3", "· 4"]),
        ] {
          let run = await PlayedCommand(in: folder) {
            await Commands.run(
              RunRequest(.files([folder + "/" + name]), .server(server.url)), in: $0)
          }
          let found = run.output.split(separator: "\n").compactMap { line -> String? in
            guard let row = line.range(of: "r.csv:") else { return nil }
            return "\(line.first ?? " ") \(line[row.upperBound...])"
          }
          #expect(found == rows, "\(run.output)")
        }
      }
    }
  }

  @Test func runsAreFoundByTheirEndings() async throws {
    try await TemporaryFolder.with([:]) { folder in
      try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
        server in
        for _ in 0..<3 {
          _ = await Self.run(folder, "close UT1 on UO1 in KD1", .server(server.url))
        }
        _ = await Self.run(
          folder, "close UT1 on UO1 in KD1",
          RunSetup(target: .simulator(fixture: nil, .init(), seed: 0)))
        var request = RunListRequest()
        request.limit = 2
        let listing = request
        let listed = await PlayedCommand(in: folder) { await Commands.listRuns(listing, in: $0) }
        let lines = listed.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 4, "\(listed.output)")
        #expect(lines[1].contains("-c (simulated)"), "the latest comes first")
        #expect(!lines[2].contains("simulated"))
        #expect(lines[3] == "and 2 more: flexsh runs --all")
        let suffix = String(lines[2].prefix { $0 != " " })
        #expect(suffix.count >= 4)
        let shown = await Self.show(folder, suffix)
        #expect(shown.status == 0)
        #expect(shown.output.prefix { $0 != "\n" }.hasSuffix(suffix))
        #expect(await Self.show(folder, "last").output.contains("simulated"))
        #expect(await Self.show(folder, "01").status == 66)
        #expect(await Self.show(folder, "ZZZZ").status == 66)
      }
    }
  }

  @Test func whatIsRefusedIsRefusedEverywhere() async throws {
    try await TemporaryFolder.with([:]) { folder in
      let run = await Self.run(
        folder, "close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1",
        RunSetup(target: .simulator(fixture: nil, .init(), seed: 0)).changed {
          $0.run.isReadOnly = true
        })
      #expect(run.status == 2)
      #expect(run.output.contains("⊘ close \(Sample.agent)"))
      #expect(run.errors.contains("1 refused, 1 not run in"))
      let shown = await Self.show(folder)
      #expect(shown.output.contains("result   refused"), "\(shown.output)")
      #expect(shown.output.contains("⊘ -c:1:1"))
      #expect(shown.output.contains("the run is read-only"))
    }
  }

  /// What failed is looked up again, and everything after it; what was looked up before is not.
  @Test(arguments: [
    "expect (participants on UO1 in KD1).count is 1",
    "wait until (participants on UO1 in KD1).count is 1 every 100ms timeout 150ms",
    "let p = participants on UO1 in KD1 where type is agent\nexpect $p.count is 1",
  ])
  func aFailedConditionIsEvaluatedAgain(_ sentence: String) async throws {
    try await TemporaryFolder.with([:]) { folder in
      let isMended = Counter()
      let one =
        "{\"participants\": [{\"sid\": \"\(Sample.agent)\", \"type\": \"agent\"}], \"meta\": {}}"
      try await RawServer.answering({ request, _ in
        guard request.line.hasPrefix("GET") else { return .bytes(RawServer.echo(request)) }
        return .bytes(RawServer.reply(200, isMended.value > 0 ? one : Self.list))
      }).serve { server in
        let script = "close UT3 on UO1 in KD1\n\(sentence)\nclose UT1 on UO1 in KD1\n"
        let run = await Self.run(folder, script, .server(server.url))
        #expect(run.status == 1, "\(run.errors)")
        isMended.increase()
        let resumed = await Self.resume(folder, .server(server.url))
        // A name that was bound before the failed sentence keeps its value.
        let isBound = sentence.hasPrefix("let")
        #expect(resumed.status == (isBound ? 1 : 0), "\(resumed.errors)")
        let posts = server.requests.filter { $0.line.hasPrefix("POST") }
        #expect(posts.count == (isBound ? 1 : 2))
      }
    }
  }

  @Test func aRunThatFailsBeforeItsFirstActionCanBeResumed() async throws {
    try await TemporaryFolder.with([:]) { folder in
      let isMended = Counter()
      try await RawServer.answering({ request, _ in
        guard request.line.hasPrefix("GET") else { return .bytes(RawServer.echo(request)) }
        return .bytes(
          isMended.value > 0 ? RawServer.reply(200, Self.list) : RawServer.reply(404, "{}"))
      }).serve { server in
        let run = await Self.run(folder, "close every agent on UO1 in KD1", .server(server.url))
        #expect(run.status == 1)
        #expect(run.errors.contains("to resume this run: flexsh resume"))
        isMended.increase()
        let resumed = await Self.resume(folder, .server(server.url))
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("2 done in"))
      }
    }
  }

  @Test func aResumedRunKeepsItsOptions() async throws {
    try await TemporaryFolder.with([:]) { folder in
      let posts = Counter()
      try await RawServer.answering({ request, _ in
        if request.line.hasPrefix("POST") { posts.increase() }
        return .bytes(
          request.line.contains(Sample.secondAgent) && posts.value < 3
            ? RawServer.reply(403, "{}") : RawServer.echo(request))
      }).serve { server in
        let script = "close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1\nclose UT3 on UO1 in KD1\n"
        let run = await Self.run(
          folder,
          "try show interaction KD1\n" + script.replacing("close UT3", with: "try close UT3"),
          .server(server.url) { $0.run.maximumChanges = 3 })
        #expect(run.status == 1)
        // The limit is one of the whole run: one done, and one that failed and is started again.
        let resumed = await Self.resume(folder, .server(server.url))
        #expect(resumed.status == 0, "\(resumed.errors)\(resumed.output)")
        #expect(posts.value == 4)
      }
    }
  }

  @Test func theLimitOfChangesHoldsForAllPartsOfARun() async throws {
    try await TemporaryFolder.with([:]) { folder in
      try await RawServer.answering({ request, _ in
        .bytes(
          request.line.hasPrefix("GET") ? RawServer.reply(200, Self.list) : RawServer.echo(request))
      }).serve { server in
        let script = "for a in participants on UO1 in KD1 { close $a; wrapup $a }"
        let run = await Self.run(
          folder, script, .server(server.url) { $0.run.maximumChanges = 3 })
        #expect(run.status == 2, "\(run.errors)")
        for _ in 0..<2 {
          let resumed = await Self.resume(folder, .server(server.url))
          #expect(resumed.status == 2, "\(resumed.output)\(resumed.errors)")
        }
        #expect(server.requests.filter { $0.line.hasPrefix("POST") }.count == 3)
        let more = await Self.resume(folder, .server(server.url) { $0.run.maximumChanges = 4 })
        #expect(more.status == 0, "\(more.errors)")
        #expect(server.requests.filter { $0.line.hasPrefix("POST") }.count == 4)
      }
    }
  }

  /// The body of a sentence in a loop differs from pass to pass, and is not in the journal.
  @Test func anActionIsRecognizedByItsPass() async throws {
    try await TemporaryFolder.with([:]) { folder in
      let created = Counter()
      let isMended = Counter()
      try await RawServer.answering({ request, _ in
        if request.line.hasPrefix("GET") {
          let isFirst = request.line.contains(Sample.interaction)
          return .bytes(
            isFirst && isMended.value == 0
              ? RawServer.reply(503, "{}")
              : RawServer.reply(
                200, "{\"sid\": \"\(isFirst ? Sample.interaction : Sample.otherInteraction)\"}"))
        }
        created.increase()
        return .bytes(
          RawServer.reply(
            200, "{\"sid\": \"KD\(String(repeating: "\(created.value)", count: 32))\"}"))
      }).serve { server in
        let script = """
          for k in [KD1, KD2] {
            if (interaction $k).sid is not empty { create interaction channel {"type": "sms", "of": "$k"} }
          }
          """
        let run = await Self.run(
          folder, script,
          .server(server.url) {
            $0.run.keepsGoing = true
            $0.connection.retries = 0
          })
        #expect(run.status == 1)
        #expect(created.value == 1)
        isMended.increase()
        let resumed = await Self.resume(folder, .server(server.url))
        #expect(resumed.status == 0, "\(resumed.errors)\(resumed.output)")
        #expect(created.value == 2)
        let bodies = server.requests.filter { $0.line.hasPrefix("POST") }.map(\.body)
        #expect(bodies.count == 2 && Set(bodies).count == 2, "each was created once")
      }
    }
  }

  /// An action that created something is sent again only if that is asked for.
  @Test func whatCreatesSomethingIsSentAgainOnlyWithResend() async throws {
    try await TemporaryFolder.with([:]) { folder in
      let isMended = Counter()
      try await RawServer.answering({ request, _ in
        isMended.value == 0
          ? .bytesThenReset("")
          : .bytes(
            RawServer.reply(
              200,
              "{\"sid\": \"KG\(String(repeating: "1", count: 32))\", \"channel_sid\": \"\(Sample.channel)\"}"
            ))
      }).serve { server in
        let run = await Self.run(
          folder, "invite on UO1 in KD1 routing {\"properties\": {\"workspace_sid\": \"WS1\"}}",
          .server(server.url))
        #expect(run.status == 3)
        isMended.increase()
        let resumed = await Self.resume(folder, .server(server.url) { $0.run.assumesYes = true })
        #expect(resumed.status == 3)
        #expect(resumed.errors.contains("--resend sends it again"))
        #expect(server.requests.count == 1)
        let again = await Self.resume(folder, .server(server.url) { $0.run.resends = true })
        #expect(again.status == 0, "\(again.errors)")
        #expect(server.requests.count == 2)
      }
    }
  }

  /// Writes the journal of a version 1 run of two sentences, the first of which has begun.
  ///
  /// `results`: the lines after its intent.
  private static func writeJournal(
    _ run: String, in folder: String, _ url: String, results: [String]
  ) throws {
    let runs = URL(filePath: folder).appending(path: "flexsh/runs")
    let copies = runs.appending(path: run + ".d")
    try FileManager.default.createDirectory(
      at: copies, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for path in [folder + "/flexsh", runs.path(), copies.path()] {
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }
    let script = Sample.expand("close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1\n")
    try Data(script.utf8).write(to: copies.appending(path: "0"))
    let lines =
      [
        #"{"t":"run","version":1,"flexsh":"0.1.0","run":"\#(run)","started_ms":1742000000000,"folder":"\#(WorkingFolder.path())","scripts":[{"name":"-c","path":"","sha256":"\#(ScriptHash.sha256(Array(script.utf8)))"}],"files":[],"arguments":{},"account":"AC00000000000000000000000000000001","base_url":"\#(url)","simulated":false,"keep_going":false,"plan":false"#,
        #"{"t":"intent","n":1,"at":"-c:1:1","operation":{"interaction":"\#(Sample.interaction)","channel":"\#(Sample.channel)","operation":"update participant","participant":"\#(Sample.agent)","to":"closed"}"#,
      ] + results
    let journal = runs.appending(path: run + ".jsonl")
    try Data(lines.map(JournalLine.complete).joined().utf8).write(to: journal)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: journal.path())
  }

  @Test func aJournalOfVersionOneIsReadAndResumed() async throws {
    try await TemporaryFolder.with([:]) { folder in
      try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
        server in
        try Self.writeJournal(
          "01JQ0000000000000000000001", in: folder, server.url,
          results: [#"{"t":"result","n":1,"outcome":"done","status":200,"attempts":1,"ms":3"#])
        let resumed = await Self.resume(folder, .server(server.url))
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("1 done, 1 skipped in"))
        #expect(server.requests.count == 1)
      }
    }
  }

  /// An older run is not what is meant while the last one goes on.
  @Test func aRunThatIsBeingExecutedIsNeitherResumedNorPassedOver() async throws {
    try await TemporaryFolder.with([:]) { folder in
      try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
        server in
        for run in ["01JQ0000000000000000000001", "01JQ0000000000000000000002"] {
          try Self.writeJournal(run, in: folder, server.url, results: [])
        }
        let directory = RunDirectory(
          nil, environment: ["XDG_STATE_HOME": folder], isSimulated: false)
        let claim = try directory.claim("01JQ0000000000000000000002")
        guard case .earlier(let journal, _) = claim else {
          Issue.record("the journal is there, and free")
          return
        }
        let resumed = await Self.resume(folder, .server(server.url))
        #expect(resumed.status == 75, "\(resumed.errors)")
        #expect(resumed.errors.contains("to resume another run, name it: flexsh resume RUN"))
        let runs = await PlayedCommand(in: folder) {
          await Commands.listRuns(RunListRequest(), in: $0)
        }
        let lines = runs.output.split(separator: "\n")
        #expect(lines.contains { $0.contains("running") && $0.contains("1 in flight") }, "\(lines)")
        #expect(lines.contains { $0.contains("1 unknown") }, "\(lines)")
        #expect(server.requests.isEmpty)
        withExtendedLifetime(journal) {}
      }
    }
  }
}

extension RunSetup {
  /// The setup with a change.
  fileprivate func changed(_ change: (inout RunSetup) -> Void) -> RunSetup {
    var setup = self
    change(&setup)
    return setup
  }
}
