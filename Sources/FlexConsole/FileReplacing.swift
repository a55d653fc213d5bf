package import FlexScript
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Replaces the content of a file as a whole: a reader sees the old one or the new one.
package enum FileReplacing {
  /// Writes a new file.
  ///
  /// - Returns: Whether it could be made; false when something has that name already.
  static func create(_ name: String, with bytes: [UInt8]) throws(FileProblem) -> Bool {
    do {
      let file = try FileDescriptor.open(
        FilePath(name), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      _ = try file.closeAfter { try file.writeAll(bytes) }
      return true
    } catch Errno.fileExists {
      return false
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
  }

  /// Writes a file beside it and puts it into its place; the mode stays.
  package static func replace(_ name: String, with bytes: [UInt8]) throws(FileProblem) {
    do {
      guard let target = RealPath.resolve(FilePath(name)) else { throw Errno.noSuchFileOrDirectory }
      var status = stat()
      guard stat(target.string, &status) == 0 else { throw Errno(rawValue: errno) }
      // A device or a pipe is not to be replaced by a file.
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw FileProblem(reason: "it is no regular file")
      }
      let temporary = FilePath(target.string + ".\(UInt32.random(in: .min ... .max)).flexsh")
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
      do {
        _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
        guard chmod(temporary.string, status.st_mode & 0o7777) == 0,
          rename(temporary.string, target.string) == 0
        else { throw Errno(rawValue: errno) }
      } catch {
        // What is thrown says why; the file that was begun is of no use to anybody.
        try? RemovedFile.remove(temporary)
        throw error
      }
    } catch let problem as FileProblem {
      throw problem
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
  }
}
