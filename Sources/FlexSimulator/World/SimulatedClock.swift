#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The time of a pretend Twilio.
struct SimulatedClock: Sendable {
  /// The seconds since 1970, UTC.
  let now: @Sendable () -> Int

  /// The clock of the system.
  static let system = SimulatedClock { secondsSince1970() }

  /// A time in the form of RFC 3339.
  static func text(_ seconds: Int) -> String {
    let (year, month, day) = date(seconds)
    let (hour, minute, second) = clock(of: seconds)
    return "\(pad(year, 4))-\(pad(month))-\(pad(day))T\(pad(hour)):\(pad(minute)):\(pad(second))Z"
  }

  /// A time in the form that HTTP headers have.
  ///
  /// Source: RFC 9110, section 5.6.7.
  static func header(_ seconds: Int) -> String {
    let (year, month, day) = date(seconds)
    let (hour, minute, second) = clock(of: seconds)
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][seconds / 86_400 % 7]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    return "\(weekday), \(pad(day)) \(months[month - 1]) \(pad(year, 4)) "
      + "\(pad(hour)):\(pad(minute)):\(pad(second)) GMT"
  }

  /// The seconds since 1970 of a text that ``text(_:)`` makes; `nil` for anything else.
  static func seconds(_ text: String) -> Int? {
    let parts = text.utf8.split { !(0x30...0x39).contains($0) }.map { part in
      part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    guard parts.count == 6, text.hasSuffix("Z"), (1...12).contains(parts[1]) else { return nil }
    return days(parts[0], parts[1], parts[2]) * 86_400 + parts[3] * 3600 + parts[4] * 60 + parts[5]
  }

  private static func pad(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  private static func clock(of seconds: Int) -> (Int, Int, Int) {
    (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
  }

  /// The date of the Gregorian calendar.
  private static func date(_ seconds: Int) -> (year: Int, month: Int, day: Int) {
    // Years begin in March, so that the leap day is the last one.
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

/// The seconds since 1970, by the clock of the system.
private func secondsSince1970() -> Int { Int(time(nil)) }
