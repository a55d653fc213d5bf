package import FlexAPI

/// Pseudonyms for a copy that is shared: the same for the same thing within a run, and nothing without
/// the run's key leads back.
package struct SharedNames {
  /// A keyed hash of a text, at least 16 bytes.
  private let digest: (String) -> [UInt8]

  /// Makes pseudonyms with a keyed hash.
  package init(digest: @escaping (String) -> [UInt8]) {
    self.digest = digest
  }

  /// The pseudonym of a SID: of the same kind, with other digits.
  package func sid(_ sid: AnySID) -> String { sid.prefix + hex(sid.description, 32) }

  /// A SID as pseudonyms are spelled: its kind in capitals, its digits in lower case.
  package static func spelling(_ sid: String) -> String {
    sid.prefix(2).uppercased() + sid.dropFirst(2).lowercased()
  }

  /// The pseudonym of a text, for a place where a script needs one.
  func word(_ text: String) -> String { "text-" + hex("text " + text, 8) }

  /// What stands for a text that is left out.
  func omitted(_ text: String) -> String {
    text.isEmpty ? "" : "«\(text.count) character\(text.count == 1 ? "" : "s")»"
  }

  /// The pseudonym of a path; only its ending is kept.
  func path(_ path: String) -> String {
    if path == "-" || path == "-c" || path.isEmpty { return path }
    let name = path.split(separator: "/").last ?? ""
    let endings = ["flex", "csv", "tsv", "json", "jsonl", "ndjson", "plan"]
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return "file-" + hex("path " + path, 8) + (endings.contains(ending) ? "." + ending : "")
  }

  /// A place: `file:line:column` or `file:line`, its path replaced.
  func place(_ text: String) -> String {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.reversed().prefix { Int($0) != nil }.prefix(2).count
    guard numbers > 0, numbers < parts.count else { return path(text) }
    let name = parts.dropLast(numbers).joined(separator: ":")
    return ([path(name)] + parts.suffix(numbers).map(String.init)).joined(separator: ":")
  }

  /// A sentence: its SIDs and the texts in it replaced.
  package func sentence(_ text: String) -> String {
    var result = ""
    var rest = Substring(text)
    while let quote = rest.firstIndex(where: { $0 == "\"" || $0 == "'" }) {
      result += identifiers(rest[..<quote])
      let mark = rest[quote]
      var end = rest.index(after: quote)
      while end < rest.endIndex, rest[end] != mark {
        if rest[end] == "\\" { end = rest.index(after: end) }
        if end < rest.endIndex { end = rest.index(after: end) }
      }
      let inside = String(rest[rest.index(after: quote)..<min(end, rest.endIndex)])
      result += "\"" + (AnySID(inside).map { sid($0) } ?? word(inside)) + "\""
      rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
    }
    return result + identifiers(rest)
  }

  /// The sentence of an operation as a script that checks: its SIDs are pseudonyms, its texts replaced.
  func script(of operation: Operation) -> String {
    func shared(_ sid: AnySID) -> AnySID? { AnySID(self.sid(sid)) }
    let arguments = zip(operation.definition.parameters, operation.arguments).map {
      parameter, argument -> Operation.Argument? in
      switch (argument, parameter.kind) {
      case (nil, _): nil
      case (.sid(let sid)?, _): shared(sid).map { .sid($0) }
      // A word is one of the language's.
      case (.text?, .word): argument
      case (.text(let text)?, _): .text(word(text))
      case (.json(let json)?, _): .json(self.json(json))
      }
    }
    return Operation(
      operation.definition, in: Scope(operation.scope.sids.compactMap(shared)),
      sid: operation.sid.flatMap(shared), arguments
    ).script
  }

  /// JSON of an action: known names and SIDs stay what they are, everything else is replaced or left out.
  private func json(_ value: JSON) -> JSON {
    switch value {
    case .object(let object):
      var copy = JSONObject()
      for member in object.members where Self.keys.contains(member.name) {
        copy[member.name] = member.name == "attributes" ? .object([:]) : json(member.value)
      }
      return .object(copy)
    case .array(let elements): return .array(elements.map(json))
    case .string(let text):
      if Self.words.contains(text) { return value }
      return .string(AnySID(text).map { sid($0) } ?? word(text))
    case .number, .bool, .null: return value
    }
  }

  /// The kinds of channels and of those who begin them.
  private static let words: Set = [
    "sms", "web", "chat", "whatsapp", "messenger", "gbm", "email", "voice", "agent", "api",
    "customer",
  ]

  /// The names in the JSON of actions that Twilio documents.
  private static let keys = Set(
    Invite.routingProperties + [
      "properties", "type", "sid", "address", "messaging_binding", "proxy_address", "initiated_by",
      "participants", "from", "to", "status", "interaction_sid", "channel_sid",
    ])

  /// A text of our own words: its SIDs and long numbers replaced.
  private func identifiers(_ text: Substring) -> String {
    var result = ""
    var word = ""
    func flush() {
      if let sid = AnySID(word) {
        result += self.sid(sid)
      } else if word.contains("@") || word.utf8.count(where: { (0x30...0x39).contains($0) }) > 5 {
        result += self.word(word)
      } else {
        result += word
      }
      word = ""
    }
    for character in text {
      if character.isLetter || character.isNumber || "@+._-".contains(character) {
        word.append(character)
      } else {
        flush()
        result.append(character)
      }
    }
    flush()
    return result
  }

  private func hex(_ text: String, _ count: Int) -> String {
    String(
      digest(text).flatMap { byte in
        [byte >> 4, byte & 15].map { String($0, radix: 16) }
      }.joined().prefix(count))
  }
}
