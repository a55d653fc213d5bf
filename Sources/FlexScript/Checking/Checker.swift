import FlexAPI

/// Turns statements into commands, and reports every mistake that can be detected before a run.
///
/// It processes a script once, one statement at a time, and keeps only what later statements need:
/// names, the last actions, and the few SIDs that look mistyped. What it accepts needs no further
/// checking, apart from what only the API can know.
package struct Checker {
  /// The name of the script in messages.
  var file: String
  /// The state shared by all scripts of a run.
  var session: CheckSession
  /// The values for parameters; `nil` if the script is only checked.
  let arguments: [String: String]?

  var diagnostics: DiagnosticList
  var environment = Environment()
  var history = ActionHistory()
  var similar = SimilarSIDs()
  /// What the loops over data files do with their cells.
  var rowUses: [RowUses] = []
  /// Where the script says that resources are.
  var places = PlaceTable()
  /// The paths of data files that parameters stand for, if another script gives them.
  var dataArguments: [String: DataArgument] = [:]
  /// The text around the current statement.
  var window = SourceWindow(bytes: [])
  /// The number of mistakes so far, reported or not.
  var errorCount = 0
  /// Its parameters, in the order in which they are declared.
  package private(set) var parameters: [Parameter] = []

  /// The sentence that ended the block, and whether what follows it was reported.
  private var ending: (verb: String, line: Int, reported: Bool)?
  var sentencesBegan = false
  /// Whether a part of the statement could not be read: it may have used any name.
  private var isBroken = false
  /// Whether a name may be declared again, as at the prompt.
  var mayRedeclare = false
  /// Whether the current statement contains a reference.
  var usesNames = false
  /// Whether sentences keep their text, because a place in use is known only after a look-up.
  var keepsSources = false
  /// The offset at which the text ends, for a text that is still being typed.
  var end: Int?
  /// The environment at the end of such a text, inside the blocks that are open there.
  private(set) var environmentAtEnd: Environment?

  init(file: String, session: CheckSession, arguments: [String: String]?) {
    self.file = file
    self.session = session
    self.arguments = arguments
    diagnostics = DiagnosticList(file: file)
  }

  /// Checks what a reader read.
  ///
  /// - Returns: The command, or `nil` if there is none or it is mistaken.
  mutating func check(_ piece: StatementReader.StatementItem) -> Command? {
    window = piece.window
    for (error, range) in piece.problems { report(syntax: error, at: range) }
    errorCount += piece.moreProblems
    diagnostics.countUnkept(.error, piece.moreProblems)
    switch piece.item {
    case .endOfFile:
      isBroken = false
      finish()
      return nil
    case .skipped(let word, let range):
      forgive(word)
      for name in Lexer.names(in: window.slice(range)) { environment.markUsed(name) }
      return nil
    case .plain(let sentence):
      if session.collectsSIDs {
        session.collect([sentence.participant, sentence.channel, sentence.interaction])
      }
      if session.refusesLiteralSIDs { refuseLiteralSIDs(in: sentence.syntax.range) }
      return passes(sentence) ? sentence.command : command(sentence.syntax)
    case .statement(let statement):
      isBroken = !piece.problems.isEmpty
      if isBroken, statement.holdsBlock { environment.hasLostNames = true }
      if session.collectsSIDs { session.collect(window.slice(statement.range)) }
      if session.refusesLiteralSIDs { refuseLiteralSIDs(in: statement.range) }
      return command(statement)
    }
  }

  /// Assumes what an unreadable statement was meant to say.
  ///
  /// A `use` or a declaration that could not be read must not cause a second mistake in every
  /// sentence that needs it. `word`: the first word of the statement.
  private mutating func forgive(_ word: String) {
    func resembles(_ keywords: Keyword...) -> Bool {
      Suggestion.closest(to: word, among: keywords.map(\.rawValue)) != nil
    }
    if word.isEmpty || resembles(.use) {
      for scope in session.vocabulary.scopes { environment.use(scope.resource.type) }
    }
    if word.isEmpty || resembles(.let, .param, .for, .if) { environment.hasLostNames = true }
  }

  // MARK: Reporting

  mutating func report(_ message: DiagnosticMessage, at range: SourceRange) {
    if message.severity == .error { errorCount += 1 }
    diagnostics.add(message.diagnostic(file: file, range: range, window: window))
  }

  /// Reports a syntax error; a file that contains nothing else may have one at every byte.
  mutating func report(syntax error: SyntaxError, at range: SourceRange) {
    if diagnostics.keeps(.error, at: range.start.offset) { return report(error.message, at: range) }
    errorCount += 1
    diagnostics.countUnkept(.error)
  }

  mutating func report(_ error: CheckError, at range: SourceRange) {
    report(error.message, at: range)
  }

  // MARK: Statements

  /// Checks one statement, at any level.
  mutating func command(_ statement: StatementSyntax) -> Command? {
    if case .param(let param) = statement.kind {
      if sentencesBegan { report(.paramTooLate, at: statement.verb) }
      return wrap(statement, self.param(param))
    }
    sentencesBegan = true
    usesNames = false
    noteReachability(statement)
    let errorsBefore = errorCount
    let kind = sentence(statement)
    guard let kind, errorCount == errorsBefore else { return nil }
    return wrap(statement, kind)
  }

  private func wrap(_ statement: StatementSyntax, _ kind: Command.Kind?) -> Command? {
    guard let kind else { return nil }
    return Command(
      position: statement.range.start,
      source: usesNames || keepsSources || isBlock(kind) || needsLookUp(kind)
        ? window.text(statement.range) : nil, kind: kind)
  }

  /// Whether an action is known only after a look-up.
  private func needsLookUp(_ kind: Command.Kind) -> Bool {
    guard case .action(let action) = kind else { return false }
    return !action.scope.origins.isEmpty
      || action.operation.resource.scope.contains {
        $0.type == .workspace
      }
  }

  private func isBlock(_ kind: Command.Kind) -> Bool {
    switch kind {
    case .loop, .branch: true
    default: false
    }
  }

  /// Forgets the sentence that ended a run: at the prompt, it does not end the session.
  mutating func forgetEnding() {
    ending = nil
  }

  /// Whether a sentence at this position can be reached.
  var isReachable: Bool { ending == nil }

  private mutating func noteReachability(_ statement: StatementSyntax) {
    if let ending, !ending.reported {
      report(.unreachable(verb: ending.verb, line: ending.line), at: statement.verb)
      self.ending?.reported = true
    }
  }

  private mutating func sentence(_ statement: StatementSyntax) -> Command.Kind? {
    let verb = window.text(statement.verb)
    switch statement.kind {
    case .param(let param): return self.param(param)
    case .use(let type, let value, let scope): return use(type, value, in: scope)
    case .action(let action):
      return self.action(action, statement).map { .action($0.action) }
    case .query(let query): return self.query(query, statement)
    case .bind(let name, let binding): return bind(name, binding, statement)
    case .loop(let name, let source, let filter, let block):
      return loop(name, source, filter, block, statement)
    case .branch(let branches, let otherwise): return branch(branches, otherwise, statement)
    case .expect(let condition, let message): return expect(condition, message, statement)
    case .waitUntil(let condition, let every, let timeout):
      return wait(condition, every, timeout, statement)
    case .attempt(let inner): return command(inner).map { .attempt($0) }
    case .run(let run): return self.run(run, statement).map { .run($0) }
    case .stop(let text):
      ending = (verb, statement.range.start.line, false)
      return .stop(text.map { template($0) })
    case .fail(let text):
      ending = (verb, statement.range.start.line, false)
      return .fail(template(text))
    case .echo(let values): return .echo(values.compactMap { printed($0) })
    case .confirm(let text): return .confirm(template(text))
    case .sleep(let value):
      return duration(value, for: "sleep").map { .sleep($0) }
    case .set(let setting): return self.setting(setting).map { .set($0) }
    }
  }

  /// Checks the sentences of a block; what they use and declare ends with the block.
  mutating func block(_ block: BlockSyntax) -> [Command] {
    let outerEnding = ending
    let outer = environment
    let outerHistory = history
    ending = nil
    environment.push()
    let commands = block.statements.compactMap { command($0) }
    if block.range.end.offset == end, environmentAtEnd == nil { environmentAtEnd = environment }
    return finishBlock(commands, outerEnding, outer, outerHistory)
  }

  private mutating func finishBlock(
    _ commands: [Command], _ outerEnding: (verb: String, line: Int, reported: Bool)?,
    _ outer: Environment, _ outerHistory: ActionHistory
  ) -> [Command] {
    reportUnused(environment.pop())
    environment.restoreUse(from: outer)
    ending = outerEnding
    history = outerHistory
    return commands
  }

  // MARK: Names

  /// Declares a name, unless it is taken.
  ///
  /// `constant`: the text that it stands for, if that is known; `isArgument`: whether that is a path
  /// relative to the current folder.
  mutating func declare(
    _ name: NameSyntax, _ type: ValueType, constant: String? = nil, isArgument: Bool = false
  ) {
    if let taken = environment[name.text], !mayRedeclare {
      report(.duplicateName(name.text, line: taken.range.start.line), at: name.range)
      return
    }
    session.annotations?.declared.append(
      Annotations.Declared(file: file, range: name.range, type: type.description))
    environment.declare(
      name.text,
      Environment.Entry(
        type: type, range: name.range, excerpt: window.excerpt(name.range), constant: constant,
        isArgument: isArgument))
  }

  /// Reports the names of a scope that has ended that were never used.
  mutating func reportUnused(_ entries: [String: Environment.Entry]) {
    for (name, entry) in entries where !entry.isUsed && !isBroken {
      let message = CheckError.unusedName(name).message
      diagnostics.add(
        Diagnostic(
          id: message.id, severity: message.severity, file: file, range: entry.range,
          message: message.message, label: message.label, help: message.help, fix: message.fix,
          excerpt: entry.excerpt))
    }
  }

  /// Reports what can be known only at the end of the file.
  private mutating func finish() {
    if !environment.hasLostNames { reportUnused(environment.outermost) }
    for warning in similar.warnings { diagnostics.add(warning) }
  }

  mutating func note(_ parameter: Parameter) {
    parameters.append(parameter)
  }
}

/// A parameter of a script, for its help and for its callers.
package struct Parameter: Sendable {
  /// Its name.
  package let name: String
  /// The type of value that it takes.
  package let type: ParameterType
  /// The default as written; `nil` if there is none.
  package let defaultText: String?
  /// The description in the script; `nil` if there is none.
  package let documentation: String?
}
