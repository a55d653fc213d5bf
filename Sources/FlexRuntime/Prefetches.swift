import FlexAPI

/// Listings that were asked for before the sentences that need them, several at once.
///
/// A loop does that for its next items. An answer is used once, only if nothing was sent to its
/// interaction since, and not when it is old.
struct Prefetches {
  /// How long an answer may wait to be used.
  private static let maximumAge = Duration.seconds(5)

  private struct Prefetched {
    let result: Result<Answer, APIError>
    /// The number of actions before it was asked.
    let actions: Int
    let time = ContinuousClock.now

    /// Whether what was asked may have changed in the meantime.
    var isOld: Bool { time.duration(to: .now) > Prefetches.maximumAge }
  }

  private var answers: [String: Prefetched] = [:]

  /// Notes the first page of a listing.
  mutating func note(_ result: Result<Answer, APIError>, of listing: Operation, actions: Int) {
    answers[listing.location] = Prefetched(result: result, actions: actions)
  }

  /// Whether a listing was asked for.
  func holds(_ listing: Operation) -> Bool { answers[listing.location] != nil }

  /// Drops what was asked about an interaction before an action on it.
  ///
  /// `lastAction`: the number of the last action on the interaction.
  mutating func drop(_ listing: Operation, before lastAction: Int) {
    guard let known = answers[listing.location], known.actions < lastAction else { return }
    answers[listing.location] = nil
  }

  /// Drops what was asked for a sentence that is over.
  mutating func drop(_ operations: [Operation]) {
    for operation in operations { answers[operation.location] = nil }
  }

  /// Takes the answer to an operation, if it was asked for and is not old.
  mutating func take(_ operation: Operation) -> Result<Answer, APIError>? {
    guard let known = answers.removeValue(forKey: operation.location), !known.isOld else {
      return nil
    }
    return known.result
  }

  /// The fields that an operation was answered with, if it was asked for.
  func fields(of operation: Operation) -> JSONObject? {
    guard case .success(let answer)? = answers[operation.location]?.result else { return nil }
    return answer.fields
  }
}
