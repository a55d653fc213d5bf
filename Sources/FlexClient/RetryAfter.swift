/// Parses `Retry-After`.
///
/// Source: RFC 9110, sections 10.2.3 and 5.6.7: seconds, or a date in one of three forms.
package enum RetryAfter {
  /// The delay that a value asks for, counted from now; `nil` for an invalid value, and for a date
  /// in the past.
  ///
  /// `now`: the current time in seconds since 1970, UTC.
  package static func delay(_ value: String, now: Int) -> Duration? {
    let text = value.utf8.drop { $0 == 0x20 || $0 == 0x09 }
    var bytes = Array(text)
    while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
    guard !bytes.isEmpty else { return nil }
    if bytes.allSatisfy(HTTPDate.isDigit) {
      let digits = bytes.drop { $0 == UInt8(ascii: "0") }
      // More digits than the seconds of a week have: too long anyway.
      let seconds = digits.count > 9 ? Int(Int32.max) : HTTPDate.number(digits) ?? 0
      return seconds > 0 ? .seconds(seconds) : nil
    }
    guard let date = HTTPDate.seconds(bytes, now: now), date > now else { return nil }
    return .seconds(date - now)
  }
}
