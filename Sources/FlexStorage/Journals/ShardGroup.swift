import FlexAPI
package import FlexRuntime
import FlexScript
import SystemPackage

/// What the shards of a group have in common; the first one to start writes it.
///
/// Source: CLI.md, §11.
package struct ShardGroup: Hashable, Sendable {
  /// A script or a data file: its name without folders, and its SHA-256.
  package struct File: Hashable, Sendable {
    let name: String
    let sha256: String

    /// Describes a file.
    package init(name: String, sha256: String) {
      self.name = name.split(separator: "/").last.map(String.init) ?? name
      self.sha256 = sha256
    }
  }

  /// How many shards there are.
  package let count: Int
  /// The account, `AC…`.
  package let account: String
  /// Where requests go; `nil` for the simulator, which is somewhere else in every process.
  package let host: String?
  /// The scripts, in the order in which they run.
  package let scripts: [File]
  /// The scripts that they run, and the data files.
  package let files: [File]
  /// The values for parameters, as written on the command line.
  package let arguments: [String: String]
  /// When the first shard started; milliseconds since 1970.
  package let started: UInt64

  /// Describes a group.
  package init(
    count: Int, account: String, host: String?, scripts: [File], files: [File],
    arguments: [String: String], started: UInt64
  ) {
    self.count = count
    self.account = account
    self.host = host
    self.scripts = scripts
    self.files = files
    self.arguments = arguments
    self.started = started
  }

  /// What differs from the group that another shard has written: what is meant now, then what the group
  /// has.
  package func differences(from group: ShardGroup) -> [String] {
    var differences: [String] = []
    func compare(_ what: String, _ now: String?, _ then: String?) {
      guard now != then else { return }
      differences.append("\(what): \(now ?? "none") now, \(then ?? "none") in the group")
    }
    compare("shards", "\(count)", "\(group.count)")
    compare("account", account, group.account)
    compare("host", host, group.host)
    for (what, now, then) in [("script", scripts, group.scripts), ("file", files, group.files)] {
      for index in 0..<max(now.count, then.count) {
        let (one, other) = (
          index < now.count ? now[index] : nil, index < then.count ? then[index] : nil
        )
        guard one?.sha256 != other?.sha256 else { continue }
        compare(
          what, one.map { "\($0.name) \($0.sha256.prefix(12))" },
          other.map { "\($0.name) \($0.sha256.prefix(12))" })
      }
    }
    for name in Set(arguments.keys).union(group.arguments.keys).sorted() {
      compare("argument \(name)", arguments[name], group.arguments[name])
    }
    return differences
  }

  fileprivate var json: JSONObject {
    var object = JSONObject()
    func list(_ files: [File]) -> JSON {
      .array(files.map { .object(["name": .string($0.name), "sha256": .string($0.sha256)]) })
    }
    object["version"] = .number(1)
    object["shards"] = .number(count)
    object["account"] = .string(account)
    object["host"] = .string(orNull: host)
    object["scripts"] = list(scripts)
    object["files"] = list(files)
    object["arguments"] = .object(
      JSONObject(
        arguments.keys.sorted().map {
          JSONObject.Member(name: $0, value: .string(orNull: arguments[$0]))
        }))
    object["started_ms"] = .number("\(started)")
    return object
  }

  fileprivate init?(_ object: JSONObject) {
    func list(_ json: JSON?) -> [File]? {
      json?.array?.compactMap { file in
        guard let name = file["name"]?.text, let sum = file["sha256"]?.text else { return nil }
        return File(name: name, sha256: sum)
      }
    }
    guard object["version"]?.integer == 1, let count = object["shards"]?.integer,
      let account = object["account"]?.text, let scripts = list(object["scripts"]),
      let files = list(object["files"]), let arguments = object["arguments"]?.object,
      let started = object["started_ms"]?.integer
    else { return nil }
    self.init(
      count: count, account: account, host: object["host"]?.text, scripts: scripts, files: files,
      arguments: Dictionary(
        arguments.members.map { ($0.name, $0.value.text ?? "") }, uniquingKeysWith: { $1 }),
      started: UInt64(max(0, started)))
  }

  /// Whether a text may be the name of a group: it is a folder among the journals of runs.
  package static func isName(_ text: String) -> Bool {
    func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: false
      }
    }
    guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isPlain(first),
      text.utf8.allSatisfy({ isPlain($0) || ".-_".utf8.contains($0) })
    else { return false }
    return text != "simulated" && !RunID.isID(text)
  }

  /// The number of the shard that a text belongs to, from 1: the first eight bytes of its SHA-256.
  package static func shard(of text: String, among count: Int) -> Int {
    let number = SHA256.hash(Array(text.utf8)).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(number % UInt64(count)) + 1
  }
}

extension RunDirectory {
  /// Writes what a group is, unless another shard has.
  ///
  /// - Returns: What is in the folder then.
  package func join(_ name: String, as group: ShardGroup) throws(JournalFailure) -> ShardGroup {
    let file = path.appending(name).appending("group.json").string
    do {
      try makeFolders(of: "\(name)/")
      var bytes: [UInt8] = []
      group.json.write(into: &bytes)
      bytes.append(UInt8(ascii: "\n"))
      if try AtomicFile.create(file, with: bytes) { return group }
    } catch let problem as FileProblem {
      throw JournalFailure(reason: "\(file): \(problem.reason)")
    } catch let problem as PrivateFolder.Problem {
      throw JournalFailure(reason: problem.reason)
    } catch {
      throw JournalFailure(reason: "\(file): \(Files.words(for: error))")
    }
    guard let known = self.group(name) else {
      throw JournalFailure(reason: "\(file) is garbled")
    }
    return known
  }

  /// What a group is; `nil` if there is none of this name.
  package func group(_ name: String) -> ShardGroup? {
    guard ShardGroup.isName(name),
      let file = try? Files.openRecorded(path.appending(name).appending("group.json").string),
      let bytes = (try? file.bytes(atMost: 1 << 24)) ?? nil
    else { return nil }
    return (try? JSONReader.read(bytes))?.object.flatMap { ShardGroup($0) }
  }

  /// The names of the groups.
  package func groups() -> [String] {
    PrivateFolder.names(in: path).filter {
      ShardGroup.isName($0)
        && FileAccess.lengthOfRegularFile(
          path.appending($0).appending("group.json").string) != nil
    }.sorted()
  }

  /// The names of the runs of a group's shards that have a journal: `NAME/3-of-8`.
  package func shards(of group: String) -> [String] {
    PrivateFolder.names(in: path.appending(group)).filter { $0.hasSuffix(".jsonl") }
      .map { "\(group)/\($0.dropLast(6))" }
      .filter { FileAccess.lengthOfRegularFile(journal($0).string).map { $0 > 0 } ?? false }
      .sorted()
  }

  /// Whether a shard has a journal, empty or not.
  package func hasJournal(_ run: String) -> Bool {
    FileAccess.lengthOfRegularFile(journal(run).string) != nil
  }

  /// Creates the journal of a shard, empty, unless it is there.
  package func reserve(_ run: String) throws(JournalFailure) {
    do {
      try makeFolders(of: run)
      let file = try FileDescriptor.open(
        journal(run), .writeOnly, options: [.create, .nonBlocking, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
      try file.close()
    } catch let problem as PrivateFolder.Problem {
      throw JournalFailure(reason: problem.reason)
    } catch {
      throw JournalFailure(reason: "\(path): \(Files.words(for: error))")
    }
  }

  /// The name of the run of a shard.
  package static func name(of shard: RecordedShard) -> String {
    "\(shard.group)/\(shard.number)-of-\(shard.count)"
  }

  // MARK: Who executes a shard

  private func holder(_ run: String) -> String { path.appending(run + ".lock").string }

  /// Writes who executes a shard, next to its journal: it is for people, and no lock.
  package func noteHolder(of run: String, at time: UInt64) {
    var object = JSONObject()
    object["host"] = .string(Login.name())
    object["pid"] = .number(Int(ProcessIdentifier.current))
    object["time_ms"] = .number("\(time)")
    var bytes: [UInt8] = []
    object.write(into: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    // Nothing depends on it.
    try? AtomicFile.write(bytes, to: holder(run), mode: .ownerReadWrite)
  }

  /// Removes what ``noteHolder(of:at:)`` wrote.
  package func forgetHolder(of run: String) { try? RemovedFile.remove(FilePath(holder(run))) }

  /// Who executes a shard, as far as that is written: `ada@host, process 17, seen 3 s ago`.
  package func holderText(of run: String, now: UInt64) -> String? {
    guard let file = try? Files.openRecorded(holder(run)),
      let bytes = (try? file.bytes(atMost: 1 << 16)) ?? nil,
      let object = (try? JSONReader.read(bytes))?.object, let host = object["host"]?.text,
      let process = object["pid"]?.integer, let time = object["time_ms"]?.integer
    else { return nil }
    return "\(host), process \(process), seen \((Int(now) - time) / 1000) s ago"
  }
}
