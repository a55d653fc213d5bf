/// Where the bytes of a script or of a data file come from.
package protocol ByteSource: Sendable {
  /// The next bytes, at most this many; empty at the end.
  mutating func read(upTo count: Int) throws(SourceFailure) -> [UInt8]
}

/// A file that could be opened and then could not be read.
package struct SourceFailure: Error, Hashable, Sendable {
  /// What the system said, lower case.
  package let reason: String

  /// Says why.
  package init(reason: String) {
    self.reason = reason
  }
}

/// Bytes that are in memory already.
package struct BytesSource: ByteSource {
  private var rest: ArraySlice<UInt8>

  /// Serves these bytes.
  package init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  /// Serves this text.
  package init(_ text: String) {
    self.init(Array(text.utf8))
  }

  package mutating func read(upTo count: Int) -> [UInt8] {
    let next = rest.prefix(count)
    rest = rest.dropFirst(count)
    return Array(next)
  }
}
