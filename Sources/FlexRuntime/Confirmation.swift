/// What was answered to a `confirm`.
package enum Confirmation: Sendable {
  case yes
  case no
  /// There is nobody to ask.
  case nobody
}
