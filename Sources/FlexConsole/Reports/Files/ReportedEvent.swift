import FlexAPI

/// An event of a run's record as reports for people and CI systems see it.
struct ReportedEvent {
  /// How a case ended, apart from whether that counts.
  enum Verdict: Hashable {
    case done
    /// What failed and counts; its kind for programs: `api 404 20404`, `expect`.
    case failed(String)
    case refused
    case unknown
    /// A shard has no journal: what it did, if anything, is not known.
    case missing
    /// Tolerated, done before, planned, or not reached: why it does not count.
    case skipped(String)

    /// Whether it is what a run is for.
    var isDone: Bool {
      switch self {
      case .done: true
      case .failed, .refused, .unknown, .missing, .skipped: false
      }
    }
  }

  let object: JSONObject
  let verdict: Verdict

  /// `nil` for an event that is no case: a look-up that was answered, a note, an echo.
  init?(_ object: JSONObject) {
    self.object = object
    let outcome = object["outcome"]?.text
    switch object["event"]?.text {
    case "action": verdict = Self.verdict(ofAction: object)
    case "query":
      guard outcome == "failed" else { return nil }
      verdict = Self.failure(Self.errorType(object), object)
    case "missing-shard": verdict = .missing
    case "unreached": verdict = .skipped("not run: \(object["count"]?.integer ?? 0)")
    case "failure" where object["verb"]?.text == "confirm": verdict = .refused
    case "failure":
      let isExpectation = ["expect", "fail", "confirm"].contains(object["verb"]?.text)
      verdict =
        outcome == "refused"
        ? .refused : Self.failure(isExpectation ? "expect" : "failure", object)
    case "expect"?, "wait"?, "confirm"?, "fail"?:
      switch outcome {
      case "failed": verdict = Self.failure("expect", object)
      case "planned": verdict = .skipped("planned")
      default: verdict = .done
      }
    default: return nil
    }
  }

  private static func verdict(ofAction object: JSONObject) -> Verdict {
    switch object["outcome"]?.text {
    case "done": return .done
    case "failed": return failure(errorType(object), object)
    case "refused":
      return isTolerated(object) ? .skipped("tolerated: refused") : .refused
    case "unknown": return .unknown
    case "skipped": return .skipped("done in an earlier run")
    case "planned":
      guard object["forecast"]?.object?["refused"] == .bool(true) else {
        return .skipped("planned")
      }
      return .skipped("planned; it would be refused: \(object["forecast"]?["reason"]?.text ?? "")")
    default: return .skipped("not run")
    }
  }

  private static func failure(_ type: String, _ object: JSONObject) -> Verdict {
    guard isTolerated(object) else { return .failed(type) }
    let reason = object["error"]?["message"]?.text ?? object["message"]?.text ?? type
    return .skipped("tolerated: \(reason)")
  }

  private static func isTolerated(_ object: JSONObject) -> Bool {
    object["tolerated"] == .bool(true)
  }

  /// `api 404 20404`.
  private static func errorType(_ object: JSONObject) -> String {
    let error = object["error"]?.object
    let code: String? =
      switch error?["code"] {
      case .number(let number)?: number
      case .string(let text)?: text
      default: nil
      }
    return [
      error?["kind"]?.text ?? "failure", object["status"]?.integer.map { "\($0)" }, code,
    ].compactMap(\.self).joined(separator: " ")
  }

  // MARK: Texts

  /// `file:line:column`, and what it consists of.
  var place: (at: String, file: String, line: Int, column: Int) {
    ReportedEvent.place(object["at"]?.text ?? "")
  }

  /// Splits `file:line:column`.
  static func place(_ at: String) -> (at: String, file: String, line: Int, column: Int) {
    let parts = at.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 2, let line = Int(parts[parts.count - 2]),
      let column = Int(parts[parts.count - 1])
    else { return (at, at, 0, 0) }
    return (at, parts.dropLast(2).joined(separator: ":"), line, column)
  }

  /// Where it is, with the profile of a run of one account among several.
  var placeWithProfile: String {
    (object["profile"]?.text.map { "\($0) · " } ?? "") + place.at
  }

  /// The row of a data file: `leavers.csv:17`.
  var row: String? { object["row"]?.text }
  /// The number of the action; `nil` for another event.
  var number: Int? { object["n"]?.integer }
  /// The outcome, as the record has it; `done` for what has none.
  var outcome: String { object["outcome"]?.text ?? (verdict == .missing ? "missing" : "done") }
  var isTolerated: Bool { Self.isTolerated(object) }
  /// Milliseconds.
  var duration: Double { object["duration_ms"]?.double ?? 0 }
  /// Twilio's identifier of the last request.
  var requestID: String? { object["request_id"]?.text }

  /// The sentence without the interaction, which its channel implies; of something without a sentence its
  /// first word.
  var sentence: String {
    guard let sentence = object["sentence"]?.text else {
      let kind = object["event"]?.text ?? ""
      return kind == "failure" ? object["verb"]?.text ?? kind : kind
    }
    guard object["channel"] != nil, let interaction = object["interaction"]?.text else {
      return sentence
    }
    return sentence.replacing(" in \(interaction)", with: "", maxReplacements: 1)
  }

  /// What went wrong, and what to do about it: the lines of an account.
  var account: [String] {
    var lines: [String] = []
    if let error = object["error"]?.object {
      let message = error["message"]?.text ?? ""
      let code = error["code"].map { value -> String in
        if case .number(let number) = value { number } else { value.text ?? "" }
      }
      if let status = object["status"]?.integer {
        lines.append("Twilio answered \(status): \(message)" + (code.map { " (code \($0))" } ?? ""))
      } else {
        lines.append(message)
      }
      if let attempts = object["attempts"]?.integer, attempts > 1 {
        lines.append("after \(attempts) attempts")
      }
      if let link = error["more_info"]?.text { lines.append(link) }
      if let requestID { lines.append("request id \(requestID)") }
      if let help = error["help"]?.text { lines.append("next: \(help)") }
    } else if let message = object["message"]?.text {
      lines.append(message)
    }
    if let reason = object["forecast"]?["reason"]?.text, !reason.isEmpty { lines.append(reason) }
    return lines
  }

  /// The first line of the account.
  var reason: String { account.first ?? outcome }
}

/// What the start and the summary of a record say.
struct ReportedRun {
  let start, summary: JSONObject

  init(_ record: some KeptRecord) {
    (start, summary) = (record.start, record.summary)
  }

  var exit: Int { summary["exit"]?.integer ?? 0 }
  /// Milliseconds.
  var duration: Double { summary["duration_ms"]?.double ?? 0 }
  var run: String? { start["run"]?.text }
  var isShared: Bool { start["shared"] == .bool(true) }
  /// The scripts, as they were named.
  var scripts: [String] {
    (start["scripts"]?.array ?? []).compactMap { $0["script"]?.text }
  }

  /// The runs of several accounts that it is made of; empty if it is one run.
  var members: [JSONObject] { (summary["runs"]?.array ?? []).compactMap(\.object) }

  /// Every class whose count is not 0: `12 done, 1 failed`.
  var totals: String { Self.totals(summary) }

  /// The same of any object with counts.
  static func totals(_ summary: JSONObject) -> String {
    let names = [
      ("done", "done"), ("failed", "failed"), ("refused", "refused"), ("unknown", "unknown"),
      ("skipped", "skipped"), ("planned", "planned"), ("not_run", "not run"),
      ("tolerated", "tolerated"), ("look_ups_failed", "look-up* failed"),
      ("expectations_failed", "expectation* failed"),
    ]
    let parts = names.compactMap { name, words -> String? in
      guard var count = summary[name]?.integer, count > 0 else { return nil }
      // Tolerated failures are not counted as failures as well.
      if name == "failed" { count -= min(count, summary["tolerated_actions"]?.integer ?? 0) }
      return count > 0
        ? "\(count.grouped) \(words.replacing("*", with: count == 1 ? "" : "s"))" : nil
    }
    return parts.isEmpty ? "no actions" : parts.joined(separator: ", ")
  }

  /// What the exit status means.
  var verdict: String { Self.verdict(exit) }

  /// What an exit status means.
  static func verdict(_ exit: Int) -> String {
    switch exit {
    case 0: "everything done"
    case 1: "something failed"
    case 2: "something was refused"
    case 3: "an outcome is unknown"
    case 64: "the command line is wrong"
    case 65: "the script has errors; nothing was sent"
    case 66: "a file cannot be read"
    case 69: "the API could not be reached"
    case 74: "the output could not be written"
    case 75: "another process is executing this run"
    case 77: "the credentials were rejected"
    case 78: "the configuration is missing or wrong"
    case 129: "hung up"
    case 130: "interrupted"
    case 143: "terminated"
    default: "exit \(exit)"
    }
  }
}

extension JSON {
  /// The value of a number.
  var double: Double? {
    if case .number(let text) = self { Double(text) } else { nil }
  }
}

extension Int {
  /// The number with its digits in groups of three: `12,480`.
  var grouped: String {
    let digits = String(magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return (self < 0 ? "-" : "") + result
  }
}
