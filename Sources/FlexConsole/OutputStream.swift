package import SystemPackage

/// Writes bytes to a descriptor, in large pieces, and notices when they cannot be written.
///
/// `print` loses output on a full disk or a closed pipe and says nothing; an outcome that nobody
/// could read must not count as told.
package struct OutputStream {
  /// How many bytes are gathered at most before they are written.
  private static let capacity = 1 << 16
  /// How long bytes are gathered at most while more come: who watches the run sees it go on.
  private static let patience = Duration.milliseconds(20)

  private let destination: Destination
  private let isBuffered: Bool
  private var buffer: [UInt8] = []
  private var lastFlush = ContinuousClock.now
  /// Why writing failed, once it has; nothing is written from then on.
  package private(set) var failure: Errno?

  private enum Destination {
    case descriptor(FileDescriptor)
    case function((String) -> Void)
  }

  /// Writes to a descriptor; unbuffered, every piece is written at once.
  package init(_ descriptor: FileDescriptor, isBuffered: Bool) {
    destination = .descriptor(descriptor)
    self.isBuffered = isBuffered
  }

  /// Hands every piece of text to a function at once.
  package init(_ take: @escaping (String) -> Void) {
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

  private mutating func flushIfDue() {
    if !isBuffered || buffer.count >= OutputStream.capacity
      || ContinuousClock.now - lastFlush >= OutputStream.patience
    {
      flush()
    }
  }

  /// Writes what was gathered.
  package mutating func flush() {
    lastFlush = .now
    guard failure == nil, !buffer.isEmpty else { return }
    switch destination {
    case .function(let take): take(String(decoding: buffer, as: UTF8.self))
    case .descriptor(let descriptor):
      do {
        try BlockingWrite.writeAll(buffer, to: descriptor)
      } catch {
        failure = error as? Errno ?? .ioError
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
