/// A number that is not negative, with its spelling and its value.
package struct Number: Hashable, Sendable {
  /// The number as written, for instance `0.5`.
  package let spelling: String
  /// Its value.
  package let value: Double

  /// Reads digits, with or without a fraction: no sign, no exponent.
  package init?(spelling: String) {
    let parts = spelling.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Lexer.isDigit) }) else {
      return nil
    }
    self.init(decimal: spelling)
  }

  private init?(decimal spelling: String) {
    guard let value = Double(spelling), value.isFinite else { return nil }
    self.spelling = spelling
    self.value = value
  }

  /// Creates a number from a count.
  package init(_ count: Int) {
    spelling = String(count)
    value = Double(count)
  }

  /// The number as an integer; `nil` if it has a fraction or is too large.
  package var integer: Int? { Int(exactly: value) }
}

/// The number of requests that may start per second.
package struct RequestRate: Hashable, Sendable {
  /// The lowest and the highest rate, as written.
  package static let limits = (lowest: "1/h", highest: "1000000/s")

  /// The rate as written: `20/s`, `600/m`, `1/h`.
  package let spelling: String
  /// Requests per second, from 1/3600 to 1,000,000.
  package let perSecond: Double

  /// Reads `20/s`, `600/m` or `1/h`; `nil` also for a rate outside ``limits``.
  package init?(spelling: String) {
    let units: [(suffix: String, seconds: Double)] = [("/s", 1), ("/m", 60), ("/h", 3600)]
    guard let unit = units.first(where: { spelling.hasSuffix($0.suffix) }),
      let count = Number(spelling: String(spelling.dropLast(2)))
    else { return nil }
    let perSecond = count.value / unit.seconds
    guard perSecond >= 1.0 / 3600, perSecond <= 1_000_000 else { return nil }
    self.spelling = spelling
    self.perSecond = perSecond
  }
}

extension Duration {
  /// Reads `500ms`, `10s`, `2m`, `1h` or `1d`; a fraction is allowed, a sign is not.
  package init?(flexSpelling spelling: String) {
    let units: [(suffix: String, milliseconds: Double)] = [
      ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
      ("d", 86_400_000),
    ]
    guard let unit = units.first(where: { spelling.hasSuffix($0.suffix) }) else { return nil }
    let digits = String(spelling.dropLast(unit.suffix.utf8.count))
    guard let first = digits.utf8.first, Lexer.isDigit(first),
      let count = Number(spelling: digits)
    else { return nil }
    let milliseconds = count.value * unit.milliseconds
    // A hundred years; beyond that, arithmetic would be unreliable.
    guard milliseconds <= 3_155_760_000_000 else { return nil }
    self = .microseconds(Int64((milliseconds * 1000).rounded()))
  }
}

extension Number {
  /// Creates a number from a JSON number; `nil` if it is negative or too large.
  package init?(json spelling: String) {
    guard !spelling.hasPrefix("-") else { return nil }
    self.init(decimal: spelling)
  }
}
