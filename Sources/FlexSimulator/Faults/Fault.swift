/// One way in which the pretend Flex misbehaves: `429:retry-after=1@0.1`, `reset@0.02`, `500#3`.
///
/// Source: CLI.md, "Faults".
package struct Fault: Hashable, Sendable {
  /// What goes wrong.
  package enum Kind: Hashable, Sendable {
    /// The request is refused with this status, and not processed; what `Retry-After` says.
    case status(Int, retryAfter: String?)
    /// The answer begins so much later.
    case delay(Duration)
    /// The answer begins later by a random part of this.
    case jitter(Duration)
    /// The connection is reset before the request is processed.
    case refuse
    /// The agent leaves before the request is processed.
    case gone
    /// The invite that the request creates is never answered.
    case inviteNever
    /// The invite that the request creates is refused.
    case inviteRefused
    /// The request is processed, and the connection is reset.
    case reset
    /// The request is processed, and the connection closes inside the answer.
    case truncate
    /// The request is processed, and the answer is no HTTP.
    case garbage
    /// The request is processed, and the response is a web page.
    case html
    /// The request is processed, and the answer has no body.
    case empty
    /// The request is processed, and the body of the response arrives at this rate.
    case slow(bytesPerSecond: Int)
    /// The request is processed, and no answer comes.
    case hang
    /// The request is not processed, and the answer leads elsewhere.
    case redirect(String)
    /// 429 for a request beyond this number in flight, which is not processed.
    case limit(Int)
    /// 429 for a request with an expression beyond this number per second, on the average of ten seconds.
    case limitRate(Int)
    /// A listing shows the state before the last write.
    case stale
  }

  /// When it goes wrong.
  package enum Occasion: Hashable, Sendable {
    case always
    /// For this part of the requests.
    case probability(Double)
    /// For one request, counted from 1.
    case nth(Int)
  }

  /// What goes wrong.
  package let kind: Kind
  /// When.
  package let occasion: Occasion

  /// Why a text is no fault: lower case.
  package struct Problem: Error, Hashable, Sendable {
    /// The reason, without a capital letter or a full stop.
    package let reason: String
  }

  /// Reads `KIND[:PARAMETER][@PROBABILITY|#NTH]`.
  package init(_ text: String) throws(Problem) {
    var rest = Substring(text)
    // A redirect's URL may have an `@`, a `#` and a `:` in it: the last one that fits counts.
    if let at = rest.lastIndex(of: "@"), let part = Double(rest[rest.index(after: at)...]) {
      guard part > 0, part <= 1 else {
        throw Problem(reason: "a probability is more than 0 and at most 1, for instance @0.1")
      }
      occasion = .probability(part)
      rest = rest[..<at]
    } else if let mark = rest.lastIndex(of: "#"), let number = Int(rest[rest.index(after: mark)...])
    {
      guard number >= 1 else { throw Problem(reason: "requests are counted from #1") }
      occasion = .nth(number)
      rest = rest[..<mark]
    } else {
      occasion = .always
    }
    let colon = rest.firstIndex(of: ":")
    let name = String(rest[..<(colon ?? rest.endIndex)])
    let parameter = colon.map { String(rest[rest.index(after: $0)...]) }
    kind = try Fault.kind(name, parameter)
  }

  /// The kinds with what they take, for help and messages.
  package static let forms =
    "429[:retry-after=1] 500 503 delay:50ms jitter:20ms reset refuse truncate garbage html empty "
    + "slow:1KB/s hang redirect:URL gone invite-never invite-refused limit:8 limit-rate:3/s"
    + " stale"

  private static func kind(_ name: String, _ parameter: String?) throws(Problem) -> Kind {
    func none(_ kind: Kind) throws(Problem) -> Kind {
      guard parameter == nil else { throw Problem(reason: "`\(name)` takes no parameter") }
      return kind
    }
    func duration() throws(Problem) -> Duration {
      guard let text = parameter, let duration = Fault.duration(text) else {
        throw Problem(reason: "`\(name)` takes a duration: \(name):50ms")
      }
      return duration
    }
    switch name {
    case "delay": return .delay(try duration())
    case "jitter": return .jitter(try duration())
    case "refuse": return try none(.refuse)
    case "gone": return try none(.gone)
    case "invite-never": return try none(.inviteNever)
    case "invite-refused": return try none(.inviteRefused)
    case "reset": return try none(.reset)
    case "truncate": return try none(.truncate)
    case "garbage": return try none(.garbage)
    case "html": return try none(.html)
    case "stale": return try none(.stale)
    case "limit-rate":
      guard let text = parameter, text.hasSuffix("/s"), let number = Int(text.dropLast(2)),
        number >= 1
      else { throw Problem(reason: "`limit-rate` takes requests per second: limit-rate:3/s") }
      return .limitRate(number)
    case "empty": return try none(.empty)
    case "hang": return try none(.hang)
    case "slow":
      guard let text = parameter, let rate = bytesPerSecond(text) else {
        throw Problem(reason: "`slow` takes bytes a second: slow:1KB/s")
      }
      return .slow(bytesPerSecond: rate)
    case "redirect":
      guard let parameter, !parameter.isEmpty,
        parameter.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else { throw Problem(reason: "`redirect` takes a URL: redirect:http://127.0.0.1:1/") }
      return .redirect(parameter)
    case "limit":
      guard let number = parameter.flatMap({ Int($0) }), number >= 1 else {
        throw Problem(reason: "`limit` takes a number of requests: limit:8")
      }
      return .limit(number)
    default:
      guard let status = Int(name), (400...599).contains(status) else {
        throw Problem(reason: "`\(name)` is not a fault; the faults are: \(forms)")
      }
      guard let parameter else { return .status(status, retryAfter: nil) }
      guard parameter.hasPrefix("retry-after=") else {
        throw Problem(reason: "a status takes `retry-after=…`: \(status):retry-after=1")
      }
      let value = String(parameter.dropFirst("retry-after=".count))
      guard !value.isEmpty, value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
        throw Problem(reason: "`retry-after=` takes seconds or a date")
      }
      return .status(status, retryAfter: value)
    }
  }

  /// Reads `50ms`, `2s` or `1m`; written independently of the language's own reader.
  private static func duration(_ text: String) -> Duration? {
    for (suffix, milliseconds) in [("ms", 1.0), ("s", 1000), ("m", 60_000)]
    where text.hasSuffix(suffix) {
      guard let number = Double(text.dropLast(suffix.utf8.count)), number >= 0, number < 1e6
      else { return nil }
      return .milliseconds(number * milliseconds)
    }
    return nil
  }

  /// Reads `100B/s`, `1KB/s` or `2MB/s`.
  private static func bytesPerSecond(_ text: String) -> Int? {
    for (suffix, factor) in [("KB/s", 1000.0), ("MB/s", 1_000_000), ("B/s", 1)]
    where text.hasSuffix(suffix) {
      guard let number = Double(text.dropLast(suffix.utf8.count)), number > 0, number < 1e6
      else { return nil }
      return max(1, Int(number * factor))
    }
    return nil
  }
}
