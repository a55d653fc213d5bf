/// What was answered to a `confirm`.
package enum Confirmation: Sendable {
  case yes
  case no
  /// There is no terminal to ask on, or the question was interrupted.
  case noTerminal
}
