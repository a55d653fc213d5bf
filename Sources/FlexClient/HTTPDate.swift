/// Parses the dates of HTTP headers.
///
/// Source: RFC 9110, section 5.6.7: one of three forms.
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let longDays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  /// The seconds since 1970 of a date; `nil` for anything else.
  static func seconds(_ text: String, now: Int) -> Int? { seconds(Array(text.utf8), now: now) }

  /// The seconds since 1970 of a date in one of the three forms.
  ///
  /// `now`: the current time, for years of two digits.
  static func seconds(_ bytes: [UInt8], now: Int) -> Int? {
    let text = String(decoding: bytes, as: UTF8.self)
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    switch words.count {
    // Sun, 06 Nov 1994 08:49:37 GMT
    case 6 where words[0].hasSuffix(",") && days.contains(String(words[0].dropLast())):
      guard words[5] == "GMT", words[1].utf8.count == 2, words[3].utf8.count == 4 else {
        return nil
      }
      return seconds(day: words[1], month: words[2], year: digits(words[3]), time: words[4])
    // Sunday, 06-Nov-94 08:49:37 GMT
    case 4 where words[0].hasSuffix(",") && longDays.contains(String(words[0].dropLast())):
      let parts = words[1].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
      guard words[3] == "GMT", parts.count == 3, parts[0].utf8.count == 2,
        parts[2].utf8.count == 2, let short = digits(parts[2])
      else { return nil }
      // A two-digit year that seems more than fifty years ahead is in the past.
      let current = year(of: now)
      var year = current / 100 * 100 + short
      if year > current + 50 { year -= 100 }
      return seconds(day: parts[0], month: parts[1], year: year, time: words[2])
    // Sun Nov  6 08:49:37 1994
    case 5 where days.contains(words[0]):
      guard words[2].utf8.count == 2 else { return nil }
      return seconds(day: words[2], month: words[1], year: digits(words[4]), time: words[3])
    case 6 where days.contains(words[0]) && words[2].isEmpty:
      guard words[3].utf8.count == 1 else { return nil }
      return seconds(day: words[3], month: words[1], year: digits(words[5]), time: words[4])
    default: return nil
    }
  }

  private static func seconds(day: String, month: String, year: Int?, time: String) -> Int? {
    let clock = time.split(separator: ":", omittingEmptySubsequences: false)
    guard let year, (1970...9999).contains(year), let day = digits(day), (1...31).contains(day),
      let month = months.firstIndex(of: month), clock.count == 3,
      clock.allSatisfy({ $0.utf8.count == 2 }), let hour = digits(String(clock[0])), hour < 24,
      let minute = digits(String(clock[1])), minute < 60, let second = digits(String(clock[2])),
      second <= 60
    else { return nil }
    return daysSince1970(year: year, month: month + 1, day: day) * 86_400 + hour * 3600
      + minute * 60 + second
  }

  /// The days from 1 January 1970 to a date of the Gregorian calendar.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    // Years begin in March, so that the leap day is the last one.
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func year(of seconds: Int) -> Int {
    // Close enough for a window of a hundred years.
    1970 + seconds / 31_556_952
  }

  private static func digits(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.count <= 4, bytes.allSatisfy(isDigit) else { return nil }
    return number(bytes[...])
  }

  static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
