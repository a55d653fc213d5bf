/// A time in the form of RFC 3339, with its time zone.
package struct Timestamp: Hashable, Sendable {
  /// The seconds since 1970, UTC.
  package let seconds: Int

  /// Reads `2026-11-26T10:00:00Z`, `2026-11-26T10:00:00.5+01:00` and the like; `nil` for anything else.
  ///
  /// Fractions of a second are left out. Source: RFC 3339, section 5.6.
  package init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    func number(_ count: Int, _ range: ClosedRange<Int>) -> Int? {
      let digits = rest.prefix(count)
      guard digits.count == count, digits.allSatisfy(Lexer.isDigit) else { return nil }
      rest = rest.dropFirst(count)
      let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      return range.contains(value) ? value : nil
    }
    func take(_ mark: Character) -> Bool {
      guard let byte = mark.asciiValue, rest.first == byte else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4, 1...9999), take("-"), let month = number(2, 1...12), take("-"),
      let day = number(2, 1...Self.days(in: month, year)),
      take("T") || take("t") || take(" "), let hour = number(2, 0...23), take(":"),
      let minute = number(2, 0...59), take(":"), let second = number(2, 0...60)
    else { return nil }
    if take(".") {
      let fraction = rest.prefix(while: Lexer.isDigit)
      guard !fraction.isEmpty else { return nil }
      rest = rest.dropFirst(fraction.count)
    }
    var offset = 0
    if !take("Z"), !take("z") {
      let sign = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0, let hours = number(2, 0...23), take(":"), let minutes = number(2, 0...59)
      else { return nil }
      offset = sign * (hours * 3600 + minutes * 60)
    }
    guard rest.isEmpty else { return nil }
    seconds =
      Self.daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
  }

  private static func days(in month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch month {
    case 2: return isLeap ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// The days from 1 January 1970 to a date of the Gregorian calendar.
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years begin in March, so that the leap day is the last one.
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
