/// A source of the bytes of a script or a data file.
package protocol ByteSource: Sendable {
  /// Returns the next bytes, at most `count`; empty at the end.
  mutating func read(upTo count: Int) throws(SourceFailure) -> [UInt8]
}

/// A failure to read a file that was opened successfully.
package struct SourceFailure: Error, Hashable, Sendable {
  /// The reason, in lower case.
  package let reason: String
  /// Whether the content is no longer what was first read, so that nothing more may be sent.
  package let isChange: Bool
  /// The name of the file, if it is not the one that was being read.
  package let file: String?

  /// Creates a failure with its reason.
  package init(reason: String, isChange: Bool = false, file: String? = nil) {
    self.reason = reason
    self.isChange = isChange
    self.file = file
  }
}

/// A source of bytes that are already in memory.
package struct BytesSource: ByteSource {
  private var rest: ArraySlice<UInt8>

  /// Creates a source that returns these bytes.
  package init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  /// Creates a source that returns the UTF-8 bytes of this text.
  package init(_ text: String) {
    self.init(Array(text.utf8))
  }

  /// Returns the next bytes, at most `count`; empty at the end.
  package mutating func read(upTo count: Int) -> [UInt8] {
    let next = rest.prefix(count)
    rest = rest.dropFirst(count)
    return Array(next)
  }
}
