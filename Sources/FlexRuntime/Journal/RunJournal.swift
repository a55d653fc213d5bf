/// Records what happens in a run, so that an interrupted run can be resumed.
package protocol RunJournal: Sendable {
  /// Writes an entry; returns when it is durable.
  func commit(_ entry: JournalEntry) async throws(JournalFailure)
  /// Writes an entry soon; the next ``commit(_:)`` reports a failure.
  func note(_ entry: JournalEntry)
  /// Writes intents of actions that begin soon, without waiting until they are durable.
  ///
  /// - Returns: The end of the last one.
  func writeAhead(_ intents: [ActionIntent]) -> JournalMark
  /// Notes that an action begins whose intent was written ahead.
  ///
  /// - Returns: The mark that has to be reached before its request is sent.
  func begin(_ number: Int, after mark: JournalMark) -> JournalMark
  /// Makes sure that what was noted survives the end of the process.
  ///
  /// - Returns: Whether everything that has to be durable is; if not, ``settle(_:)`` waits for it.
  func write(to mark: JournalMark) throws(JournalFailure) -> Bool
  /// Returns when what has to be durable is.
  func settle(_ mark: JournalMark) async throws(JournalFailure)
  /// Why writing failed, once it has.
  var failure: JournalFailure? { get }
}

/// How far a journal has to be written, counted from when it was opened.
package struct JournalMark: Hashable, Sendable {
  /// The number of bytes that have to be durable.
  package let durable: Int
  /// The number of actions that have to be written as begun.
  package let begun: Int

  /// A place in a journal.
  package init(durable: Int, begun: Int) {
    self.durable = durable
    self.begun = begun
  }
}

/// The journal cannot be written: then nothing more is sent.
package struct JournalFailure: Error, Hashable, Sendable {
  /// What the system said, lower case.
  package let reason: String

  /// Says why.
  package init(reason: String) {
    self.reason = reason
  }
}
