import CPlatform
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Folders and files that no other user may touch.
enum PrivateFolder {
  /// Why a folder or a file cannot be used.
  struct Problem: Error {
    let reason: String
  }

  static func exists(_ path: FilePath) -> Bool {
    var status = stat()
    return lstat(path.string, &status) == 0
  }

  /// Creates a folder of mode 0700 unless it exists.
  static func make(_ path: FilePath) throws {
    if mkdir(path.string, 0o700) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
  }

  /// Creates a folder and the missing ones above it; the name of each is synced to disk.
  static func makeAll(_ path: FilePath) throws {
    var folder = path
    var missing: [FilePath] = []
    while !exists(folder), !folder.isEmpty, folder != FilePath("/") {
      missing.append(folder)
      folder = folder.removingLastComponent()
    }
    for folder in missing.reversed() {
      try make(folder)
      let parent = folder.removingLastComponent()
      try FileSyncing.syncFolder(parent.isEmpty ? FilePath(".") : parent)
    }
  }

  /// Refuses a folder to which another user could add files, or that another user could replace
  /// through a folder above it.
  static func check(_ path: FilePath) throws {
    var status = stat()
    guard lstat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw Problem(reason: "\(path) is not a folder")
    }
    guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      throw Problem(reason: "others may write to \(path): chmod 700 \(path)")
    }
    var above = path.removingLastComponent()
    while !above.isEmpty {
      // In a folder with the sticky bit, like /tmp, no other user can rename our files.
      if stat(above.string, &status) == 0, status.st_mode & 0o002 != 0,
        status.st_mode & S_ISVTX == 0
      {
        throw Problem(reason: "others may write to \(above): chmod o-w \(above)")
      }
      guard above.lastComponent != nil else { return }
      above = above.removingLastComponent()
    }
  }

  /// Removes other users' permissions on a regular file of ours.
  static func closeToOthers(_ file: FileDescriptor) throws {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_mode & 0o077 != 0
    else { return }
    guard fchmod(file.rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Refuses a file that is not private to the user.
  static func checkFile(_ file: FileDescriptor) throws {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
      throw Problem(reason: "it is not a regular file with one name")
    }
    guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      throw Problem(reason: "others may read or write it: chmod 600")
    }
  }

  /// The names in a folder; none if it cannot be read.
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

/// File locks that end with the process that holds them.
///
/// They are open file description locks: testing a lock does not keep another process from taking
/// it.
enum FileLock {
  /// Takes the lock; returns `false` if another process holds it.
  static func take(_ file: FileDescriptor) throws -> Bool {
    if flexsh_lock_file(file.rawValue, 0) == 0 { return true }
    if errno == EAGAIN || errno == EACCES { return false }
    throw Errno(rawValue: errno)
  }

  /// Waits for the lock.
  static func await(_ file: FileDescriptor) throws {
    if flexsh_lock_file(file.rawValue, 1) != 0 { throw Errno(rawValue: errno) }
  }

  /// Whether another process holds the lock.
  static func isTaken(_ file: FileDescriptor) -> Bool { flexsh_is_file_locked(file.rawValue) != 0 }
}

/// Syncs files and folders to disk.
enum FileSyncing {
  static func syncData(_ file: FileDescriptor) throws {
    #if canImport(Darwin)
    let result = fcntl(file.rawValue, F_FULLFSYNC)
    #else
    let result = fdatasync(file.rawValue)
    #endif
    if result != 0 { throw Errno(rawValue: errno) }
  }

  /// Syncs the names in a folder to disk.
  static func syncFolder(_ path: FilePath) throws {
    let folder = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    let result = fsync(folder.rawValue)
    let code = errno
    try folder.close()
    if result != 0 { throw Errno(rawValue: code) }
  }

  /// Truncates a file to a length in bytes.
  static func truncate(_ file: FileDescriptor, to length: Int) throws {
    if ftruncate(file.rawValue, off_t(length)) != 0 { throw Errno(rawValue: errno) }
  }
}

/// Reads whole files that fit into memory.
enum WholeFile {
  /// The length of a file up to its first hole, in bytes.
  static func lengthBeforeHole(_ file: FileDescriptor) -> Int {
    Int(flexsh_first_hole(file.rawValue))
  }

  /// Reads a file from its beginning up to its first hole: what follows was never written.
  static func read(_ file: FileDescriptor) throws -> [UInt8] {
    let end = flexsh_first_hole(file.rawValue)
    var bytes: [UInt8] = []
    while true {
      // A file of /proc has a length of 0, but has content.
      let count = end > 0 ? min(1 << 18, Int(end) - bytes.count) : 1 << 18
      guard count > 0 else { return bytes }
      let more = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        initialized = try file.read(
          fromAbsoluteOffset: Int64(bytes.count), into: UnsafeMutableRawBufferPointer(buffer))
      }
      if more.isEmpty { return bytes }
      bytes += more
    }
  }
}
