import FlexAPI
package import FlexRuntime
package import FlexScript

/// The prompt: reads what is typed, checks it, runs it, and continues whatever the outcome.
package struct REPL<Reader: LineReader> {
  private var reader: Reader
  private var checker: PromptChecker
  let runner: ScriptRunner
  /// What the session shows and remembers.
  let report: PromptReport
  let session: CheckSession
  let surroundings: PromptSurroundings
  private let name: String
  private let isProduction: Bool
  private let bulk: Bulk
  var log = SessionLog()
  /// The last sentences that passed the check, for `again` and `edit`.
  private(set) var last = (text: "", file: "-")
  /// The text that is already in the next line.
  var draft = ""
  var showsTiming = false
  /// Whether the user, and not the profile, has made the session read-only.
  var wasMadeReadOnly = false
  /// Whether what could follow is shown while a line is typed.
  var showsHints: Bool
  /// The lines of this session and of earlier ones, oldest first.
  private var history: [String]
  /// What ended the session, if not the end of the input.
  private var ending = PromptEnding.left

  /// What the prompt does before a sentence changes several things.
  package enum Bulk: Sendable {
    /// Shows the number of changes, which must be typed, in production after the profile's name;
    /// more than `maximum` changes are refused.
    case asks(maximum: Int)
    /// Continues without asking; more than `maximum` changes are refused.
    case goesOn(maximum: Int)
  }

  /// Creates a prompt.
  ///
  /// `name`: the beginning of the prompt: a profile, or `sim`. `isProduction`: whether a mistake
  /// would affect customers; the prompt is then red. `bulk`: what the prompt does before a sentence
  /// changes several things.
  package init(
    reader: Reader, session: CheckSession, runner: ScriptRunner, report: PromptReport, name: String,
    isProduction: Bool = false, bulk: Bulk, surroundings: PromptSurroundings
  ) {
    self.isProduction = isProduction
    self.reader = reader
    self.session = session
    checker = PromptChecker(session: session)
    self.runner = runner
    self.report = report
    self.name = name
    self.bulk = bulk
    self.surroundings = surroundings
    showsHints = surroundings.habits.showsHints
    if surroundings.habits.isDry { runner.setDry(true) }
    if surroundings.habits.isReadOnly {
      wasMadeReadOnly = true
      runner.policy.isReadOnly = true
    }
    history = surroundings.history.lines()
  }

  /// Reads and runs sentences until the input ends.
  ///
  /// - Returns: What ended the session.
  package mutating func run() async -> PromptEnding {
    write(surroundings.greeting)
    while await step() {}
    return ending
  }

  /// Reads, checks and runs one sentence, one block, or one pasted text.
  ///
  /// - Returns: Whether the session continues.
  package mutating func step() async -> Bool {
    var text = ""
    var opening: PromptChecker.Opening?
    // What `plan` is about may have several lines, too.
    var plans = false
    while true {
      switch await read(after: text, opening) {
      case .interrupted:
        write("^C\n")
        return true
      case .endOfInput:
        write("\n")
        return false
      case .refused(let reason):
        complain("that line was not taken: \(reason)\n")
        return true
      case .line(let line): text += line + "\n"
      }
      if opening == nil, text.dropLast().allSatisfy({ $0 != "\n" }),
        let command = ConsoleCommand.parse(String(text.dropLast()))
      {
        if case .plan(let sentence) = command {
          plans = true
          opening = checker.opening(of: sentence + "\n")
          if opening != nil { continue }
        }
        await keep(String(text.dropLast()))
        return await carryOut(command)
      }
      if opening == nil, !plans { plans = ConsoleCommand.plans(text) }
      let sentence = plans ? String(text.drop { $0 == " " }.dropFirst("plan".count)) : text
      opening = checker.opening(of: sentence)
      if opening != nil { continue }
      guard plans else { return await sentences(text) }
      await keep(String(text.dropLast()))
      return await carryOut(.plan(sentence))
    }
  }

  private mutating func read(
    after text: String, _ opening: PromptChecker.Opening?
  ) async -> LineReading {
    let completer = Completer(
      checker: checker, seen: report.seen, rows: report.rows,
      width: surroundings.width, entries: surroundings.files.entries,
      profiles: surroundings.profiles)
    var request = LineRequest.sentence(
      opening.map { "\($0.rawValue)… " } ?? prompt, draft: draft
    ) { completer.complete($0, after: text) }
    request.isAlarming = isProduction
    let advisor = LineAdvisor(
      checker: checker,
      expand: { [report, placeInUse] in
        try? report.typedText($0, place: placeInUse)
      },
      history: HistorySearch(history), isOutOfDate: { [report] in report.isGone($0) },
      showsHints: showsHints)
    request.appearance = { advisor.appearance(of: $0, after: text) }
    draft = ""
    return await reader.read(request)
  }

  /// Adds a sentence to the history.
  private mutating func keep(_ text: String) async {
    await reader.keep(text)
    guard surroundings.history.mayKeep(text), history.last != text else { return }
    history.removeAll { $0 == text }
    history.append(text)
  }

  /// Checks sentences and runs them.
  ///
  /// `file`: the file that they come from; `-` if they were typed.
  ///
  /// - Returns: Whether the session continues.
  mutating func sentences(_ written: String, file: String = "-") async -> Bool {
    let text: String
    do throws(ListedRows.Missing) {
      // Rows have names only at the prompt.
      text = file == "-" ? try typedText(written).whole : written
    } catch {
      await keep(String(written.dropLast()))
      complain("error: \(error.reason)\n")
      return true
    }
    // What a row or a short SID stands for is kept: it means nothing in another session.
    if file == "-" { await keep(String(text.dropLast())) }
    let earlier = checker
    let values = runner.variables
    switch checker.check(text, file: file) {
    case .mistakes(let lists):
      complain(
        rendered(lists)
          + hintOnOwnWords(text, lists))
      return true
    case .commands(let commands, let lists):
      write(rendered(lists))
      guard !commands.isEmpty else { return true }
      if text != written { write(VisibleText.escapedLines(text)) }
      last = (text, file)
      let confirmed: ConfirmedChanges?
      switch await permission(for: commands, file: file) {
      case .refused: return true
      case .granted(let changes): confirmed = changes
      }
      let cause = await carryOut(commands, of: text, file: file, confirmed: confirmed)
      // A SID that nothing was found under was not seen.
      if report.results.allSatisfy(\.isWhole) { report.note(in: text) }
      takeBackFailedNames(of: commands, earlier, values)
      return goesOn(after: cause)
    }
  }

  /// Whether the session continues: a hang-up or a termination also ends it.
  mutating func goesOn(after cause: Interruption.Cause?) -> Bool {
    guard let cause, cause != .interrupt else { return true }
    ending = .signal(cause)
    return false
  }

  /// Ends the session so that another one begins with a profile.
  ///
  /// - Returns: Whether this session continues.
  mutating func leave(for profile: String) async -> Bool {
    if let problem = await surroundings.problemOfProfile(profile) {
      complain("error: \(VisibleText.escaped(problem))\n")
      return true
    }
    ending = .profile(profile)
    return false
  }

  /// Checks a text as if it were at the end of the session, and leaves everything as it was.
  func checkAside(_ text: String) -> PromptChecker.Finding {
    var attempt = checker
    return attempt.check(text)
  }

  /// The commands of the last sentences as they are now; `nil` if they have become wrong.
  mutating func recheckLast() -> [Command]? {
    guard case .commands(let commands, _) = checker.check(last.text, file: last.file) else {
      complain("the last sentence does not pass the check any more\n")
      return nil
    }
    return commands
  }

  /// Removes each name whose sentence failed.
  private mutating func takeBackFailedNames(
    of commands: [Command], _ earlier: PromptChecker, _ values: [(name: String, value: Value)]
  ) {
    let results = report.results
    for (index, command) in commands.enumerated() {
      guard case .bind(let name, _) = command.kind else { continue }
      if index < results.count, results[index].isWhole { continue }
      // What was only shown leaves the name as it was; what failed removes it.
      if isDry {
        checker.takeBack(name, as: earlier)
        runner.restore(name, to: values.first { $0.name == name }?.value)
      } else {
        checker.remove(name)
        runner.restore(name, to: nil)
      }
    }
  }

  /// The hint to show if one of the prompt's own words appears where a sentence should begin.
  private func hintOnOwnWords(_ text: String, _ lists: [DiagnosticList]) -> String {
    let places = lists.flatMap(\.all).filter { $0.id == .unknownCommand }.compactMap(\.range)
    let found = places.map { range in
      text.utf8.dropFirst(range.start.offset).prefix(range.end.offset - range.start.offset)
    }
    let own = ConsoleCommand.words.first { entry in
      found.contains { $0.elementsEqual(entry.word.utf8) }
    }
    guard let word = own?.word else { return "" }
    return "`\(word)` is a word of the prompt itself: type it on a line of its own\n"
  }

  // MARK: Running

  /// Runs checked commands.
  private mutating func carryOut(
    _ commands: [Command], of text: String, file: String, confirmed: ConfirmedChanges?
  ) async -> Interruption.Cause? {
    let interruption = Interruption()
    let (runner, report, surroundings) = (runner, report, surroundings)
    let start = ContinuousClock.now
    report.beginSentences()
    runner.policy.confirmed = confirmed
    runner.policy.maximumChanges = maximumChanges
    await surroundings.whileRunning(interruption) {
      await runner.runAtPrompt(commands, file: file, interruption: interruption)
    }
    let duration = ContinuousClock.now - start
    report.endSentences()
    for command in commands {
      guard case .bind(let name, _) = command.kind else { continue }
      for variable in runner.variables where variable.name == name {
        report.note(variable.value)
      }
    }
    if interruption.cause != nil { report.noteInterruption() }
    if let names = surroundings.sharedNames?() {
      log.add(report.results, sharedAs: names)
    } else {
      log.add(commands, of: text, report.results)
    }
    let held = report.takeHeld()
    runner.policy.confirmed = nil
    if let held { await surroundings.page(held) }
    if interruption.cause != nil {
      let results = report.results
      let (done, unknown) = (
        results.reduce(0) { $0 + $1.done.count }, results.reduce(0) { $0 + $1.unknown.count }
      )
      // The terminal has shown ^C, and the cursor is after it, unless something was written since.
      if !interruption.wasAnnounced { write("\n") }
      let message =
        "interrupted: \(done) done"
        + (unknown > 0 ? ", \(unknown) unknown\n" : ", nothing is in flight\n")
      // `why` tells of the request whose outcome is unknown.
      if unknown > 0 { write(message) } else { complain(message) }
    }
    if case .journalLost(let reason)? = runner.result.halt {
      complain(
        "the journal cannot be written, so nothing was sent: \(VisibleText.escaped(reason))\n")
    }
    if case .fileChanged(let what)? = runner.result.halt {
      complain("\(VisibleText.escaped(what)); nothing further was sent\n")
    }
    if showsTiming { write("took \(duration.displayText)\n") }
    return interruption.cause
  }

  /// Whether sentences may change something.
  private enum Permission {
    case refused
    /// They may change what was shown, or anything if nothing had to be shown.
    case granted(ConfirmedChanges?)
  }

  /// Shows what sentences would change if that depends on live data or is more than one thing, and
  /// permits it only if the number is typed.
  private mutating func permission(for commands: [Command], file: String) async -> Permission {
    // Nothing is changed anyway.
    if runner.policy.isReadOnly || isDry { return .granted(nil) }
    let maximum = maximumChanges
    let isAlwaysAsked = isProduction && commands.contains(where: \.asksInProduction)
    guard isAlwaysAsked || commands.contains(where: \.mayChangeSeveral) || commands.count > 1 else {
      return .granted(nil)
    }
    let interruption = Interruption()
    var rehearsal = Rehearsal()
    let runner = runner
    await surroundings.whileRunning(interruption) {
      rehearsal = await runner.rehearse(commands, file: file, interruption: interruption)
    }
    if interruption.cause != nil { return .refused }
    if let reason = rehearsal.blindness {
      complain(
        "cannot count what that would change, because \(VisibleText.escaped(reason)); "
          + "nothing was sent\n")
      return .refused
    }
    let records = rehearsal.actions
    let changes = ConfirmedChanges(rehearsal)
    guard records.count > 1 || (isAlwaysAsked && !records.isEmpty) else {
      return .granted(changes)
    }
    for record in records.prefix(20) {
      let doubt = record.answer?.forecast.flatMap { $0.isRefused ? "; \($0.reason)" : nil }
      let extent = record.operation?.definition.undo.extent.rawValue ?? ""
      write("  " + VisibleText.escaped("\(record.sentence)  (\(extent)\(doubt ?? ""))") + "\n")
    }
    if records.count > 20 { write("  and \(records.count - 20) more\n") }
    guard records.count <= maximum else {
      complain(
        "that would change \(records.count) things, and the limit of one sentence is \(maximum); "
          + "nothing was sent; --max-changes sets the limit\n")
      return .refused
    }
    guard case .asks = bulk else { return .granted(changes) }
    let expected = isProduction ? "\(name) \(records.count)" : "\(records.count)"
    let answer = await ask(
      "this changes \(records.count == 1 ? "1 thing" : "\(records.count) things")"
        + "\(isProduction ? " in production" : ""); "
        + "type \(expected) to continue: ")
    guard answer == expected else {
      write("nothing was sent\n")
      return .refused
    }
    return .granted(changes)
  }

  /// The limit of changes of one sentence.
  private var maximumChanges: Int {
    switch bulk {
    case .asks(let most), .goesOn(let most): most
    }
  }

  // MARK: What is shown

  /// Asks a question; returns `nil` if it was not answered.
  mutating func ask(_ question: String) async -> String? {
    // What goes before its last row is no part of the line that is edited.
    var rows = wrapped(question).split(separator: "\n").map(String.init)
    let last = rows.popLast() ?? ""
    for row in rows { write(row + "\n") }
    guard case .line(let typed) = await reader.read(.answer(to: last)) else {
      write("\n")
      return nil
    }
    var answer = typed.drop { $0 == " " }
    while answer.last == " " { answer.removeLast() }
    return String(answer)
  }

  /// Shows what went wrong, and remembers it for `why`.
  mutating func complain(_ text: String) {
    report.problem = .told(text)
    write(text)
  }

  /// Shows text, wrapped at spaces where a line is longer than the window.
  func write(_ text: String) {
    guard !text.isEmpty else { return }
    surroundings.write(wrapped(text))
  }

  /// Diagnostics as they are shown.
  func rendered(_ lists: [DiagnosticList]) -> String {
    lists.map { DiagnosticRenderer.render($0, columns: surroundings.width()) }.joined()
  }

  /// A text whose lines fit the window.
  func wrapped(_ text: String) -> String {
    guard let columns = surroundings.width() else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map {
      TextWindow.width(String($0)) > columns
        ? TextWindow.wrapped(String($0), columns: columns) : String($0)
    }.joined(separator: "\n")
  }

  /// What was typed, with the marks of rows and the short SIDs that it has.
  func typedText(_ text: String) throws(ListedRows.Missing) -> TypedText {
    try report.typedText(text, place: placeInUse)
  }

  /// The place in use, by kind.
  private var placeInUse: [SIDType: AnySID] {
    var place: [SIDType: AnySID] = [:]
    for (resource, sid) in runner.inUse { place[resource.type] = sid }
    return place
  }

  /// What the user has set.
  package var habits: PromptHabits {
    var habits = PromptHabits()
    habits.showsHints = showsHints
    habits.isDry = isDry
    habits.isReadOnly = wasMadeReadOnly
    return habits
  }

  /// Whether requests are only shown.
  var isDry: Bool { runner.isDry }

  /// The profile, the restrictions of the session, and the place in use with shortened SIDs.
  private var prompt: String {
    let parts =
      [name, runner.policy.isReadOnly ? "ro" : nil, isDry ? "dry" : nil]
      + runner.inUse.map { _, sid in
        sid.map { "\($0.description.prefix(2))…\($0.description.suffix(2))" }
      }
    return parts.compactMap(\.self).joined(separator: " ") + "> "
  }
}

/// What ends a session.
package enum PromptEnding: Hashable, Sendable {
  /// The end of the input, or `exit`.
  case left
  case signal(Interruption.Cause)
  /// Another session follows, with this profile.
  case profile(String)
}
