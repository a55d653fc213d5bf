import FlexSimulator
import FlexTestSupport
import Testing

/// Short forms of SIDs that a session has seen, as they are typed at the prompt.
struct ShortSIDInputTests {
  private static let list = "list participants on UO1 in KD1"

  private func shown(_ lines: [String]) async -> String {
    await PlayedSession(lines, on: SimulatedTwilio.demo(), columns: 200).shown
  }

  @Test(arguments: ["UT…c3c3", "UT..c3c3", "UT…C3C3c3", "UT..3c3c3c3c3c3c3c3"])
  func standsForWhatWasSeen(_ short: String) async {
    let shown = await shown([Self.list, "close \(short) on UO..b2b2 in KD…a1a1"])
    // It is shown in full before anything is sent.
    let whole = "close \(Sample.agent) on \(Sample.channel) in \(Sample.interaction)\n"
    #expect(shown.contains("\n" + whole + "✓ close"), "\(shown)")
  }

  @Test func whatWasNotSeenOrIsAmbiguousIsRefused() async {
    let shown = await shown([
      Self.list, "close UT…ffff on UO1 in KD1", "close UT…c3 on UO1 in KD1",
      "use interaction KDaaaaaaaaaaaaaaaaaaaaaaaaaaaa1111",
      "use interaction KDbbbbbbbbbbbbbbbbbbbbbbbbbbbb1111", "use interaction KD…1111",
    ])
    #expect(shown.contains("error: this session has seen no UT… that ends with ffff\n"), "\(shown)")
    #expect(shown.contains("error: UT…c3 has too few digits: give at least the last 4\n"))
    #expect(
      shown.contains(
        "error: KD…1111 fits 2 SIDs, give more of its digits: "
          + "KDaaaaaaaaaaaaaaaaaaaaaaaaaaaa1111, KDbbbbbbbbbbbbbbbbbbbbbbbbbbbb1111\n"))
    #expect(!shown.contains("✓"))
  }

  @Test func textsAndCommentsStayAsTheyAre() async {
    let shown = await shown([Self.list, "echo \"UT…c3c3 UT..c3c3\" # UT…c3c3"])
    #expect(shown.contains("\nUT…c3c3 UT..c3c3\n"))
  }

  @Test func isSavedInFull() async {
    let session = await PlayedSession(
      [Self.list, "close UT…c3c3 on UO…b2b2 in KD…a1a1", "save evening.flex"],
      on: SimulatedTwilio.demo(), columns: 200)
    #expect(session.saved["evening.flex"]?.contains(Sample.agent) == true)
    #expect(session.saved["evening.flex"]?.contains("…") == false)
  }

  @Test(arguments: ["quit", "\\q", "exit"]) func leaves(_ word: String) async {
    let shown = await shown([word, "echo 'still here'"])
    #expect(!shown.contains("still here"))
  }

  @Test func aQuestionMarkIsHelp() async {
    #expect(await shown(["? close"]).contains("Closes participants"))
    #expect(await shown(["?"]).contains("why"))
  }
}
