import CPlatform
package import FlexScript
import SystemPackage

/// Opens scripts and data files on disk.
package struct Files: ScriptFiles {
  /// The folder of the script that was started: the scripts that it runs must be in it or below.
  private let root: String?

  /// Creates access to the files of a script.
  ///
  /// `script`: the script that was started; `nil` for one that has no path, which runs scripts from
  /// the current folder.
  package init(root script: String?) {
    let directory = script.map { Files.directory(of: $0) } ?? FilePath(".")
    root = RealPath.resolve(directory)?.string
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
      throw FileProblem(reason: "it is outside the folder of the script that was started")
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
    let opened = try Files.open(full.string)
    guard let real = RealPath.resolve(full)?.string else {
      throw FileProblem(reason: "no such file")
    }
    return (opened, real)
  }

  /// Opens a regular file for reading.
  ///
  /// `name`: its path, as messages show it.
  package static func open(_ name: String) throws(FileProblem) -> OpenedFile {
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
      throw FileProblem(reason: "it is not a regular file")
    }
    try checkWhole(descriptor)
    return OpenedFile(identity: identity, name: name, source: FileSource(file))
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

/// Closes a descriptor when its last reader is gone.
private final class FileOwner: Sendable {
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
private struct FileSource: ByteSource {
  private let owner: FileOwner
  private var offset: Int64 = 0

  init(_ owner: FileOwner) {
    self.owner = owner
  }

  mutating func read(upTo count: Int) throws(SourceFailure) -> [UInt8] {
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
