#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// A port of loopback that nobody answers at; it is taken, so that nobody else can listen there.
package final class SilentPort {
  /// What becomes of who wants to connect.
  package enum Manner {
    case refuses
    /// Connections neither come about nor are refused: the queue is full, and nobody accepts.
    case ignores
  }

  private let socket: Int32
  /// Connections that fill the queue.
  private var fillers: [Int32] = []
  /// The URL of whoever would listen there.
  package let url: String

  package init(_ manner: Manner = .refuses) {
    socket = Self.makeSocket()
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        precondition(bind(socket, $0, length) == 0, "a port of loopback can be had")
        getsockname(socket, $0, &length)
      }
    }
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    guard case .ignores = manner else { return }
    precondition(listen(socket, 0) == 0, "a socket with an address can listen")
    // More than the queue holds, to whatever the system rounds 0.
    for _ in 0..<4 {
      let filler = Self.makeSocket()
      _ = fcntl(filler, F_SETFL, O_NONBLOCK)
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = connect(filler, $0, length)
        }
      }
      fillers.append(filler)
    }
  }

  private static func makeSocket() -> Int32 {
    #if canImport(Glibc)
    Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    Darwin.socket(AF_INET, SOCK_STREAM, 0)
    #endif
  }

  deinit {
    for descriptor in fillers + [socket] { close(descriptor) }
  }
}
