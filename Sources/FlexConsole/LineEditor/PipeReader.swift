import SystemPackage

/// Reads the lines of a session without editing, if the terminal is too simple or the output goes
/// elsewhere.
package struct PipeReader: LineReader {
  private let write: (String) -> Void
  private let input = PlainInput(.standardInput)

  /// Creates a reader of standard input.
  ///
  /// `write`: shows a prompt.
  package init(write: @escaping (String) -> Void) {
    self.write = write
  }

  package func read(_ request: LineRequest) async -> LineReading {
    write(request.prompt)
    return await input.line()
  }
}
