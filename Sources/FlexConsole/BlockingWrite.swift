import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Writes to a descriptor that may be non-blocking, as another process that shares it may have
/// changed its mode.
enum BlockingWrite {
  /// Writes all bytes, and waits whenever the descriptor accepts no more.
  static func writeAll(_ bytes: [UInt8], to descriptor: FileDescriptor) throws {
    try bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        do {
          let count = try descriptor.write(
            UnsafeRawBufferPointer(rebasing: rest), retryOnInterrupt: true)
          rest = rest.dropFirst(count)
        } catch Errno.resourceTemporarilyUnavailable {
          var file = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
          // An error or a closed reading end ends the wait; the next write reports it.
          if poll(&file, 1, -1) < 0, errno != EINTR { throw Errno(rawValue: errno) }
        }
      }
    }
  }
}
