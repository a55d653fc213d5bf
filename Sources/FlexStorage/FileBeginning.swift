import SystemPackage

/// The beginning of a file, for what must be quick however long the file is.
package enum FileBeginning {
  /// Reads at most `limit` bytes of a regular file; `nil` if that cannot be done.
  package static func read(_ path: String, upTo limit: Int) -> [UInt8]? {
    // Does not wait for a writer if it is a pipe.
    guard
      let file = try? FileDescriptor.open(
        FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec])
    else { return nil }
    return try? file.closeAfter { try read(file, upTo: limit) }
  }

  static func read(_ file: FileDescriptor, upTo limit: Int) throws -> [UInt8] {
    guard FileStatus.identityOfRegularFile(file) != nil else { throw Errno.invalidArgument }
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let more = try [UInt8](unsafeUninitializedCapacity: limit - bytes.count) { buffer, count in
        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if more.isEmpty { break }
      bytes += more
    }
    return bytes
  }
}
