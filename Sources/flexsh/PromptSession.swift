import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// A session at the prompt, from the first line to the last.
struct PromptSession {
  private let session: RunSession
  private let api: any InteractionsAPI
  private let account: String?
  private let baseURL: String
  private let control: RequestControl
  /// The profile in use, if one is.
  private let profile: Profile?
  /// Every secret that is known: no line of the history and no program that is started may have one.
  private let secrets: [Secret]

  init(
    _ session: RunSession, _ api: any InteractionsAPI, _ account: String?, _ baseURL: String,
    _ control: RequestControl, _ profile: Profile?, _ secrets: [Secret]
  ) {
    self.session = session
    self.api = api
    self.account = account
    self.baseURL = baseURL
    self.control = control
    self.profile = profile
    self.secrets = secrets
  }

  /// Whether standard input is to be read as a session, and not as a script.
  static var isWanted: Bool { Terminal.isTerminal(.standardInput) }

  private var environment: [String: String] { session.environment }
  private var options: RunOptions { session.run }

  /// Reads sentences until the session is left.
  ///
  /// - Returns: The exit status: 0 whatever failed in it, or that of the signal that ended it.
  func run() async throws -> Int32 {
    var writes = WriteGuard(api)
    writes.isReadOnly = options.readOnly
    var generator = SystemRandomNumberGenerator()
    let name = RunID.make(milliseconds: WallClock.now(), using: &generator)
    let recording = try account.flatMap { account in
      try session.journal.recording(
        of: session.runner, run: name, account: account, baseURL: baseURL,
        environment: environment, isSimulated: session.target.isSimulated, keepsGoing: true,
        isAtMostOnce: session.connection.atMostOnce,
        resume: ResumeCommandLine(
          session.target, session.connection, session.run, session.journal), resumed: nil)
    }
    if let recording { writes.journal = recording.file }
    let running = RunningSentence()
    let ending: Interruption.Cause?
    let canEdit = Terminal.isTerminal(.standardOutput) && environment["TERM"] != "dumb"
    if canEdit {
      let redaction = Redaction(secrets)
      let history = HistoryFile(
        environment: environment, holdsSecret: { redaction.hiding($0) != nil })
      let editor = LineEditor(
        history: PromptHistory(lines: history.lines, keep: history.keep), settings: settings,
        isColored: isColored)
      ending = await prompt(TerminalReader(editor), writes, running, name, history.lines)
      await editor.close()
    } else {
      ending = await prompt(PipeReader(write: errors), writes, running, name, { [] })
    }
    if let loss = await recording?.end(exit: ExitStatus.success, RunSummary()) {
      throw Exit(
        status: ExitStatus.outputFailed, message: "the journal cannot be written: \(loss.reason)")
    }
    return ending.map { 128 + Int32($0.rawValue) } ?? ExitStatus.success
  }

  private func prompt(
    _ reader: some LineReader, _ writes: WriteGuard, _ running: RunningSentence, _ run: String,
    _ history: @escaping () -> [String]
  ) async -> Interruption.Cause? {
    let yes = options.yes
    let write = Terminal.isTerminal(.standardOutput) ? results : errors
    let reader = SignalledReader(
      reader: reader, running: running, takesControlC: reader is TerminalReader)
    let interpreter = Interpreter(
      writes: writes, check: session.runner.session, report: report, settings: session.settings,
      clock: ContinuousClock(), interruption: Interruption(), applySettings: control.apply,
      confirm: { question in
        if yes { return .yes }
        var reader = reader
        let asked = "\(VisibleText.escaped(question)) Type yes to go on: "
        let answer = await reader.read(.answer(to: asked))
        // A question that was not answered leaves the cursor behind it.
        if case .line = answer {} else { write("\n") }
        return answer == .line("yes") ? .yes : .no
      })
    let maximum = options.maxChanges ?? 100
    var repl = REPL(
      reader: reader, session: session.runner.session, interpreter: interpreter,
      name: session.target.isSimulated
        ? "sim" : profile.map { VisibleText.escaped($0.name) } ?? "flexsh",
      isProduction: profile?.isProduction ?? false,
      bulk: yes ? .goesOn(maximum: maximum) : .asks(maximum: maximum),
      surroundings: surroundings(running, run, history))
    return await SignalHandling.prompting(running, control) { await repl.run() }
  }

  // MARK: What it needs of the process

  private func surroundings(
    _ running: RunningSentence, _ run: String, _ history: @escaping () -> [String]
  ) -> PromptSurroundings {
    let control = control
    let environment = ChildEnvironment.withoutSecrets(environment, secrets)
    let isOnTerminal = Terminal.isTerminal(.standardOutput)
    let write = isOnTerminal ? results : errors
    var surroundings = PromptSurroundings(
      write: write,
      whileRunning: { interruption, body in
        control.begin()
        running.set(interruption)
        await body()
        running.set(nil)
      })
    surroundings.page = { text in
      if await ExternalPrograms.page(text, environment: environment) { return }
      results(text)
    }
    surroundings.edit = { text in
      switch await ExternalPrograms.edit(text, environment: environment) {
      case .text(let edited): return edited
      case .problem(let reason):
        write("error: \(VisibleText.escaped(reason))\n")
        return nil
      }
    }
    surroundings.width = { Terminal.size(.standardOutput)?.columns }
    surroundings.history = history
    surroundings.now = { UTCTime.text(milliseconds: Int(WallClock.now())) }
    surroundings.files = .disk(environment: environment)
    surroundings.facts = facts(run)
    return surroundings
  }

  /// The user's `.editrc`, if libedit, which has no limit of its own, can read it to its end.
  private var settings: String? {
    let path = UserFolders.home(environment).appending(".editrc").string
    return (try? Files.open(path).bytes(atMost: 1 << 20)).flatMap { $0 } == nil ? nil : path
  }

  private func facts(_ run: String) -> [(name: String, value: String)] {
    guard let account else { return [("requests", "would go to \(baseURL)")] }
    var facts = [("account", account), ("requests", "to \(baseURL)")]
    if let profile = profile {
      let kind = profile.isProduction ? ", production" : ""
      facts.append(("profile", "\(profile.name)\(kind), of \(profile.file)"))
    }
    facts.append(
      ("journal", session.journal.noJournal ? "none" : "\(run), from the first write on"))
    return facts
  }

  private var report: PromptReport {
    PromptReport(
      text: .standard(session.output), ndjson: .standard(),
      format: session.output.output == .ndjson ? .ndjson : .text)
  }

  private var isColored: Bool {
    Palette(
      session.output.color, environment: environment,
      isTerminal: Terminal.isTerminal(.standardOutput)
    ).isColored
  }

  private var results: (String) -> Void { Self.writer(.standardOutput) }
  private var errors: (String) -> Void { Self.writer(.standardError) }

  private static func writer(_ descriptor: FileDescriptor) -> (String) -> Void {
    { text in
      var output = OutputStream(descriptor, isBuffered: true)
      output.write(text)
      output.flush()
    }
  }
}
