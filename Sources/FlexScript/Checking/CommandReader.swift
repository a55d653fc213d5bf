/// Checks a script again while it runs, and returns its commands one at a time.
///
/// The files have been checked before; a mistake that appears now means that a file changed.
package struct CommandReader {
  private var reader: StatementReader
  private var checker: Checker
  private let content: (any CheckedContent)?
  /// The position of the sentence that was read last.
  private var lastPosition = SourcePosition.start
  /// The name of the script.
  let name: String
  /// What was found wrong for a run in shards.
  private(set) var shardErrors: DiagnosticList
  /// The mistakes in sentences that name a file which has changed.
  private var errorsOfChange = 0

  /// Creates a reader that begins with the first sentence of a script that the session has checked.
  ///
  /// `given`: the parameters for which the script that runs this one gives values.
  package init(
    _ file: OpenedFile, session: CheckSession, arguments: [String: String]?,
    given: some Sequence<String> = []
  ) throws(SourceFailure) {
    reader = try StatementReader(file.source, vocabulary: session.vocabulary)
    checker = Checker(file: file.name, session: session, arguments: arguments)
    // The data files that they name have been checked.
    for name in given {
      checker.dataArguments[name] = DataArgument(path: nil, isArgument: false)
    }
    content = file.content
    name = file.name
    shardErrors = DiagnosticList(file: file.name)
  }

  /// Reports something about a place in the sentence that was read last; a place in another script is
  /// reported at that sentence.
  mutating func report(_ message: DiagnosticMessage, at place: ScriptPlace) {
    let range = checker.window.word(at: place.file == name ? place.position : lastPosition)
    shardErrors.add(message.diagnostic(file: name, range: range, window: checker.window))
  }

  /// Returns the next command; `nil` at the end.
  ///
  /// - Throws: A ``SourceFailure``, also for a script that no longer passes the check, after
  ///   everything before the failure has been returned. If it names another file, the sentence that
  ///   names that file is left out, and those after it can be read.
  package mutating func next() throws(SourceFailure) -> Command? {
    try content?.look()
    while true {
      let piece = try reader.next()
      let command = checker.check(piece)
      if let change = checker.session.takeChange() {
        errorsOfChange = checker.errorCount
        throw change
      }
      guard checker.errorCount == errorsOfChange else {
        throw SourceFailure(reason: "it no longer passes the check", isChange: true)
      }
      if let command {
        lastPosition = command.position
        return command
      }
      if case .endOfFile = piece.item {
        try content?.verify()
        return nil
      }
    }
  }
}
