import FlexAPI
package import FlexRuntime

/// Writes one JSON object per line, in script order: the contract with programs.
package final class NDJSONReport: RunReport {
  private var output: OutputStream
  /// Memory that is reused for the next line.
  private var spare: [UInt8] = []

  /// Writes to a stream.
  package init(_ output: OutputStream) {
    self.output = output
  }

  package var isLost: Bool { output.failure != nil }

  package func begin(_ start: RunStart) {
    var event = JSONObjectWriter(event: "start")
    event.add("version", 2)
    event.add("flexsh", start.version)
    event.add("run", start.run)
    event.add("script", .string(orNull: start.scripts.first?.name))
    event.add("sha256", .string(orNull: start.scripts.first?.sha256))
    if start.scripts.count > 1 {
      event.add("scripts", objects: start.scripts) { object, script in
        object.add("script", script.name)
        object.add("sha256", script.sha256)
      }
    }
    event.add("account", .string(orNull: start.account))
    event.add("base_url", .string(orNull: start.baseURL))
    write(event)
  }

  package func flush() {
    output.flush()
  }

  package func emit(_ event: RunEvent) {
    switch event {
    case .action(let record):
      spare.removeAll(keepingCapacity: true)
      write(JSONObjectWriter(record, after: &spare))
    case .query(let record): write(JSONObjectWriter(record))
    case .echo(let at, let text):
      var event = JSONObjectWriter(event: "echo", at: at)
      event.add("text", text)
      write(event)
    case .expectation(let at, let verb, let outcome, let message, let isTolerated):
      var event = JSONObjectWriter(event: verb, at: at)
      event.add("outcome", outcome.rawValue)
      event.add("message", message)
      if isTolerated { event.add("tolerated", true) }
      write(event)
    case .failure(let at, let verb, let message, let isTolerated):
      var event = JSONObjectWriter(event: "failure", at: at)
      event.add("verb", verb)
      event.add("outcome", "failed")
      event.add("message", message)
      if isTolerated { event.add("tolerated", true) }
      write(event)
    case .fileChanged(let at, let message):
      var event = JSONObjectWriter(event: "failure", at: at)
      event.add("outcome", "refused")
      event.add("message", message)
      write(event)
    case .note(let at, let text):
      var event = JSONObjectWriter(event: "note", at: at)
      event.add("text", text)
      write(event)
    case .sentence: break
    case .unexpanded(let at, let source, _):
      var event = JSONObjectWriter(event: "unexpanded", at: at)
      event.add("outcome", "planned")
      event.add("source", source)
      write(event)
    }
  }

  package func end(_ end: RunEnd) {
    let summary = end.summary
    var event = JSONObjectWriter(event: "summary")
    event.add("done", summary.done)
    event.add("failed", summary.failed)
    event.add("refused", summary.refused + summary.foreseenRefusals)
    event.add("unknown", summary.unknown)
    event.add("skipped", summary.skipped)
    event.add("planned", summary.planned)
    event.add("not_run", summary.notRun)
    event.add("tolerated", summary.tolerated)
    event.add("look_ups_failed", summary.lookUpsFailed)
    event.add("expectations_failed", summary.expectationsFailed)
    event.add("duration_ms", tenths: end.duration.tenths)
    event.add("exit", Int(end.exit))
    event.add("rehearsal", orNothing: end.inventions)
    write(event)
    output.flush()
  }

  private func write(_ event: consuming JSONObjectWriter) {
    spare = event.close()
    spare.append(UInt8(ascii: "\n"))
    output.write(spare)
  }
}

extension JSONObjectWriter {
  /// Begins an event.
  fileprivate init(event: String, at place: SourceLocation? = nil) {
    self.init()
    add("event", event)
    add("at", orNothing: place?.description)
    add("row", orNothing: place?.row)
  }

  /// Writes the event of an action.
  fileprivate init(_ record: ActionRecord, after memory: inout [UInt8]) {
    self.init(after: &memory)
    add("event", "action")
    add("n", record.number)
    add("at", record.at)
    add("row", orNothing: record.place.row)
    add("verb", record.verb)
    let (address, answer, error) = (record.address, record.answer, record.error)
    for sid in address.sids { add(named: sid.type?.noun ?? sid.prefix, sid) }
    for step in record.operation?.trail?.steps ?? [] where address[step.sid.type ?? .finding] == nil
    {
      add(named: step.noun, step.sid)
    }
    add("outcome", record.outcome.rawValue)
    add("effect", orNothing: record.effect)
    add("status", orNothing: answer?.status ?? error?.status)
    if record.outcome != .planned {
      add("attempts", orNothing: answer?.attempts ?? error?.attempts)
      if let duration = record.duration { add("duration_ms", tenths: duration.tenths) }
    }
    add("request_id", orNothing: answer?.requestID ?? error?.requestID)
    if answer?.isSettled == true { add("settled", true) }
    if record.isTolerated { add("tolerated", true) }
    if let error { add(error) }
    let attempts = answer?.earlierAttempts ?? error?.earlierAttempts ?? []
    if !attempts.isEmpty { add("tries", objects: attempts) { $1.write(into: &$0) } }
    if let forecast = answer?.forecast {
      add("forecast") { object in
        object.add("refused", forecast.isRefused)
        object.add("reason", forecast.reason)
        object.add("facts", forecast.facts)
      }
    }
    if let created = record.created {
      add("created") { $0.add(named: created.noun, created.sid) }
    }
    if let request = record.request { add("request") { request.write(into: &$0) } }
    if let answer, answer.status != nil, !answer.fields.isEmpty {
      add("resource", answer.fields)
    }
  }

  /// Writes the event of a look-up.
  fileprivate init(_ record: QueryRecord) {
    self.init(event: "query", at: record.place)
    let definition = record.definition
    add("verb", definition.verb)
    switch definition.kind {
    case .list: add("collection", orNothing: definition.resource.collection)
    case .fetch where definition == Finding.find: break
    case .fetch, .statesTarget, .creates: add("resource", definition.resource.noun)
    }
    if record.isPlanned { add("as_planned", true) }
    switch record.result {
    case .item(let fields): add("item", fields)
    case .items(let items): add("items", .array(items))
    case .notAsked: add("outcome", "planned")
    case .failure(let error):
      add("outcome", "failed")
      add("status", orNothing: error.status)
      add("request_id", orNothing: error.requestID)
      if record.isTolerated { add("tolerated", true) }
      add(error)
    }
  }

  /// Adds the `error` object of the ndjson contract.
  private mutating func add(_ error: APIError) {
    add("error") { object in
      object.add("kind", error.kind.rawValue)
      switch error.code {
      case .number(let number): object.add("code", number)
      case .text(let text): object.add("code", text)
      case nil: break
      }
      object.add("message", error.message)
      object.add("more_info", orNothing: error.moreInfo)
    }
  }
}

extension Attempt {
  /// Writes a request that was followed by another one.
  fileprivate func write(into object: inout JSONObjectWriter) {
    object.add("at_ms", tenths: start.tenths)
    object.add("duration_ms", tenths: duration.tenths)
    object.add("kind", kind.rawValue)
    object.add("status", orNothing: status)
    object.add("message", message)
  }
}

extension OperationRequest {
  /// Writes the request that would be sent.
  fileprivate func write(into object: inout JSONObjectWriter) {
    object.add("method", method.rawValue)
    object.add("path", path)
    switch body {
    case .none: break
    case .form(let fields):
      object.add(
        "form",
        JSONObject(fields.map { JSONObject.Member(name: $0.name, value: .string($0.value)) }))
    case .json(let json): object.add("json", json)
    }
  }
}

extension Duration {
  /// The duration in tenths of a millisecond.
  var tenths: Int {
    let (seconds, attoseconds) = components
    return Int(seconds * 10_000 + attoseconds / 100_000_000_000_000)
  }
}
