import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

/// Twilio's own Python library against the simulator: every read and write works, and what it reads is
/// what flexsh prints.
///
/// The library is used if it is there: `pip install twilio`, or FLEXSH_TEST_PYTHON names a Python that has it.
struct TwilioLibraryTests {
  private static let python =
    ProcessInfo.processInfo.environment["FLEXSH_TEST_PYTHON"] ?? "/usr/bin/env"

  private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = (python == "/usr/bin/env" ? ["python3"] : []) + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private static let isThere = (try? run(["-c", "import twilio"]))?.status == 0

  @Test(.enabled(if: isThere, "Twilio's Python library is not installed: pip install twilio"))
  func theOfficialLibraryWorksAgainstTheSimulator() async throws {
    let script = ProjectFiles.root + "Tests/FlexshTests/twilio_library.py"
    try await SimulatorServer.with(.demo()) { url in
      var environment = Executable.credentials
      environment["FLEXSH_BASE_URL"] = url
      let shown = try await Executable.run(
        [
          "-o", "ndjson", "--no-journal", "-c", "list tasks", "-c", "list reservations", "-c",
          "list workers", "-c", "list participants of worker \"asha@example.org\"",
        ], environment: environment)
      #expect(shown.status == 0, "\(shown.errors)")
      let library = try await blocking { try Self.run([script, url]) }
      #expect(library.status == 0, "\(library.output)")
      var steps: [String: [Any]] = [:]
      for line in library.output.split(separator: "\n") {
        let step = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any], "\(line)")
        steps[try #require(step[0] as? String)] = Array(step.dropFirst())
      }
      func sids(_ index: Int, _ name: String) -> [String] {
        let queries = shown.events.filter { $0["event"] as? String == "query" }
        let items = queries[index]["items"] as? [[String: Any]] ?? []
        return items.compactMap { $0[name] as? String }
      }
      #expect(steps["tasks"]?.first as? [String] == sids(0, "sid"))
      #expect(steps["reservations"]?.first as? [String] == sids(1, "sid"))
      #expect(steps["workers"]?.first as? [String] == sids(2, "friendly_name"))
      #expect(sids(3, "sid") == [Sample.agent])
      #expect(steps["closed"] as? [String] == ["completed"])
      #expect(steps["completed"] as? [String] == ["completed"])
      #expect(steps["stale"] as? [Int] == [412])
      #expect(steps["voice"] as? [String] == ["completed", "over"])
      #expect(steps["refused"] as? [Int] == [400, 20001])
      #expect(steps["conversation"] as? [String] == ["active"])
      #expect(steps.count == 22)
    }
  }
}
