/// Checks what is typed at a prompt, a line, a block or a batch at a time.
///
/// A text that does not check leaves everything as it was: the names, the place, the history.
package struct PromptChecker {
  /// What was found in a text.
  package enum Finding {
    /// Commands, and warnings that go with them.
    case commands([Command], [DiagnosticList])
    /// Mistakes; nothing may be sent.
    case mistakes([DiagnosticList])
  }

  /// What a text ends inside of.
  package enum Opening: String, Sendable {
    case brace = "{"
    case bracket = "["
    case parenthesis = "("
    /// A line that goes on.
    case backslash = "\\"
  }

  var checker: Checker

  /// Begins a session.
  package init(session: CheckSession) {
    checker = Checker(file: "-", session: session, arguments: [:])
    checker.mayRedeclare = true
  }

  /// What a text ends inside of, where some further text would remove its mistake; else `nil`.
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

  /// Checks a text as if it stood at the end of the session.
  ///
  /// `file`: what it came from, as messages name it; `-` for what was typed.
  package mutating func check(_ text: String, file: String = "-") -> Finding {
    var attempt = checker
    attempt.file = file
    attempt.session.forget()
    attempt.diagnostics = DiagnosticList(file: file)
    attempt.errorCount = 0
    attempt.forgetEnding()
    // What was done before is no mistake of this text; and its lines are not those of this text.
    attempt.history = ActionHistory()
    // Parameters stand at the beginning of every text that is read as a whole.
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

  /// Takes back what a name was declared as, when its sentence failed.
  ///
  /// `earlier`: the checker before that sentence was checked.
  package mutating func takeBack(_ name: String, as earlier: PromptChecker) {
    checker.environment.restore(name, as: earlier.checker.environment)
  }

  /// What a text ends inside of, where that is the only mistake of a piece of it.
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
  /// Whether some further text would remove the mistake, whatever is open around it.
  var isIncomplete: Bool {
    switch self {
    case .unclosedBlock, .nothingToContinue, .invalidJSON("this is never closed"): true
    default: false
    }
  }
}

extension Checker {
  /// Reports mistakes that stand at the end of a text.
  fileprivate mutating func reportAtEnd(_ piece: StatementReader.StatementItem) {
    window = piece.window
    for (error, range) in piece.problems { report(syntax: error, at: range) }
  }
}
