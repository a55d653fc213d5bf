package import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The path of a file with every symbolic link followed.
enum RealPath {
  static func resolve(_ path: FilePath) -> FilePath? {
    path.withPlatformString { cPath in
      guard let real = realpath(cPath, nil) else { return nil }
      defer { free(real) }
      return FilePath(platformString: real)
    }
  }
}

/// The system's name for the time since it was started.
///
/// Source: random(4), `/proc/sys/kernel/random/boot_id`.
package enum SystemBoot {
  /// The name; `nil` if the system has none.
  package static func name() -> String? {
    guard
      let file = try? FileDescriptor.open(
        "/proc/sys/kernel/random/boot_id", .readOnly, options: .closeOnExec),
      let bytes = try? file.closeAfter({ try WholeFile.read(file) })
    else { return nil }
    let name = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    return name.isEmpty ? nil : name
  }
}

/// The working folder of the process.
package enum WorkingFolder {
  /// Its path; empty if unknown.
  package static func path() -> String {
    guard let path = getcwd(nil, 0) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }

  /// Changes the working folder.
  ///
  /// - Returns: Whether that succeeded.
  package static func change(to path: String) -> Bool { chdir(path) == 0 }

  /// The absolute form of a path, which may be relative to the working folder.
  package static func absolute(_ path: String) -> String {
    FilePath(path).isAbsolute ? path : FilePath(Self.path()).pushing(FilePath(path)).string
  }
}

/// Who runs the process, and on which machine.
package enum Login {
  /// `name@host`; the number of the user if the system knows no name.
  package static func name() -> String {
    let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
    var host = [CChar](repeating: 0, count: 256)
    guard gethostname(&host, host.count - 1) == 0 else { return user }
    let name = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return "\(user)@\(String(decoding: name, as: UTF8.self))"
  }
}

/// The home folder of the user who runs the process.
enum HomeFolder {
  /// The path in the system's user database; `/` if it has none.
  static func path() -> String {
    guard let entry = getpwuid(geteuid()), let home = entry.pointee.pw_dir else { return "/" }
    return String(cString: home)
  }
}

/// The folders of a user's files.
///
/// Source: <https://specifications.freedesktop.org/basedir-spec/latest/>.
package enum UserFolders {
  /// Our own configuration: `$XDG_CONFIG_HOME/flexsh`.
  package static func configuration(_ environment: [String: String]) -> FilePath {
    if let folder = environment["XDG_CONFIG_HOME"], FilePath(folder).isAbsolute {
      return FilePath(folder).appending("flexsh")
    }
    return home(environment).appending(".config").appending("flexsh")
  }

  /// State that is stored between runs: `$XDG_STATE_HOME/flexsh`.
  static func state(_ environment: [String: String]) -> FilePath {
    if let folder = environment["XDG_STATE_HOME"], FilePath(folder).isAbsolute {
      return FilePath(folder).appending("flexsh")
    }
    return home(environment).appending(".local").appending("state").appending("flexsh")
  }

  /// Twilio CLI's configuration: `$TWILIO_CONFIG_DIR`, or `~/.twilio-cli`.
  package static func twilioCLI(_ environment: [String: String]) -> FilePath {
    if let folder = environment["TWILIO_CONFIG_DIR"], !folder.isEmpty { return FilePath(folder) }
    return home(environment).appending(".twilio-cli")
  }

  /// The home folder of the user who runs the process.
  package static func home(_ environment: [String: String]) -> FilePath {
    if let home = environment["HOME"], FilePath(home).isAbsolute { return FilePath(home) }
    return FilePath(HomeFolder.path())
  }
}

/// The owner and the permissions of a file.
package enum FileAccess {
  /// Whether users other than its owner may read or write it.
  package static func isReadableByOthers(_ path: String) -> Bool { mode(path) & 0o077 != 0 }

  /// Whether users other than its owner may write it.
  package static func isWritableByOthers(_ path: String) -> Bool { mode(path) & 0o022 != 0 }

  /// Whether two descriptors lead to the same file, pipe or terminal.
  package static func areSame(_ one: FileDescriptor, _ other: FileDescriptor) -> Bool {
    var (first, second) = (stat(), stat())
    return fstat(one.rawValue, &first) == 0 && fstat(other.rawValue, &second) == 0
      && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Whether it belongs to the user who runs the process, or to root.
  package static func isOwnedByUserOrRoot(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && (status.st_uid == geteuid() || status.st_uid == 0)
  }

  /// A folder in which another user could replace this file, a folder above it, or a link that
  /// leads to it; `nil` if there is none.
  ///
  /// The file's own folder must belong to the user or to root, and no other user may write to it;
  /// other users may write to those above if they have the sticky bit.
  package static func folderThatOthersMayReplaceIn(_ file: FilePath) -> FilePath? {
    let absolute = FilePath(WorkingFolder.absolute(file.string))
    for path in [absolute, RealPath.resolve(absolute)].compactMap(\.self) {
      let folder = path.removingLastComponent()
      if !isOwnedByUserOrRoot(folder.string) || isWritableByOthers(folder.string) { return folder }
      var above = folder
      while above.lastComponent != nil {
        above = above.removingLastComponent()
        let mode = mode(above.string)
        if mode & 0o002 != 0, mode & S_ISVTX == 0 { return above }
      }
    }
    return nil
  }

  /// The mode of a file; all permissions if its status cannot be read.
  private static func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : 0o777
  }

  /// Whether a path is a folder.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The length of a regular file in bytes; `nil` for anything else, including a link.
  static func lengthOfRegularFile(_ path: String) -> Int? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Whether a path exists and is not a regular file.
  package static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }
}

/// What tells one state of a file from another without reading it.
struct FileIdentity: Equatable {
  private let device: dev_t
  private let number: ino_t
  private let size: off_t
  /// When its content was last changed, and when anything of it was: seconds and nanoseconds.
  private let modification, change: SIMD2<Int>

  /// The identity of the file at a path, links followed; `nil` if there is none.
  init?(of path: FilePath) {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0 else { return nil }
    (device, number, size) = (status.st_dev, status.st_ino, status.st_size)
    #if canImport(Darwin)
    let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #else
    let (modified, changed) = (status.st_mtim, status.st_ctim)
    #endif
    modification = SIMD2(modified.tv_sec, modified.tv_nsec)
    change = SIMD2(changed.tv_sec, changed.tv_nsec)
  }

  /// Whether the file was last changed longer ago than this, so that a change from now on gets
  /// another time.
  func isOlder(than age: Duration) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Duration.seconds(now.tv_sec - change.x) > age
  }
}

/// The status of an open file.
enum FileStatus {
  /// Whether a file is a pipe or a socket.
  static func isPipe(_ descriptor: FileDescriptor) -> Bool {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFIFO || status.st_mode & S_IFMT == S_IFSOCK
  }

  /// A text that identifies a regular file; `nil` for anything else.
  static func identityOfRegularFile(_ descriptor: FileDescriptor) -> String? {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return "\(status.st_dev).\(status.st_ino)"
  }

  /// The length of an open file, in bytes.
  static func length(_ descriptor: FileDescriptor) -> Int? {
    var status = stat()
    return fstat(descriptor.rawValue, &status) == 0 ? Int(status.st_size) : nil
  }
}

/// Removes a file's name; processes that have the file open can still use it.
package enum RemovedFile {
  /// Removes the name.
  package static func remove(_ path: FilePath) throws {
    let result = path.withPlatformString { unlink($0) }
    if result != 0 { throw Errno(rawValue: errno) }
  }
}
