/// Keeps what happens in a run, so that a run that is cut off can go on.
package protocol RunJournal: Sendable {
  /// Keeps an entry; comes back when it is durable.
  func commit(_ entry: JournalEntry) async throws(JournalFailure)
  /// Keeps an entry as soon as it can; a failure is told by the next ``commit(_:)``.
  func note(_ entry: JournalEntry)
  /// Keeps intents of actions whose turn comes soon, and does not wait for it.
  ///
  /// - Returns: The end of the last one.
  func writeAhead(_ intents: [ActionIntent]) -> JournalMark
  /// Keeps that an action begins whose intent was written ahead.
  ///
  /// - Returns: The end of what has to be there before its request leaves.
  func begin(_ number: Int, after mark: JournalMark) -> JournalMark
  /// Sees to it that what was kept would survive the end of the process.
  ///
  /// - Returns: Whether what has to be durable is, too; if not, ``settle(_:)`` waits for that.
  func write(to mark: JournalMark) throws(JournalFailure) -> Bool
  /// Returns when what has to be durable is.
  func settle(_ mark: JournalMark) async throws(JournalFailure)
  /// Why writing failed, once it has.
  var failure: JournalFailure? { get }
}

/// How far a journal that is being written has to be there, counted from when it was opened.
package struct JournalMark: Hashable, Sendable {
  /// So many bytes have to be durable.
  package let durable: Int
  /// So many actions have to be written as begun.
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
