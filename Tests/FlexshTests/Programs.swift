import FlexTestSupport
import Foundation

/// Other programs, which a test uses if they are installed.
enum Programs {
  /// A program that ended with another status than 0.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let variables = ProcessInfo.processInfo.environment
  private static let folders = (variables["PATH"] ?? "/usr/bin:/bin").split(separator: ":")

  /// Whether a program is installed.
  static func have(_ program: String) -> Bool { path(program) != nil }

  /// Where a program is.
  static func path(_ program: String) -> String? {
    folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Whether Python has a module.
  static func havePython(_ module: String) -> Bool {
    guard let python = path("python3"),
      let process = try? ChildProcess(
        [python, "-c", "import \(module)"], environment: environment)
    else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private static var environment: [String: String] {
    var environment = variables.filter { ["PATH", "HOME", "LANG", "LC_ALL"].contains($0.key) }
    environment["LC_ALL"] = "C.UTF-8"
    return environment
  }

  /// Runs a program, and returns what it prints.
  @discardableResult
  static func run(
    _ words: [String], environment more: [String: String] = [:], folder: String? = nil
  ) async throws -> String {
    try await blocking {
      guard let program = path(words[0]) else {
        throw Failure(description: "\(words[0]) is not installed")
      }
      let temporary = try TemporaryFolder()
      let (out, errors) = (
        try temporary.write("", to: "out"), try temporary.write("", to: "errors")
      )
      let process = try ChildProcess(
        [program] + words.dropFirst(), environment: environment.merging(more) { $1 },
        folder: folder,
        output: .file(try FileHandle(forWritingTo: URL(filePath: out))),
        errors: .file(try FileHandle(forWritingTo: URL(filePath: errors))))
      process.waitUntilExit()
      let output = try temporary.text("out")
      guard process.terminationStatus == 0 else {
        throw Failure(
          description: "\(words.joined(separator: " ")) ended with \(process.terminationStatus): "
            + output + (try temporary.text("errors")))
      }
      return output
    }
  }
}
