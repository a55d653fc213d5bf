/// Writes a run's record as it goes: an object per line, or one array of the same objects.
package final class JSONStream: RecordSink {
  /// How the objects follow one another.
  package enum Framing: Sendable {
    /// One object per line (`ndjson`).
    case lines
    /// One array, an object per line (`json`).
    case array
  }

  private var output: OutputStream
  private let framing: Framing
  /// The part that ends the array.
  package var last = RecordPart.summary
  private var isEmpty = true

  /// Writes to a stream.
  package init(_ output: OutputStream, _ framing: Framing) {
    self.output = output
    self.framing = framing
  }

  package var isLost: Bool { output.failure != nil }

  package func flush() { output.flush() }

  package func take(_ object: [UInt8], _ part: RecordPart) {
    write(object)
    if part == last { close() }
  }

  /// Writes one object.
  package func write(_ object: [UInt8]) {
    switch framing {
    case .lines: output.write(line: object)
    case .array:
      output.write(isEmpty ? "[" : ",\n")
      output.write(object)
    }
    isEmpty = false
  }

  /// Ends the array, if it is one.
  package func close() {
    if framing == .array { output.write(isEmpty ? "[]\n" : "]\n") }
    output.flush()
  }
}
