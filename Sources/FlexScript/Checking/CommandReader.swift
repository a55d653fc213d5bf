/// Checks a script again while it runs, and returns its commands one at a time.
///
/// The files have been checked before; a mistake that appears now means that a file changed.
package struct CommandReader {
  /// The maximum number of plain sentences read at a time: the code that reads and the code that
  /// executes do not fit into a processor's cache together.
  ///
  /// A sentence that names other files, or waits, is read when it is reached, and not before.
  private static let readAtOnce = 32

  private var reader: StatementReader
  private var checker: Checker
  /// The commands that were read but not yet returned, the next one last.
  private var ahead: [Command] = []
  /// The item that was found after plain sentences, and has not been checked.
  private var pending: StatementReader.StatementItem?
  /// The reason why no more can be read.
  private var end: Result<Void, SourceFailure>?

  /// Creates a reader that begins with the first sentence of a script that the session has checked.
  package init(
    _ file: OpenedFile, session: CheckSession, arguments: [String: String]?
  ) throws(SourceFailure) {
    reader = try StatementReader(file.source, vocabulary: session.vocabulary)
    checker = Checker(file: file.name, session: session, arguments: arguments)
  }

  /// Returns the next command; `nil` at the end.
  ///
  /// - Throws: A ``SourceFailure``, also for a script that no longer passes the check, after
  ///   everything before the failure has been returned.
  package mutating func next() throws(SourceFailure) -> Command? {
    if ahead.isEmpty, end == nil { readAhead() }
    if let command = ahead.popLast() { return command }
    try end?.get()
    return nil
  }

  private mutating func readAhead() {
    do throws(SourceFailure) {
      while ahead.count < CommandReader.readAtOnce {
        let piece = try nextPiece()
        guard piece.isPlain || ahead.isEmpty else {
          pending = piece
          break
        }
        if let command = try check(piece) { ahead.append(command) }
        if case .endOfFile = piece.item {
          end = .success(())
          break
        }
        if !piece.isPlain, !ahead.isEmpty { break }
      }
    } catch {
      end = .failure(error)
    }
    ahead.reverse()
  }

  private mutating func nextPiece() throws(SourceFailure) -> StatementReader.StatementItem {
    guard let piece = pending else { return try reader.next() }
    pending = nil
    return piece
  }

  private mutating func check(
    _ piece: StatementReader.StatementItem
  ) throws(SourceFailure) -> Command? {
    let command = checker.check(piece)
    guard checker.errorCount == 0 else {
      throw SourceFailure(reason: "it changed since it was checked")
    }
    return command
  }
}

extension StatementReader.StatementItem {
  fileprivate var isPlain: Bool {
    if case .plain = item { true } else { false }
  }
}
