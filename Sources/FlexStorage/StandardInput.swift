package import FlexScript
import SystemPackage

/// The whole of standard input, to be read twice: for the check, and for the run.
package enum StandardInput {
  /// The maximum number of bytes in memory; longer input goes to an unnamed file.
  private static let inMemory = 1 << 24

  /// Reads standard input to its end.
  ///
  /// `name`: its name in messages.
  package static func read(name: String) throws(FileProblem) -> OpenedFile {
    var bytes: [UInt8] = []
    var spool: Spool?
    do {
      while true {
        let more = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
          count = try FileDescriptor.standardInput.read(
            into: UnsafeMutableRawBufferPointer(buffer))
        }
        if more.isEmpty { break }
        bytes += more
        if bytes.count > inMemory {
          if spool == nil { spool = try Spool() }
          try spool?.append(bytes)
          bytes.removeAll(keepingCapacity: true)
        }
      }
      guard let spool else {
        return OpenedFile(identity: name, name: name, source: BytesSource(bytes))
      }
      try spool.append(bytes)
      return OpenedFile(identity: name, name: name, source: spool.source())
    } catch {
      throw FileProblem(reason: Files.words(for: error))
    }
  }
}
