import SystemPackage

/// The open file of a journal whose lock this process holds.
///
/// The file is closed, and the lock released, with the last reference: what was committed is on disk
/// by then.
package final class LockedJournal: Sendable {
  let file: FileDescriptor

  /// Takes over an open file, and its lock.
  init(_ file: FileDescriptor) {
    self.file = file
  }

  deinit {
    try? file.close()
  }
}
