import CPlatform
package import FlexScript
package import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The only code that writes the user's files: whole or not at all.
///
/// The bytes go to a temporary file in the same folder, which is synced and then takes the name. A
/// full disk, a kill or a loss of power leaves the old file or the new one. A process that is
/// killed may leave its temporary file; the next process that writes in the folder removes it.
package enum AtomicFile {
  /// Writes a file with a mode, and replaces any regular file or link that has the name.
  ///
  /// A link is replaced, not followed.
  package static func write(
    _ bytes: [UInt8], to name: String, mode: FilePermissions
  ) throws(FileProblem) {
    try check(name)
    try explaining {
      try TemporaryFile.with(beside: FilePath(name), bytes, mode: mode.rawValue, owner: nil) {
        temporary in
        guard rename(temporary, name) == 0 else { throw Errno(rawValue: errno) }
      }
    }
  }

  /// Throws if ``write(_:to:mode:)`` cannot write to a name; called before the content is produced.
  package static func check(_ name: String) throws(FileProblem) {
    let folder = FilePath(name).folder.string
    guard FileAccess.isFolder(folder) else {
      throw FileProblem(reason: "there is no folder \(folder)")
    }
    guard access(folder, W_OK) == 0 else {
      throw FileProblem(reason: "\(folder): \(Files.words(for: Errno(rawValue: errno)))")
    }
    var status = stat()
    guard lstat(name, &status) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFLNK: return
    case S_IFDIR: throw FileProblem(reason: "it is a folder")
    default: throw FileProblem(reason: "it is not a regular file")
    }
  }

  /// Creates a file with the default mode.
  ///
  /// - Returns: Whether it was created; `false` if the name is taken.
  package static func create(_ name: String, with bytes: [UInt8]) throws(FileProblem) -> Bool {
    let mask = umask(0)
    umask(mask)
    var isMade = true
    try explaining {
      try TemporaryFile.with(
        beside: FilePath(name), bytes, mode: 0o666 & ~mask, owner: nil
      ) { temporary in
        if link(temporary, name) == 0 {
          unlink(temporary)
        } else if errno == EEXIST {
          isMade = false
          unlink(temporary)
        } else {
          // A file system without hard links.
          var status = stat()
          guard lstat(name, &status) != 0 else {
            isMade = false
            unlink(temporary)
            return
          }
          guard rename(temporary, name) == 0 else { throw Errno(rawValue: errno) }
        }
      }
    }
    return isMade
  }

  /// Replaces the content of a file that was read; keeps its mode and owner, and follows links.
  ///
  /// It fails if the file has changed since, is write-protected or has several names: no edit that
  /// was made meanwhile is lost.
  package static func rewrite(
    _ file: FileContent, with bytes: [UInt8]
  ) throws(FileProblem) {
    let target = file.realPath
    var status = stat()
    guard lstat(target.string, &status) == 0 else {
      throw FileProblem(reason: Files.words(for: Errno(rawValue: errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG, file.isUnchanged(status) else {
      throw .changed
    }
    guard status.st_mode & 0o222 != 0, access(target.string, W_OK) == 0 else {
      throw FileProblem(reason: "it is write-protected")
    }
    guard status.st_nlink == 1 else {
      throw FileProblem(
        reason: "it has \(status.st_nlink) names (hard links), and would keep its content only "
          + "under this one")
    }
    let owner = (status.st_uid, status.st_gid)
    try explaining {
      try TemporaryFile.with(
        beside: target, bytes, mode: status.st_mode & 0o7777, owner: owner
      ) { temporary in
        if flexsh_exchange_files(temporary, target.string) == 0 {
          // The old file now has the temporary name, and editors can no longer replace it.
          guard file.isUnchanged(at: temporary) else {
            guard flexsh_exchange_files(temporary, target.string) == 0 else {
              throw Errno(rawValue: errno)
            }
            throw FileProblem.changed
          }
          guard unlink(temporary) == 0 else { throw Errno(rawValue: errno) }
        } else {
          guard [EINVAL, ENOSYS, ENOTSUP, EPERM].contains(errno) else {
            throw Errno(rawValue: errno)
          }
          guard file.isUnchanged(at: target.string) else { throw FileProblem.changed }
          guard rename(temporary, target.string) == 0 else { throw Errno(rawValue: errno) }
        }
      }
    }
  }

  private static func explaining(_ body: () throws -> Void) throws(FileProblem) {
    do {
      try body()
    } catch let problem as FileProblem {
      throw problem
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
  }
}

extension FileProblem {
  /// The file has changed since it was read.
  fileprivate static let changed = FileProblem(
    reason: "it has changed since it was read; nothing was written")
}

extension FilePath {
  /// The folder that contains a path.
  var folder: FilePath {
    let folder = removingLastComponent()
    return folder.isEmpty ? FilePath(".") : folder
  }
}

/// A file with a temporary name, which gets a lasting one or is removed.
enum TemporaryFile {
  private static let prefix = ".flexsh-"
  private static let suffix = ".tmp"

  /// Writes and syncs a temporary file, lets a body rename it, and syncs the folder.
  ///
  /// `body`: receives the temporary name; whatever it throws, no file of that name remains.
  static func with(
    beside target: FilePath, _ bytes: [UInt8], mode: mode_t, owner: (uid_t, gid_t)?,
    _ body: (String) throws -> Void
  ) throws {
    let folder = target.folder
    sweep(folder)
    let (path, file) = try make(in: folder)
    do {
      try file.closeAfter {
        _ = try file.writeAll(bytes)
        if let (user, group) = owner, user != geteuid() || group != getegid() {
          // The owner is preserved, or the file is not written.
          guard fchown(file.rawValue, user, group) == 0 else { throw Errno(rawValue: errno) }
        }
        guard fchmod(file.rawValue, mode) == 0 else { throw Errno(rawValue: errno) }
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        try body(path.string)
      }
    } catch {
      // The error says why; without a name the bytes are useless.
      unlink(path.string)
      throw error
    }
    try FileSyncing.syncFolder(folder)
  }

  /// Creates and locks an empty temporary file next to a name.
  static func make(
    beside target: FilePath, mode: FileDescriptor.AccessMode = .writeOnly
  ) throws -> (FilePath, FileDescriptor) {
    sweep(target.folder)
    return try make(in: target.folder, mode)
  }

  /// Creates and locks a temporary file, so that no other process takes it for an abandoned one.
  private static func make(
    in folder: FilePath, _ mode: FileDescriptor.AccessMode = .writeOnly
  ) throws -> (FilePath, FileDescriptor) {
    while true {
      let path = folder.appending("\(prefix)\(UInt64.random(in: .min ... .max))\(suffix)")
      let file = try FileDescriptor.open(
        path, mode, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
      var status = stat()
      if try FileLock.take(file), fstat(file.rawValue, &status) == 0, status.st_nlink == 1 {
        return (path, file)
      }
      // It was removed by a sweep before it was locked.
      try file.close()
    }
  }

  /// Removes the temporary files of processes that have ended.
  private static func sweep(_ folder: FilePath) {
    for name in PrivateFolder.names(in: folder)
    where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let path = folder.appending(name)
      guard
        let file = try? FileDescriptor.open(
          path, .readOnly, options: [.nonBlocking, .closeOnExec, .noFollow])
      else { continue }
      if FileStatus.identityOfRegularFile(file) != nil, !FileLock.isTaken(file) {
        unlink(path.string)
      }
      try? file.close()
    }
  }
}
