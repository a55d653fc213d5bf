package import FlexAPI

/// A value as comparisons see it; the checker, which examines rows, and the runtime share it.
package enum ComparedValue: Sendable {
  /// A field that is null or absent.
  case empty
  case sid(AnySID)
  case text(String)
  case number(Double, spelling: String)
  /// A number of seconds, which compares with numbers and with durations.
  case seconds(Double, spelling: String)
  case duration(Duration)
  case list([ComparedValue])
  /// Anything else, as its text.
  case other(String)

  /// Creates it from JSON: numbers are numbers, and text may spell a SID, a number or a duration.
  package init(_ json: JSON) {
    switch json {
    case .null: self = .empty
    case .string(let text): self = .text(text)
    case .number(let spelling):
      self = Double(spelling).map { .number($0, spelling: spelling) } ?? .other(spelling)
    case .array(let elements): self = .list(elements.map { ComparedValue($0) })
    case .bool, .object: self = .other(json.serialized)
    }
  }

  /// Whether it is empty.
  package var isEmpty: Bool { if case .empty = self { true } else { false } }

  /// Whether it is a list.
  package var isList: Bool { if case .list = self { true } else { false } }

  /// Whether two values are the same: SIDs whatever the case of their digits, numbers as numbers,
  /// texts byte for byte.
  package func matches(_ other: ComparedValue) -> Bool {
    if case .list(let left) = self, case .list(let right) = other {
      return left.count == right.count && zip(left, right).allSatisfy { $0.matches($1) }
    }
    if let left = asSID, let right = other.asSID { return left == right }
    if let difference = difference(to: other) { return difference == 0 }
    return text.utf8.elementsEqual(other.text.utf8)
  }

  /// Returns the difference to another value; `nil` unless both are numbers or both durations.
  ///
  /// Its sign is exact, however many digits the numbers have.
  package func difference(to other: ComparedValue) -> Double? {
    if let left = numeral, let right = other.numeral {
      let difference = left.value - right.value
      guard difference == 0, left.spelling != right.spelling else { return difference }
      return DecimalDigits(left.spelling).order(to: DecimalDigits(right.spelling))
    }
    if let left = asDuration, let right = other.asDuration {
      return left.milliseconds - right.milliseconds
    }
    return nil
  }

  private var asSID: AnySID? {
    switch self {
    case .sid(let sid): sid
    case .text(let text): AnySID(text)
    case .empty, .number, .seconds, .duration, .list, .other: nil
    }
  }

  /// The number that it is; also a text that spells one, as the cells of tables do.
  package var asNumber: Double? { numeral?.value }

  private var numeral: (value: Double, spelling: String)? {
    switch self {
    case .number(let number, let spelling), .seconds(let number, let spelling): (number, spelling)
    case .text(let text): Number(spelling: text).map { ($0.value, text) }
    case .empty, .sid, .duration, .list, .other: nil
    }
  }

  /// The duration that it is, or that a text spells.
  package var asDuration: Duration? {
    switch self {
    case .duration(let duration): duration
    // Far beyond every age; what the API returns may be any number.
    case .seconds(let seconds, _): .seconds(min(max(seconds, -1e12), 1e12))
    case .text(let text): Duration(flexSpelling: text)
    case .empty, .sid, .number, .list, .other: nil
    }
  }

  private var text: String {
    switch self {
    case .empty: ""
    case .sid(let sid): sid.description
    case .text(let text), .other(let text): text
    case .number(let number, _), .seconds(let number, _):
      Int(exactly: number).map { "\($0)" } ?? "\(number)"
    case .duration(let duration): duration.flexSpelling
    case .list(let values): values.map(\.text).joined(separator: ", ")
    }
  }
}

/// The digits of a number, and where its decimal point is.
private struct DecimalDigits {
  private let isNegative: Bool
  /// Without zeros at either end; empty for zero.
  private let digits: [UInt8]
  /// The number is 0.DIGITS × 10 to this power.
  private let exponent: Int

  /// Reads a number as JSON spells it.
  init(_ spelling: String) {
    let (zero, point) = (UInt8(ascii: "0"), UInt8(ascii: "."))
    let parts = spelling.utf8.split { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
    let mantissa = parts.first.map { Array($0) } ?? []
    let power = parts.count > 1 ? Int(Substring(parts[1])) ?? 0 : 0
    isNegative = mantissa.first == UInt8(ascii: "-")
    let unsigned = mantissa.drop { $0 == UInt8(ascii: "-") }
    let whole = unsigned.prefix { $0 != point }
    let written = unsigned.filter { $0 != point }
    let leading = written.prefix { $0 == zero }.count
    var significant = Array(written.dropFirst(leading))
    while significant.last == zero { significant.removeLast() }
    digits = significant
    exponent = whole.count - leading + power
  }

  /// -1, 0 or 1: whether it is less than another number, the same, or greater.
  func order(to other: DecimalDigits) -> Double {
    if digits.isEmpty || other.digits.isEmpty || isNegative != other.isNegative {
      return signum - other.signum
    }
    let isLess =
      exponent == other.exponent
      ? digits.lexicographicallyPrecedes(other.digits) : exponent < other.exponent
    if digits == other.digits, exponent == other.exponent { return 0 }
    return isLess != isNegative ? -1 : 1
  }

  private var signum: Double { digits.isEmpty ? 0 : isNegative ? -1 : 1 }
}

extension ComparisonOperator {
  /// Whether it holds for a left side that is greater than the right one by this difference.
  package func holds(_ difference: Double) -> Bool {
    switch self {
    case .less: difference < 0
    case .lessOrEqual: difference <= 0
    case .greater: difference > 0
    case .greaterOrEqual: difference >= 0
    }
  }
}

extension Duration {
  /// The duration as a script writes it: `500ms`, `10s`, `2m`, `1h`.
  package var flexSpelling: String {
    let (seconds, attoseconds) = components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    if milliseconds % 3_600_000 == 0, milliseconds > 0 { return "\(milliseconds / 3_600_000)h" }
    if milliseconds % 60_000 == 0, milliseconds > 0 { return "\(milliseconds / 60_000)m" }
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
    return "\(milliseconds)ms"
  }

  /// The duration in milliseconds, with its fraction.
  package var milliseconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) * 1000 + Double(attoseconds) / 1_000_000_000_000_000
  }
}
