/// Checks what is typed at a prompt, a line or a block at a time.
///
/// A sentence that does not check leaves everything as it was: the names, the place, the history.
package struct PromptChecker {
  /// What was found in a text.
  package enum Finding {
    /// Commands, and warnings that go with them.
    case commands([Command], DiagnosticList)
    /// Some further text would remove the mistake: a block is open, or a line is continued.
    case incomplete
    /// Mistakes; nothing may be sent.
    case mistakes([DiagnosticList])
  }

  private var checker: Checker

  /// Begins a session.
  package init(session: CheckSession) {
    checker = Checker(file: "-", session: session, arguments: [:])
    checker.mayRedeclare = true
  }

  /// Checks a text as if it stood at the end of the session.
  package mutating func check(_ text: String) -> Finding {
    var attempt = checker
    attempt.diagnostics = DiagnosticList(file: "-")
    attempt.errorCount = 0
    attempt.forgetEnding()
    var commands: [Command] = []
    var reader: StatementReader
    do {
      reader = try StatementReader(BytesSource(text))
      reading: while true {
        let piece = try reader.next()
        if piece.problems.contains(where: { $0.error.isIncomplete }) { return .incomplete }
        if case .endOfFile = piece.item {
          for (error, range) in piece.problems {
            attempt.reportAtPrompt(error, range, piece.window)
          }
          break reading
        }
        if let command = attempt.check(piece) { commands.append(command) }
      }
    } catch {
      preconditionFailure("what was typed is in memory: \(error.reason)")
    }
    guard !attempt.diagnostics.hasErrors else { return .mistakes([attempt.diagnostics]) }
    let list = attempt.diagnostics
    checker = attempt
    return .commands(commands, list)
  }
}

extension SyntaxError {
  /// Whether some further text would remove the mistake.
  var isIncomplete: Bool {
    switch self {
    case .unclosedBlock, .nothingToContinue, .invalidJSON("this is never closed"): true
    default: false
    }
  }
}

extension Checker {
  /// Reports a mistake that stands at the end of what was typed.
  fileprivate mutating func reportAtPrompt(
    _ error: SyntaxError, _ range: SourceRange, _ window: SourceWindow
  ) {
    self.window = window
    report(error.words, at: range)
  }
}
