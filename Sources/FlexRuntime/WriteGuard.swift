package import FlexAPI

/// The single path for writes: checks the read-only switch, the confirmed changes and the change limit,
/// journals the intent, then calls the API, which paces.
package struct WriteGuard: Sendable {
  /// The API that performs operations.
  package let api: any InteractionsAPI
  /// The journal; `nil` for runs that send nothing, and with `--no-journal`.
  package var journal: (any RunJournal)?
  /// The recorded run, if this one resumes it.
  package var past: RecordedRun?
  /// Whether an action that may have been processed is never sent again.
  package var isAtMostOnce = false
  /// Whether every write is refused.
  package var isReadOnly = false
  /// Why every write is refused at the moment.
  var refusal: String?
  /// What was shown to the user and confirmed; `nil` if nothing was shown.
  package var confirmed: ConfirmedChanges?
  /// The limit of `--max-changes`; `nil` for none.
  package var maximumChanges: Int?

  /// Guards an API, and lets every write through.
  package init(_ api: any InteractionsAPI) {
    self.api = api
  }

  /// What came of an attempt to perform an action.
  indirect enum ActionAttempt: Sendable {
    case answered(Result<Answer, APIError>)
    /// Not sent: the intent could not be journaled.
    case journalLost(JournalFailure)
    /// Not sent: what a plan saw no longer holds, or could not be read.
    case refused(because: String, APIError?)
  }

  /// Why a write is refused before anything is read or sent; `nil` if it is not.
  func reasonToRefuse(number: Int) -> String? {
    if isReadOnly { return "the run is read-only" }
    if let refusal { return refusal }
    if let maximumChanges, number > maximumChanges {
      return "it would be change \(number), and --max-changes allows \(maximumChanges)"
    }
    return nil
  }

  /// Checks what has to be checked first, journals the intent, and performs the action.
  func pass(_ record: ActionRecord) async -> ActionAttempt {
    guard let operation = record.operation else {
      preconditionFailure("what could not be made out is not carried out")
    }
    do throws(JournalFailure) {
      if let attempt = await check(record.precheck, operation) { return attempt }
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

  /// Performs the precheck; the attempt's result if the action need not be sent, or may not.
  private func check(_ precheck: ActionRecord.Precheck, _ operation: Operation) async
    -> ActionAttempt?
  {
    switch precheck {
    case .none: nil
    case .readBack: await readBack(operation)
    case .matches(let forecast): await compare(forecast, with: operation)
    }
  }

  /// Looks whether what a plan saw still holds; `nil` when it does.
  private func compare(_ forecast: Forecast, with operation: Operation) async -> ActionAttempt? {
    do throws(APIError) {
      let now = try await Planner(api).forecast(operation)
      if now.facts == forecast.facts { return nil }
      return .refused(because: "what the plan saw does not hold any more: \(now.reason)", nil)
    } catch {
      return .refused(because: "what the plan saw cannot be looked at: \(error.message)", error)
    }
  }

  /// Looks whether an action that is in doubt was carried out; `nil` when it was not.
  private func readBack(_ operation: Operation) async -> ActionAttempt? {
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
