import FlexAPI
import FlexConsole
import FlexRuntime

/// The record of a whole run, made of the journals of its shards.
///
/// Apart from times, attempts and request ids, its events are those of one run with `--keep-going`.
struct ShardMerge {
  /// The name of the group.
  let group: String
  /// The shards in order; `nil` for one without a journal.
  let shards: [RecordedRun?]

  /// Something that a shard reported.
  private struct Entry {
    let order: ScriptOrder
    let shard: Int
    /// Which of the shard's entries, in its own order.
    let number: Int
    let isOfAll: Bool
    var event: JSONObject
    var attempt: JSONObject?
  }

  /// The numbers of the shards without a journal.
  var missing: [Int] { shards.indices.filter { shards[$0] == nil }.map { $0 + 1 } }

  /// The numbers of the shards that were cut off.
  private var cut: [Int] { shards.indices.filter { isCut(shards[$0]) }.map { $0 + 1 } }

  private func isCut(_ shard: RecordedRun?) -> Bool { shard.map { $0.end == nil } ?? false }

  /// The exit status: the first of 3, 2 and 1 that a shard has, otherwise the highest.
  var exit: Int32 {
    var statuses = shards.compactMap { $0?.end?.exit }
    if !missing.isEmpty || !cut.isEmpty { statuses.append(ExitStatus.failed) }
    for shard in shards.compactMap(\.self) where isCut(shard) && shard.count(.unknown) > 0 {
      statuses.append(ExitStatus.unknown)
    }
    return ExitStatus.worst(of: statuses)
  }

  /// Passes the record to sinks, from `start` to `summary`.
  func send(to sinks: [any RecordSink]) {
    let keepsAttempts = sinks.contains { $0.keepsAttempts }
    func send(_ object: JSONObject, _ part: RecordPart) {
      var bytes: [UInt8] = []
      object.write(into: &bytes)
      for sink in sinks where part != .attempt || sink.keepsAttempts { sink.take(bytes, part) }
    }
    send(start, .start)
    var counts = RunSummary()
    var number = 0
    for entry in entries {
      var event = entry.event
      counts.count(recorded: event)
      var attempt = entry.attempt
      if event["event"]?.text == "action" {
        number += 1
        event["n"] = .number(number)
        attempt?["n"] = .number(number)
      }
      if !keepsAttempts {
        event["sentence"] = event["event"]?.text == "action" ? nil : event["sentence"]
        event["start_ms"] = nil
      }
      send(event, .event)
      if let attempt { send(attempt, .attempt) }
    }
    for event in unreached {
      counts.count(.notRun, times: event["count"]?.integer ?? 0)
      send(event, .event)
    }
    for number in missing { send(missingShard(number), .event) }
    send(summary(counts), .summary)
    for sink in sinks { sink.flush() }
  }

  // MARK: The beginning and the end

  /// The first shard that has a journal.
  private var first: RecordedRun? { shards.lazy.compactMap(\.self).first }

  private var start: JSONObject {
    var start = RunStart(version: Version.current)
    start.run = group
    if let header = first?.header {
      start.scripts = header.scripts.map { ($0.name, $0.sha256) }
      start.account = header.account
      start.baseURL = header.baseURL
      start.profile = header.options.profile
      start.isSimulated = header.isSimulated
    }
    var object = RecordReport.object(start)
    object["shards"] = .number(shards.count)
    if let first { object["began"] = .string(first.startedText) }
    return object
  }

  private func summary(_ counts: RunSummary) -> JSONObject {
    let began = shards.compactMap { $0?.header.started }.min() ?? 0
    let ended = shards.compactMap { $0?.end?.time }.max() ?? began
    var end = RunEnd(counts, duration: .milliseconds(max(0, ended - began)), exit: exit)
    var remarks: [String] = []
    if !missing.isEmpty { remarks.append("\(Self.words(missing)) without a journal") }
    if !cut.isEmpty { remarks.append("\(Self.words(cut)) cut off") }
    end.message = remarks.joined(separator: ", ")
    if !remarks.isEmpty {
      end.help = "start these shards again with their command, then merge again"
    }
    var object = RecordReport.object(end)
    object["missing_shards"] = .array(missing.map { .number($0) })
    return object
  }

  private static func words(_ numbers: [Int]) -> String {
    "shard\(numbers.count == 1 ? "" : "s") \(numbers.map(String.init).joined(separator: ", "))"
  }

  private func missingShard(_ number: Int) -> JSONObject {
    var event = JSONObject()
    event["event"] = .string("missing-shard")
    event["at"] = .string(orNull: first?.header.scripts.first?.name)
    event["shard"] = .number(number)
    event["of"] = .number(shards.count)
    event["sentence"] = .string("shard \(number) of \(shards.count)")
    event["message"] = .string("there is no journal of shard \(number) of \(shards.count)")
    return event
  }

  // MARK: What happened

  /// Everything that happened, in the order of the script.
  private var entries: [Entry] {
    var all: [Entry] = []
    for (index, shard) in shards.enumerated() {
      if let shard { all += Self.entries(of: shard, index) }
    }
    all.sort { left, right in
      if left.order != right.order { return left.order < right.order }
      return (left.shard, left.number) < (right.shard, right.number)
    }
    // What several shards reported in one place is of a unit without an owner, which each executed.
    var merged: [Entry] = []
    var start = all.startIndex
    while start < all.endIndex {
      let end = all[start...].firstIndex { $0.order != all[start].order } ?? all.endIndex
      merged += Self.single(all[start..<end], of: shards.count(where: { $0 != nil }))
      start = end
    }
    return merged
  }

  /// What is reported of a place, which several shards may have reported.
  private static func single(_ entries: ArraySlice<Entry>, of count: Int) -> [Entry] {
    let ofAll = entries.filter(\.isOfAll)
    if !ofAll.isEmpty {
      // The loop had passes in another shard.
      guard Set(ofAll.map(\.shard)).count == count else { return entries.filter { !$0.isOfAll } }
      let own = ofAll.first { !($0.event["text"]?.text ?? "").contains("belongs to this shard") }
      return [own ?? ofAll[0]]
    }
    guard let shard = entries.first?.shard else { return [] }
    return entries.filter { $0.shard == shard }
  }

  private static func entries(of shard: RecordedRun, _ index: Int) -> [Entry] {
    var found: [(order: ScriptOrder, after: Int, isEvent: Bool, entry: Entry)] = []
    var places: Set<ScriptOrder> = []
    let replay = RunReplay(past: shard, only: nil)
    for action in shard.inOrder {
      guard let order = action.intent.order else { continue }
      let (event, attempt) = replay.events(of: action)
      places.insert(order)
      found.append(
        (
          order, action.intent.number, false,
          Entry(
            order: order, shard: index, number: 0, isOfAll: false,
            event: action.result?.event?.object ?? event, attempt: attempt)
        ))
    }
    // A process that was cut off has not reported again what came later.
    let now = Set(shard.reported.map(\.order))
    let before =
      shard.end == nil
      ? shard.reportedBefore.filter { !now.contains($0.order) && !places.contains($0.order) } : []
    for reported in before + shard.reported {
      found.append(
        (
          reported.order, reported.after, true,
          Entry(
            order: reported.order, shard: index, number: 0, isOfAll: reported.isOfAll,
            event: reported.event.object)
        ))
    }
    let sorted = found.enumerated().sorted { left, right in
      let (one, other) = (left.element, right.element)
      if one.order != other.order { return one.order < other.order }
      if one.after != other.after { return one.after < other.after }
      if one.isEvent != other.isEvent { return other.isEvent }
      return left.offset < right.offset
    }
    return sorted.enumerated().map { number, item in
      let entry = item.element.entry
      return Entry(
        order: entry.order, shard: index, number: number, isOfAll: entry.isOfAll,
        event: entry.event, attempt: entry.attempt)
    }
  }

  /// What the shards did not reach, one object for each sentence of each shard.
  private var unreached: [JSONObject] {
    shards.compactMap(\.self).flatMap { shard in
      shard.unreached.map { group in
        var event = JSONObject()
        event["event"] = .string("unreached")
        event["at"] = .string(group.at)
        event["outcome"] = .string(Outcome.notRun.rawValue)
        event["count"] = .number(group.count)
        event["first_row"] = .string(orNull: group.firstRow)
        event["last_row"] = .string(orNull: group.lastRow)
        event["shard"] = .number(shard.header.shard?.number ?? 0)
        return event
      }
    }
  }
}

extension RunSummary {
  /// Counts what a record says of an event.
  fileprivate mutating func count(recorded event: JSONObject) {
    let isTolerated = event["tolerated"] == .bool(true)
    let outcome = event["outcome"]?.text.flatMap { Outcome(rawValue: $0) }
    switch event["event"]?.text {
    case "action":
      count(outcome ?? .unknown)
      if isTolerated {
        tolerated += 1
        toleratedActions += 1
      }
    case "query":
      guard outcome == .failed else { return }
      if isTolerated { tolerated += 1 } else { lookUpsFailed += 1 }
    case "expect", "wait":
      guard outcome == .failed else { return }
      if isTolerated { tolerated += 1 } else { expectationsFailed += 1 }
    case "failure":
      if isTolerated {
        tolerated += 1
      } else if outcome == .refused {
        refused += 1
      } else if ["expect", "fail"].contains(event["verb"]?.text) {
        expectationsFailed += 1
      } else {
        lookUpsFailed += 1
      }
    default: break
    }
  }
}

extension ExitStatus {
  /// The status of several runs: the first of 3, 2 and 1 that occurs, otherwise the highest.
  static func worst(of statuses: [Int32]) -> Int32 {
    for status in [unknown, refused, failed] where statuses.contains(status) { return status }
    return statuses.max() ?? success
  }
}
