import FlexAPI

extension JournalEntry {
  /// The entry as a line, its end included.
  package var line: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  /// Appends the entry as a line, its end included.
  package func write(to lines: inout [UInt8]) {
    var object = JSONObjectWriter()
    write(into: &object)
    // The checksum is of everything before it, so it comes last.
    object.add("crc", sumOfAllBefore: Checksum.sum)
    object.close(after: &lines)
    lines.append(UInt8(ascii: "\n"))
  }

  /// Reads a line without its end; `nil` for one that is not whole.
  package init?(line: ArraySlice<UInt8>) {
    let end = Checksum.end.dropLast()
    let tail = Checksum.name.count + 8 + end.count
    guard line.count > tail, line.suffix(end.count).elementsEqual(end) else { return nil }
    let content = line.dropLast(tail)
    let sum = line.dropLast(end.count).suffix(8)
    guard line.dropLast(end.count + 8).suffix(Checksum.name.count).elementsEqual(Checksum.name),
      content.withUnsafeBufferPointer({ Checksum.digits(of: $0) }).utf8.elementsEqual(sum),
      let object = (try? JSONReader.read(Array(line)))?.object
    else { return nil }
    self.init(object)
  }

  /// Whether bytes begin with a whole line, followed by something else.
  static func begins(_ bytes: ArraySlice<UInt8>) -> Bool {
    let tail = Checksum.name.count + 8 + Checksum.end.count - 1
    return bytes.indices.dropLast(tail).contains { index in
      bytes[index...].starts(with: Checksum.name)
        && JournalEntry(line: bytes[..<(index + tail)]) != nil
    }
  }

  private func write(into object: inout JSONObjectWriter) {
    switch self {
    case .header(let header):
      object.add("t", "run")
      header.write(into: &object)
    case .resumed(let time, let boot):
      object.add("t", "resumed")
      object.add("at_ms", time)
      object.add("boot", orNothing: boot)
    case .read(let number, let last, let path, let answer):
      object.add("t", "read")
      object.add("r", number)
      object.add("last", orNothing: last)
      object.add("path", path)
      object.add("answer", answer)
    case .intent(let intent):
      object.add("t", "intent")
      object.add("n", intent.number)
      object.add("at", intent.at)
      object.add("pass", orNothing: intent.pass)
      object.add("order", orNothing: intent.order?.text)
      // An operation without a body says it all.
      if intent.operation?.hasBody != false { object.add("sentence", intent.sentence) }
      if let operation = intent.operation {
        object.add("operation") { operation.write(into: &$0, withBodies: false) }
      }
      if intent.isAhead { object.add("ahead", true) }
    case .begun(let numbers):
      object.add("t", "begun")
      object.add("n", numbers)
    case .result(let result):
      object.add("t", "result")
      result.write(into: &object)
    case .refused(let refusal):
      object.add("t", "refused")
      object.add("n", refusal.number)
      object.add("at", refusal.at)
      object.add("pass", orNothing: refusal.pass)
      object.add("sentence", refusal.sentence)
      object.add("reason", refusal.reason)
      object.add("reads", orNothing: refusal.lookUpsBefore)
    case .event(let event):
      object.add("t", "event")
      object.add("at", event.at)
      object.add("pass", orNothing: event.pass)
      object.add("kind", event.kind)
      object.add("outcome", event.outcome.rawValue)
      object.add("message", event.message)
      if event.isTolerated { object.add("tolerated", true) }
      object.add("after", event.actionsBefore)
      object.add("reads", orNothing: event.lookUpsBefore)
    case .reported(let entry):
      object.add("t", "reported")
      object.add("order", entry.order.text)
      if entry.isOfAll { object.add("of_all", true) }
      object.add("after", entry.after)
      object.add("event", entry.event)
    case .unreached(let actions):
      object.add("t", "unreached")
      object.add("at", actions.at)
      object.add("count", actions.count)
      object.add("first", orNothing: actions.firstRow)
      object.add("last", orNothing: actions.lastRow)
    case .end(let exit, let time, let summary):
      object.add("t", "end")
      object.add("exit", Int(exit))
      object.add("at_ms", orNothing: time)
      summary.write(into: &object)
    }
  }

  private init?(_ object: JSONObject) {
    switch object["t"]?.text {
    case "run":
      guard let header = JournalHeader(object) else { return nil }
      // The entries that follow name them.
      if header.options.admitsOtherSIDs { OtherSIDs.admit() }
      self = .header(header)
    case "resumed":
      self = .resumed(at: object["at_ms"]?.integer ?? 0, boot: object["boot"]?.text)
    case "read":
      guard let number = object["r"]?.integer, let path = object["path"]?.text,
        let answer = object["answer"]
      else { return nil }
      self = .read(number, last: object["last"]?.integer, path: path, answer: answer)
    case "intent":
      guard let number = object["n"]?.integer, let at = object["at"]?.text,
        var intent = ActionIntent(
          number: number, at: at, sentence: object["sentence"]?.text,
          operation: object["operation"].flatMap { Operation(json: $0) },
          isAhead: object["ahead"] == .bool(true))
      else { return nil }
      intent.pass = object["pass"]?.text
      intent.order = object["order"]?.text.flatMap { ScriptOrder($0) }
      intent.target = object["operation"].flatMap { OperationTarget(json: $0) }
      self = .intent(intent)
    case "begun":
      guard let numbers = object["n"]?.array else { return nil }
      self = .begun(numbers.compactMap(\.integer))
    case "result":
      guard let result = ActionResult(object) else { return nil }
      self = .result(result)
    case "refused":
      guard let number = object["n"]?.integer, let at = object["at"]?.text,
        let sentence = object["sentence"]?.text, let reason = object["reason"]?.text
      else { return nil }
      self = .refused(
        ActionRefusal(
          number: number, at: at, pass: object["pass"]?.text, sentence: sentence, reason: reason,
          lookUpsBefore: object["reads"]?.integer))
    case "event":
      guard let at = object["at"]?.text, let kind = object["kind"]?.text,
        let outcome = object["outcome"]?.text.flatMap({ Outcome(rawValue: $0) }),
        let message = object["message"]?.text
      else { return nil }
      var event = RecordedEvent(
        at: at, pass: object["pass"]?.text, kind: kind, outcome: outcome, message: message,
        isTolerated: object["tolerated"] == .bool(true))
      event.actionsBefore = object["after"]?.integer ?? 0
      event.lookUpsBefore = object["reads"]?.integer
      self = .event(event)
    case "reported":
      guard let order = object["order"]?.text.flatMap({ ScriptOrder($0) }),
        let event = object["event"]?.object
      else { return nil }
      self = .reported(
        ReportedEntry(
          order: order, event: .object(event), isOfAll: object["of_all"] == .bool(true),
          after: object["after"]?.integer ?? 0))
    case "unreached":
      guard let at = object["at"]?.text, let count = object["count"]?.integer else { return nil }
      self = .unreached(
        UnreachedActions(
          at: at, count: count, firstRow: object["first"]?.text, lastRow: object["last"]?.text))
    case "end":
      self = .end(
        exit: Int32(object["exit"]?.integer ?? 0), time: object["at_ms"]?.integer,
        RunSummary(object))
    default: return nil
    }
  }
}

extension JournalHeader {
  fileprivate func write(into object: inout JSONObjectWriter) {
    func add(_ name: StaticString, _ files: [File]) {
      object.add(name, objects: files) { object, file in
        object.add("name", file.name)
        object.add("path", file.path)
        object.add("sha256", file.sha256)
      }
    }
    object.add("version", format)
    object.add("flexsh", version)
    object.add("run", run)
    object.add("started_ms", started)
    object.add("folder", folder)
    add("scripts", scripts)
    add("files", files)
    object.add(
      "arguments",
      JSONObject(
        arguments.keys.sorted().map {
          JSONObject.Member(name: $0, value: .string(orNull: arguments[$0]))
        }))
    object.add("account", account)
    object.add("base_url", baseURL)
    object.add("simulated", isSimulated)
    object.add("keep_going", keepsGoing)
    if isAtMostOnce { object.add("at_most_once", true) }
    object.add("options") { options.write(into: &$0) }
    object.add("login", orNothing: login)
    object.add("plan", isPlan)
    if let shard {
      object.add("shard") { object in
        object.add("group", shard.group)
        object.add("number", shard.number)
        object.add("count", shard.count)
      }
    }
    object.add("boot", orNothing: boot)
  }

  fileprivate init?(_ object: JSONObject) {
    func files(_ json: JSON?) -> [File]? {
      guard let elements = json?.array else { return nil }
      var files: [File] = []
      for element in elements {
        guard let object = element.object, let name = object["name"]?.text,
          let path = object["path"]?.text, let sum = object["sha256"]?.text
        else { return nil }
        files.append(File(name: name, path: path, sha256: sum))
      }
      return files
    }
    guard let format = object["version"]?.integer, format == 1 || format == 2,
      let run = object["run"]?.text,
      let started = object["started_ms"]?.integer, let version = object["flexsh"]?.text,
      let folder = object["folder"]?.text,
      let scripts = files(object["scripts"]), let others = files(object["files"]),
      let arguments = object["arguments"]?.object, let account = object["account"]?.text,
      let url = object["base_url"]?.text
    else { return nil }
    self.init(
      run: run, started: started, version: version, folder: folder, scripts: scripts, files: others,
      arguments: Dictionary(
        uniqueKeysWithValues: arguments.members.map { ($0.name, $0.value.text ?? "") }),
      account: account, baseURL: url, isSimulated: object["simulated"] == .bool(true),
      keepsGoing: object["keep_going"] == .bool(true), isPlan: object["plan"] == .bool(true),
      boot: object["boot"]?.text)
    self.format = format
    isAtMostOnce = object["at_most_once"] == .bool(true)
    options = object["options"]?.object.map { RecordedOptions($0) } ?? RecordedOptions()
    login = object["login"]?.text
    if let shard = object["shard"]?.object, let group = shard["group"]?.text,
      let number = shard["number"]?.integer, let count = shard["count"]?.integer
    {
      self.shard = RecordedShard(group: group, number: number, count: count)
    }
  }
}

extension JSONObjectWriter {
  /// Adds an object of a journal.
  fileprivate mutating func add(_ name: StaticString, _ object: RecordedObject) {
    switch object {
    case .text(let text): add(name, written: text)
    case .object(let object): add(name, object)
    }
  }
}

extension RecordedOptions {
  fileprivate func write(into object: inout JSONObjectWriter) {
    object.add("rate", orNothing: rate)
    object.add("jobs", orNothing: jobs)
    object.add("timeout", orNothing: timeout)
    object.add("connect_timeout", orNothing: connectTimeout)
    object.add("retries", orNothing: retries)
    object.add("max_changes", orNothing: maximumChanges)
    if isReadOnly { object.add("read_only", true) }
    if admitsOtherSIDs { object.add("lenient_sids", true) }
    object.add("profile", orNothing: profile)
  }

  fileprivate init(_ object: JSONObject) {
    rate = object["rate"]?.text
    jobs = object["jobs"]?.integer
    timeout = object["timeout"]?.text
    connectTimeout = object["connect_timeout"]?.text
    retries = object["retries"]?.integer
    maximumChanges = object["max_changes"]?.integer
    isReadOnly = object["read_only"] == .bool(true)
    admitsOtherSIDs = object["lenient_sids"] == .bool(true)
    profile = object["profile"]?.text
  }
}

extension RunSummary {
  fileprivate func write(into object: inout JSONObjectWriter) {
    object.add("done", done)
    object.add("failed", failed)
    object.add("refused", refused)
    object.add("unknown", unknown)
    object.add("skipped", skipped)
    object.add("planned", planned)
    object.add("not-run", notRun)
    if tolerated > 0 { object.add("tolerated", tolerated) }
    if toleratedActions > 0 { object.add("tolerated_actions", toleratedActions) }
    if lookUpsFailed > 0 { object.add("look_ups_failed", lookUpsFailed) }
    if expectationsFailed > 0 { object.add("expectations_failed", expectationsFailed) }
  }

  fileprivate init(_ object: JSONObject) {
    self.init()
    for outcome in Outcome.allCases {
      count(outcome, times: object[outcome.rawValue]?.integer ?? 0)
    }
    tolerated = object["tolerated"]?.integer ?? 0
    toleratedActions = object["tolerated_actions"]?.integer ?? 0
    lookUpsFailed = object["look_ups_failed"]?.integer ?? 0
    expectationsFailed = object["expectations_failed"]?.integer ?? 0
  }
}

extension ActionResult {
  fileprivate func write(into object: inout JSONObjectWriter) {
    object.add("n", number)
    object.add("outcome", outcome.rawValue)
    object.add("status", orNothing: status)
    object.add("request_id", orNothing: requestID)
    object.add("attempts", attempts)
    object.add("ms", Int(duration))
    object.add("start_ms", orNothing: start.map { Int($0) })
    object.add("error", orNothing: error)
    object.add("code", orNothing: code)
    if isTolerated { object.add("tolerated", true) }
    if !earlierAttempts.isEmpty { object.add("tries", .array(earlierAttempts.map { .string($0) })) }
    if isSettled { object.add("settled", true) }
    if let resource { object.add("resource", resource) }
    if let created {
      object.add(
        "created", JSONObject([JSONObject.Member(name: created.noun, value: .string(created.sid))]))
    }
    object.add("reads", orNothing: lookUpsBefore)
    if let event { object.add("event", event) }
  }

  fileprivate init?(_ object: JSONObject) {
    guard let number = object["n"]?.integer,
      let outcome = object["outcome"]?.text.flatMap({ Outcome(rawValue: $0) })
    else { return nil }
    self.init(
      number: number, outcome: outcome, status: object["status"]?.integer,
      requestID: object["request_id"]?.text, attempts: object["attempts"]?.integer ?? 0,
      duration: Double(object["ms"]?.integer ?? 0))
    start = object["start_ms"]?.integer.map { Double($0) }
    error = object["error"]?.text
    code = object["code"]?.text
    isTolerated = object["tolerated"] == .bool(true)
    earlierAttempts = object["tries"]?.array?.compactMap(\.text) ?? []
    isSettled = object["settled"] == .bool(true)
    resource = object["resource"]?.object
    created = object["created"]?.object?.members.first.flatMap { member in
      member.value.text.map { (member.name, $0) }
    }
    lookUpsBefore = object["reads"]?.integer
    event = object["event"]?.object.map { .object($0) }
  }
}
