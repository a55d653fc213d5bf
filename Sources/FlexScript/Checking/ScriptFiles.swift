import Synchronization

/// Opens the files that scripts name; the checker itself performs no I/O.
package protocol ScriptFiles: Sendable {
  /// Opens a script that another one runs.
  ///
  /// - Parameters:
  ///   - path: The path as written in the script, relative to that script.
  ///   - file: The script that contains the path, as in ``OpenedFile/name``.
  /// - Returns: The open file.
  /// - Throws: A ``FileProblem`` if it cannot be opened.
  mutating func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile

  /// Opens a data file; the parameters are those of ``openScript(_:from:)``.
  mutating func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile

  /// Begins a new check: what was recorded of the files is forgotten.
  mutating func beginCheck()
}

extension ScriptFiles {
  /// Nothing was recorded.
  package mutating func beginCheck() {}
}

/// What was first read of a file, with which every later reading is compared.
package protocol CheckedContent: AnyObject, Sendable {
  /// Makes sure that the file still has that content.
  ///
  /// - Throws: A ``SourceFailure`` if it has not.
  func verify() throws(SourceFailure)
  /// As ``verify()``, but only now and then, and only if the file's status has changed.
  func look() throws(SourceFailure)
  /// As ``verify()``, but only if the file's status has changed: before writes, see
  /// ``CheckedFiles/look(after:)``.
  func lookNow() throws(SourceFailure)
}

/// The files of a run, with what was first read of each.
package final class CheckedFiles: Sendable {
  /// How long a look holds while nothing is answered.
  private static let validity = Duration.milliseconds(1)

  private struct State {
    var files: [(name: String, content: any CheckedContent)] = []
    /// How many requests had been answered when the last look began that found no change; -1 before the
    /// first one.
    var answers = -1
    /// When it began, if it was not the first one after as many answers.
    var time: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// Adds a file, unless it cannot change.
  func add(_ file: OpenedFile) {
    guard let content = file.content else { return }
    state.withLock { state in
      if !state.files.contains(where: { $0.content === content }) {
        state.files.append((file.name, content))
      }
      state.answers = -1
    }
  }

  /// Forgets all files.
  func removeAll() { state.withLock { $0 = State() } }

  /// Makes sure that no file has changed.
  ///
  /// `answers`: how many requests have been answered; of those that are sent together, only the first one
  /// looks. `nil` looks in any case.
  ///
  /// - Throws: A ``SourceFailure`` that names the one that has.
  package func look(after answers: Int? = nil) throws(SourceFailure) {
    var start: ContinuousClock.Instant?
    let files = state.withLock { state in
      guard answers == state.answers else { return state.files }
      let now = ContinuousClock.now
      if let time = state.time, now - time < CheckedFiles.validity { return [] }
      start = now
      return state.files
    }
    for (name, content) in files {
      do throws(SourceFailure) {
        try content.lookNow()
      } catch {
        throw SourceFailure(reason: error.reason, isChange: true, file: name)
      }
    }
    guard let answers, !files.isEmpty else { return }
    state.withLock { ($0.answers, $0.time) = (answers, start) }
  }
}

/// An open file that a script names.
package struct OpenedFile: Sendable {
  /// An identifier that is the same for the same file, regardless of how its path was written.
  package let identity: String
  /// The name of the file in messages.
  package let name: String
  /// The source of its bytes, from the first.
  package var source: any ByteSource
  /// What was first read of it; `nil` if it cannot change, or nothing depends on it.
  package let content: (any CheckedContent)?

  /// Creates an open file.
  package init(
    identity: String, name: String, source: any ByteSource, content: (any CheckedContent)? = nil
  ) {
    self.identity = identity
    self.name = name
    self.source = source
    self.content = content
  }

  /// Returns all of its bytes; `nil` if there are more than `limit`.
  package func bytes(atMost limit: Int = .max) throws(SourceFailure) -> [UInt8]? {
    var source = source
    var bytes: [UInt8] = []
    while true {
      let more = try source.read(upTo: StatementReader.chunk)
      if more.isEmpty { return bytes }
      bytes += more
      if bytes.count > limit { return nil }
    }
  }
}

/// A file that cannot be used.
package struct FileProblem: Error, Hashable, Sendable {
  /// The reason, in lower case: "no such file".
  package let reason: String
  /// What to do about it, if that is known.
  package let help: String?

  /// Creates a problem with its reason.
  package init(reason: String, help: String? = nil) {
    self.reason = reason
    self.help = help
  }
}
