/// Keeps what happens in a run, so that a run that is cut off can go on.
package protocol RunJournal: Sendable {
  /// Keeps an entry; comes back when it is durable.
  func commit(_ entry: JournalEntry) async throws(JournalFailure)
  /// Keeps an entry as soon as it can; a failure is told by the next ``commit(_:)``.
  func note(_ entry: JournalEntry)
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
