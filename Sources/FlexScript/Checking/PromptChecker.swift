/// Checks what is typed at a prompt, one line, block or batch at a time.
///
/// A text that fails the check leaves everything as it was: the names, the place, the history.
package struct PromptChecker {
  /// The result of checking a text.
  package enum Finding {
    /// Commands, and the warnings about them.
    case commands([Command], [DiagnosticList])
    /// Mistakes; nothing may be sent.
    case mistakes([DiagnosticList])
  }

  /// An open construct inside which a text ends.
  package enum Opening: String, Sendable {
    case brace = "{"
    case bracket = "["
    case parenthesis = "("
    /// A line that continues on the next one.
    case backslash = "\\"
  }

  var checker: Checker

  /// Creates a checker for the start of a session.
  ///
  /// `file`: the script that is edited, to which paths are relative; `-` at a prompt.
  package init(session: CheckSession, file: String = "-") {
    checker = Checker(file: file, session: session, arguments: [:])
    checker.mayRedeclare = true
  }

  /// Returns what is open at the end of a text, if more text would fix its mistake; else `nil`.
  package func opening(of text: String) -> Opening? {
    do {
      var reader = try StatementReader(
        BytesSource(text), vocabulary: checker.session.vocabulary)
      while true {
        let piece = try reader.next()
        if let opening = Self.opening(of: text, piece) { return opening }
        if case .endOfFile = piece.item { return nil }
      }
    } catch {
      preconditionFailure("what was typed is in memory: \(error.reason)")
    }
  }

  /// Checks a text as if it were at the end of the session.
  ///
  /// `file`: the source of the text, as named in messages; `-` for what was typed.
  package mutating func check(_ text: String, file: String = "-") -> Finding {
    var attempt = checker
    attempt.file = file
    attempt.session.forget()
    attempt.diagnostics = DiagnosticList(file: file)
    attempt.errorCount = 0
    attempt.forgetEnding()
    // Earlier actions are not mistakes in this text, and their lines are not those of this text.
    attempt.history = ActionHistory()
    // Parameters are allowed at the beginning of every text that is read as a whole.
    attempt.sentencesBegan = false
    var commands: [Command] = []
    do {
      var reader = try StatementReader(
        BytesSource(text), vocabulary: checker.session.vocabulary)
      reading: while true {
        let piece = try reader.next()
        if case .endOfFile = piece.item {
          attempt.reportAtEnd(piece)
          break reading
        }
        if let command = attempt.check(piece) { commands.append(command) }
      }
    } catch {
      preconditionFailure("what was typed is in memory: \(error.reason)")
    }
    let lists = attempt.session.lists + [attempt.diagnostics]
    guard !lists.contains(where: \.hasErrors) else { return .mistakes(lists) }
    attempt.file = "-"
    checker = attempt
    return .commands(commands, lists)
  }

  /// Removes a name whose sentence failed.
  package mutating func remove(_ name: String) { checker.environment.remove(name) }

  /// Reverts the declaration of a name whose sentence failed.
  ///
  /// `earlier`: the checker before that sentence was checked.
  package mutating func takeBack(_ name: String, as earlier: PromptChecker) {
    checker.environment.restore(name, as: earlier.checker.environment)
  }

  /// Returns what is open at the end of a text, if that is the only mistake in a piece of it.
  private static func opening(of text: String, _ piece: StatementReader.StatementItem) -> Opening? {
    let isCut = piece.problems.contains { $0.error.isIncomplete }
    let isShort = piece.problems.contains { problem in
      if case .missingWord = problem.error { true } else { false }
    }
    guard isCut || isShort else { return nil }
    if piece.problems.contains(where: { $0.error == .nothingToContinue }) { return .backslash }
    var lexer = Lexer(window: SourceWindow(bytes: Array(text.utf8)))
    var open: [Opening] = []
    while true {
      switch lexer.next().kind {
      case .end: return open.last ?? (isCut ? .brace : nil)
      case .openBrace: open.append(.brace)
      case .openBracket: open.append(.bracket)
      case .openParenthesis: open.append(.parenthesis)
      case .closeBrace, .closeBracket, .closeParenthesis: _ = open.popLast()
      default: break
      }
    }
  }
}

extension SyntaxError {
  /// Whether more text would fix the mistake, regardless of what is open around it.
  var isIncomplete: Bool {
    switch self {
    case .unclosedBlock, .nothingToContinue, .invalidJSON("this is never closed"): true
    default: false
    }
  }
}

extension Checker {
  /// Reports mistakes at the end of a text.
  fileprivate mutating func reportAtEnd(_ piece: StatementReader.StatementItem) {
    window = piece.window
    for (error, range) in piece.problems { report(syntax: error, at: range) }
  }
}
