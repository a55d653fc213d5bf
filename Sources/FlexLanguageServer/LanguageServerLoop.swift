import FlexAPI
package import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Reads what a client sends, and writes what the server answers, until either of them ends.
package struct LanguageServerLoop {
  /// How often to look whether the client's process is still there, in milliseconds.
  private static let lookInterval = 2000
  /// The most bytes that are read at a time.
  private static let chunk = 1 << 16

  private var server: LanguageServer
  private var reader = MessageReader()
  private let input: FileDescriptor
  private let output: FileDescriptor
  private let clock = ContinuousClock()
  /// Why the server ended by itself; `nil` if the client ended it.
  package private(set) var problem: String?

  /// Connects a server to two streams.
  package init(_ server: LanguageServer, input: FileDescriptor, output: FileDescriptor) {
    self.server = server
    self.input = input
    self.output = output
  }

  /// Serves the client.
  ///
  /// - Returns: The status with which the program ends: 0 after `shutdown` and `exit`, otherwise 1.
  package mutating func run() -> Int32 {
    do {
      while true {
        while let event = reader.next() {
          guard take(event) else { return 1 }
          try send()
          if let status = server.exitStatus { return status }
        }
        server.check(at: clock.now)
        try send()
        if try isReadable(within: timeout) {
          guard let bytes = try read() else { continue }
          if bytes.isEmpty { return 1 }
          reader.append(bytes)
        } else if !isClientThere {
          return 1
        }
      }
    } catch {
      // The client reads no more, or its end cannot be read: it is gone.
      return 1
    }
  }

  /// Takes what was read; `false` if the server has to end.
  private mutating func take(_ event: MessageReader.Event) -> Bool {
    switch event {
    case .body(let body):
      if !server.receive(body, at: clock.now) { reader.lose() }
    case .badHeader: server.reportBadHeader()
    case .tooLong:
      problem = "a message may have \(MessageReader.maximumLength >> 20) MiB"
      return false
    }
    return true
  }

  private mutating func send() throws {
    for message in server.takeMessages() {
      let body = Array(message.serialized.utf8)
      var bytes = Array("Content-Length: \(body.count)\r\n\r\n".utf8)
      bytes += body
      var rest = bytes[...]
      while !rest.isEmpty {
        guard try wait(for: output, POLLOUT, Self.lookInterval) else {
          guard isClientThere else { throw Errno.brokenPipe }
          continue
        }
        do {
          // A pipe that is ready takes so much at once, and no write waits for a reader that is gone.
          let piece = rest.prefix(Int(PIPE_BUF))
          rest = rest.dropFirst(try piece.withUnsafeBytes { try output.write($0) })
        } catch Errno.resourceTemporarilyUnavailable {
          continue
        }
      }
    }
  }

  /// Reads what there is, nothing at the end; `nil` if there is nothing yet.
  private func read() throws -> [UInt8]? {
    do {
      return try [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
        count = try input.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch Errno.resourceTemporarilyUnavailable {
      return nil
    }
  }

  // MARK: Waiting

  /// How long to wait for the client, in milliseconds.
  private var timeout: Int {
    guard let next = server.nextCheck else { return Self.lookInterval }
    let rest = clock.now.duration(to: next) / Duration.milliseconds(1)
    return min(max(0, Int(rest.rounded(.up))), Self.lookInterval)
  }

  private func isReadable(within milliseconds: Int) throws -> Bool {
    try wait(for: input, POLLIN, milliseconds)
  }

  private func wait(
    for descriptor: FileDescriptor, _ event: some BinaryInteger, _ milliseconds: Int
  ) throws -> Bool {
    var file = pollfd(fd: descriptor.rawValue, events: Int16(event), revents: 0)
    let count = poll(&file, 1, Int32(milliseconds))
    if count < 0, errno != EINTR { throw Errno(rawValue: errno) }
    return count > 0
  }

  /// Whether the client's process is there; a client that did not name one is.
  private var isClientThere: Bool {
    guard let process = server.clientProcess, let number = pid_t(exactly: process), number > 0
    else {
      return true
    }
    return (kill(number, 0) == 0 || errno != ESRCH) && !Self.isZombie(number)
  }

  /// Whether a process has ended and its parent has not asked for its status; only Linux tells.
  ///
  /// Source: proc(5), `/proc/PID/stat`.
  private static func isZombie(_ process: pid_t) -> Bool {
    guard
      let file = try? FileDescriptor.open(
        "/proc/\(process)/stat", .readOnly, options: .closeOnExec),
      let bytes = try? file.closeAfter({
        try [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
          count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
      }), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return false }
    return bytes[(end + 1)...].first { $0 != 0x20 } == UInt8(ascii: "Z")
  }
}
