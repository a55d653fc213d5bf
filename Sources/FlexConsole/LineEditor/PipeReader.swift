import SystemPackage

/// Reads the lines of a session where there is no editing: on a terminal that is too simple, or when
/// the output goes elsewhere.
package struct PipeReader: LineReader {
  private let write: (String) -> Void
  private let input = PlainInput()

  /// `write`: shows a prompt.
  package init(write: @escaping (String) -> Void) {
    self.write = write
  }

  package func read(_ request: LineRequest) async -> LineReading {
    write(request.prompt)
    return await input.line()
  }
}

/// The lines of standard input; like the editor, it blocks a thread of its own and none of the pool.
private actor PlainInput {
  private let executor = LineEditorExecutor()

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func line() -> LineReading {
    var bytes: [UInt8] = []
    while true {
      var byte: UInt8 = 0
      let count = try? withUnsafeMutableBytes(of: &byte) {
        try FileDescriptor.standardInput.read(into: $0)
      }
      guard count == 1 else { return .endOfInput }
      guard byte == UInt8(ascii: "\n") else {
        bytes.append(byte)
        continue
      }
      guard let line = String(validating: bytes, as: UTF8.self) else {
        return .refused("it holds bytes that are no UTF-8")
      }
      return .line(line)
    }
  }
}
