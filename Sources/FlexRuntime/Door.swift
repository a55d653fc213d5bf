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
  /// Whether nothing that may have been carried out is sent again.
  package var isAtMostOnce = false
  /// Whether every write is refused.
  package var isReadOnly = false
  /// Why a write is refused at the moment, whatever it is.
  var refusal: String?
  /// What was shown to the user and confirmed; `nil` if nothing was shown.
  package var confirmed: ConfirmedChanges?
  /// How many writes there may be; `nil` for any number.
  package var maximumChanges: Int?

  /// A door to an API that is open.
  package init(_ api: any InteractionsAPI) {
    self.api = api
  }

  /// What came of an action behind the door.
  indirect enum Passage: Sendable {
    case answered(Result<Answer, APIError>)
    /// It was not sent: what is about to be done could not be written down.
    case journalLost(JournalFailure)
    /// It was not sent: what a plan saw does not hold any more, or could not be looked at.
    case refused(because: String, APIError?)
  }

  /// Why a write may not pass, before anything else is asked; `nil` when it may.
  func reasonToRefuse(number: Int) -> String? {
    if isReadOnly { return "the run is read-only" }
    if let refusal { return refusal }
    if let maximumChanges, number > maximumChanges {
      return "it would be change \(number), and --max-changes allows \(maximumChanges)"
    }
    return nil
  }

  /// Writes down what is about to be done, and has it done.
  ///
  /// What has to be looked at is looked at before anything is written down: it may come to nothing.
  func pass(_ record: ActionRecord) async -> Passage {
    guard let operation = record.operation else {
      preconditionFailure("what could not be made out is not carried out")
    }
    do throws(JournalFailure) {
      if let passage = await look(record.look, operation) { return passage }
      if let journal {
        if let mark = record.journalMark {
          if !(try journal.write(to: mark)) { try await journal.settle(mark) }
        } else {
          try await journal.commit(.intent(ActionIntent(record, operation, isAhead: false)))
        }
      }
    } catch {
      return .journalLost(error)
    }
    do throws(APIError) {
      return .answered(.success(try await api.perform(operation)))
    } catch {
      return .answered(.failure(error))
    }
  }

  /// Looks first; what comes of the action where it need not be sent, or may not.
  private func look(_ look: ActionRecord.Look, _ operation: Operation) async -> Passage? {
    switch look {
    case .atNothing: nil
    case .whetherDone: await readBack(operation)
    case .whetherItHolds(let forecast): await compare(forecast, with: operation)
    }
  }

  /// Looks whether what a plan saw still holds; `nil` when it does.
  private func compare(_ forecast: Forecast, with operation: Operation) async -> Passage? {
    do throws(APIError) {
      let now = try await Planner(api).forecast(operation)
      if now.facts == forecast.facts { return nil }
      return .refused(because: "what the plan saw does not hold any more: \(now.reason)", nil)
    } catch {
      return .refused(because: "what the plan saw cannot be looked at: \(error.message)", error)
    }
  }

  /// Looks whether an action that is in doubt was carried out; `nil` when it was not.
  private func readBack(_ operation: Operation) async -> Passage? {
    do throws(APIError) {
      guard let found = try await api.readBack(operation) else {
        // That it is not so does not prove that it was not, or will not be, carried out.
        return isAtMostOnce ? .answered(.failure(.notSentAgain)) : nil
      }
      var answer = Answer(status: 200, fields: found, requestID: nil, attempts: 0)
      answer.isSettled = true
      return .answered(.success(answer))
    } catch {
      return .answered(.failure(error.leavingInDoubt))
    }
  }
}

extension APIError {
  /// What becomes of an action that is in doubt and is not to be sent again.
  fileprivate static var notSentAgain: APIError {
    APIError(
      kind: .refused,
      message: "it may have been carried out already, and --at-most-once never sends it again",
      mayHaveBeenProcessed: true, wasSent: false, attempts: 0)
  }

  /// The failure of a look at an action that is in doubt: it still is.
  fileprivate var leavingInDoubt: APIError {
    var error = self
    error.mayHaveBeenProcessed = true
    error.message = "reading back failed: \(message)"
    return error
  }
}
