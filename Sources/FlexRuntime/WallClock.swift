#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The time of day.
package enum WallClock {
  /// Milliseconds since 1970.
  package static func now() -> UInt64 {
    UInt64(max(0, Date().timeIntervalSince1970 * 1000))
  }
}
