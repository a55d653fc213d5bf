import CPlatform

/// The time of day.
package enum WallClock {
  /// The current time in milliseconds since 1970; 0 before that.
  package static func now() -> UInt64 { flexsh_milliseconds_since_1970() }
}
