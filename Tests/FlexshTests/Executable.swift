import FlexTestSupport
import Foundation

/// The built executable, run from outside.
struct Executable {
  /// How a run of it ended.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The events of an ndjson run.
    var events: [[String: Any]] {
      output.split(separator: "\n").compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
      }
    }
  }

  /// Where the build put it: beside the test bundle.
  static let path: String = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
    let folder =
      bundle.map { URL(filePath: $0.bundlePath).deletingLastPathComponent() }
      ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    return folder.appending(path: "flexsh").path()
  }()

  /// An account and a token that are well formed.
  static let credentials = [
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
    "TWILIO_AUTH_TOKEN": Loopback.secret,
  ]

  /// Where the runs of these tests keep their journals.
  private static let state = FileManager.default.temporaryDirectory
    .appending(path: "flexsh-tests-\(ProcessInfo.processInfo.processIdentifier)").path()

  /// The environment of a run.
  static func surroundings(_ environment: [String: String]) -> [String: String] {
    environment.merging(["PATH": "/usr/bin:/bin", "XDG_STATE_HOME": state]) { given, _ in given }
  }

  /// Runs it with arguments, in a folder, with nothing of the environment but what is given.
  static func run(
    _ arguments: [String], input: String? = nil, environment: [String: String] = [:],
    folder: String? = nil, outputTo path: String? = nil
  ) async throws -> Result {
    try await blocking { try runBlocking(arguments, input, environment, folder, path) }
  }

  private static func runBlocking(
    _ arguments: [String], _ input: String?, _ environment: [String: String], _ folder: String?,
    _ outputPath: String?
  ) throws -> Result {
    // Files and not pipes: they hold whatever is written, and nobody has to read meanwhile.
    let temporary = FileManager.default.temporaryDirectory
    let files = try ["out", "err"].map { kind in
      let url = temporary.appending(path: "flexsh-\(kind)-\(UUID().uuidString)")
      try Data().write(to: url)
      return url
    }
    defer {
      for file in files { try? FileManager.default.removeItem(at: file) }
    }
    func opened(_ path: String) throws -> ChildProcess.Stream {
      .file(try FileHandle(forWritingTo: URL(filePath: path)))
    }
    let stdin = Pipe()
    let process = try ChildProcess(
      [path] + arguments, environment: surroundings(environment),
      folder: folder ?? ProjectFiles.root,
      input: input == nil ? .nothing : .file(stdin.fileHandleForReading),
      output: try opened(outputPath ?? files[0].path()), errors: try opened(files[1].path()))
    try? stdin.fileHandleForReading.close()
    if let input {
      // A script may be longer than a pipe holds; who does not read all of it closes the pipe.
      try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try? stdin.fileHandleForWriting.close()
    }
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }

  /// Runs a body with a folder of its own that holds these files.
  static func withFolder<Result>(
    _ files: [String: String], _ body: (String) async throws -> Result
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "flexsh-tests-\(UUID().uuidString)")
    for (name, text) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Sample.expand(text).write(to: file, atomically: false, encoding: .utf8)
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path())
  }

  /// Text with times and other varying parts made the same.
  static func normalized(_ text: String) -> String {
    text.replacing(/[0-9]+(\.[0-9]+)? (ms|s)\b/, with: "0 ms")
      .replacing(/, after [0-9]+m?s\b/, with: ", after 0s")
      .replacing(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/, with: "01RUN")
      .replacing(/127\.0\.0\.1:[0-9]+/, with: "127.0.0.1:0")
  }
}
