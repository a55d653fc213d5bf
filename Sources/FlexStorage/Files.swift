import CPlatform
package import FlexScript
import Synchronization
import SystemPackage

/// Opens scripts and data files on disk.
package struct Files: ScriptFiles {
  /// The folder of the script that was started: the scripts that it runs must be in it or below.
  private let root: String?
  /// What was read of the files, by path; `nil` if nothing depends on it.
  private let records: ContentRecords?
  /// What takes precedence over the disk.
  private let buffers: OpenBuffers

  /// Creates access to the files of a script.
  ///
  /// `script`: the script that was started; `nil` for one that has no path, which runs scripts from
  /// the current folder. `isRecording`: whether what is read is compared with what was read first.
  /// `buffers`: what takes precedence over the disk.
  package init(
    root script: String?, isRecording: Bool = true, buffers: OpenBuffers = OpenBuffers()
  ) {
    let directory = script.map { Files.directory(of: $0) } ?? FilePath(".")
    root = RealPath.resolve(directory)?.string
    records = isRecording ? ContentRecords() : nil
    self.buffers = buffers
  }

  package mutating func beginCheck() {
    records?.forget()
  }

  /// The folder that contains a path.
  private static func directory(of path: String) -> FilePath {
    let directory = FilePath(path).removingLastComponent()
    return directory.isEmpty ? FilePath(".") : directory
  }

  package mutating func openScript(
    _ path: String, from file: String
  ) throws(FileProblem) -> OpenedFile {
    let (opened, real) = try open(path, from: file)
    guard let root, real == root || real.hasPrefix(root == "/" ? "/" : root + "/") else {
      throw FileProblem(
        reason: "it is outside the folder of the script that was started",
        help: "a script can run files in the folder of the script that was started, or below it")
    }
    return opened
  }

  package func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    try open(path, from: file).0
  }

  private func open(
    _ path: String, from file: String
  ) throws(FileProblem) -> (OpenedFile, real: String) {
    let isNamed = file != "-" && file != "-c"
    let wanted = FilePath(path)
    let directory = isNamed ? Files.directory(of: file) : FilePath(".")
    let full: FilePath
    if wanted.isAbsolute || directory == FilePath(".") {
      full = wanted
    } else {
      full = directory.pushing(wanted)
    }
    if let buffer = buffers.open(full.string) {
      return (buffer, OpenBuffers.key(of: full.string))
    }
    let opened = try Files.open(full.string, records?.record(of: full))
    guard let real = RealPath.resolve(full)?.string else {
      throw FileProblem(reason: "no such file")
    }
    return (opened, real)
  }

  /// Opens a regular file for reading.
  ///
  /// `name`: its path, as messages show it.
  package static func open(_ name: String) throws(FileProblem) -> OpenedFile {
    try open(name, nil)
  }

  /// Opens a script, whose content is compared with what was first read whenever it is read again.
  ///
  /// `name`: its path, as messages show it.
  package static func openRecorded(_ name: String) throws(FileProblem) -> OpenedFile {
    try open(name, ContentRecord(of: FilePath(WorkingFolder.absolute(name))))
  }

  private static func open(
    _ name: String, _ record: ContentRecord?
  ) throws(FileProblem) -> OpenedFile {
    let descriptor: FileDescriptor
    do {
      // Does not wait for a writer if it is a pipe.
      descriptor = try FileDescriptor.open(
        FilePath(name), .readOnly, options: [.nonBlocking, .closeOnExec])
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
    let file = FileOwner(descriptor)
    guard let identity = FileStatus.identityOfRegularFile(descriptor) else {
      let isPipe = FileStatus.isPipe(descriptor)
      throw FileProblem(
        reason: isPipe ? "it is a pipe, which can be read only once" : "it is not a regular file",
        help: isPipe ? "copy it to a file, and name that file" : nil)
    }
    try checkWhole(descriptor)
    return OpenedFile(
      identity: identity, name: name, source: FileSource(file, record), content: record)
  }

  /// The maximum length of a file, in bytes.
  private static let maximumLength = 1 << 32

  /// Refuses a file that has a hole or is too long: either may take forever to read, and no program
  /// writes text that way.
  static func checkWhole(_ descriptor: FileDescriptor) throws(FileProblem) {
    guard let length = FileStatus.length(descriptor) else { return }
    guard length <= maximumLength else {
      throw FileProblem(reason: "it has \(length) bytes, and a file may have 4 GiB")
    }
    let hole = Int(flexsh_first_hole(descriptor.rawValue))
    guard hole < 0 || hole >= length else {
      throw FileProblem(
        reason: "it has a hole at byte \(hole): it is not text, or was not written completely")
    }
  }

  /// Describes a system error in our own words.
  package static func words(for error: any Error) -> String {
    switch error as? Errno {
    case .noSuchFileOrDirectory: "no such file"
    case .permissionDenied: "permission denied"
    case .isDirectory: "it is a folder"
    case .notDirectory: "a part of its path is not a folder"
    case .tooManySymbolicLinkLevels: "its symbolic links go round in a circle"
    case let other?: "\(other)".lowercased()
    case nil: "it cannot be opened"
    }
  }
}

/// What was read of the files that scripts name.
private final class ContentRecords: Sendable {
  private let records = Mutex<[String: ContentRecord]>([:])

  /// The record of the file at a path.
  func record(of path: FilePath) -> ContentRecord {
    let path = WorkingFolder.absolute(path.string)
    return records.withLock { records in
      if let record = records[path] { return record }
      let record = ContentRecord(of: FilePath(path))
      records[path] = record
      return record
    }
  }

  /// Forgets all of them.
  func forget() {
    records.withLock { $0 = [:] }
  }
}

/// Closes a descriptor when its last reader is gone.
final class FileOwner: Sendable {
  let descriptor: FileDescriptor

  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  deinit {
    // Nothing was written, so nothing can be lost by closing.
    try? descriptor.close()
  }
}

/// Reads a file from its beginning; each copy has its own position.
struct FileSource: ByteSource {
  private let owner: FileOwner
  /// What was read first; a block is compared with it before any of its bytes are returned.
  private let record: ContentRecord?
  private var offset: Int64 = 0
  private var reading = BlockReading()
  /// What is left of the last block.
  private var rest: ArraySlice<UInt8> = []

  init(_ owner: FileOwner, _ record: ContentRecord? = nil) {
    self.owner = owner
    self.record = record
  }

  mutating func read(upTo count: Int) throws(SourceFailure) -> [UInt8] {
    guard let record else { return try readOnce(count) }
    if rest.isEmpty, !reading.isAtEnd {
      if reading.number == 0 { try record.begin() }
      let block = try readBlock()
      try reading.add(block, to: record)
      rest = block[...]
    }
    let bytes = Array(rest.prefix(count))
    rest = rest.dropFirst(count)
    return bytes
  }

  /// Reads the next block, which is shorter than the others only at the end of the file.
  mutating func readBlock() throws(SourceFailure) -> [UInt8] {
    var block = try readOnce(ContentRecord.block)
    while block.count < ContentRecord.block {
      let more = try readOnce(ContentRecord.block - block.count)
      if more.isEmpty { break }
      block += more
    }
    return block
  }

  private mutating func readOnce(_ count: Int) throws(SourceFailure) -> [UInt8] {
    do {
      let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        initialized = try owner.descriptor.read(
          fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
      }
      offset += Int64(bytes.count)
      return bytes
    } catch {
      throw SourceFailure(reason: Files.words(for: error))
    }
  }
}

/// An unnamed file, for content that must be read twice and does not fit into memory.
struct Spool {
  private let owner: FileOwner

  init() throws {
    let folder = ProcessEnvironment.variables()["TMPDIR"] ?? "/tmp"
    var path = FilePath(folder)
    path.append("flexsh-\(UInt64.random(in: .min ... .max))")
    let descriptor = try FileDescriptor.open(
      path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: .ownerReadWrite)
    owner = FileOwner(descriptor)
    try RemovedFile.remove(path)
  }

  func append(_ bytes: [UInt8]) throws {
    _ = try owner.descriptor.writeAll(bytes)
  }

  /// Returns a source that reads the file from its beginning.
  func source() -> any ByteSource { FileSource(owner) }
}
