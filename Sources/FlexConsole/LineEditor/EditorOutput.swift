import CLibEdit
import SystemPackage

/// What the editor shows: libedit's drawing and ours, written to the terminal together.
///
/// libedit writes to a stream in memory. Before a key is awaited, everything that was written since
/// the last one goes to the terminal in one piece.
final class EditorOutput {
  /// The stream in memory; `nil` if there is no memory for it.
  let buffer = flexsh_output_create()

  deinit { flexsh_output_free(buffer) }

  /// Adds text after everything that was written so far.
  func put(_ text: String) {
    if !text.isEmpty, let buffer { flexsh_output_put(buffer, text) }
  }

  /// Returns everything that was not written to the terminal, and forgets it.
  func take() -> [UInt8] {
    guard let buffer else { return [] }
    var start: UnsafePointer<CChar>?
    let length = flexsh_output_take(buffer, &start)
    return Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : length))
  }

  /// Writes everything to the terminal.
  func flush() { Self.write(take()) }

  /// Writes bytes to the terminal; if it is gone, the next read says so.
  static func write(_ bytes: [UInt8]) {
    try? BlockingWrite.writeAll(bytes, to: .standardOutput)
  }
}
