package import FlexRuntime
package import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Reads lines from a descriptor without editing; an interruption ends the wait for a line.
///
/// Like the editor, it blocks a thread of its own and no thread of the pool.
package actor PlainInput {
  /// The maximum length of a line, in bytes.
  private static let maximumLength = 1 << 20

  private let executor = LineEditorExecutor()
  private let descriptor: FileDescriptor

  /// The executor that runs the actor on a queue of its own.
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Creates an input that reads from a descriptor, which stays open.
  package init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  /// Reads a line; returns ``LineReading/interrupted`` if the interruption is raised first.
  package func line(until interruption: Interruption? = nil) -> LineReading {
    var ends: [Int32] = [-1, -1]
    var waiter: Int?
    if let interruption {
      guard pipe(&ends) == 0 else { return .endOfInput }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      let waker = Waker(end: ends[1])
      waiter = interruption.onRaise { waker.wake() }
    }
    defer {
      if let waiter { interruption?.removeWaiter(waiter) }
      if ends[0] >= 0 { close(ends[0]) }
    }
    var bytes: [UInt8] = []
    var isTooLong = false
    while true {
      var files = [
        pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&files, nfds_t(files.count), -1)
      if count < 0, errno == EINTR { continue }
      if files[1].revents != 0 { return .interrupted }
      var byte: UInt8 = 0
      let length = read(descriptor.rawValue, &byte, 1)
      if length < 0, errno == EINTR || errno == EAGAIN { continue }
      guard length == 1 else { return .endOfInput }
      if byte == UInt8(ascii: "\n") { break }
      // The rest of a line that is too long is read, so that it is not taken for the next line.
      isTooLong = isTooLong || bytes.count >= Self.maximumLength
      if !isTooLong { bytes.append(byte) }
    }
    if isTooLong { return .refused("it is longer than 1 MiB") }
    guard let line = String(validating: bytes, as: UTF8.self) else {
      return .refused("it holds bytes that are not UTF-8")
    }
    return .line(line)
  }
}

/// The writing end of a pipe; writing to it wakes the reader.
///
/// It is closed with its last reference, so that its descriptor number never belongs to another
/// file while it may be written.
private final class Waker: Sendable {
  private let end: Int32

  init(end: Int32) {
    self.end = end
  }

  func wake() {
    var byte: UInt8 = 0
    // The pipe is empty, and accepts one byte.
    _ = write(end, &byte, 1)
  }

  deinit { close(end) }
}
