import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The signal that the window has changed, which wakes the reader of keys.
///
/// A handler writes to a pipe: no thread and no queue can miss it.
enum WindowSignal {
  /// The writing end of the reader's pipe; -1 for none.
  private static let pipeEnd = Atomic<Int32>(-1)

  /// Wakes a reader at every change from here on.
  static func wake(_ keys: KeyReader) {
    pipeEnd.store(keys.wakingEnd, ordering: .releasing)
    signal(SIGWINCH) { _ in
      let before = errno
      let end = WindowSignal.pipeEnd.load(ordering: .acquiring)
      var byte: UInt8 = 0
      // A full pipe wakes the reader too.
      if end >= 0 { _ = write(end, &byte, 1) }
      errno = before
    }
  }

  /// Wakes nothing from here on.
  static func end() {
    signal(SIGWINCH, SIG_DFL)
    pipeEnd.store(-1, ordering: .releasing)
  }
}
