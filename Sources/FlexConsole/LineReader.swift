/// Where the lines of a session come from: a terminal, or a script in a test.
package protocol LineReader {
  /// Reads a line, showing a prompt where there is somebody to show it to.
  mutating func read(prompt: String) async -> LineReading
}

/// What reading a line gave.
package enum LineReading: Hashable, Sendable {
  /// A line, without its end; one that was pasted may hold line ends.
  case line(String)
  /// Ctrl-C: what was typed is dropped.
  case interrupted
  /// Ctrl-D, or the end of the input.
  case endOfInput
}
