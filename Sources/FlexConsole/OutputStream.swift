package import SystemPackage

/// Writes bytes to a descriptor in large pieces, and detects failed writes.
///
/// `print` silently loses output on a full disk or a closed pipe; an outcome that could not be
/// written must not count as reported.
package struct OutputStream {
  /// The maximum number of bytes that are buffered before they are written.
  private static let capacity = 1 << 16
  /// The maximum time that bytes are buffered while more arrive, so that a user sees the run
  /// progress.
  private static let patience = Duration.milliseconds(20)

  private let destination: Destination
  private let isBuffered: Bool
  private let statusLine: StatusLine?
  private var buffer: [UInt8] = []
  private var lastFlush = ContinuousClock.now
  /// Why writing failed, once it has; nothing is written from then on.
  package private(set) var failure: Errno?

  private enum Destination {
    case descriptor(FileDescriptor)
    case function((String) -> Void)
  }

  /// Creates a stream to a descriptor; if unbuffered, it writes every piece immediately.
  ///
  /// `above`: the last line of the terminal that it writes to, if there is one.
  package init(
    _ descriptor: FileDescriptor, isBuffered: Bool, above statusLine: StatusLine? = nil
  ) {
    self.statusLine = statusLine
    destination = .descriptor(descriptor)
    self.isBuffered = isBuffered
  }

  /// Creates a stream that passes every piece of text to a function immediately.
  package init(_ take: @escaping (String) -> Void) {
    statusLine = nil
    destination = .function(take)
    isBuffered = false
  }

  /// Writes text.
  package mutating func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    flushIfDue()
  }

  /// Writes bytes.
  package mutating func write(_ bytes: [UInt8]) {
    buffer.append(contentsOf: bytes)
    flushIfDue()
  }

  /// Writes bytes and a line end, as one piece.
  package mutating func write(line: [UInt8]) {
    buffer.append(contentsOf: line)
    buffer.append(UInt8(ascii: "\n"))
    flushIfDue()
  }

  private mutating func flushIfDue() {
    if !isBuffered || buffer.count >= OutputStream.capacity
      || ContinuousClock.now - lastFlush >= OutputStream.patience
    {
      flush()
    }
  }

  /// Writes the buffered bytes.
  package mutating func flush() {
    lastFlush = .now
    guard failure == nil, !buffer.isEmpty else { return }
    switch destination {
    case .function(let take): take(String(decoding: buffer, as: UTF8.self))
    case .descriptor(let descriptor):
      let bytes = buffer
      guard let statusLine else {
        failure = Self.write(bytes, to: descriptor)
        break
      }
      var found: Errno?
      statusLine.writing(
        erase: { _ = Self.write(Array($0.utf8), to: descriptor) },
        { found = Self.write(bytes, to: descriptor) })
      failure = found
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes bytes; returns why that failed, if it did.
  private static func write(_ bytes: [UInt8], to descriptor: FileDescriptor) -> Errno? {
    do {
      try BlockingWrite.writeAll(bytes, to: descriptor)
      return nil
    } catch {
      return error as? Errno ?? .ioError
    }
  }
}
