import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript

/// A recorded run as the record that it wrote for programs, as far as its journal has it.
struct RunReplay {
  let past: RecordedRun
  /// The outcomes that are shown; `nil` for all, and everything else that happened.
  let only: Set<Outcome>?

  /// Passes the whole record to a sink, from `start` to `summary`.
  func send(to sinks: [any RecordSink]) {
    func send(_ object: JSONObject, _ part: RecordPart) {
      var bytes: [UInt8] = []
      object.write(into: &bytes)
      for sink in sinks where part != .attempt || sink.keepsAttempts { sink.take(bytes, part) }
    }
    send(start, .start)
    for entry in entries {
      send(entry.event, .event)
      if let attempt = entry.attempt { send(attempt, .attempt) }
    }
    send(summary, .summary)
    for sink in sinks { sink.flush() }
  }

  private func isShown(_ outcome: Outcome) -> Bool { only?.contains(outcome) ?? true }

  // MARK: The beginning and the end

  private var start: JSONObject {
    let header = past.header
    var start = RunStart(
      run: header.run, scripts: header.scripts.map { ($0.name, $0.sha256) },
      account: header.account, baseURL: header.baseURL, version: header.version)
    start.profile = header.options.profile
    start.isSimulated = header.isSimulated
    var object = RecordReport.object(start)
    object["began"] = .string(past.startedText)
    object["arguments"] = .object(
      JSONObject(
        header.arguments.keys.sorted().map {
          JSONObject.Member(name: $0, value: .string(orNull: header.arguments[$0]))
        }))
    object["login"] = .string(orNull: header.login)
    return object
  }

  private var summary: JSONObject {
    let time = past.end?.time.map { $0 - past.header.started } ?? 0
    var end = RunEnd(
      past.counts, duration: .milliseconds(max(0, time)), exit: past.end?.exit ?? 0)
    if past.end == nil { end.message = "the run was cut off" }
    var object = RecordReport.object(end)
    object["result"] = .string(past.state)
    if past.end == nil { object["exit"] = .null }
    return object
  }

  // MARK: What happened

  private struct Entry {
    var order: Int
    var isEvent = false
    var event: JSONObject
    var attempt: JSONObject?
  }

  /// Actions, refusals, look-ups and expectations, in the order in which they happened.
  private var entries: [Entry] {
    var entries: [Entry] = []
    for action in past.inOrder where isShown(action.result?.outcome ?? .unknown) {
      entries.append(entry(action))
    }
    for refusal in past.refusals.values.sorted(by: { $0.number < $1.number }) {
      guard isShown(.refused), past.actions[refusal.number] == nil else { continue }
      var event = event("action", refusal.at, refusal.pass)
      event["n"] = .number(refusal.number)
      event["verb"] = .string(String(refusal.sentence.prefix { $0 != " " }))
      event["outcome"] = .string(Outcome.refused.rawValue)
      event["error"] = .object(["kind": .string("refused"), "message": .string(refusal.reason)])
      event["sentence"] = .string(refusal.sentence)
      entries.append(Entry(order: refusal.number, event: event))
    }
    for recorded in past.events {
      guard isShown(recorded.outcome), only == nil || recorded.outcome != .done else { continue }
      let isUnsent = recorded.kind == RecordedEvent.unsent
      var event = event(isUnsent ? "failure" : recorded.kind, recorded.at, recorded.pass)
      event["outcome"] = .string(recorded.outcome.rawValue)
      event["message"] = .string(recorded.message)
      if recorded.isTolerated { event["tolerated"] = .bool(true) }
      entries.append(Entry(order: recorded.actionsBefore, isEvent: true, event: event))
    }
    var sorted = entries.asHappened { ($0.order, $0.isEvent) }
    if isShown(.notRun) {
      for group in past.unreached {
        var event = event("unreached", group.at, nil)
        event["outcome"] = .string(Outcome.notRun.rawValue)
        event["count"] = .number(group.count)
        event["first_row"] = .string(orNull: group.firstRow)
        event["last_row"] = .string(orNull: group.lastRow)
        sorted.append(Entry(order: .max, isEvent: true, event: event))
      }
    }
    return sorted
  }

  private func event(_ name: String, _ at: String, _ pass: String?) -> JSONObject {
    var event = JSONObject()
    event["event"] = .string(name)
    event["at"] = .string(at)
    if let row = pass.flatMap(Self.row) { event["row"] = .string(row) }
    return event
  }

  /// The row of a data file in the key of a pass: `leavers.csv:17`.
  private static func row(_ pass: String) -> String? {
    pass.split(separator: " > ").last { part in
      part.lastIndex(of: ":").map { Int(part[part.index(after: $0)...]) != nil } ?? false
    }.map(String.init)
  }

  /// An action as an event, and its request.
  func events(
    of action: RecordedRun.RecordedAction
  ) -> (event: JSONObject, attempt: JSONObject?) {
    let entry = entry(action)
    return (entry.event, entry.attempt)
  }

  private func entry(_ action: RecordedRun.RecordedAction) -> Entry {
    let (intent, result) = (action.intent, action.result)
    var event = event("action", intent.at, intent.pass)
    event["n"] = .number(intent.number)
    event["verb"] = .string(
      intent.target?.definition.verb ?? String(intent.sentence.prefix { $0 != " " }))
    let address = (intent.target?.scope.sids ?? []) + [intent.target?.sid].compactMap(\.self)
    for sid in address { event[sid.type?.noun ?? sid.prefix] = .string(sid.description) }
    for step in intent.operation?.trail?.steps ?? [] where event[step.noun] == nil {
      event[step.noun] = .string(step.sid.description)
    }
    event["outcome"] = .string((result?.outcome ?? .unknown).rawValue)
    event["sentence"] = .string(intent.sentence)
    guard let result else {
      event["error"] = .object([
        "kind": .string("interrupted"),
        "message": .string("in flight when the run was cut off; its outcome is not known"),
      ])
      return Entry(order: intent.number, event: event)
    }
    if result.outcome == .done { event["effect"] = .string(orNull: intent.operation?.effect) }
    event["status"] = result.status.map { .number($0) }
    event["attempts"] = .number(result.attempts)
    event["duration_ms"] = .number("\(Int(result.duration)).0")
    if let start = result.start { event["start_ms"] = .number("\(Int(start)).0") }
    event["request_id"] = result.requestID.map { .string($0) }
    if result.isTolerated { event["tolerated"] = .bool(true) }
    if result.isSettled { event["settled"] = .bool(true) }
    if let error = result.error { event["error"] = .object(Self.error(error, result.code)) }
    if !result.earlierAttempts.isEmpty {
      event["tries"] = .array(
        result.earlierAttempts.map { .object(["message": .string($0)]) })
    }
    if let created = result.created {
      event["created"] = .object(
        JSONObject([JSONObject.Member(name: created.noun, value: .string(created.sid))]))
    }
    if let resource = result.resource { event["resource"] = .object(resource) }
    return Entry(order: intent.number, event: event, attempt: Self.attempt(intent.number, result))
  }

  private static func error(_ text: String, _ code: String?) -> JSONObject {
    let parts = text.split(separator: ": ", maxSplits: 1).map(String.init)
    var error = JSONObject()
    error["kind"] = .string(parts.count > 1 ? parts[0] : "api")
    if let code { error["code"] = Int(code) != nil ? .number(code) : .string(code) }
    error["message"] = .string(parts.last ?? text)
    return error
  }

  /// The request of an action; a journal says when an action began, and not when it was sent again.
  private static func attempt(_ number: Int, _ result: ActionResult) -> JSONObject? {
    guard let start = result.start else { return nil }
    var attempt = JSONObject()
    attempt["n"] = .number(number)
    attempt["try"] = .number(max(1, result.attempts))
    attempt["begin_ms"] = .number("\(Int(start)).0")
    attempt["end_ms"] = .number("\(Int(start + result.duration)).0")
    attempt["status"] = result.status.map { .number($0) } ?? .null
    attempt["retry_after_ms"] = .null
    return attempt
  }
}

extension RecordedRun {
  /// Every SID that the run names, each once.
  var sids: [AnySID] {
    var found: Set<AnySID> = []
    if let account = AnySID(header.account) { found.insert(account) }
    for action in actions.values {
      found.formUnion(AnySID.all(in: Array(action.intent.sentence.utf8)[...]))
      found.formUnion(action.intent.operation?.trail?.steps.map(\.sid) ?? [])
      if let created = action.result?.created.flatMap({ AnySID($0.sid) }) { found.insert(created) }
    }
    for refusal in refusals.values {
      found.formUnion(AnySID.all(in: Array(refusal.sentence.utf8)[...]))
    }
    for event in events { found.formUnion(AnySID.all(in: Array(event.message.utf8)[...])) }
    for read in reads.values {
      found.formUnion(AnySID.all(in: Array(read.path.utf8)[...]))
      found.formUnion(AnySID.all(in: Array(read.answer.serialized.utf8)[...]))
    }
    return Array(found)
  }
}

extension Array {
  /// What a journal has of a run, in the order in which it happened: an event comes after the actions
  /// before it.
  func asHappened(_ place: (Element) -> (order: Int, isEvent: Bool)) -> [Element] {
    enumerated().sorted { left, right in
      let (first, second) = (place(left.element), place(right.element))
      if first.order != second.order { return first.order < second.order }
      if first.isEvent != second.isEvent { return second.isEvent }
      return left.offset < right.offset
    }.map(\.element)
  }
}
