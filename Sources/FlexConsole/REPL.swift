import FlexAPI
package import FlexRuntime
package import FlexScript

/// The prompt: reads what is typed, checks it, carries it out, and goes on whatever came of it.
package struct REPL<Reader: LineReader, Report: EventReport> {
  private var reader: Reader
  private var checker: PromptChecker
  private var interpreter: Interpreter<Report>
  private let name: String
  private let write: (String) -> Void
  private let whileRunning: (Interruption, () async -> Void) async -> Void
  private let bulk: Bulk

  /// What is done before a sentence changes several things.
  package enum Bulk: Sendable {
    /// The number is shown, and has to be typed; more than so many are refused.
    case asks(maximum: Int)
    /// More than so many are refused.
    case goesOn(maximum: Int)
    /// Nothing is changed anyway.
    case isNone
  }

  /// Puts a prompt together.
  ///
  /// - `name`: what the prompt begins with: a profile, or `sim`.
  /// - `write`: shows text, line ends included.
  /// - `bulk`: what is done before a sentence changes several things.
  /// - `whileRunning`: carries out a body while signals raise the interruption.
  package init(
    reader: Reader, session: CheckSession, interpreter: Interpreter<Report>, name: String,
    bulk: Bulk, write: @escaping (String) -> Void,
    whileRunning: @escaping (Interruption, () async -> Void) async -> Void
  ) {
    self.reader = reader
    checker = PromptChecker(session: session)
    self.interpreter = interpreter
    self.name = name
    self.bulk = bulk
    self.write = write
    self.whileRunning = whileRunning
  }

  /// Reads and carries out until the input ends.
  package mutating func run() async {
    while await step() {}
  }

  /// Reads, checks and carries out one statement or block.
  ///
  /// Returns: whether the session goes on.
  package mutating func step() async -> Bool {
    var text = ""
    while true {
      switch await reader.read(prompt: text.isEmpty ? prompt : "... ") {
      case .interrupted:
        write("^C\n")
        return true
      case .endOfInput:
        write("\n")
        return false
      case .line(let line): text += line + "\n"
      }
      switch text.split(separator: "\n").first.map(trimmed) {
      case "exit": return false
      case "help":
        write(help)
        return true
      default: break
      }
      switch checker.check(text) {
      case .incomplete: continue
      case .mistakes(let lists):
        write(lists.map { DiagnosticRenderer.render($0) }.joined())
      case .commands(let commands, let list):
        write(DiagnosticRenderer.render(list))
        guard await mayChange(commands) else { return true }
        let cause = await carryOut(commands)
        // A hang-up or a termination ends the session too.
        return cause == nil || cause == .interrupt
      }
      return true
    }
  }

  private mutating func carryOut(_ commands: [Command]) async -> Interruption.Cause? {
    let interruption = Interruption()
    var interpreter = interpreter
    await whileRunning(interruption) {
      await interpreter.runAtPrompt(commands, interruption: interruption)
    }
    interpreter.report.flush()
    // The terminal has shown ^C, and the cursor stands behind it.
    if interruption.cause != nil { write("\n") }
    self.interpreter = interpreter
    if case .journalLost(let reason)? = interpreter.halt {
      write("the journal cannot be written, so nothing was sent: \(VisibleText.escaped(reason))\n")
    }
    return interruption.cause
  }

  /// Shows how much a sentence would change, and lets it only if the number is typed.
  private mutating func mayChange(_ commands: [Command]) async -> Bool {
    let maximum: Int
    switch bulk {
    case .isNone: return true
    case .asks(let most), .goesOn(let most): maximum = most
    }
    guard commands.contains(where: \.mayChangeSeveral) || commands.count > 1 else { return true }
    let interruption = Interruption()
    var records: [ActionRecord] = []
    let interpreter = interpreter
    await whileRunning(interruption) {
      records = await interpreter.rehearse(commands, interruption: interruption)
    }
    if interruption.cause != nil { return false }
    guard records.count > 1 else { return true }
    for record in records.prefix(20) {
      let doubt = record.answer?.forecast.flatMap { $0.isRefused ? "  (\($0.reason))" : nil }
      write("  " + VisibleText.escaped(record.sentence + (doubt ?? "")) + "\n")
    }
    if records.count > 20 { write("  and \(records.count - 20) more\n") }
    guard records.count <= maximum else {
      write("that would change \(records.count) things, and --max-changes allows \(maximum)\n")
      return false
    }
    guard case .asks = bulk else { return true }
    guard
      case .line(let typed) = await reader.read(
        prompt: "this changes \(records.count) things; type \(records.count) to go on: "),
      trimmed(typed[...]) == "\(records.count)"
    else {
      write("nothing was sent\n")
      return false
    }
    return true
  }

  private func trimmed(_ line: Substring) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return String(line.drop { $0 == " " })
  }

  /// The profile and the place in use, SIDs shortened.
  private var prompt: String {
    let place = interpreter.placeInUse
    let parts =
      [name]
      + [place.interaction?.description, place.channel?.description].compactMap { sid in
        sid.map { "\($0.prefix(2))…\($0.suffix(2))" }
      }
    return parts.joined(separator: " ") + "> "
  }

  private var help: String {
    """
    A sentence a line; nothing is sent before it checks. An open { or a \\ asks for more.
      use interaction KD…; use channel UO…      the place for what follows
      show channel; list participants           look
      close UT…; wrapup UT…; close every agent  act
    help, exit, Ctrl-D; Ctrl-C drops a line, or ends what runs.

    """
  }
}
