import FlexTestSupport
import Foundation
import Testing

/// The first signal ends what only waits, and says what else is waited for.
@Suite struct SignalTests {
  private static func terminal(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      arguments,
      environment: Executable.surroundings(
        Executable.credentials.merging(["TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"]) {
          $1
        }
      ).merging(environment) { $1 }, columns: 120)
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func aQuestionEndsAtTheFirstSignal(_ signal: Int32, _ status: Int32) async throws {
    let terminal = try Self.terminal(
      [Executable.path, "run", "--simulate", "-c", "confirm 'sure?'\necho 'never'"])
    try await terminal.wait(for: "Type yes to continue:")
    if signal == SIGINT { terminal.type("\u{3}") } else { terminal.send(signal) }
    #expect(await terminal.end() == status)
    #expect(!terminal.screen.text.contains("never\n"))
  }

  @Test(arguments: [
    "sleep 1h", "use channel UO1 in KD1; wait until (channel).type is sms every 1h timeout 2h",
  ])
  func aPauseEndsAtTheFirstSignal(_ sentence: String) async throws {
    let terminal = try Self.terminal(
      [Executable.path, "run", "--simulate", "-c", Sample.expand("echo 'begun'; " + sentence)])
    try await terminal.wait(for: "begun")
    terminal.type("\u{3}")
    #expect(await terminal.end() == 130)
  }

  /// A `wait` whose look-up is not answered need not be waited for.
  @Test func aLookUpOfAWaitEndsAtTheFirstSignal() async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      let terminal = try Self.terminal([
        Executable.path, "run", "--base-url", server.url, "-c",
        Sample.expand("wait until (channel UO1 in KD1).status is active timeout 1h"),
      ])
      try await waiting { !server.requests.isEmpty }
      terminal.type("\u{3}")
      #expect(await terminal.end() == 130)
    }
  }

  /// While requests are in flight, the first signal says how many, and what the next one does.
  @Test(arguments: [1, 2]) func whatIsWaitedForIsSaid(_ jobs: Int) async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      let terminal = try Self.terminal([
        Executable.path, "run", "-j", "\(jobs)", "--base-url", server.url, "-c",
        Sample.expand("close UT1 on UO1 in KD1\nclose UT4 on UO2 in KD2"),
      ])
      try await waiting { server.requests.count >= jobs }
      terminal.type("\u{3}")
      try await terminal.wait(
        for: jobs == 1
          ? "waiting for 1 answer; press Ctrl-C again to abandon it"
          : "waiting for 2 answers; press Ctrl-C again to abandon them")
      terminal.type("\u{3}")
      #expect(await terminal.end() == 130)
      let text = terminal.screen.text
      // The lines are wrapped where the window ends.
      let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
      #expect(words.contains("in doubt, because no answer says whether they took effect:"))
      #expect(words.contains("? -c:1:1: close UT…c3c3 on UO…b2b2"), "\(text)")
      #expect(text.contains("flexsh resume --base-url \(server.url) 01"))
    }
  }

  @Test func thePromptSaysWhatItWaitsFor() async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      let terminal = try Self.terminal([Executable.path, "--base-url", server.url])
      try await terminal.waitForPrompt()
      terminal.type(Sample.expand("close UT1 on UO1 in KD1\r"))
      try await waiting { !server.requests.isEmpty }
      terminal.type("\u{3}")
      try await terminal.wait(for: "waiting for 1 answer; press Ctrl-C again to abandon it")
      terminal.type("\u{3}")
      try await terminal.wait(for: "interrupted: 0 done, 1 unknown")
      try await terminal.waitForPrompt()
      #expect(!terminal.screen.text.contains("\n\ninterrupted"))
      // The second Ctrl-C ends the sentence and not the session, also after the time in which a second
      // signal ends a run.
      try await terminal.enter("sleep 6s")
      try await terminal.enter("echo 'still here'")
      #expect(terminal.screen.text.contains("\nstill here"))
      terminal.type("exit\r")
      #expect(await terminal.end() == 0)
    }
  }

  /// What was asked before a run does not keep signals from the run.
  @Test(arguments: [[], ["--yes"]]) func aRunInProductionEnds(_ options: [String]) async throws {
    let name = ".config/flexsh/config.toml"
    let profile = """
      [profiles.prod]
      account_sid = "\(Executable.credentials["TWILIO_ACCOUNT_SID"] ?? "")"
      auth_token = "\(Loopback.secret)"
      production = true
      """
    let script = "close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1\necho 'begun'\nsleep 1h\n"
    try await Executable.withFolder([name: profile]) { home in
      #expect(chmod(home + "/" + name, 0o600) == 0)
      try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
        server in
        let terminal = try PseudoTerminal(
          [Executable.path, "--profile", "prod", "--base-url", server.url] + options
            + ["-c", Sample.expand(script)],
          environment: Executable.surroundings(["HOME": home, "XDG_STATE_HOME": home]))
        if options.isEmpty {
          try await terminal.wait(for: "Type prod to continue:")
          terminal.type("prod\n")
        }
        try await terminal.wait(for: "\nbegun")
        terminal.type("\u{3}")
        #expect(await terminal.end() == 130)
      }
    }
  }

  /// A question of a script that comes from standard input is asked at the terminal.
  @Test(arguments: [("yes", 0, true), ("no", 2, false)] as [(String, Int32, Bool)])
  func aScriptFromAPipeAsksAtTheTerminal(
    _ answer: String, _ status: Int32, _ goesOn: Bool
  ) async throws {
    let terminal = try Self.terminal([
      "/bin/sh", "-c", "printf 'confirm \"sure?\"\\necho \"after\"\\n' | \"$0\" run --simulate -",
      Executable.path,
    ])
    try await terminal.wait(for: "Type yes to continue:")
    terminal.type(answer + "\r")
    #expect(await terminal.end() == status)
    #expect(terminal.screen.text.contains("\nafter") == goesOn)
  }

  /// At the prompt a termination and a hang-up end the session, whatever it waits for.
  @Test(
    arguments: [(SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)],
    [
      ("confirm 'sure?'", "Type yes to continue:"), ("echo 'begun'; sleep 1h", "\nbegun"),
      ("", "sim>"),
    ])
  func aTerminationEndsTheSession(
    _ signal: (number: Int32, status: Int32), _ sentence: (text: String, shown: String)
  ) async throws {
    let terminal = try Self.terminal([Executable.path, "--simulate"])
    try await terminal.waitForPrompt()
    if !sentence.text.isEmpty { terminal.type(sentence.text + "\r") }
    try await terminal.wait(for: sentence.shown)
    terminal.send(signal.number)
    #expect(await terminal.end() == signal.status)
    #expect(terminal.isAsBefore)
  }

  /// What was cut short is no part of the script that `save` writes.
  @Test func whatWasInterruptedIsNotSaved() async throws {
    try await Executable.withFolder(["note": ""]) { folder in
      let terminal = try PseudoTerminal(
        [Executable.path, "--simulate"],
        environment: Executable.surroundings([
          "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "HOME": folder,
          "XDG_STATE_HOME": folder,
        ]), columns: 120, folder: folder)
      try await terminal.waitForPrompt()
      try await terminal.enter(Sample.expand("close UT1 on UO1 in KD1"))
      terminal.type("echo 'begun'; sleep 1h\r")
      try await terminal.wait(for: "\nbegun")
      try await terminal.press("\u{3}")
      try await terminal.enter("save s.flex")
      let saved = try String(contentsOfFile: folder + "/s.flex", encoding: .utf8)
      #expect(saved.contains("close "))
      #expect(!saved.contains("sleep"), "\(saved)")
    }
  }

  /// A reader that has stopped does not keep the program alive after the second signal.
  @Test func aStalledReaderEndsAtTheSecondSignal() async throws {
    let line = String(repeating: "y", count: 1000)
    try await Executable.withFolder([
      "s.flex": "let a = '\(line)'\n" + String(repeating: "echo \"$a\"\n", count: 2000)
    ]) { folder in
      let pipe = Pipe()
      let errors = URL(filePath: folder + "/errors")
      try Data().write(to: errors)
      let process = try ChildProcess(
        [Executable.path, "run", "--simulate", "--no-journal", "s.flex"],
        environment: Executable.surroundings([:]), folder: folder,
        output: .file(pipe.fileHandleForWriting),
        errors: .file(try FileHandle(forWritingTo: errors)))
      // Half of what a pipe holds: the rest comes at once, and then the program blocks.
      try await waiting {
        var count: Int32 = 0
        _ = ioctl(pipe.fileHandleForReading.fileDescriptor, UInt(FIONREAD), &count)
        return count >= 1 << 15
      }
      kill(process.processIdentifier, SIGTERM)
      try await waiting { try String(contentsOf: errors, encoding: .utf8).contains("stopping") }
      kill(process.processIdentifier, SIGTERM)
      try await blocking { process.waitUntilExit() }
      #expect(process.terminationStatus == 143)
      #expect(!process.wasKilled)
    }
  }

  // MARK: Pasted text without an end

  @Test func controlCEndsAPasteWhoseEndNeverComes() async throws {
    let terminal = try Self.terminal([Executable.path, "--simulate"])
    try await terminal.waitForPrompt()
    terminal.type("\u{1B}[200~echo 'lost'\r")
    terminal.type("\u{3}")
    try await terminal.wait(for: "^C")
    try await terminal.waitForPrompt()
    try await terminal.enter("echo 'after'")
    #expect(terminal.screen.text.contains("\nafter"))
    #expect(!terminal.screen.text.contains("\nlost"))
    terminal.type("\u{4}")
    #expect(await terminal.end() == 0)
  }

  /// In a pasted text the byte is one of many, and the text is refused as a whole.
  @Test func aPasteWithTheByteOfControlCIsNotTyped() async throws {
    let terminal = try Self.terminal([Executable.path, "--simulate"])
    try await terminal.waitForPrompt()
    terminal.type("\u{1B}[200~echo 'a\u{3}'\recho 'never'\r\u{1B}[201~")
    try await terminal.press("\r")
    #expect(!terminal.screen.text.contains("\nnever"))
    #expect(!terminal.screen.text.contains("\na"))
  }

  @Test func bindingsOfAnotherFileAreNotObeyed() async throws {
    try await Executable.withFolder([
      "evil": "bind -s q \"echo 'typed by a file'\\n\"\n", ".editrc": "bind -s Q \"echo 'mine'\"\n",
    ]) { folder in
      let terminal = try Self.terminal(
        [Executable.path, "--simulate"],
        environment: ["EDITRC": folder + "/evil", "HOME": folder, "XDG_STATE_HOME": folder])
      try await terminal.waitForPrompt()
      try await terminal.press("q\u{15}Q\r")
      #expect(!terminal.screen.text.contains("typed by a file"))
      #expect(terminal.screen.text.contains("\nmine"))
    }
  }
}
