/// Keeps what happens in a run, so that a run that is cut off can go on.
package protocol RunJournal: Sendable {
  /// Keeps an entry; comes back when it is durable.
  func commit(_ entry: JournalEntry) async throws(JournalFailure)
  /// Keeps an entry as soon as it can; a failure is told by the next ``commit(_:)``.
  func note(_ entry: JournalEntry)
  /// Keeps intents of actions whose turn comes soon, and does not wait for it.
  ///
  /// - Returns: What ``begin(_:after:)`` has to know.
  func writeAhead(_ intents: [ActionIntent]) -> JournalMark
  /// Keeps that an action begins whose intent was written ahead; comes back when the intent is
  /// durable, and all that was kept before would survive the end of the process.
  func begin(_ number: Int, after mark: JournalMark) async throws(JournalFailure)
}

/// A place in a journal that is being written.
package struct JournalMark: Hashable, Sendable {
  /// How many bytes have been kept up to here since the journal was opened.
  package let length: Int

  /// A place behind so many bytes.
  package init(length: Int) {
    self.length = length
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
