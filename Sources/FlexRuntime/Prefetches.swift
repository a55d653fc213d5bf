import FlexAPI

/// Listings that were asked for before the sentences that need them, several at once.
///
/// A loop does that for its next items. An answer is used once, and only if nothing was sent to its
/// interaction since.
struct Prefetches {
  private struct Prefetched {
    let result: Result<Answer, APIError>
    /// The number of actions before it was asked.
    let actions: Int
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

  /// Drops everything.
  mutating func removeAll() { answers = [:] }

  /// The next page of a listing, if it is not here from the API; `nil` after the last one.
  mutating func page(
    of listing: Operation, _ pages: inout ListingPages, from api: ReadOnlyAPI
  ) async throws(APIError) -> (items: [JSON], answer: Answer)? {
    guard let operation = pages.next else { return nil }
    if operation.page == .first, let known = answers.removeValue(forKey: listing.location) {
      return try pages.take(try known.result.get())
    }
    return try pages.take(try await api.perform(operation))
  }
}
