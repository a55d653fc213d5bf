import FlexAPI
import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

/// A plan is carried out step by step, each only while what the plan saw still holds.
struct PlanTests {
  /// Runs in a folder that takes the journals too.
  private static func run(
    _ arguments: [String], in folder: String
  ) async throws -> Executable.Result {
    try await Executable.run(
      arguments, environment: Executable.credentials.merging(["XDG_STATE_HOME": folder]) { $1 },
      folder: folder)
  }

  @Test func aStepThatNoLongerHoldsIsRefusedAlone() async throws {
    let script = "use channel UO1 in KD1\nclose UT1\nclose UT2\n"
    try await Executable.withFolder(["s.flex": script]) { folder in
      let flex = SimulatedTwilio.demo()
      try await SimulatorServer.with(flex) { url in
        let plan = try await Self.run(
          ["plan", "--base-url", url, "s.flex", "--out", "p.plan"], in: folder)
        #expect(plan.status == 0, "\(plan.errors)")
        #expect(plan.output.contains("would: agent left"))
        // Somebody leaves while the plan is read.
        _ = try await flex.perform(
          .close(Sample.participant(Sample.agent), on: Sample.path))
        let applied = try await Self.run(
          ["apply", "--base-url", url, "p.plan", "-o", "ndjson"], in: folder)
        #expect(applied.status == 2, "\(applied.errors)")
        let actions = applied.events.filter { $0["event"] as? String == "action" }
        try #require(actions.count == 2, "\(applied.errors)")
        #expect(actions.map { $0["outcome"] as? String } == ["failed", "done"])
        #expect((actions[0]["error"] as? [String: Any])?["kind"] as? String == "refused")
        let runs = try await Self.run(["runs"], in: folder)
        #expect(runs.output.contains("1 done, 1 refused"), "\(runs.output)")
        // A plan that somebody has changed is none.
        let file = URL(filePath: folder).appending(path: "p.plan")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("closed", with: "wrapup").write(
          to: file, atomically: true, encoding: .utf8)
        #expect(try await Self.run(["apply", "p.plan"], in: folder).status == 65)
      }
    }
  }

  /// Who asks for a simulator means it: a plan for a real account is not carried out there.
  @Test func aRehearsalNeverReachesTheRealAccount() async throws {
    let script = "use channel UO1 in KD1\nclose UT1\n"
    try await Executable.withFolder(["s.flex": script]) { folder in
      let flex = SimulatedTwilio.demo()
      try await SimulatorServer.with(flex) { url in
        let plan = try await Self.run(
          ["plan", "--base-url", url, "s.flex", "--out", "p.plan"], in: folder)
        #expect(plan.status == 0, "\(plan.errors)")
        let before = try await flex.list(.listParticipants(on: Sample.path)).items.count
        let applied = try await Self.run(["apply", "--simulate", "p.plan"], in: folder)
        #expect(applied.status == 2)
        #expect(applied.errors.contains("--simulate uses the simulator; nothing was sent"))
        #expect(try await flex.list(.listParticipants(on: Sample.path)).items.count == before)

        #expect(
          try await Self.run(["plan", "--simulate", "s.flex", "--out", "s.plan"], in: folder).status
            == 0)
        let real = try await Self.run(["apply", "--base-url", url, "s.plan"], in: folder)
        #expect(real.status == 2)
        #expect(real.errors.contains("run the command again with --simulate"))
        #expect(try await Self.run(["apply", "--simulate", "s.plan"], in: folder).status == 0)
        #expect(try await flex.list(.listParticipants(on: Sample.path)).items.count == before)
      }
    }
  }

  @Test func aPlanNeverTakesThePlaceOfItsScript() async throws {
    let script = "close UT1 on UO1 in KD1\n"
    try await Executable.withFolder(["s.flex": script]) { folder in
      let plan = try await Executable.run(
        ["plan", "--simulate", "s.flex", "--out", "./s.flex"], folder: folder)
      #expect(plan.status == 64)
      #expect(try String(contentsOfFile: folder + "/s.flex", encoding: .utf8).hasPrefix("close UT"))
    }
  }

  /// What a script asks, and what it tries, is not lost on the way through a plan.
  @Test func aPlanAsksAndToleratesAsItsScriptDoes() async throws {
    let script = "confirm \"really?\"\nuse channel UO1 in KD1\ntry close UT1\nclose UT2\n"
    try await Executable.withFolder(["s.flex": script]) { folder in
      let plan = try await Self.run(
        ["plan", "--simulate", "s.flex", "--out", "p.plan"], in: folder)
      #expect(plan.status == 0)
      #expect(plan.errors.contains("asks: really?"))
      let refused = try await Self.run(["apply", "--simulate", "p.plan"], in: folder)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("(--yes answers): really?; nothing was sent"))
      // Two looks at the first step, and then its request, which is refused.
      let applied = try await Self.run(
        ["apply", "-y", "--simulate", "--fault", "404#3", "-o", "ndjson", "p.plan"], in: folder)
      #expect(applied.status == 0, "\(applied.output)")
      let actions = applied.events.filter { $0["event"] as? String == "action" }
      #expect(actions.map { $0["outcome"] as? String } == ["failed", "done"])
      #expect(actions[0]["tolerated"] as? Bool == true)
    }
  }

  /// A look that failed leaves no doubt about a change: there was none.
  @Test func whatCannotBeLookedAtIsAFailure() async throws {
    try await RawServer.answering({ _, _ in .bytes(RawServer.reply(500, "{}")) }).serve { server in
      try await Executable.withFolder(["s.flex": "close UT1 on UO1 in KD1\n"]) { folder in
        let plan = try await Executable.run(
          ["plan", "--base-url", server.url, "--retries", "0", "s.flex"],
          environment: Executable.credentials, folder: folder)
        #expect(plan.status == 1)
        #expect(!plan.errors.contains("nobody knows"), "\(plan.errors)")
      }
    }
  }

  @Test func whatWouldBeRefusedEndsWithTwo() async throws {
    try await Executable.withFolder(["s.flex": "close UT3 on UO1 in KD1\n"]) { folder in
      let plan = try await Executable.run(
        ["plan", "--simulate", "--fixture", ProjectFiles.root + "examples/world.json", "s.flex"],
        folder: folder)
      #expect(plan.status == 2)
      #expect(plan.output.contains("would be refused"))
    }
  }
}
