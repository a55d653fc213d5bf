import FlexTestSupport
import Foundation

/// SHA-256 by the system's own tool: the tests do not trust what they test.
enum ChecksumProbe {
  static func sha256(_ bytes: [UInt8]) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let output = file.appendingPathExtension("sum")
    defer {
      for file in [file, output] { try? FileManager.default.removeItem(at: file) }
    }
    try Data(bytes).write(to: file)
    try Data().write(to: output)
    let process = try ChildProcess(
      ["/usr/bin/env", "sha256sum", file.path()], environment: ["PATH": "/usr/bin:/bin"],
      output: .file(try FileHandle(forWritingTo: output)))
    process.waitUntilExit()
    return String(try String(contentsOf: output, encoding: .utf8).prefix { $0 != " " })
  }
}
