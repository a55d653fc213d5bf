package import FlexAPI

/// What every write passes: the read-only switch, the limit of changes, confirmation, the journal,
/// and then the API, which paces.
package struct Door: Sendable {
  /// Who carries operations out.
  package let api: any InteractionsAPI
  /// Keeps what happens; `nil` for runs that send nothing, and for those that are told to keep none.
  package var journal: (any RunJournal)?
  /// The run that is gone on with, if it is.
  package var past: PastRun?
  /// Whether every write is refused.
  package var isReadOnly = false
  /// How many writes there may be; `nil` for any number.
  package var maximumChanges: Int?

  /// A door to an API that is open.
  package init(_ api: any InteractionsAPI) {
    self.api = api
  }

  /// What came of an action behind the door.
  enum Passage: Sendable {
    case answered(Result<Answer, APIError>)
    /// It was not sent: what is about to be done could not be written down.
    case journalLost(JournalFailure)
  }

  /// Why a write may not pass, before anything else is asked; `nil` when it may.
  func reasonToRefuse(number: Int) -> String? {
    if isReadOnly { return "the run is read-only" }
    if let maximumChanges, number > maximumChanges {
      return "it would be change \(number), and --max-changes allows \(maximumChanges)"
    }
    return nil
  }

  /// Writes down what is about to be done, and has it done.
  ///
  /// An action that is in doubt is read back first.
  func pass(_ record: ActionRecord, _ operation: Operation) async -> Passage {
    if record.isInDoubt {
      do throws(APIError) {
        if let found = try await api.readBack(operation) {
          var answer = Answer(status: 200, fields: found, requestID: nil, attempts: 0)
          answer.isSettled = true
          return .answered(.success(answer))
        }
      } catch {
        return .answered(.failure(error.leavingInDoubt))
      }
    }
    guard let journal else { return .answered(await api.result(of: operation)) }
    do throws(JournalFailure) {
      try await journal.commit(
        .intent(
          ActionIntent(
            number: record.journalNumber, at: record.at, sentence: Sentence.text(of: operation),
            operation: operation)))
    } catch {
      return .journalLost(error)
    }
    return .answered(await api.result(of: operation))
  }
}

extension APIError {
  /// The failure of a look at an action that is in doubt: it still is.
  fileprivate var leavingInDoubt: APIError {
    var error = self
    error.mayHaveBeenProcessed = true
    error.message = "reading back failed: \(message)"
    return error
  }
}
