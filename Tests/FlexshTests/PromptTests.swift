import FlexTestSupport
import Foundation
import Testing

/// The prompt, typed at in a real pseudo-terminal.
@Suite struct PromptTests {
  private let use = Sample.expand("use channel UO1 in KD1")

  @Test func carriesOutWhatIsTypedAndExitsZeroWhateverFailed() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      for line in [
        "use channel UO1 in KD1", "clsoe UT1", "close UT3", "close UT1", "if 1 < 2 {",
        "echo \"inside\"", "}", "echo \"äé 客\"", "echo [UT1,", "UT2]",
      ] {
        try await terminal.enter(Sample.expand(line))
      }
      terminal.type("\u{4}")
      #expect(await terminal.end() == 0)
      let text = terminal.screen.text
      #expect(text.contains("sim KD…a1 UO…b2> "))
      #expect(text.contains("did you mean `close`?"))
      #expect(text.contains("✗ close \(Sample.customer)"))
      #expect(text.contains("✓ close \(Sample.agent)"))
      #expect(text.contains("{… echo \"inside\""))
      #expect(text.contains("\ninside\n"))
      #expect(text.contains("\näé 客\n"))
      #expect(text.contains("\n[… \(Sample.secondAgent)]\n"))
      #expect(terminal.isAsBefore)
    }
  }

  @Test func controlCDropsTheLineAndTheSessionGoesOn() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      terminal.type("echo 'never")
      try await terminal.wait(for: "'never")
      try await terminal.press("\u{3}")
      try await terminal.enter("echo 'after'")
      terminal.type("exit\r")
      #expect(await terminal.end() == 0)
      #expect(terminal.screen.text.contains("^C"))
      #expect(terminal.screen.text.contains("\nafter\n"))
      #expect(!terminal.screen.text.contains("unterminated"))
    }
  }

  @Test func controlCEndsWhatRunsAndNotTheSession() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      terminal.type("echo 'begun'; sleep 1h\r")
      // What runs has shown something, so the terminal is no longer the editor's.
      try await terminal.wait(for: "\nbegun")
      try await terminal.press("\u{3}")
      #expect(terminal.screen.text.contains("interrupted: 0 done, nothing is in flight"))
      try await terminal.enter("echo 'still here'")
      #expect(terminal.screen.text.contains("\nstill here\n"))
    }
  }

  @Test(arguments: [40, 80, 200]) func completesByTheGrammar(columns: Int) async throws {
    try await PromptAtTerminal.session(columns: columns) { terminal, folder in
      try Data().write(to: URL(filePath: folder).appending(path: "park.flex"))
      try Data().write(to: URL(filePath: folder).appending(path: "notes.txt"))
      try await terminal.enter(use)
      try await terminal.enter("list participants")
      // Only participants and what may stand there; the listing names each.
      terminal.type("close \t")
      try await terminal.wait(for: "every")
      try await terminal.wait(for: "the last participant") {
        $0.text.contains("every\n") || $0.text.contains("every ")
      }
      #expect(!terminal.screen.text.contains("\nwrapup"))
      // What all share is inserted at once, a row by its mark.
      terminal.type("\u{15}clo\tUTd\t")
      try await terminal.wait(for: "the whole SID") {
        $0.text.replacing("\n", with: "").contains("close \(Sample.secondAgent)")
      }
      terminal.type("o\t\tU\t")
      try await terminal.wait(for: "the channel") {
        $0.text.replacing("\n", with: "").contains("on \(Sample.channel)")
      }
      terminal.type("\u{15}run \tp\t")
      try await terminal.wait(for: "run \"park.flex\"")
      try await terminal.enter("\u{15}let gone = \(Sample.agent)")
      terminal.type("close $\t")
      try await terminal.wait(for: "close $gone")
      #expect(!terminal.screen.text.contains("notes.txt"))
    }
  }

  @Test func aPastedTextWaitsForEnterAndRunsAsOneBatch() async throws {
    try await PromptAtTerminal.session { terminal, folder in
      #expect(terminal.screen.marksPaste)
      try await terminal.enter(use)
      terminal.type("\u{1B}[200~echo 'one'\recho 'two'\r\u{1B}[201~")
      try await terminal.wait(for: "echo 'two'")
      #expect(!terminal.screen.text.contains("\none\n"))
      try await terminal.enter("")
      #expect(terminal.screen.text.contains("\none\ntwo\n"))
      // A mistake anywhere, and nothing of it runs.
      terminal.type("\u{1B}[200~echo 'three'\nclsoe UT1\n\u{1B}[201~")
      try await terminal.wait(for: "clsoe")
      try await terminal.enter("")
      #expect(terminal.screen.text.contains("did you mean `close`?"))
      #expect(!terminal.screen.text.contains("\nthree\n"))
      // Several changes want their number.
      terminal.type(
        Sample.expand("\u{1B}[200~close UT1\nclose UT2\u{1B}[201~"))
      try await terminal.wait(for: "close \(Sample.secondAgent)")
      try await terminal.enter("")
      #expect(terminal.screen.text.contains("this changes 2 things; type 2 to continue:"))
      try await terminal.enter("2")
      #expect(terminal.screen.text.contains("✓ close \(Sample.secondAgent)"))
    }
  }

  @Test func whatIsPastedWhileASentenceRunsWaitsAsWell() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      terminal.type("echo 'begun'; sleep 300ms\r")
      try await terminal.wait(for: "\nbegun")
      terminal.type("\u{1B}[200~echo 'one'\necho 'two'\u{1B}[201~")
      try await terminal.wait(for: "the pasted text at the prompt") {
        $0.beforeCursor == "echo 'two'" && $0.text.contains("sim> echo 'one'\n")
      }
      #expect(!terminal.screen.text.contains("\none\n"))
      try await terminal.enter("")
      #expect(terminal.screen.text.contains("\none\ntwo\n"))
    }
  }

  @Test func aListOfCandidatesIsWholeBelowALineOfSeveralRows() async throws {
    try await PromptAtTerminal.session(columns: 60) { terminal, _ in
      try await terminal.enter(use)
      try await terminal.enter("list participants")
      terminal.type(Sample.expand("close UT1, UT2, UT1, UT2, UT\t"))
      let wanted = [Sample.agent, Sample.secondAgent, Sample.customer].map { "\n\($0)  " }
      try await terminal.wait(for: "three candidates") { screen in
        wanted.allSatisfy { screen.text.contains($0) }
      }
      try await terminal.wait(for: "the line again") { $0.beforeCursor.hasSuffix(", UT") }
      for candidate in wanted { #expect(terminal.screen.text.contains(candidate)) }
    }
  }

  @Test func aBlockIsOneEntryOfTheHistory() async throws {
    try await PromptAtTerminal.session { terminal, folder in
      for line in ["for x in [1, 2] {", "echo \"n$x\"", "}"] { try await terminal.enter(line) }
      try await terminal.enter("\u{1B}[A")
      #expect(terminal.screen.text.components(separatedBy: "\nn1\nn2\n").count == 3)
      let file = URL(filePath: folder).appending(path: "flexsh/history")
      #expect(
        try String(contentsOf: file, encoding: .utf8)
          == "for x in [1, 2] {\u{1F}echo \"n$x\"\u{1F}}\n")
      try await terminal.enter("history 2")
      #expect(terminal.screen.text.contains("1  for x in [1, 2] {\\necho"))
    }
  }

  @Test func aPasteThatIsTooLongIsRefusedWhole() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      let line = "echo 'never'\n"
      let text = String(repeating: line, count: (1 << 20) / line.utf8.count + 2)
      try await terminal.beginTyping("\u{1B}[200~\(text)\u{1B}[201~\r").value
      try await terminal.wait(for: "text over 1 MiB cannot be pasted")
      try await terminal.waitForPrompt(below: 1)
      try await terminal.enter("echo 'after'")
      #expect(!terminal.screen.text.contains("never"))
      #expect(terminal.screen.text.contains("\nafter\n"))
    }
  }

  /// The tests' own terminal: who types at a program that has ended is not kept waiting.
  @Test func typingEndsWithTheProgram() async throws {
    let terminal = try PseudoTerminal(["/bin/sleep", "1000"], environment: [:])
    let text = String(repeating: "nobody reads this\n", count: 1 << 16)
    let typing = terminal.beginTyping(text)
    terminal.send(SIGKILL)
    #expect(await terminal.end() == 128 + SIGKILL)
    try await typing.value
  }

  @Test func savesOnlyWhereAFileMayBe() async throws {
    try await PromptAtTerminal.session { terminal, folder in
      try await terminal.enter("echo 'done'")
      for (path, reason) in [
        ("/dev/null", "error: /dev/null exists, but is not a regular file"),
        (".", "error: . exists, but is not a regular file"),
        ("nowhere/x.flex", "error: there is no folder nowhere"), ("a b", "usage: save FILE"),
      ] {
        try await terminal.enter("save \(path)")
        #expect(terminal.screen.text.contains(reason))
      }
      try await terminal.enter("save 'a b.flex'")
      #expect(FileManager.default.fileExists(atPath: folder + "/a b.flex"))
      try await terminal.enter("save 'a b.flex'")
      try await terminal.enter("no")
      #expect(terminal.screen.text.contains("nothing was written"))
    }
  }

  @Test func whatIsPastedIsShownAndNeverObeyed() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      terminal.type("\u{1B}[200~echo '\u{1B}]0;title\u{7}'\u{1B}[201~")
      try await terminal.wait(for: "]0;title")
      try await terminal.enter("")
      #expect(terminal.screen.text.contains("error[invalid-character]"))
      #expect(!terminal.screen.received.contains([0x1B, 0x5D]))
      // Bytes that are no UTF-8 are refused, and not altered.
      terminal.type(Array("echo 'a".utf8) + [0xFF] + Array("b'".utf8))
      try await terminal.enter("")
      #expect(terminal.screen.text.contains("that line was not taken: it holds bytes"))
    }
  }

  @Test func keepsItsLinesForTheNextSession() async throws {
    try await Executable.withFolder([:]) { folder in
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let history = URL(filePath: folder).appending(path: "flexsh/history")
      try await PromptAtTerminal.session(folder: folder) { terminal, _ in
        for line in [
          "echo \"one\"", " echo \"hidden\"", "echo \"two\"", "echo \"one\"",
          "echo \"0123456789abcdef0123456789abcdef\"",
        ] {
          try await terminal.enter(line)
        }
        terminal.type("\u{4}")
        _ = await terminal.end()
      }
      #expect(try String(contentsOf: history, encoding: .utf8) == "echo \"two\"\necho \"one\"\n")
      let mode = try FileManager.default.attributesOfItem(atPath: history.path())
      #expect(mode[.posixPermissions] as? Int == 0o600)
      // Up brings the last line back; Ctrl-R searches.
      try await PromptAtTerminal.session(folder: folder) { terminal, _ in
        try await terminal.enter("\u{1B}[A")
        #expect(terminal.screen.text.contains("\none\n"))
        terminal.type("\u{12}two")
        try await terminal.wait(for: "bck:two")
        try await terminal.press("\r")
        #expect(terminal.screen.text.contains("\ntwo\n"))
        try await terminal.enter("history")
        #expect(terminal.screen.text.contains("2  echo \"two\"\n"))
      }
      // What somebody else wrote into it is never obeyed, and a link is not followed.
      try Data("echo \u{1B}]0;title\u{7}\n".utf8).write(to: history)
      try await PromptAtTerminal.session(folder: folder) { terminal, _ in
        try await terminal.enter("\u{1B}[A")
        #expect(!terminal.screen.received.contains([0x1B, 0x5D]))
      }
      try FileManager.default.removeItem(at: history)
      let victim = URL(filePath: folder).appending(path: "victim")
      try Data("untouched\n".utf8).write(to: victim)
      try FileManager.default.createSymbolicLink(at: history, withDestinationURL: victim)
      try await PromptAtTerminal.session(folder: folder) { terminal, _ in
        try await terminal.enter("echo \"three\"")
      }
      #expect(try String(contentsOf: victim, encoding: .utf8) == "untouched\n")
    }
  }

  @Test func whatWasDoneIsInAJournalAndNoDefaultOfResume() async throws {
    try await PromptAtTerminal.session { terminal, folder in
      try await terminal.enter(Sample.expand("close UT1 on UO1 in KD1"))
      terminal.type("\u{4}")
      _ = await terminal.end()
      let runs = try await Executable.run(["runs"], environment: ["XDG_STATE_HOME": folder])
      #expect(runs.output.contains("at the prompt (simulated)  finished  1 done"))
      let resumed = try await Executable.run(["resume"], environment: ["XDG_STATE_HOME": folder])
      #expect(resumed.status == 0)
    }
  }

  @Test func savesWhatWasDoneAsAScriptThatDoesItAgain() async throws {
    try await PromptAtTerminal.session { terminal, folder in
      for line in [
        use, "list participants", "close UT3", "close @1", "let left = participants",
        "let left = participants where type is agent", "close $left", "save shift.flex",
      ] {
        try await terminal.enter(Sample.expand(line))
      }
      #expect(terminal.screen.text.contains("saved to shift.flex, without errors"))
      let file = URL(filePath: folder).appending(path: "shift.flex")
      let script = try String(contentsOf: file, encoding: .utf8)
      #expect(
        Sample.shorten(script).split(separator: "\n").dropFirst().joined(separator: "\n") == """
          use channel UO1 in KD1
          close UT1
          let left = participants where type is agent
          close $left
          """)
      let again = try await Executable.run(
        ["run", "--simulate", "--no-journal", "shift.flex"], folder: folder)
      #expect(again.status == 0)
      #expect(again.output.contains("✓ close \(Sample.agent)"))
      #expect(again.output.contains("✓ close \(Sample.secondAgent)"))
    }
  }

  /// What was asked about is what runs: a file that changes before the answer ends it.
  @Test(arguments: ["appended", "replaced", "removed"])
  func aFileThatChangesBeforeTheAnswerIsNotUsed(how: String) async throws {
    try await PromptAtTerminal.session { terminal, folder in
      let file = URL(filePath: folder).appending(path: "leavers.csv")
      let rows = "agent\n\(Sample.agent)\n\(Sample.secondAgent)\n"
      try Data(rows.utf8).write(to: file)
      try await terminal.enter(use)
      try await terminal.enter("for row in rows of \"leavers.csv\" { close $row.agent }")
      #expect(terminal.screen.text.contains("type 2 to continue:"))
      switch how {
      case "appended":
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\(Sample.customer)\n".utf8))
        try handle.close()
      case "replaced":
        try Data(rows.replacing(Sample.secondAgent, with: Sample.customer).utf8)
          .write(to: file, options: .atomic)
      default: try FileManager.default.removeItem(at: file)
      }
      try await terminal.enter("2")
      #expect(terminal.screen.text.contains("leavers.csv"))
      #expect(
        terminal.screen.text.contains("nothing further was sent")
          || terminal.screen.text.contains("no such file"), "\(terminal.screen.text)")
      #expect(!terminal.screen.text.contains("✓ close"))
    }
  }

  @Test func repeatsALookUpUntilControlC() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      try await terminal.enter(use)
      try await terminal.enter("list channels")
      for end in ["\u{3}", "q"] {
        terminal.type("again every 100ms\r")
        let title = Array("Z  every 100ms".utf8)
        let shown = terminal.screen.received.count
        try await terminal.wait(for: "the third listing") {
          $0.received[shown...].split(separator: title).count > 3
        }
        // It stays where it is.
        #expect(terminal.screen.text.components(separatedBy: "Z  every").count <= 3)
        terminal.type(end)
        try await terminal.waitForPrompt()
      }
      terminal.type("again every 100ms\r")
      try await terminal.wait(for: "the repetition") { $0.text.hasSuffix("1 channel\n") }
      terminal.type("p")
      try await terminal.wait(for: "the pause") {
        $0.text.contains("every 100ms  paused  list channels")
      }
      terminal.type("q")
      try await terminal.waitForPrompt()
      try await terminal.enter("again every 100ms until (channels).count is 1")
      #expect(terminal.screen.text.contains("holds now: (channels).count is 1\n"))
      try await terminal.enter("echo 'done'")
      #expect(terminal.screen.text.contains("every 100ms; p pauses, q ends"))
      #expect(terminal.screen.text.contains("\ndone\n"))
    }
  }

  @Test func usesTheEditorAndThePagerOfTheUser() async throws {
    let programs = ["EDITOR": "sed -i s/one/two/", "PAGER": "sed 's/^/page: /'"]
    try await PromptAtTerminal.session(environment: programs) { terminal, folder in
      try await terminal.enter("echo 'one'")
      terminal.type("edit\r")
      // What was edited stands in the line and waits for Enter.
      try await terminal.wait(for: "what was edited") { $0.beforeCursor == "sim> echo 'two'" }
      try await terminal.enter("")
      #expect(terminal.screen.text.contains("\ntwo\n"))
      try await terminal.enter("help")
      #expect(terminal.screen.text.contains("\npage: One sentence per line"))
      try await terminal.enter("help close")
      #expect(terminal.screen.text.contains("\nclose\n  Closes participants"))
      let file = URL(filePath: folder).appending(path: "more.flex")
      try Data("param n: number = 3\necho \"n is $n\"\n".utf8).write(to: file)
      try await terminal.enter("source more.flex")
      #expect(terminal.screen.text.contains("\nn is 3\n"))
      try Data("echo 1\nclsoe UT1\n".utf8).write(to: file)
      try await terminal.enter("source more.flex")
      #expect(terminal.screen.text.contains("--> more.flex:2:1"))
      try await terminal.enter("source nowhere.flex")
      #expect(terminal.screen.text.contains("nowhere.flex cannot be read: no such file"))
      try await terminal.enter("timing on")
      try await terminal.enter("echo $n")
      #expect(terminal.screen.text.contains(/\n3\ntook [0-9.]+ ms\n/))
    }
  }

  @Test func asksAtTheTerminalWhatAScriptConfirms() async throws {
    try await PromptAtTerminal.session { terminal, _ in
      terminal.type("confirm 'close them?'\r")
      try await terminal.wait(for: "close them? Type yes to continue:")
      try await terminal.enter("no")
      #expect(terminal.screen.text.contains("not confirmed: close them?"))
      terminal.type("confirm 'now?'; echo 'confirmed'\r")
      try await terminal.wait(for: "now? Type yes to continue:")
      try await terminal.enter("yes")
      #expect(terminal.screen.text.contains("\nconfirmed\n"))
    }
  }

  @Test func worksWithoutEditingWhereTheTerminalCannot() async throws {
    try await PromptAtTerminal.session(environment: ["TERM": "dumb"]) { terminal, _ in
      try await terminal.enter("echo 'plain'")
      #expect(terminal.screen.text.contains("\nplain\n"))
      #expect(!terminal.screen.received.contains(0x1B))
      terminal.type("\u{4}")
      #expect(await terminal.end() == 0)
    }
  }

  @Test func theWindowMayChange() async throws {
    try await PromptAtTerminal.session(columns: 80) { terminal, _ in
      let long = "echo \"" + String(repeating: "abcdefghij", count: 12) + "\""
      terminal.type(long)
      try await terminal.wait(for: "the end of the line") { $0.text.hasSuffix("ghij\"") }
      terminal.resize(columns: 40)
      try await terminal.enter("")
      #expect(terminal.screen.text.contains(String(repeating: "abcdefghij", count: 4)))
      try await terminal.enter("list participants on \(Sample.channel) in \(Sample.interaction)")
      // At 40 columns the short forms of SIDs fit.
      #expect(terminal.screen.text.contains("UT…c3c3"))
      #expect(!terminal.screen.text.contains("\(Sample.agent)  "))
      terminal.resize(columns: 200)
      try await terminal.enter("list participants on \(Sample.channel) in \(Sample.interaction)")
      #expect(terminal.screen.text.contains("RESERVATION"))
    }
  }

  @Test(arguments: ["C", "C.UTF-8", "nowhere"]) func takesLettersOfEveryScript(
    locale: String
  ) async throws {
    try await PromptAtTerminal.session(columns: 40, environment: ["LC_ALL": locale]) {
      terminal, _ in
      try await terminal.enter("echo \"grüße 客户服务中心 привет 客户服务中心\"")
      #expect(terminal.screen.text.contains("\ngrüße 客户服务中心 привет 客户服务中心\n"))
    }
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGSEGV, SIGILL, SIGABRT])
  func givesTheTerminalBackOnEveryWayOut(signal: Int32) async throws {
    try await PromptAtTerminal.session { terminal, _ in
      #expect(!terminal.isAsBefore)
      terminal.send(signal)
      #expect(await terminal.end() == 128 + signal)
      #expect(terminal.isAsBefore)
    }
  }

  @Test func theProgramCanBeSuspended() async throws {
    let folder = FileManager.default.temporaryDirectory.path()
    let terminal = try PseudoTerminal(
      ["/bin/sh", "-i"],
      environment: Executable.surroundings([
        "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "PS1": "shell: ", "HOME": folder,
      ]))
    try await terminal.wait(for: "the shell") { $0.beforeCursor == "shell: " }
    terminal.type("\(Executable.path) --simulate --no-journal\r")
    try await terminal.waitForPrompt()
    terminal.type("echo 'half")
    try await terminal.wait(for: "'half")
    terminal.type("\u{1A}")
    try await terminal.wait(for: "the shell") { $0.beforeCursor == "shell: " }
    #expect(!terminal.screen.marksPaste)
    let row = terminal.screen.row
    terminal.type("fg\r")
    try await terminal.wait(for: "the line again") {
      $0.row > row && $0.beforeCursor == "sim> echo 'half"
    }
    try await terminal.enter("'")
    #expect(terminal.screen.text.contains("\nhalf\n"))
    terminal.type("\u{4}")
    try await terminal.wait(for: "the shell again") { $0.beforeCursor == "shell: " }
    terminal.type("exit\r")
    #expect(await terminal.end() == 0)
  }
}
