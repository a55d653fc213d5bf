import FlexAPI

extension JournalEntry {
  /// The entry as a line, its end included.
  package var line: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    json.write(into: &bytes)
    // The checksum is of everything before it, so it comes last.
    bytes.removeLast()
    let sum = Checksum.digits(of: bytes)
    bytes += Checksum.name
    bytes += sum
    bytes += Checksum.end
    return bytes
  }

  /// Reads a line without its end; `nil` for one that is not whole.
  package init?(line: ArraySlice<UInt8>) {
    let end = Checksum.end.dropLast()
    let tail = Checksum.name.count + 8 + end.count
    guard line.count > tail, line.suffix(end.count).elementsEqual(end) else { return nil }
    let content = line.dropLast(tail)
    let sum = line.dropLast(end.count).suffix(8)
    guard line.dropLast(end.count + 8).suffix(Checksum.name.count).elementsEqual(Checksum.name),
      Checksum.digits(of: Array(content)).elementsEqual(sum),
      let object = (try? JSONReader.read(Array(line)))?.object
    else { return nil }
    self.init(object)
  }

  private var json: JSONObject {
    var object = JSONObject()
    switch self {
    case .header(let header):
      object["t"] = .string("run")
      header.write(into: &object)
    case .resumed(let time):
      object["t"] = .string("resumed")
      object["at_ms"] = .number(time)
    case .read(let number, let path, let answer):
      object["t"] = .string("read")
      object["r"] = .number(number)
      object["path"] = .string(path)
      object["answer"] = answer
    case .intent(let intent):
      object["t"] = .string("intent")
      object["n"] = .number(intent.number)
      object["at"] = .string(intent.at)
      object["sentence"] = .string(intent.sentence)
      object["operation"] = intent.operation
    case .result(let result):
      object["t"] = .string("result")
      result.write(into: &object)
    case .end(let exit, let summary):
      object["t"] = .string("end")
      object["exit"] = .number(Int(exit))
      for (outcome, count) in summary.counts { object[outcome.rawValue] = .number(count) }
    }
    return object
  }

  private init?(_ object: JSONObject) {
    switch object["t"]?.text {
    case "run":
      guard let header = JournalHeader(object) else { return nil }
      self = .header(header)
    case "resumed": self = .resumed(at: object["at_ms"]?.integer ?? 0)
    case "read":
      guard let number = object["r"]?.integer, let path = object["path"]?.text,
        let answer = object["answer"]
      else { return nil }
      self = .read(number, path: path, answer: answer)
    case "intent":
      guard let number = object["n"]?.integer, let at = object["at"]?.text,
        let sentence = object["sentence"]?.text, let operation = object["operation"]
      else { return nil }
      self = .intent(
        ActionIntent(number: number, at: at, sentence: sentence, operation: operation))
    case "result":
      guard let result = ActionResult(object) else { return nil }
      self = .result(result)
    case "end":
      var summary = RunSummary()
      for outcome in Outcome.allCases {
        summary.count(outcome, times: object[outcome.rawValue]?.integer ?? 0)
      }
      self = .end(exit: Int32(object["exit"]?.integer ?? 0), summary)
    default: return nil
    }
  }
}

extension JournalHeader {
  fileprivate func write(into object: inout JSONObject) {
    func list(_ files: [File]) -> JSON {
      .array(
        files.map {
          .object([
            "name": .string($0.name), "path": .string($0.path), "sha256": .string($0.sha256),
          ])
        })
    }
    object["version"] = .number(1)
    object["flexsh"] = .string(version)
    object["run"] = .string(run)
    object["started_ms"] = .number(started)
    object["folder"] = .string(folder)
    object["scripts"] = list(scripts)
    object["files"] = list(files)
    object["arguments"] = .object(
      JSONObject(
        arguments.keys.sorted().map {
          JSONObject.Member(name: $0, value: .string(orNull: arguments[$0]))
        }))
    object["account"] = .string(account)
    object["base_url"] = .string(baseURL)
    object["simulated"] = .bool(isSimulated)
    object["keep_going"] = .bool(keepsGoing)
    object["plan"] = .bool(isPlan)
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
    guard object["version"]?.integer == 1, let run = object["run"]?.text,
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
      keepsGoing: object["keep_going"] == .bool(true), isPlan: object["plan"] == .bool(true))
  }
}

extension ActionResult {
  fileprivate func write(into object: inout JSONObject) {
    object["n"] = .number(number)
    object["outcome"] = .string(outcome.rawValue)
    if let status { object["status"] = .number(status) }
    if let requestID { object["request_id"] = .string(requestID) }
    object["attempts"] = .number(attempts)
    object["ms"] = .number(Int(duration))
    if let error { object["error"] = .string(error) }
    if !tries.isEmpty { object["tries"] = .array(tries.map { .string($0) }) }
    if isSettled { object["settled"] = .bool(true) }
    if let resource { object["resource"] = .object(resource) }
  }

  fileprivate init?(_ object: JSONObject) {
    guard let number = object["n"]?.integer,
      let outcome = object["outcome"]?.text.flatMap({ Outcome(rawValue: $0) })
    else { return nil }
    self.init(
      number: number, outcome: outcome, status: object["status"]?.integer,
      requestID: object["request_id"]?.text, attempts: object["attempts"]?.integer ?? 0,
      duration: Double(object["ms"]?.integer ?? 0))
    error = object["error"]?.text
    tries = object["tries"]?.array?.compactMap(\.text) ?? []
    isSettled = object["settled"] == .bool(true)
    resource = object["resource"]?.object
  }
}

/// CRC-32C, by Castagnoli: what a torn or garbled line is recognised by.
enum Checksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
  }

  /// What stands between a line and its sum, and behind it.
  static let name = Array(#","crc":""#.utf8)
  static let end = Array("\"}\n".utf8)

  /// The sum in eight hexadecimal digits.
  static func digits(of bytes: [UInt8]) -> [UInt8] {
    let sum = bytes.withUnsafeBufferPointer { bytes in
      table.withUnsafeBufferPointer { table in
        var sum = ~UInt32(0)
        for byte in bytes { sum = sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)] }
        return ~sum
      }
    }
    return (0..<8).map { place in
      let digit = UInt8(truncatingIfNeeded: sum >> UInt32(28 - place * 4)) & 15
      return digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
  }
}
