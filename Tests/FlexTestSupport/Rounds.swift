import Foundation

/// How long tests with random input go on.
package enum Rounds {
  /// By what the number of inputs is multiplied: `FLEXSH_ROUNDS`, see `make fuzz-replies`.
  package static let factor =
    ProcessInfo.processInfo.environment["FLEXSH_ROUNDS"].flatMap { Int($0) } ?? 1
}
