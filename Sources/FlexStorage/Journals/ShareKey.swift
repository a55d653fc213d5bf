package import FlexRuntime
import SystemPackage

/// The key with which the pseudonyms of a run are made; with it they can be mapped back.
package struct ShareKey: Sendable {
  fileprivate let bytes: [UInt8]

  /// A key that is kept nowhere.
  package init() {
    bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
  }

  fileprivate init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A keyed hash of a text: HMAC with SHA-256.
  package func digest(_ text: String) -> [UInt8] {
    SHA256.hash(Array(text.utf8), key: bytes)
  }
}

extension RunDirectory {
  /// The key of a run, which only its owner can read.
  ///
  /// `new`: what it becomes if there is none.
  package func shareKey(of run: String, orElse new: ShareKey = ShareKey()) throws(JournalFailure)
    -> ShareKey
  {
    do {
      let folder = path.appending(run + ".d")
      let name = folder.appending("share-key")
      if let found = try? FileDescriptor.open(name, .readOnly, options: [.closeOnExec, .noFollow]) {
        return try found.closeAfter {
          try PrivateFolder.checkFile(found)
          return ShareKey(bytes: try WholeFile.read(found))
        }
      }
      try makeFolders(of: run)
      try PrivateFolder.make(folder)
      let file = try FileDescriptor.open(
        name, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
      try file.closeAfter {
        _ = try file.writeAll(new.bytes)
        try FileSyncing.syncData(file)
      }
      return new
    } catch {
      throw JournalFailure(reason: "the key of the shared copy: \(Files.words(for: error))")
    }
  }
}
