import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// A session at the prompt, from the first line to the last.
struct PromptSession {
  private let runner: BatchRunner
  private let setup: RunSetup
  private let connection: Connection
  private let context: CommandContext
  private let habits: PromptHabits

  /// How a session ended.
  struct Ending {
    let end: CommandEnd
    /// The profile that the next session uses; `nil` if none follows.
    var profile: String?
    var habits = PromptHabits()
  }

  init(
    _ runner: BatchRunner, _ setup: RunSetup, _ connection: Connection, _ context: CommandContext,
    _ habits: PromptHabits
  ) {
    self.habits = habits
    self.runner = runner
    self.setup = setup
    self.connection = connection
    self.context = context
  }

  private var environment: [String: String] { context.variables }

  /// Reads sentences until the session is left.
  ///
  /// - Returns: The exit status (0 whatever failed in it, or that of the signal that ended it), and
  ///   what follows.
  func run() async throws -> Ending {
    let name = RunID.make(at: WallClock.now())
    let recording = try RunRecording(
      of: runner, run: name, keepsGoing: true, setup: setup, connection: connection, resumed: nil,
      context)
    let running = RunningSentence()
    let ending: Ended
    let canEdit = context.writesToTerminal && environment["TERM"] != "dumb"
    if canEdit {
      let redaction = Redaction(connection.secrets)
      let history = HistoryFile(
        environment: environment, holdsSecret: { redaction.hiding($0) != nil })
      let kept = PromptHistory(
        lines: history.lines, keep: history.keep, mayKeep: history.mayKeep)
      let editor = LineEditor(
        history: kept, settings: settings, isColored: isColored, isPainted: isColored)
      ending = await prompt(
        TerminalReader(editor), recording, running, name, kept, problem: history.problem())
      await editor.close()
    } else {
      ending = await prompt(PipeReader(write: errors), recording, running, name, .none)
    }
    if let loss = await recording?.end(exit: ExitStatus.success, RunResult()) {
      throw CommandEnd(
        status: ExitStatus.outputFailed, message: "the journal cannot be written: \(loss.reason)")
    }
    switch ending.ending {
    case .left: return Ending(end: CommandEnd(status: ExitStatus.success))
    case .signal(let cause):
      return Ending(end: CommandEnd(status: 128 + Int32(cause.rawValue)))
    case .profile(let name):
      return Ending(
        end: CommandEnd(status: ExitStatus.success), profile: name, habits: ending.habits)
    }
  }

  private typealias Ended = (ending: PromptEnding, habits: PromptHabits)

  private func prompt(
    _ reader: some LineReader, _ recording: RunRecording?, _ running: RunningSentence,
    _ run: String, _ history: PromptHistory, problem: String? = nil
  ) async -> Ended {
    let yes = setup.run.assumesYes
    let write = context.writesToTerminal ? results : errors
    let reader = SignalledReader(
      reader: reader, running: running, takesControlC: reader is TerminalReader)
    let beginning = ContinuousClock.now
    let report = PromptReport(
      text: Reports.text(setup.output, context), ndjson: Reports.ndjson(context),
      format: setup.output.format == .ndjson ? .ndjson : .text,
      now: { ContinuousClock.now - beginning })
    var configuration = RunConfiguration(api: connection.api, check: runner.session)
    if case .dryRun = setup.target { configuration.isDry = true }
    configuration.policy.isReadOnly = setup.run.isReadOnly
    configuration.journal = recording?.file
    configuration.reports = [report]
    configuration.settings = Settings(setup)
    configuration.applySettings = connection.control.apply
    configuration.workspace = connection.workspace
    configuration.looksUpNames = setup.output.format == .text
    configuration.now = { Int(WallClock.now() / 1000) }
    configuration.confirm = { question in
      if yes { return .yes }
      var reader = reader
      let asked = "\(VisibleText.escaped(question)) Type yes to continue: "
      let answer = await reader.read(.answer(to: asked))
      // A question that was not answered leaves the cursor after it.
      if case .line = answer {} else { write("\n") }
      return answer == .line("yes") ? .yes : .no
    }
    let maximum = setup.run.maximumChanges ?? 100
    let profile = connection.production ?? connection.profile
    var repl = REPL(
      reader: reader, session: runner.session, runner: ScriptRunner(configuration),
      report: report,
      name: setup.target.isSimulated
        ? "sim" : profile.map { VisibleText.escaped($0.name) } ?? "flexsh",
      isProduction: connection.production != nil,
      bulk: yes ? .goesOn(maximum: maximum) : .asks(maximum: maximum),
      surroundings: surroundings(running, run, history, problem))
    let ending = await SignalHandling.prompting(running, connection.control, context) {
      await repl.run()
    }
    return (ending, repl.habits)
  }

  // MARK: What it needs of the process

  private func surroundings(
    _ running: RunningSentence, _ run: String, _ history: PromptHistory, _ problem: String?
  ) -> PromptSurroundings {
    let control = connection.control
    let environment = ChildEnvironment.withoutSecrets(environment, connection.secrets)
    let write = context.writesToTerminal ? results : errors
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
    surroundings.window = { Terminal.size(.standardOutput) }
    surroundings.habits = habits
    surroundings.greeting =
      PromptGreeting(
        connection: connection, setup: setup, context: context,
        palette: Palette(isColored: isColored)
      ).text
      + (problem.map { "the history is not kept: \(VisibleText.escaped($0))\n" } ?? "")
    surroundings.timeOfDay = {
      String(UTCTime.text(milliseconds: Int(WallClock.now())).suffix(9))
    }
    if context.writesToTerminal, self.environment["TERM"] != "dumb" {
      let keys = WatchedKeys()
      surroundings.keys = PromptSurroundings.Keys(
        begin: { await keys.begin() }, key: { await keys.key(within: $0, until: $1) },
        end: { await keys.end() })
    }
    surroundings.problemOfProfile = problemOfProfile
    surroundings.profiles = { [variables = context.variables] in
      AccountResolver.profileNames(variables)
    }
    surroundings.history = history
    surroundings.now = { UTCTime.text(milliseconds: Int(WallClock.now())) }
    surroundings.files = .disk(environment: environment)
    surroundings.facts = facts(run)
    if setup.output.isShared { surroundings.sharedNames = sharedNames(run) }
    return surroundings
  }

  /// Why a session cannot begin with a profile; `nil` if it can.
  private func problemOfProfile(_ name: String) async -> String? {
    guard case .server(let url) = setup.target else {
      return "only a session that sends requests to Twilio changes its profile: flexsh "
        + ShellWord.option("--profile", name)
    }
    do {
      let resolver = try AccountResolver(
        profile: name, baseURL: url, environment: context.variables)
      try resolver.checkCredentials()
      _ = try await resolver.credentials(context)
      return nil
    } catch let end as CommandEnd {
      return [end.message, end.help].compactMap(\.self).joined(separator: "; ")
    } catch {
      return "\(error)"
    }
  }

  /// The pseudonyms of a session that is shared, made when they are first needed.
  ///
  /// Their key is kept next to the journal; without it, they cannot be mapped back.
  private func sharedNames(_ run: String) -> () -> SharedNames {
    let directory = setup.journal.isOff ? nil : RunDirectory(setup.journal, context)
    var made: SharedNames?
    return {
      if let made { return made }
      let key = (try? directory?.shareKey(of: run)) ?? ShareKey()
      let names = SharedNames(digest: key.digest)
      made = names
      return names
    }
  }

  /// The user's `.editrc`, if libedit, which has no limit of its own, can read it to its end.
  private var settings: String? {
    let path = UserFolders.home(environment).appending(".editrc").string
    return (try? Files.open(path).bytes(atMost: 1 << 20)).flatMap { $0 } == nil ? nil : path
  }

  private func facts(_ run: String) -> [(name: String, value: String)] {
    guard let account = connection.account else {
      return [("requests", "would go to \(connection.baseURL)")]
    }
    var facts = [("account", account), ("requests", "to \(connection.baseURL)")]
    if let profile = connection.profile {
      let kind = profile.isProduction ? ", production" : ""
      facts.append(("profile", "\(profile.name)\(kind), of \(profile.file)"))
    }
    facts.append(
      ("journal", setup.journal.isOff ? "none" : "\(run), from the first write on"))
    return facts
  }

  private var isColored: Bool {
    Palette(
      setup.output.color, environment: environment, isTerminal: context.writesToTerminal
    ).isColored
  }

  private var results: (String) -> Void {
    let context = context
    return { text in
      var output = context.outputStream()
      output.write(text)
      output.flush()
    }
  }

  private var errors: (String) -> Void {
    let context = context
    return { context.say($0) }
  }
}
