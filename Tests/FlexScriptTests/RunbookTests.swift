import FlexScript
import FlexTestSupport
import Testing

/// Scripts that are made from the sentences of a session.
struct RunbookTests {
  private func script(_ sentences: [String]) -> String {
    let bytes = Runbook.script(
      from: sentences.map { .sentence(Sample.expand($0)) }, title: "From a session.")
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(found(check(bytes)).filter { !$0.contains("similar") } == [], "\(text)")
    return Sample.shorten(text)
  }

  @Test(arguments: [
    (["use channel UO1 in KD1", "close UT1"], "use channel UO1 in KD1\nclose UT1"),
    // A place that nothing happened in is left out.
    (
      ["use interaction KD2", "use channel UO1 in KD1", "close UT1", "use interaction KD2"],
      "use channel UO1 in KD1\nclose UT1"
    ),
    (
      ["use interaction KD1", "use channel UO2", "use channel UO1", "close UT1"],
      "use interaction KD1\nuse channel UO1\nclose UT1"
    ),
    // What stands more than once becomes a parameter; case does not matter.
    (
      ["close UT1 on UO1 in KD1", "wrapup UT2 on UO1 in KD1"],
      """
      param channel: channel = UO1
      param interaction: interaction = KD1

      close UT1 on $channel in $interaction
      wrapup UT2 on $channel in $interaction
      """
    ),
    (
      [
        "invite on UO1 in KD1 routing {\"properties\": {\"workspace_sid\": \"WS1\"}}",
        "invite on UO2 in KD2 routing {\"properties\": {\"workspace_sid\": \"WS1\"}}",
      ],
      """
      param workspace: workspace = WS1

      invite on UO1 in KD1 routing {"properties": {"workspace_sid": "${workspace}"}}
      invite on UO2 in KD2 routing {"properties": {"workspace_sid": "${workspace}"}}
      """
    ),
    // Names that were given again are numbered, in texts too; look-ups that nothing needs go.
    (
      [
        "use channel UO1 in KD1", "let a = participants",
        "let a = participants where type is agent",
        "close $a", "let a = \"gone\"", "echo \"$a ${a} \\$a\", $a",
      ],
      """
      use channel UO1 in KD1
      let a = participants where type is agent
      close $a
      let a_2 = "gone"
      echo "$a_2 ${a_2} \\$a", $a_2
      """
    ),
    (
      ["let a = 1", "for a in [UT1, UT2] { close $a on UO1 in KD1 }", "echo $a"],
      """
      let a = 1
      for a_2 in [UT1, UT2] {
        close $a_2 on UO1 in KD1
      }
      echo $a
      """
    ),
    // A loop's name is free again behind it, a parameter of a file is what it stood for.
    (
      [
        "param chat: channel = UO1", "use interaction KD1",
        "for a in [UT1] { close $a on $chat }\nfor a in [UT2] { close $a on $chat }", "stop",
      ],
      """
      let chat = UO1
      use interaction KD1
      for a in [UT1] {
        close $a on $chat
      }
      for a in [UT2] {
        close $a on $chat
      }
      """
    ),
    // A name that is taken, and one that may not be.
    (
      ["let channel = 1", "close UT1 on UO1 in KD1", "close UT2 on UO1 in KD1", "echo $channel"],
      """
      param channel_2: channel = UO1
      param interaction: interaction = KD1

      close UT1 on $channel_2 in $interaction
      close UT2 on $channel_2 in $interaction
      """
    ),
  ])
  func saysWhatWasDone(_ sentences: [String], _ expected: String) {
    var expected = expected
    if sentences.last == "echo $channel" {
      expected =
        expected.replacing("\n\nclose", with: "\n\nlet channel = 1\nclose")
        + "\necho $channel"
    }
    #expect(script(sentences) == "# From a session.\n" + expected + "\n")
  }

  @Test func keepsRemarks() {
    let bytes = Runbook.script(
      from: [.sentence("echo 1"), .remark("nobody knows"), .sentence("echo 2")], title: "T.")
    #expect(
      String(decoding: bytes, as: UTF8.self) == "# T.\necho 1\n# nobody knows\necho 2\n")
  }
}
