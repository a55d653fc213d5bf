package import FlexScript
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The whole content of a regular file, and what is needed to detect whether it has changed since.
package struct FileContent {
  /// The bytes that were read.
  package let bytes: [UInt8]
  /// The path with every link followed.
  let realPath: FilePath
  private let device: dev_t
  private let number: ino_t

  /// Reads a file; throws if it is longer than `maximum` bytes.
  package init(of name: String, atMost maximum: Int) throws(FileProblem) {
    guard let real = RealPath.resolve(FilePath(name)) else {
      throw FileProblem(reason: Files.words(for: Errno(rawValue: errno)))
    }
    realPath = real
    var status = stat()
    do {
      let file = try FileDescriptor.open(real, .readOnly, options: [.nonBlocking, .closeOnExec])
      bytes = try file.closeAfter {
        guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
          throw FileProblem(reason: "it is not a regular file")
        }
        guard status.st_size <= maximum else {
          throw FileProblem(reason: "it is longer than \(maximum >> 20) MiB")
        }
        try Files.checkWhole(file)
        return try WholeFile.read(file)
      }
    } catch let problem as FileProblem {
      throw problem
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
    (device, number) = (status.st_dev, status.st_ino)
  }

  /// Whether a status is that of the file that was read; its times are ignored, as they may have
  /// been set to anything.
  func isUnchanged(_ status: stat) -> Bool {
    status.st_dev == device && status.st_ino == number && Int(status.st_size) == bytes.count
  }

  /// Whether a path names the file that was read, with the same bytes.
  func isUnchanged(at path: String) -> Bool {
    guard
      let file = try? FileDescriptor.open(
        FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec, .noFollow])
    else { return false }
    let isSame = try? file.closeAfter {
      var status = stat()
      return try fstat(file.rawValue, &status) == 0 && isUnchanged(status)
        && WholeFile.read(file) == bytes
    }
    return isSame ?? false
  }
}
