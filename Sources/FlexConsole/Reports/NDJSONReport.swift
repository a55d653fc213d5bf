import FlexAPI
package import FlexRuntime

/// One JSON object a line, in script order: the contract for programs.
package struct NDJSONReport: EventReport {
  private var output: OutputStream

  /// Writes to a stream.
  package init(_ output: OutputStream) {
    self.output = output
  }

  package var isLost: Bool { output.failure != nil }

  package mutating func begin(_ start: RunStart) {
    var event = JSONEvent("start")
    event.add("version", .number(1))
    event.add("flexsh", .string(start.version))
    event.add("run", .string(start.run))
    event.add("script", .string(orNull: start.scripts.first?.name))
    event.add("sha256", .string(orNull: start.scripts.first?.sha256))
    if start.scripts.count > 1 {
      event.add(
        "scripts",
        .array(
          start.scripts.map {
            .object(["script": .string($0.name), "sha256": .string($0.sha256)])
          }))
    }
    event.add("account", .string(orNull: start.account))
    event.add("base_url", .string(orNull: start.baseURL))
    write(event)
  }

  package mutating func flush() {
    output.flush()
  }

  package mutating func tell(_ event: RunEvent) {
    switch event {
    case .action(let record): write(JSONEvent(record))
    case .query(let record): write(JSONEvent(record))
    case .echo(let at, let text): write(JSONEvent("echo", at: at, [("text", .string(text))]))
    case .expectation(let at, let verb, let outcome, let message):
      write(
        JSONEvent(
          verb, at: at,
          [("outcome", .string(outcome.rawValue)), ("message", .string(message))]))
    case .failure(let at, let message, let isTolerated):
      var event = JSONEvent(
        "failure", at: at, [("outcome", .string("failed")), ("message", .string(message))])
      if isTolerated { event.add("tolerated", .bool(true)) }
      write(event)
    case .note(let at, let text): write(JSONEvent("note", at: at, [("text", .string(text))]))
    case .sentence: break
    case .unexpanded(let at, let source):
      write(
        JSONEvent(
          "unexpanded", at: at, [("outcome", .string("planned")), ("source", .string(source))]))
    }
  }

  package mutating func end(_ summary: RunSummary, duration: Duration, exit: Int32) {
    var event = JSONEvent("summary")
    event.add("done", .number(summary.done))
    event.add("failed", .number(summary.failed))
    event.add("unknown", .number(summary.unknown))
    event.add("skipped", .number(summary.skipped))
    event.add("planned", .number(summary.planned))
    event.add("not_run", .number(summary.notRun))
    event.add("duration_ms", .number(duration.tenths))
    event.add("exit", .number(exit))
    write(event)
    output.flush()
  }

  private mutating func write(_ event: JSONEvent) {
    output.write(event.line())
  }
}

/// An event on its way to a line.
struct JSONEvent {
  private var bytes: [UInt8] = []

  init(_ name: String, at: String? = nil, _ members: [(String, JSON)] = []) {
    bytes.reserveCapacity(1024)
    bytes.append(UInt8(ascii: "{"))
    add("event", name)
    if let at { add("at", at) }
    for (name, value) in members { add(name, value) }
  }

  private mutating func begin(_ name: String) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    JSON.write(name, into: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func add(_ name: String, _ value: JSON) {
    begin(name)
    value.write(into: &bytes)
  }

  mutating func add(_ name: String, _ text: String) {
    begin(name)
    JSON.write(text, into: &bytes)
  }

  mutating func add(_ name: String, number: String) {
    begin(name)
    bytes.append(contentsOf: number.utf8)
  }

  /// Adds a member unless there is nothing to say.
  mutating func add(_ name: String, orNothing text: String?) {
    if let text { add(name, text) }
  }

  /// Adds a SID unless there is none.
  mutating func add(_ name: String, _ sid: AnySID?) {
    guard let sid else { return }
    begin(name)
    bytes.append(UInt8(ascii: "\""))
    sid.write(into: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// The object with its line end.
  consuming func line() -> [UInt8] {
    bytes.append(UInt8(ascii: "}"))
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// An action.
  init(_ record: ActionRecord) {
    self.init("action")
    add("n", number: String(record.number))
    add("at", record.at)
    add("verb", record.verb)
    let address = record.address
    add("interaction", address.interaction?.any)
    add("channel", address.channel?.any)
    add("participant", address.participant?.any)
    add("transfer", address.transfer?.any)
    add("outcome", record.outcome.rawValue)
    add("effect", orNothing: record.effect)
    if let status = record.answer?.status ?? record.error?.status {
      add("status", .number(status))
    }
    if let attempts = record.answer?.attempts ?? record.error?.attempts, record.outcome != .planned
    {
      add("attempts", .number(attempts))
    }
    if let duration = record.duration, record.outcome != .planned {
      add("duration_ms", number: duration.tenths)
    }
    add("request_id", orNothing: record.answer?.requestID ?? record.error?.requestID)
    if record.answer?.isSettled == true { add("settled", .bool(true)) }
    if record.isTolerated { add("tolerated", .bool(true)) }
    if let error = record.error { add("error", error.json) }
    let tries = record.answer?.tries ?? record.error?.tries ?? []
    if !tries.isEmpty { add("tries", .array(tries.map(\.json))) }
    if let forecast = record.answer?.forecast {
      add(
        "forecast",
        .object([
          "refused": .bool(forecast.isRefused), "reason": .string(forecast.reason),
          "facts": .object(forecast.facts),
        ]))
    }
    if let request = record.request { add("request", request.json) }
    if let answer = record.answer, answer.status != nil, !answer.fields.members.isEmpty {
      add("resource", .object(answer.fields))
    }
  }

  /// A look-up.
  init(_ record: QueryRecord) {
    self.init("query", at: record.at)
    switch record.subject {
    case .show(let noun):
      add("verb", .string("show"))
      add("resource", .string(noun))
    case .list(let kind):
      add("verb", .string("list"))
      add("collection", .string(kind))
    }
    switch record.result {
    case .item(let fields): add("item", .object(fields))
    case .items(let items): add("items", .array(items))
    case .notAsked: add("outcome", .string("planned"))
    case .failure(let error):
      add("outcome", .string("failed"))
      if let status = error.status { add("status", .number(status)) }
      add("request_id", orNothing: error.requestID)
      if record.isTolerated { add("tolerated", .bool(true)) }
      add("error", error.json)
    }
  }
}

extension APIError {
  /// The object `error` of the ndjson contract.
  fileprivate var json: JSON {
    var object = JSONObject()
    object["kind"] = .string(kind.rawValue)
    switch code {
    case .number(let number): object["code"] = .number(number)
    case .text(let text): object["code"] = .string(text)
    case nil: break
    }
    object["message"] = .string(message)
    if let moreInfo { object["more_info"] = .string(moreInfo) }
    return .object(object)
  }
}

extension Try {
  /// A request that was followed by another one.
  fileprivate var json: JSON {
    var object = JSONObject()
    object["at_ms"] = .number(start.tenths)
    object["duration_ms"] = .number(duration.tenths)
    object["kind"] = .string(kind.rawValue)
    if let status { object["status"] = .number(status) }
    object["message"] = .string(message)
    return .object(object)
  }
}

extension OperationRequest {
  /// What would be sent.
  fileprivate var json: JSON {
    var object = JSONObject()
    object["method"] = .string(method.rawValue)
    object["path"] = .string(path)
    switch body {
    case .none: break
    case .form(let fields):
      object["form"] = .object(
        JSONObject(fields.map { JSONObject.Member(name: $0.name, value: .string($0.value)) }))
    case .json(let json): object["json"] = json
    }
    return .object(object)
  }
}

extension Duration {
  /// Milliseconds with one digit behind the point, as JSON has it.
  var tenths: String {
    let (seconds, attoseconds) = components
    let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
