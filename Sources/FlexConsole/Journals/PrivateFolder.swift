import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Folders and files that nobody else may touch.
enum PrivateFolder {
  /// Why one cannot be used.
  struct Problem: Error {
    let reason: String
  }

  static func exists(_ path: FilePath) -> Bool {
    var status = stat()
    return lstat(path.string, &status) == 0
  }

  /// Makes a folder of mode 0700, unless it is there.
  static func make(_ path: FilePath) throws {
    if mkdir(path.string, 0o700) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
  }

  /// Makes a folder and those above it that are missing.
  static func makeAll(_ path: FilePath) throws {
    var folder = path
    var missing: [FilePath] = []
    while !exists(folder), !folder.isEmpty, folder != FilePath("/") {
      missing.append(folder)
      folder = folder.removingLastComponent()
    }
    for folder in missing.reversed() { try make(folder) }
  }

  /// Puts a file of ours into the place of another one: a reader sees the old one or the new one.
  static func replace(_ path: FilePath, with bytes: [UInt8]) throws {
    let temporary = FilePath(path.string + ".\(UInt32.random(in: .min ... .max))")
    let file = try FileDescriptor.open(
      temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: .ownerReadWrite)
    _ = try file.closeAfter { try file.writeAll(bytes) }
    guard rename(temporary.string, path.string) == 0 else {
      let code = errno
      try? RemovedFile.remove(temporary)
      throw Errno(rawValue: code)
    }
  }

  /// Refuses a folder that somebody else could put files into.
  static func check(_ path: FilePath) throws {
    var status = stat()
    guard lstat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw Problem(reason: "\(path) is no folder")
    }
    guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      throw Problem(reason: "others may write to \(path): chmod 700 \(path)")
    }
  }

  /// Refuses a file that is not ours alone.
  static func checkFile(_ file: FileDescriptor) throws {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
      throw Problem(reason: "it is no regular file of its own")
    }
    guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      throw Problem(reason: "others may read or write it: chmod 600")
    }
  }

  /// The names in a folder; none when it cannot be read.
  static func names(in path: FilePath) -> [String] {
    guard let folder = opendir(path.string) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  static func remove(_ path: FilePath) {
    rmdir(path.string)
  }
}

/// Locks that end with the process that holds them.
enum FileLock {
  /// Takes the lock; `false` when another process has it.
  static func take(_ file: FileDescriptor) throws -> Bool {
    if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno == EWOULDBLOCK { return false }
    throw Errno(rawValue: errno)
  }
}

extension FileLock {
  /// Waits for the lock.
  static func await(_ file: FileDescriptor) throws {
    while flock(file.rawValue, LOCK_EX) != 0 {
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
  }
}

/// What was written reaches the disk.
enum FileSyncing {
  static func syncData(_ file: FileDescriptor) throws {
    #if canImport(Darwin)
    let result = fcntl(file.rawValue, F_FULLFSYNC)
    #else
    let result = fdatasync(file.rawValue)
    #endif
    if result != 0 { throw Errno(rawValue: errno) }
  }

  /// The names in a folder reach the disk.
  static func syncFolder(_ path: FilePath) throws {
    let folder = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    let result = fsync(folder.rawValue)
    let code = errno
    try folder.close()
    if result != 0 { throw Errno(rawValue: code) }
  }

  /// Cuts a file off.
  static func truncate(_ file: FileDescriptor, to length: Int) throws {
    if ftruncate(file.rawValue, off_t(length)) != 0 { throw Errno(rawValue: errno) }
  }
}

/// A file that fits into memory.
enum WholeFile {
  static func read(_ file: FileDescriptor) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = try [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if more.isEmpty { return bytes }
      bytes += more
    }
  }
}
