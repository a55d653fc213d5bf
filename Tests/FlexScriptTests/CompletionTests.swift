import FlexAPI
import FlexScript
import FlexTestSupport
import Testing

/// What the grammar and the checker offer where a text ends.
struct CompletionTests {
  /// What is due at the end of a text, one word each; SIDs by their kind, files by theirs.
  private func due(_ text: String, after session: [String] = []) -> String {
    let files = [
      "stuck.csv": "participant,channel\nUT1,UO1\n",
      "park.flex": """
      param agent: participant
      param n: number = 3
      param file: file
      close $agent on UO1 in KD1
      echo $n
      for row in rows of $file { echo $row.a }
      """,
    ].mapValues { Sample.expand($0) }
    var checker = PromptChecker(session: CheckSession(files: MemoryFiles(files)))
    for line in session { _ = checker.check(Sample.expand(line)) }
    let context = checker.completion(of: Sample.expand(text))
    return context.due.map { due in
      switch due {
      case .keyword(let keyword): keyword.rawValue
      case .sid(let type): type?.rawValue ?? "SID"
      case .name(let type): "\"\(type.noun)\""
      case .word(let word, _): word
      case .parameter(let name, let meaning): "\(name)=:\(meaning)"
      case .scriptFile: "*.flex"
      case .dataFile: "*.csv"
      }
    }.joined(separator: " ")
  }

  @Test(arguments: [
    ("close ", "channel every UT"),
    ("close every ", "agent"),
    ("run \"park.flex\" ", "with"),
    (
      "run \"park.flex\" with ",
      "agent=:participant n=:number, optional file=:file"
    ),
    ("run \"park.flex\" with agent=", "UT"), ("run \"park.flex\" with file=", "*.csv"),
    ("run \"park.flex\" with agent=UT1, ", "n=:number, optional file=:file"),
    ("run \"park.flex\" with other=", "SID"), ("run \"nowhere.flex\" with ", ""),
    ("close UT1 ", "on in"), ("close every agent ", "of on in"),
    ("close every agent of ", "WT WR WK worker"),
    (
      "list tasks where status is one of [", "pending reserved assigned wrapping completed canceled"
    ),
    ("list tasks where date_created ", "is older newer before after and or"),
    ("list tasks where date_created older ", "than"), ("find ", "SID \"worker\""),
    ("complete ", "task voice reservation"), ("use channel of ", "WT WR WK worker"),
    ("close UT1 on ", "UO"),
    ("close every agent of worker ", "WK \"worker\""),
    ("close every agent of worker \"a", "\"worker\""),
    ("list tasks of queue \"S", "\"queue\""),
    ("close UT1 on UO1 ", "in"),
    ("close UT1 on UO1 in ", "KD"),
    ("close UT1 on UO1 in KD1 ", ""),
    ("close channel ", "UO of in completing"),
    ("close channel UO1 completing ", "tasks"),
    ("wrapup UT1, ", "UT"),
    ("use ", "interaction workspace channel"),
    ("use channel UO1 ", "in"),
    (
      "show ",
      "channel interaction transfer task reservation worker queue workflow workspace conversation"
    ),
    (
      "list ",
      "first participants channels invites tasks reservations workers queues workflows workspaces"
    ),
    ("list participants where type ", "is and or"),
    (
      "list participants where type is ", "not empty one agent customer supervisor external unknown"
    ),
    (
      "expect (channel).status is ",
      "not empty one setup active failed closed inactive pause transfer"
    ),
    (
      "expect (",
      "channel interaction transfer task reservation worker queue workflow workspace conversation participants channels invites tasks reservations workers queues workflows workspaces find not ("
    ),
    ("add ", "agent customer supervisor external unknown"),
    ("expect (participants).", "count"),
    ("set ", "timeout retries jobs rate on-error"),
    ("set on-error ", "continue stop"),
    ("run ", "*.flex"), ("run \"pa", "*.flex"), ("for r in rows of ", "*.csv"),
    ("update ", "interaction transfer"),
    ("wait ", "until"),
    ("echo \"", ""), ("# close ", ""), ("invite on UO1 routing {\"a\": ", ""),
  ])
  func offersWhatTheGrammarAllows(_ text: String, _ expected: String) {
    #expect(due(text) == expected)
  }

  @Test func offersEveryVerbWhereASentenceBegins() {
    let verbs = Keyword.verbs.map(\.rawValue).joined(separator: " ")
    for text in ["", "cl", "echo 1; "] { #expect(due(text) == verbs) }
    #expect(due("for a in [UT1] {\n  ") == verbs.replacing(" param", with: ""))
    #expect(due("for a in [UT1] { echo 1 } ") == "")
  }

  @Test(arguments: [
    ("close $", "$agents $me $who"), ("close $agents", "$agents $me $who"),
    ("close $me on ", "UO $chat"), ("echo $", "$agents $chat $me $pause $who"),
    ("sleep ", "$pause"),
    (
      "for a in ",
      "rows find first participants channels invites tasks reservations workers queues workflows workspaces $agents"
    ),
    ("for a in participants {\n  close ", "channel every UT $a $agents $me $who"),
    ("for a in participants {\n  close $a.", fields("$a", Participant.resource)),
    ("if (channel).", fields("", Channel.resource)),
    ("close $who.s", fields("$who", Participant.resource)),
    ("echo $agents.", "$agents.count"),
    ("for row in rows of \"stuck.csv\" {\n close $row.", "$row.participant $row.channel"),
    ("echo \"closed\", \"$", ""),
    ("invite on UO1 routing {\"to\": $", "$agents $chat $me $pause $who"),
  ])
  func offersTheNamesThatFit(_ text: String, _ expected: String) {
    let session = [
      "use channel UO1 in KD1", "let me = UT1", "let chat = UO1", "let pause = 2s",
      "let agents = participants where type is agent", "let who = close UT1",
    ]
    #expect(due(text, after: session) == expected)
  }

  @Test func completingChangesNothing() {
    let checker = PromptChecker(session: CheckSession(files: MemoryFiles([:])))
    _ = checker.completion(of: "for r in rows of \"missing.csv\" {\n close $r.")
    var later = checker
    guard case .mistakes = later.check("for r in rows of \"missing.csv\" { echo $r.a }\n") else {
      Issue.record("the file is missing still")
      return
    }
    // And a second time it still is.
    guard case .mistakes = later.check("for r in rows of \"missing.csv\" { echo $r.a }\n") else {
      Issue.record("the file is missing still")
      return
    }
  }
}

private func fields(_ owner: String, _ resource: ResourceDefinition) -> String {
  resource.fields.map { owner.isEmpty ? $0.name : "\(owner).\($0.name)" }.joined(separator: " ")
}
