import FlexScript
import FlexTestSupport
import Testing

/// Every kind of sentence, in every form.
struct GrammarTests {
  @Test(arguments: [
    "use interaction KD1", "use channel UO1", "use channel UO1 in KD1",
    "close UT1 on UO1 in KD1", "close UT1, UT2 on UO1 in KD1", "close [UT1, UT2] on UO1 in KD1",
    "close every agent on UO1 in KD1", "wrapup UT1 on UO1 in KD1",
    "wrapup every agent on UO1 in KD1", "close channel UO1 in KD1",
    "close channel UO1 in KD1 completing tasks", "deactivate channel UO1 in KD1",
    "invite on UO1 in KD1 routing {}",
    "invite on UO1 in KD1 routing {\"properties\": {\"priority\": 5, \"attributes\": [1, -2.5e3, null]}}",
    "add customer on UO1 in KD1 media {\"name\": \"Jo\"}",
    "add agent on UO1 in KD1 media {} routing {\"task_sid\": null}",
    "create interaction channel {\"type\": \"sms\"}",
    "create interaction channel {} routing {} context HQ00000000000000000000000000000001 webhook \"w\"",
    "update interaction KD1 webhook \"flex_interactionwebhook_x\"",
    "transfer on UO1 in KD1 {\"type\": \"cold\"}",
    "update transfer UX00000000000000000000000000000001 on UO1 in KD1 {\"status\": \"x\"}",
    "show interaction KD1", "show channel UO1 in KD1",
    "show transfer UX00000000000000000000000000000001 on UO1 in KD1",
    "list channels in KD1", "list participants on UO1 in KD1",
    "list participants on UO1 in KD1 where type is agent and not (sid is UT1 or sid is UT2)",
    "list invites on UO1 in KD1", "echo \"a\", 'b', 3, 0.5, 10s, UT1, [UT1, \"x\",]",
    "stop", "stop \"enough\"", "let w = \"x\"; confirm $w; fail $w", "stop 3",
    "let w = \"x\"; stop $w", "fail \"broken\"", "confirm \"sure?\"", "sleep 2s",
    "set timeout 10s", "set retries 0", "set jobs 8", "set rate 20/s", "set rate 600/m",
    "set on-error stop", "set on-error continue",
    "try close UT1 on UO1 in KD1", "try list channels in KD1",
    "if \"a\" is b { echo \"x\" } else if 3 < 4 { echo \"y\" } else { echo \"z\" }",
    "if (channel UO1 in KD1).status is not empty { stop }",
    "if (participants on UO1 in KD1 where type is agent).count >= 1 and \"a\" is a { stop }",
    "expect (channel UO1 in KD1).status is active", "expect 3 > 2, \"arithmetic\"",
    "wait until (channel UO1 in KD1).status is closed",
    "wait until (channel UO1 in KD1).status is closed every 1s timeout 10s",
    "for i in [1, 2] { echo \"$i\" }",
    "for c in channels in KD1 where status is active { echo $c }",
    "let a = 3\necho $a", "let a = channel UO1 in KD1\necho $a.status",
    "let a = participants on UO1 in KD1 where type is agent\necho $a.count",
    "let a = close UT1 on UO1 in KD1\necho $a", "let a = transfer on UO1 in KD1 {}\necho $a",
    "let a = interaction KD1\necho $a.routing.properties.sid",
    "let a = transfer UX00000000000000000000000000000001 on UO1 in KD1\necho $a.status",
    "param chat: channel = UO1 \"the chat\"\nparam n: number = 3\necho $chat, $n",
    "param agent: participant\nclose $agent on UO1 in KD1",
    "let on = 1; let agent = 2; echo $on, $agent",
    "echo \"${a}b\"; # comment \\\n", "# only a comment", "", ";;\n;", "#! shebang",
    "\u{FEFF}echo \"bom\"", "echo \"a\"\r\necho \"b\"\r\n", "close UT1 \\\n on UO1 \\\r\n in KD1",
    "close [\n  UT1, # the first\n  UT2,\n] on UO1 in KD1",
    "invite on UO1 in KD1 routing {\n  \"a\": 1,\n  \"b\": \"\\u00e9\\n\"\n}",
    "echo \"\\\" \\\\ \\$ \\n \\t \\u{1F600}\"",
  ])
  func checks(_ script: String) {
    let lists = check(prepared(script))
    #expect(found(lists).filter { !$0.hasSuffix("similar-sid") } == [])
  }

  /// Scripts that use `a` without declaring it get one.
  private func prepared(_ script: String) -> String {
    script.contains("${a}") ? "let a = 1\n" + script : script
  }
}
