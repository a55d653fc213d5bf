import FlexAPI
import FlexScript

/// Executes an action that the dispatcher has admitted: checks what has to be checked first, journals
/// the intent, and calls the API.
struct ActionExecutor: Sendable {
  let api: any TwilioAPI
  let journal: (any RunJournal)?
  /// Whether an action that may have been processed is never sent again.
  let isAtMostOnce: Bool
  /// The files of the run: an action is sent only while they are what was checked.
  let files: CheckedFiles
  /// Whether the API only predicts what would happen.
  let isPrediction: Bool

  /// The result of an attempt to execute an action.
  indirect enum ActionAttempt: Sendable {
    case answered(Result<Answer, APIError>)
    /// Not sent: the intent could not be journaled.
    case journalLost(JournalFailure)
    /// Not sent: a file of the run is not what was checked.
    case fileChanged(SourceFailure)
    /// Not sent: what a plan saw no longer holds, or could not be read.
    case refused(because: String, APIError?)
  }

  /// Executes an action.
  ///
  /// The intent is written when the gate has opened for the first request: an action that is still
  /// waiting is never in doubt.
  func execute(_ record: ActionRecord) async -> ActionAttempt {
    guard var operation = record.operation else {
      preconditionFailure("only an action with an operation is executed")
    }
    if let attempt = await check(record.precheck, operation) { return attempt }
    if !isPrediction, let attempt = await inspect(&operation) { return attempt }
    let sent = consume operation
    let permission = permission(for: record, sent)
    do throws(APIError) {
      return .answered(.success(try await api.perform(sent, permission: permission)))
    } catch {
      if error.status == 412, sent.revision != nil, error.earlierAttempts.isEmpty {
        var failure = error
        failure.message = "changed meanwhile: \(error.message)"
        return .answered(.failure(failure))
      }
      guard error == .notPermitted else { return .answered(.failure(error)) }
      if let change { return .fileChanged(change) }
      if let failure = journal?.failure { return .journalLost(failure) }
      return .answered(.failure(error))
    }
  }

  /// Reads the state on which the action rests, and notes its revision; the attempt's result if the
  /// action must not be sent.
  private func inspect(_ operation: inout Operation) async -> ActionAttempt? {
    do throws(APIError) {
      guard let finding = try await TaskGuard(api: api).inspect(operation) else { return nil }
      if let reason = finding.refusal { return .refused(because: reason, nil) }
      operation.revision = finding.revision
      return nil
    } catch {
      if error.kind == .interrupted || error.kind == .auth { return .answered(.failure(error)) }
      return .refused(because: "what it rests on cannot be read: \(error.message)", error)
    }
  }

  /// Why an action must not be sent: a file of the run has changed.
  private var change: SourceFailure? {
    do throws(SourceFailure) {
      try files.look(after: api.answerCount)
      return nil
    } catch {
      return error
    }
  }

  /// Says whether an action may be sent: if the files are what was checked, and the journal holds its
  /// intent.
  private func permission(
    for record: borrowing ActionRecord, _ operation: borrowing Operation
  ) -> SendPermission {
    guard let journal else { return { change == nil } }
    if let mark = record.journalMark {
      let number = record.journalNumber
      return { change == nil ? await Self.begin(number, after: mark, in: journal) : false }
    }
    let intent = JournalEntry.intent(ActionIntent(record, copy operation, isAhead: false))
    return {
      guard change == nil else { return false }
      do throws(JournalFailure) {
        try await journal.commit(intent)
        return true
      } catch {
        return false
      }
    }
  }

  /// Notes that an action begins whose intent has been written ahead.
  ///
  /// - Returns: Whether the journal holds both; ``RunJournal/failure`` says why not.
  private static func begin(
    _ number: Int, after mark: JournalMark, in journal: any RunJournal
  ) async -> Bool {
    do throws(JournalFailure) {
      let begun = journal.begin(number, after: mark)
      // Others that begin now share the line.
      await Task.yield()
      if !(try journal.write(to: begun)) { try await journal.settle(begun) }
      return true
    } catch {
      return false
    }
  }

  /// Performs the precheck; the attempt's result if the action need not be sent, or must not be.
  private func check(_ precheck: ActionRecord.Precheck, _ operation: Operation) async
    -> ActionAttempt?
  {
    switch precheck {
    case .none: nil
    case .readBack: await readBack(operation, mayFollow: !isAtMostOnce)
    case .readBackOnly: await readBack(operation, mayFollow: false)
    case .matches(let forecast): await compare(forecast, with: operation)
    }
  }

  /// Checks whether what a plan saw still holds; `nil` if it does.
  private func compare(_ forecast: Forecast, with operation: Operation) async -> ActionAttempt? {
    do throws(APIError) {
      let now = try await Planner(api).forecast(operation)
      // A step that was to be refused is evaluated anew; of others, what was seen has to be the same.
      let changed = forecast.facts.members.first { now.facts[$0.name] != $0.value }
      if forecast.isRefused ? !now.isRefused : changed == nil { return nil }
      // What was to be refused, and still is, has not changed.
      let change = forecast.isRefused ? "" : "what the plan saw no longer holds: "
      guard !forecast.isRefused, !now.isRefused, let changed else {
        return .refused(because: change + now.reason, nil)
      }
      let found = now.facts[changed.name].map(\.serialized) ?? "unknown"
      return .refused(
        because: "\(change)\(changed.name) was \(changed.value.serialized) and is \(found)", nil)
    } catch {
      return .refused(because: "what the plan saw cannot be read: \(error.message)", error)
    }
  }

  /// Reads back whether an action in doubt took effect; `nil` if it did not, and may be sent again.
  private func readBack(_ operation: Operation, mayFollow: Bool) async -> ActionAttempt? {
    do throws(APIError) {
      guard case .holds(let found) = try await api.readBack(operation) else {
        // That the state is another one does not prove that the action was not, or will not be,
        // processed.
        if mayFollow { return nil }
        return .answered(.failure(isAtMostOnce ? .notSentAgain : .unsettled))
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
  /// The error of an action that is in doubt and must not be sent again.
  fileprivate static var notSentAgain: APIError {
    APIError(
      kind: .refused,
      message: "it may have been processed already, and --at-most-once never sends it again",
      mayHaveBeenProcessed: true, wasSent: false, attempts: 0)
  }

  /// The error of reading back an action in doubt: it still is.
  fileprivate var leavingInDoubt: APIError {
    var error = self
    error.mayHaveBeenProcessed = true
    error.message = "reading back failed: \(message)"
    return error
  }
}
