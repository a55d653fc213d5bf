/// What the live state says of an action before it is sent.
package struct Forecast: Hashable, Sendable {
  /// Whether it would be refused.
  package let isRefused: Bool
  /// Why, or what speaks for it: lower case.
  package let reason: String
  /// What was seen, by name: `channel_status`, `participant_type`.
  package let facts: JSONObject

  /// The number of the action among those that were planned, from 1; `nil` for one that was only
  /// looked at.
  package private(set) var action: Int?

  /// The forecast with the number of its action.
  package func numbered(_ action: Int) -> Forecast {
    var forecast = self
    forecast.action = action
    return forecast
  }

  /// Puts one together.
  package init(isRefused: Bool, reason: String, facts: JSONObject) {
    self.isRefused = isRefused
    self.reason = reason
    self.facts = facts
  }
}
