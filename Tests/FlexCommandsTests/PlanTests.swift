import FlexAPI
import FlexCommands
import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

/// The commands `plan` and `apply`: what was reviewed is what runs.
struct PlanTests {
  private static let script = "use channel UO1 in KD1\nclose UT1\n"

  private static func plan(
    _ folder: String, _ setup: RunSetup, out: String? = "p.plan"
  ) async -> PlayedCommand {
    await PlayedCommand(in: folder) {
      await Commands.plan(
        PlanRequest(
          files: [folder + "/s.flex"], values: [:], out: out.map { folder + "/" + $0 }, setup),
        in: $0)
    }
  }

  private static func apply(
    _ folder: String, _ setup: RunSetup, _ plan: String = "p.plan"
  ) async -> PlayedCommand {
    await PlayedCommand(in: folder) {
      await Commands.apply(ApplyRequest(plan: folder + "/" + plan, setup), in: $0)
    }
  }

  private static func simulated(
    _ faults: [String] = [], _ change: (inout RunSetup) -> Void = { _ in }
  ) throws -> RunSetup {
    var setup = RunSetup(
      target: .simulator(
        fixture: nil, FaultPlan(try faults.map { try Fault($0) }), seed: 0))
    change(&setup)
    return setup
  }

  @Test func aStepThatNoLongerHoldsIsRefusedAndTheOthersGoAhead() async throws {
    let script = "use channel UO1 in KD1\nclose UT1\nclose UT2\n"
    try await TemporaryFolder.with(["s.flex": script]) { folder in
      let flex = SimulatedTwilio.demo()
      try await SimulatorServer.with(flex) { url in
        let plan = await Self.plan(folder, .server(url))
        #expect(plan.status == 0, "\(plan.errors)")
        #expect(plan.output.contains("would: agent left"))
        // An agent leaves while the plan is reviewed.
        _ = try await flex.perform(.close(Sample.participant(Sample.agent), on: Sample.path))
        let applied = await Self.apply(folder, .server(url) { $0.output.format = .ndjson })
        #expect(applied.status == 2, "\(applied.errors)")
        let actions = applied.actions
        try #require(actions.count == 2, "\(applied.errors)")
        #expect(actions.map { $0["outcome"] as? String } == ["refused", "done"])
        #expect((actions[0]["error"] as? [String: Any])?["kind"] as? String == "refused")
        let runs = await PlayedCommand(in: folder) {
          await Commands.listRuns(RunListRequest(), in: $0)
        }
        #expect(runs.output.contains("1 done, 1 refused"), "\(runs.output)")
        // A plan that was changed is refused.
        let file = URL(filePath: folder).appending(path: "p.plan")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("closed", with: "wrapup").write(
          to: file, atomically: true, encoding: .utf8)
        #expect(await Self.apply(folder, .server(url)).status == 65)
      }
    }
  }

  @Test func applyingAPlanAgainDoesNothingTwice() async throws {
    let script = "use channel UO1 in KD1\nwrapup UT1\nclose UT2\n"
    try await TemporaryFolder.with(["s.flex": script]) { folder in
      try await SimulatorServer.with(SimulatedTwilio.demo()) { url in
        #expect(await Self.plan(folder, .server(url)).status == 0)
        let first = await Self.apply(folder, .server(url))
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("there is no journal of an earlier apply in"))
        let again = await Self.apply(folder, .server(url))
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.errors.contains("an earlier apply is in the journal: 2 done"))
        #expect(again.errors.contains("2 skipped in"))
      }
    }
  }

  /// What the plan foresaw as refused has not changed, and is refused once, however often it is tried.
  @Test func aStepThatWasToBeRefusedIsRefusedForThatReason() async throws {
    let script = "use channel UO1 in KD1\nclose UT3\nclose UT2\n"
    try await TemporaryFolder.with(["s.flex": script]) { folder in
      try await SimulatorServer.with(SimulatedTwilio.demo()) { url in
        #expect(await Self.plan(folder, .server(url)).status == 2)
        for _ in 0..<2 {
          let applied = await Self.apply(folder, .server(url))
          #expect(applied.status == 2)
          #expect(applied.errors.contains("it is a customer, not an agent"), "\(applied.errors)")
          #expect(!applied.errors.contains("no longer holds"), "\(applied.errors)")
        }
        let runs = await PlayedCommand(in: folder) {
          await Commands.listRuns(RunListRequest(), in: $0)
        }
        #expect(runs.output.contains("1 done, 1 refused"), "\(runs.output)")
      }
    }
  }

  @Test func twoAppliesAtOnceSendEachStepOnce() async throws {
    let script = "use channel UO1 in KD1\nwrapup UT1\nclose UT2\n"
    try await TemporaryFolder.with(["s.flex": script]) { folder in
      try await SimulatorServer.with(SimulatedTwilio.demo()) { url in
        #expect(await Self.plan(folder, .server(url)).status == 0)
        async let one = Self.apply(folder, .server(url))
        async let other = Self.apply(folder, .server(url))
        let both = await [one, other]
        #expect(both.map(\.status) == [0, 0], "\(both.map(\.errors))")
        #expect(both.count { $0.errors.contains("2 done in") } == 1)
        #expect(both.count { $0.errors.contains("2 skipped in") } == 1)
      }
    }
  }

  /// `--simulate` is meant: a plan for a real account is not executed there, and none is sent for real.
  @Test func aRehearsalNeverReachesTheRealAccount() async throws {
    try await TemporaryFolder.with(["s.flex": Self.script]) { folder in
      let flex = SimulatedTwilio.demo()
      try await SimulatorServer.with(flex) { url in
        let plan = await Self.plan(folder, .server(url))
        #expect(plan.status == 0, "\(plan.errors)")
        let before = try await flex.list(.listParticipants(on: Sample.path)).items.count
        let applied = await Self.apply(folder, try Self.simulated())
        #expect(applied.status == 2)
        #expect(applied.errors.contains("--simulate uses the simulator; nothing was sent"))
        #expect(try await flex.list(.listParticipants(on: Sample.path)).items.count == before)

        #expect(await Self.plan(folder, try Self.simulated(), out: "s.plan").status == 0)
        let real = await Self.apply(folder, .server(url), "s.plan")
        #expect(real.status == 2)
        #expect(real.errors.contains("run the command again with --simulate"))
        #expect(await Self.apply(folder, try Self.simulated(), "s.plan").status == 0)
        #expect(try await flex.list(.listParticipants(on: Sample.path)).items.count == before)
      }
    }
  }

  @Test func aPlanNeverReplacesItsScript() async throws {
    try await TemporaryFolder.with(["s.flex": "close UT1 on UO1 in KD1\n"]) { folder in
      let plan = await Self.plan(folder, try Self.simulated(), out: "./s.flex")
      #expect(plan.status == 64)
      #expect(try String(contentsOfFile: folder + "/s.flex", encoding: .utf8).hasPrefix("close UT"))
    }
  }

  /// What a script asks, and what it tries, is kept in the plan.
  @Test func aPlanAsksAndToleratesAsItsScriptDoes() async throws {
    let script = "confirm \"really?\"\nuse channel UO1 in KD1\ntry close UT1\nclose UT2\n"
    try await TemporaryFolder.with(["s.flex": script]) { folder in
      let plan = await Self.plan(folder, try Self.simulated())
      #expect(plan.status == 0)
      #expect(plan.output.contains("ask: really?"))
      let refused = await Self.apply(folder, try Self.simulated())
      #expect(refused.status == 2)
      #expect(refused.errors.contains("(--yes answers): really?"))
      // Two look-ups for the first step, and then its request, which is refused.
      let applied = await Self.apply(
        folder,
        try Self.simulated(["404#3"]) {
          $0.run.assumesYes = true
          $0.output.format = .ndjson
        })
      #expect(applied.status == 0, "\(applied.output)")
      try #require(applied.actions.count == 2)
      #expect(applied.actions.map { $0["outcome"] as? String } == ["failed", "done"])
      #expect(applied.actions[0]["tolerated"] as? Bool == true)
    }
  }

  /// A look-up that failed leaves no doubt about a change: there was none.
  @Test func aFileThatChangesIsNotPlanned() async throws {
    let script = "show interaction KD1\nfor r in rows of \"r.csv\" { close $r.ut on UO1 in KD1 }\n"
    try await TemporaryFolder.with(["s.flex": script]) { folder in
      let data = URL(filePath: folder).appending(path: "r.csv")
      try Data(Sample.expand("ut\nUT1\n").utf8).write(to: data)
      try await RawServer.answering({ request, _ in
        try? Data(Sample.expand("ut\nUT2\n").utf8).write(to: data)
        return .bytes(RawServer.reply(200, "{\"sid\": \"\(Sample.interaction)\"}"))
      }).serve { server in
        let plan = await Self.plan(folder, .server(server.url))
        #expect(plan.status == 2)
        #expect(plan.errors.contains("r.csv: it changed after it was checked"), "\(plan.errors)")
        #expect(!plan.output.contains("nothing to change"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/p.plan"))
      }
    }
  }

  @Test func aLookUpThatFailedIsAFailure() async throws {
    try await RawServer.answering({ _, _ in .bytes(RawServer.reply(500, "{}")) }).serve { server in
      try await TemporaryFolder.with(["s.flex": "close UT1 on UO1 in KD1\n"]) { folder in
        let plan = await Self.plan(
          folder, .server(server.url) { $0.connection.retries = 0 }, out: nil)
        #expect(plan.status == 1)
        #expect(!plan.errors.contains("took effect"), "\(plan.errors)")
      }
    }
  }

  @Test func whatWouldBeRefusedEndsWithTwo() async throws {
    try await TemporaryFolder.with(["s.flex": "close UT3 on UO1 in KD1\n"]) { folder in
      let world = ProjectFiles.root + "examples/world.json"
      let setup = RunSetup(target: .simulator(fixture: world, FaultPlan(), seed: 0))
      let plan = await Self.plan(folder, setup, out: nil)
      #expect(plan.status == 2)
      #expect(plan.output.contains("would be refused"))
    }
  }
}
