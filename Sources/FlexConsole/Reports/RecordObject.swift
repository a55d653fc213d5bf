package import FlexAPI
import FlexRuntime
package import FlexScript

/// A run's record as JSON objects: every output for programs, and every report, is made of them.
///
/// Source: CLI.md, §3.
enum RecordObject {
  /// The first object: what is known before the first event; what is unknown is null.
  static func start(_ start: RunStart) -> JSONObjectWriter {
    var event = JSONObjectWriter(event: "start")
    event.add("version", 2)
    event.add("flexsh", start.version)
    event.add("run", .string(orNull: start.run))
    event.add("script", .string(orNull: start.scripts.first?.name))
    event.add("sha256", .string(orNull: start.scripts.first.map(\.sha256)))
    event.add("scripts", objects: start.scripts) { object, script in
      object.add("script", script.name)
      object.add("sha256", script.sha256)
    }
    event.add("account", .string(orNull: start.account))
    event.add("base_url", .string(orNull: start.baseURL))
    event.add("profile", .string(orNull: start.profile))
    if start.isSimulated { event.add("simulated", true) }
    return event
  }

  /// An event; `nil` for one that only a prompt needs.
  ///
  /// `withSentence`: whether an action has its sentence, and when it began.
  static func event(_ event: RunEvent, withSentence: Bool) -> JSONObjectWriter? {
    switch event {
    case .action(let record):
      var event = JSONObjectWriter()
      event.add(record)
      if withSentence {
        event.add("sentence", record.sentence)
        if let start = record.start { event.add("start_ms", tenths: start.tenths) }
      }
      return event
    case .query(let record): return JSONObjectWriter(record)
    case .echo(let at, let text):
      var event = JSONObjectWriter(event: "echo", at: at)
      event.add("text", text)
      return event
    case .expectation(let at, let verb, let outcome, let message, let isTolerated):
      var event = JSONObjectWriter(event: verb, at: at)
      event.add("outcome", outcome.rawValue)
      event.add("message", message)
      if isTolerated { event.add("tolerated", true) }
      return event
    case .failure(let at, let verb, let message, let isTolerated):
      var event = JSONObjectWriter(event: "failure", at: at)
      event.add("verb", verb)
      event.add("outcome", verb == "confirm" ? "refused" : "failed")
      event.add("message", message)
      if isTolerated { event.add("tolerated", true) }
      return event
    case .fileChanged(let at, let message):
      var event = JSONObjectWriter(event: "failure", at: at)
      event.add("outcome", "refused")
      event.add("message", message)
      return event
    case .note(let at, let text):
      var event = JSONObjectWriter(event: "note", at: at)
      event.add("text", text)
      return event
    case .noPasses(let at, _, _, _):
      var note = JSONObjectWriter(event: "note", at: at)
      note.add("text", orNothing: event.textOfNoPasses)
      return note
    case .unexpanded(let at, let source, _):
      var event = JSONObjectWriter(event: "unexpanded", at: at)
      event.add("outcome", "planned")
      event.add("source", source)
      return event
    case .diagnostic(let diagnostic):
      var event = JSONObjectWriter(event: "diagnostic")
      event.add(diagnostic)
      return event
    case .sentence: return nil
    }
  }

  /// The requests of an action, in order; times are in milliseconds from the beginning of the run.
  static func attempts(of record: ActionRecord) -> [[UInt8]] {
    guard let start = record.start, let duration = record.duration else { return [] }
    let earlier = record.answer?.earlierAttempts ?? record.error?.earlierAttempts ?? []
    func object(
      _ number: Int, _ begin: Duration, _ end: Duration, _ status: Int?, _ wait: Duration?
    )
      -> [UInt8]
    {
      var object = JSONObjectWriter()
      object.add("n", record.number)
      object.add("try", number)
      object.add("begin_ms", tenths: (start + begin).tenths)
      object.add("end_ms", tenths: (start + end).tenths)
      object.add("status", status.map { .number($0) } ?? .null)
      object.add("retry_after_ms", wait.map { .number(Int($0.milliseconds)) } ?? .null)
      return object.close()
    }
    var objects = earlier.enumerated().map { index, attempt in
      object(
        index + 1, attempt.start, attempt.start + attempt.duration, attempt.status,
        attempt.retryAfter)
    }
    if earlier.isEmpty || earlier.last?.next != nil {
      objects.append(
        object(
          earlier.count + 1, earlier.last?.next ?? .zero, duration,
          record.answer?.status ?? record.error?.status, nil))
    }
    return objects
  }

  /// The last object: the totals and how the run ended.
  static func summary(_ end: RunEnd) -> JSONObjectWriter {
    let summary = end.summary
    var event = JSONObjectWriter(event: "summary")
    event.add(summary)
    event.add("duration_ms", tenths: end.duration.tenths)
    event.add("exit", Int(end.exit))
    event.add("rehearsal", orNothing: end.inventions)
    event.add("message", orNothing: end.message.isEmpty ? nil : end.message)
    event.add("help", orNothing: end.help)
    return event
  }

  /// What the runs of several accounts come to: the last object of all.
  ///
  /// Its profile is null, because it is of all of them.
  static func total(_ end: RunsEnd) -> JSONObjectWriter {
    var event = JSONObjectWriter(event: "total")
    event.add("profile", .null)
    event.add("profiles", .array(end.members.map { .string($0.profile) }))
    event.add("runs", objects: end.members) { object, member in
      object.add("profile", member.profile)
      object.add("account", .string(orNull: member.account))
      object.add("run", .string(orNull: member.run))
      if let end = member.end { object.add(end.summary) }
      object.add("exit", member.end.map { .number(Int($0.exit)) } ?? .null)
      object.add("message", orNothing: member.end.flatMap { $0.message.isEmpty ? nil : $0.message })
      object.add("help", orNothing: member.end?.help)
    }
    event.add(end.summary)
    event.add("duration_ms", tenths: end.duration.tenths)
    event.add("exit", Int(end.exit))
    event.add("message", orNothing: end.message.isEmpty ? nil : end.message)
    return event
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

  /// Adds the counts of a run.
  fileprivate mutating func add(_ summary: RunSummary) {
    add("done", summary.done)
    add("failed", summary.failed)
    add("refused", summary.refused + summary.foreseenRefusals)
    add("unknown", summary.unknown)
    add("skipped", summary.skipped)
    add("planned", summary.planned)
    add("not_run", summary.notRun)
    add("tolerated", summary.tolerated)
    add("tolerated_actions", summary.toleratedActions)
    add("look_ups_failed", summary.lookUpsFailed)
    add("expectations_failed", summary.expectationsFailed)
  }

  /// Adds the members of an action's event.
  fileprivate mutating func add(_ record: ActionRecord) {
    add("event", "action")
    add("n", record.number)
    add("at", file: record.place.file, line: record.place.line, column: record.place.column)
    add("row", orNothing: record.place.row)
    add("verb", record.verb)
    let (address, answer, error) = (record.address, record.answer, record.error)
    for sid in address.sids { add(named: sid.type?.noun ?? sid.prefix, sid) }
    for step in record.trail?.steps ?? [] where address[step.sid.type ?? .finding] == nil {
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
    if let error {
      add(error, advice: error.advice(outcome: record.outcome.rawValue, address))
    }
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
    add("sentence", record.sentence)
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
      add(error, advice: error.adviceForLookUp(record.address))
    }
  }

  /// Adds the `error` object of the ndjson contract.
  private mutating func add(_ error: APIError, advice: String) {
    add("error") { object in
      object.add("kind", error.kind.rawValue)
      switch error.code {
      case .number(let number): object.add("code", number)
      case .text(let text): object.add("code", text)
      case nil: break
      }
      object.add("message", error.message)
      object.add("more_info", orNothing: error.moreInfo)
      object.add("help", advice)
    }
  }
}

extension JSONObjectWriter {
  /// Adds the members of a diagnostic, as `check -o json` prints them.
  package mutating func add(_ diagnostic: Diagnostic) {
    add("file", diagnostic.file)
    if let range = diagnostic.range {
      add("line", range.start.line)
      add("column", range.start.column)
      add("end_line", range.end.line)
      add("end_column", range.end.column)
    }
    add("severity", diagnostic.severity.rawValue)
    add("id", diagnostic.id.rawValue)
    add("message", diagnostic.message)
    add("help", orNothing: diagnostic.help)
    if let fix = diagnostic.fix { add("fix") { $0.add("replacement", fix) } }
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
