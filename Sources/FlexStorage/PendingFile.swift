package import FlexScript
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// A file that is written bit by bit next to its name, and takes the name at the end.
///
/// Until then, a file that has the name stays as it is. One that never takes its name is removed.
package final class PendingFile {
  private let name: String
  private let temporary: FilePath
  private var file: FileDescriptor?
  private var buffer: [UInt8] = []
  /// How many bytes were written so far.
  package private(set) var count = 0
  /// Why writing failed, once it has; nothing is written from then on.
  package private(set) var problem: FileProblem?

  private static let capacity = 1 << 16

  /// Creates the file, empty, in the folder of its name.
  package init(_ name: String) throws(FileProblem) {
    self.name = name
    try AtomicFile.check(name)
    var status = stat()
    guard lstat(name, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw FileProblem(reason: "it is a link, which would be replaced; name the file itself")
    }
    do {
      (temporary, file) = try TemporaryFile.make(beside: FilePath(name))
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
  }

  deinit {
    guard let file else { return }
    unlink(temporary.string)
    try? file.close()
  }

  /// Writes bytes.
  package func write(_ bytes: [UInt8]) {
    guard problem == nil else { return }
    count += bytes.count
    buffer += bytes
    if buffer.count >= Self.capacity { flush() }
  }

  private func flush() {
    guard problem == nil, let file, !buffer.isEmpty else { return }
    do {
      _ = try file.writeAll(buffer)
    } catch {
      problem = FileProblem(reason: Files.words(for: error))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Makes the content durable, and gives the file its name.
  package func commit() throws(FileProblem) {
    flush()
    if let problem { throw problem }
    guard let file else { return }
    do {
      let mask = umask(0)
      umask(mask)
      guard fchmod(file.rawValue, 0o666 & ~mask) == 0, fsync(file.rawValue) == 0,
        rename(temporary.string, name) == 0
      else { throw Errno(rawValue: errno) }
      self.file = nil
      try file.close()
      try FileSyncing.syncFolder(FilePath(name).folder)
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
  }
}

/// A temporary file without a name, for lines that are read again.
package final class LineSpool {
  private let file: FileDescriptor
  private var buffer: [UInt8] = []
  private var length: Int64 = 0
  /// Why writing or reading failed, once it has.
  package private(set) var problem: FileProblem?

  private static let capacity = 1 << 16

  /// Creates a file in the folder of a name.
  package init(beside name: String) throws(FileProblem) {
    do {
      let path: FilePath
      (path, file) = try TemporaryFile.make(beside: FilePath(name), mode: .readWrite)
      unlink(path.string)
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
  }

  deinit { try? file.close() }

  /// Adds a line, which has no line end of its own.
  package func append(_ line: [UInt8]) {
    buffer += line
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.capacity { flush() }
  }

  private func flush() {
    guard problem == nil, !buffer.isEmpty else { return }
    do {
      try file.seek(offset: 0, from: .end)
      length += Int64(try file.writeAll(buffer))
    } catch {
      problem = FileProblem(reason: Files.words(for: error))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Where the next line begins.
  package var end: Int64 { length + Int64(buffer.count) }

  /// Passes every line in a range, whose bounds were an ``end``, to a body, without its line end; the body
  /// says whether it wants more.
  package func forEachLine(in range: Range<Int64>, _ body: (ArraySlice<UInt8>) -> Bool) {
    flush()
    guard problem == nil else { return }
    var rest: [UInt8] = []
    var offset = range.lowerBound
    do {
      while offset < min(range.upperBound, length) {
        let wanted = Int(min(Int64(Self.capacity), range.upperBound - offset))
        let piece = try [UInt8](unsafeUninitializedCapacity: wanted) { bytes, count in
          count = try file.read(
            fromAbsoluteOffset: offset,
            into: UnsafeMutableRawBufferPointer(
              rebasing: UnsafeMutableRawBufferPointer(bytes)[..<wanted]))
        }
        guard !piece.isEmpty else { return }
        offset += Int64(piece.count)
        rest += piece
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
          guard body(rest[start..<end]) else { return }
          start = end + 1
        }
        rest.removeFirst(start)
      }
    } catch {
      problem = FileProblem(reason: Files.words(for: error))
    }
  }
}
