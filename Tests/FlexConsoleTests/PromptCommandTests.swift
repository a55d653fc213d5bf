import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

@testable import FlexConsole

/// The prompt's own commands, in memory.
struct PromptCommandTests {
  private let use = "use channel UO1 in KD1"

  /// A plan's listing has no rows that `@1` could be taken for.
  @Test func aPlanLeavesTheRowsOfTheLastListing() async {
    let session = await PlayedSession(
      [use, "list participants", "plan list participants where type is customer", "plan close @2"],
      on: SimulatedTwilio.demo())
    let plan = session.shown.components(separatedBy: "plan list participants").last ?? ""
    #expect(plan.contains("customer  "), "\(session.shown)")
    #expect(plan.components(separatedBy: "plan close").first?.contains("@") == false)
    #expect(plan.contains("○ close \(Sample.secondAgent)"))
  }

  @Test func aPlanHasTheNamesThatAreKnown() async {
    let session = await PlayedSession(
      [use, "list participants", "plan list participants"], on: SimulatedTwilio.demo())
    let plan = session.shown.components(separatedBy: "plan list participants").last ?? ""
    #expect(plan.contains("asha@example.org"), "\(session.shown)")
  }

  @Test func aPlanOfSeveralLinesCanBeTypedAndPasted() async {
    for lines in [
      [use, "plan for p in participants where type is agent {", "close $p", "}"],
      [use, "plan for p in participants where type is agent {\nclose $p\n}"],
    ] {
      let session = await PlayedSession(lines, on: SimulatedTwilio.demo())
      #expect(session.shown.contains("Plan: 2 to close (final), 0 refused."), "\(session.shown)")
    }
  }

  @Test func whatIsNotKnownIsNotRepeated() async {
    for (line, message) in [
      ("again every 1ms", "`every` must be at least 100ms"),
      ("again until (participants on UO..b2b2).count is 3", "holds now: "),
      ("again until (participants on UO..9999).count is 3", "this session has seen no UO…"),
      ("again until 1", "error["),
    ] {
      let session = await PlayedSession(
        [use, "list channels", "list participants", line], on: SimulatedTwilio.demo())
      #expect(session.shown.contains(message), "\(session.shown)")
    }
  }

  /// A SID that was not found is no SID that was seen.
  @Test func whatWasNotFoundWasNotSeen() async {
    let absent = String(Sample.agent.dropLast()) + "4"
    let session = await PlayedSession(
      [use, "list participants", "close \(absent)", "close UT…c3c4"], on: SimulatedTwilio.demo())
    #expect(session.shown.contains("nearest seen: UT…c3c3, @1, 20 s ago"), "\(session.shown)")
    #expect(session.shown.contains("this session has seen no UT… that ends with c3c4"))
  }

  /// The advice for a channel that is missing is a sentence that passes.
  @Test func aMissingChannelIsNamedWhereItBelongs() async {
    let session = await PlayedSession(
      ["use interaction KD1", "show channel", "list participants", "show channel UO1"],
      on: SimulatedTwilio.demo())
    #expect(session.shown.contains("= help: write `channel UO…`, or `use channel UO…` before it"))
    #expect(session.shown.contains("= help: write `on UO…`, or `use channel UO…` before it"))
    #expect(session.shown.hasSuffix("active\n\n") || session.shown.contains("\nstatus"))
  }

  /// `save` leaves out what found nobody.
  @Test func whatChangedNothingIsNotSaved() async throws {
    let session = await PlayedSession(
      [use, "close every agent", "2", "close every agent", "echo 1", "save a.flex"],
      on: SimulatedTwilio.demo())
    let saved = try #require(session.saved["a.flex"])
    #expect(saved.components(separatedBy: "close every agent").count == 2, "\(saved)")
  }

  /// However long its lines, a failure takes four rows, and says what to do.
  @Test(arguments: [40, 80, 200]) func aFailureTakesFourRows(columns: Int) async {
    let absent = String(Sample.agent.dropLast()) + "4"
    let session = await PlayedSession(
      ["list participants on UO1 in KD1", "close \(absent) on UO1 in KD1", "echo 1"],
      on: SimulatedTwilio.demo(), columns: columns)
    let shown = "✗ " + (session.shown.components(separatedBy: "✗ ").last ?? "")
    let rows = shown.components(separatedBy: "sim> echo").first?.split(separator: "\n") ?? []
    #expect(rows.count <= 4 && rows.count >= 3, "\(session.shown)")
    #expect(rows.contains { $0.contains("look: list participants") })
    for row in rows { #expect(row.count <= columns) }
  }
}
