package import FlexAPI

/// A run's record as it may be shared: identifiers are pseudonyms, texts are left out.
///
/// Only what is known to be harmless is kept; everything else is replaced or omitted. Source: CLI.md, §4.
package struct SharedCopy {
  private let names: SharedNames

  /// Makes copies with pseudonyms.
  package init(_ names: SharedNames) {
    self.names = names
  }

  /// What a copy says of itself.
  package static let notice = "shared copy; identifiers are pseudonyms"

  /// Our own words.
  private static let literals: Set<String> = [
    "event", "verb", "outcome", "collection", "resource", "effect", "flexsh", "severity", "id",
    "result", "kind", "run", "began",
  ]
  /// Texts of which only the length is told.
  private static let texts: Set<String> = ["message", "text", "source", "reason", "rehearsal"]
  /// Objects of the record in which other members are.
  private static let objects: Set<String> = ["error", "created", "forecast"]
  /// Numbers and flags.
  private static let numbers: Set<String> = [
    "version", "n", "status", "attempts", "duration_ms", "start_ms", "settled", "tolerated", "try",
    "begin_ms", "end_ms", "retry_after_ms", "exit", "done", "failed", "refused", "unknown",
    "skipped", "planned", "not_run", "tolerated_actions", "look_ups_failed", "expectations_failed",
    "line", "column", "end_line", "end_column", "count", "simulated", "as_planned", "code", "at_ms",
  ]
  /// The fields of resources, by their name.
  private static let fields: [String: ResourceDefinition.Field.Kind] = Catalog.standard.resources
    .flatMap(\.fields).reduce(into: [:]) { $0[$1.name] = $0[$1.name] ?? $1.kind }

  /// The copy of an object of a record.
  package func object(_ object: JSONObject, _ part: RecordPart) -> JSONObject {
    var copy = members(object)
    if part == .start { copy["shared"] = .bool(true) }
    return copy
  }

  private func members(_ object: JSONObject) -> JSONObject {
    var copy = JSONObject()
    for member in object.members {
      if let value = value(member.name, member.value) { copy[member.name] = value }
    }
    return copy
  }

  private func profile(_ name: String) -> String { "profile-" + names.word(name).dropFirst(5) }

  /// The value of a member; `nil` if it is left out.
  private func value(_ name: String, _ value: JSON) -> JSON? {
    if value == .null { return .null }
    switch (name, value) {
    // They look like SIDs, and lead to what was logged.
    case ("request_id", _): return nil
    case ("at", .string(let text)), ("row", .string(let text)), ("first_row", .string(let text)),
      ("last_row", .string(let text)):
      return .string(names.place(text))
    case ("file", .string(let text)), ("script", .string(let text)):
      return .string(names.path(text))
    case ("sentence", .string(let text)), ("help", .string(let text)):
      // A command that resumes a run has a host and folders in it.
      return text.contains("flexsh ") ? nil : .string(names.sentence(text))
    case ("profile", .string(let text)): return .string(profile(text))
    case ("profiles", .array(let profiles)):
      return .array(profiles.compactMap { $0.text.map { .string(profile($0)) } })
    case ("runs", .array(let runs)):
      return .array(runs.compactMap { $0.object.map { .object(members($0)) } })
    case ("scripts", .array(let scripts)):
      return .array(
        scripts.compactMap { script in
          guard let name = script["script"]?.text else { return nil }
          return .object(["script": .string(names.path(name))])
        })
    case ("item", .object(let fields)): return .object(resource(fields))
    case ("items", .array(let items)):
      return .array(items.compactMap { item in item.object.map { .object(resource($0)) } })
    case ("resource", .object(let fields)): return .object(resource(fields))
    case (_, .object(let inner)) where Self.objects.contains(name):
      return .object(members(inner))
    case (_, .string(let text)):
      if let sid = AnySID(text) { return .string(names.sid(sid)) }
      if Self.literals.contains(name) { return value }
      if Self.texts.contains(name) { return .string(names.omitted(text)) }
      return nil
    case (_, .number), (_, .bool): return Self.numbers.contains(name) ? value : nil
    default: return nil
    }
  }

  /// The fields of a resource: SIDs, states, times and numbers; texts are replaced.
  private func resource(_ fields: JSONObject) -> JSONObject {
    var copy = JSONObject()
    for member in fields.members {
      let kind = Self.fields[member.name]
      switch member.value {
      case .null: if kind != nil { copy[member.name] = .null }
      case .string(let text):
        if let sid = AnySID(text), kind != nil || member.name.hasSuffix("_sid") {
          copy[member.name] = .string(names.sid(sid))
          continue
        }
        switch kind {
        case .word(let words)? where words.contains(text): copy[member.name] = member.value
        case .date?: if Self.isTime(text) { copy[member.name] = member.value }
        case .text?, .word?, .jsonText?, .sid?: copy[member.name] = .string(names.omitted(text))
        case .number?, .seconds?, .flag?, .json?, nil: break
        }
      case .number, .bool:
        switch kind {
        case .number?, .seconds?, .flag?: copy[member.name] = member.value
        case .sid?, .text?, .word?, .date?, .jsonText?, .json?, nil: break
        }
      case .object(let inner):
        // Only the SIDs in it: its names may be anyone's.
        var sids = JSONObject()
        for inside in inner.members where inside.name.hasSuffix("_sid") {
          if let sid = inside.value.text.flatMap({ AnySID($0) }) {
            sids[inside.name] = .string(names.sid(sid))
          }
        }
        if kind != nil { copy[member.name] = .object(sids) }
      case .array: break
      }
    }
    return copy
  }

  private static func isTime(_ text: String) -> Bool {
    text.utf8.count < 40 && text.utf8.allSatisfy { "0123456789-:TZ.+".utf8.contains($0) }
  }
}

/// Passes copies of a record to other sinks.
package final class SharingSink: RecordSink {
  private let copy: SharedCopy
  private let sinks: [any RecordSink]

  /// Passes copies to these.
  package init(_ copy: SharedCopy, to sinks: [any RecordSink]) {
    self.copy = copy
    self.sinks = sinks
  }

  package var keepsAttempts: Bool { sinks.contains { $0.keepsAttempts } }
  package var isLost: Bool { sinks.contains { $0.isLost } }
  package func flush() { for sink in sinks { sink.flush() } }

  package func take(_ object: [UInt8], _ part: RecordPart) {
    guard let object = (try? JSONReader.read(object))?.object else { return }
    var bytes: [UInt8] = []
    copy.object(object, part).write(into: &bytes)
    for sink in sinks where part != .attempt || sink.keepsAttempts { sink.take(bytes, part) }
  }
}

/// Prints the copy of a record for people.
package final class SharedTextSink: RecordSink {
  private var output: OutputStream

  /// Prints to a stream.
  package init(_ output: OutputStream) {
    self.output = output
  }

  package var isLost: Bool { output.failure != nil }
  package func flush() { output.flush() }

  package func take(_ object: [UInt8], _ part: RecordPart) {
    guard let object = (try? JSONReader.read(object))?.object else { return }
    switch part {
    case .attempt, .total: return
    case .start:
      output.write("# \(SharedCopy.notice)\nrun      \(object["run"]?.text ?? "")\n")
    case .event:
      guard let event = ReportedEvent(object) else { return }
      let row = event.row.map { "  \($0)" } ?? ""
      let status = object["status"]?.integer.map { "  status \($0)" } ?? ""
      output.write(
        XMLText.visible("\(event.place.at)\(row)  \(event.sentence)  \(event.mark)\(status)") + "\n"
      )
      if event.isUndone {
        for line in event.account { output.write("    " + XMLText.visible(line) + "\n") }
      }
    case .summary:
      var totals: [String] = []
      for name in ["done", "failed", "refused", "unknown", "skipped", "planned", "not_run"] {
        if let count = object[name]?.integer, count > 0 {
          totals.append("\(count) \(name.replacing("_", with: " "))")
        }
      }
      output.write(totals.joined(separator: ", ") + "\n")
      output.flush()
    }
  }
}
