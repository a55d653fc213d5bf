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

  /// Puts a prompt together.
  ///
  /// - `name`: what the prompt begins with: a profile, or `sim`.
  /// - `write`: shows text, line ends included.
  /// - `whileRunning`: carries out a body while signals raise the interruption.
  package init(
    reader: Reader, session: CheckSession, interpreter: Interpreter<Report>, name: String,
    write: @escaping (String) -> Void,
    whileRunning: @escaping (Interruption, () async -> Void) async -> Void
  ) {
    self.reader = reader
    checker = PromptChecker(session: session)
    self.interpreter = interpreter
    self.name = name
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
    return interruption.cause
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
