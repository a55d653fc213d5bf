package import FlexAPI
package import FlexRuntime

/// What an object of a run's record is.
package enum RecordPart: Sendable {
  /// The first object.
  case start
  /// Anything that happened, in script order.
  case event
  /// One request of an action; only for sinks that keep them.
  case attempt
  /// The last object of a run.
  case summary
  /// What the runs of several accounts come to: the last object of all.
  case total
}

/// Takes a run's record object by object, each as JSON, in order.
package protocol RecordSink: AnyObject {
  /// Whether it needs the requests of actions, and the sentence of each.
  var keepsAttempts: Bool { get }
  /// Takes an object.
  func take(_ object: [UInt8], _ part: RecordPart)
  /// Writes what was taken so far.
  func flush()
  /// Whether something could not be written: then no further action is begun.
  var isLost: Bool { get }
}

extension RecordSink {
  /// It needs neither.
  package var keepsAttempts: Bool { false }
  /// Nothing waits to be written.
  package func flush() {}
  /// Nothing is lost.
  package var isLost: Bool { false }
}

/// Turns a run into its record, for programs and for reports in files.
package final class RecordReport: RunReport {
  private let sinks: [any RecordSink]
  private let keepsAttempts: Bool
  /// The profile that every event names, null before a run has one; `nil` for a run of one account.
  private let profile: JSON?
  /// Memory that is reused for the next object.
  private var spare: [UInt8] = []

  /// Writes the record to these.
  ///
  /// `profile`: what every event names, if this is a run of one account among several; null before any of
  /// them has begun.
  package init(_ sinks: [any RecordSink], profile: JSON? = nil) {
    self.sinks = sinks
    self.profile = profile
    keepsAttempts = sinks.contains { $0.keepsAttempts }
  }

  package var isLost: Bool { sinks.contains { $0.isLost } }

  package func begin(_ start: RunStart) { send(RecordObject.start(start), .start) }

  package func flush() { for sink in sinks { sink.flush() } }

  package func emit(_ event: RunEvent) {
    if let object = RecordObject.event(event, withSentence: keepsAttempts) { send(object, .event) }
    if keepsAttempts, case .action(let record) = event {
      for attempt in RecordObject.attempts(of: record) { pass(attempt, .attempt) }
    }
  }

  package func end(_ end: RunEnd) {
    send(RecordObject.summary(end), .summary)
    flush()
  }

  /// An event of a record; `nil` for one that a record does not have.
  package static func object(_ event: RunEvent) -> [UInt8]? {
    guard let writer = RecordObject.event(event, withSentence: true) else { return nil }
    return writer.close()
  }

  /// The first object of a record.
  package static func object(_ start: RunStart) -> JSONObject { read(RecordObject.start(start)) }

  /// The last object of a record.
  package static func object(_ end: RunEnd) -> JSONObject { read(RecordObject.summary(end)) }

  /// The last object of the records of several accounts.
  package static func total(_ end: RunsEnd) -> [UInt8] {
    RecordObject.total(end).close()
  }

  private static func read(_ object: consuming JSONObjectWriter) -> JSONObject {
    (try? JSONReader.read(object.close()))?.object ?? JSONObject()
  }

  private func send(_ object: consuming JSONObjectWriter, _ part: RecordPart) {
    switch part {
    case .event, .summary: if let profile { object.add("profile", profile) }
    // A start has it in any case.
    case .start, .attempt, .total: break
    }
    spare.removeAll(keepingCapacity: true)
    object.close(after: &spare)
    pass(spare, part)
  }

  private func pass(_ object: [UInt8], _ part: RecordPart) {
    for sink in sinks where part != .attempt || sink.keepsAttempts { sink.take(object, part) }
  }
}
