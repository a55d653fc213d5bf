import FlexTestSupport
import Foundation
import Testing

/// `flexsh lsp` as an editor starts it.
struct LanguageServerTests {
  private static func frame(_ body: String) -> String {
    "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static let start = frame(
    #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#)
  private static let shutdown = frame(#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#)
  private static let exit = frame(#"{"jsonrpc":"2.0","method":"exit"}"#)

  /// The messages in an output; anything else in it is a failure.
  private static func messages(_ output: String) throws -> [[String: Any]] {
    var rest = Array(output.utf8)[...]
    var messages: [[String: Any]] = []
    let end = Array("\r\n\r\n".utf8)
    while !rest.isEmpty {
      let stop = try #require(
        rest.indices.first { rest[$0...].starts(with: end) }, "a header ends")
      let header = String(decoding: rest[..<stop], as: UTF8.self)
      let length = try #require(
        header.split(separator: " ").last.flatMap { Int($0) }, "\(header)")
      #expect(header == "Content-Length: \(length)")
      let body = rest[(stop + 4)...].prefix(length)
      rest = rest[(stop + 4 + length)...]
      messages.append(
        try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]))
    }
    return messages
  }

  @Test(arguments: [
    (start + shutdown + exit, 0, 2), (start + exit, 1, 1), (exit, 1, 0), (start, 1, 1), ("", 1, 0),
    (start + frame("{"), 1, 2), ("nonsense\r\n" + start, 1, 2),
    ("Content-Length: 67108865\r\n\r\n", 1, 0), (start + "Content-Length: 9\r\n\r\n{", 1, 1),
  ])
  func howItEnds(_ input: String, _ status: Int, _ answers: Int) async throws {
    let result = try await Executable.run(["lsp", "--stdio"], input: input)
    #expect(result.status == Int32(status))
    #expect(try Self.messages(result.output).count == answers)
    let isTooLong = input.contains("67108865")
    #expect(result.errors == (isTooLong ? "flexsh: a message may have 64 MiB\n" : ""))
  }

  @Test func itNeedsNoAccountAndWritesNoFile() async throws {
    try await Executable.withFolder(["a.flex": "clsoe UT1\n"]) { folder in
      let open = Self.frame(
        """
        {"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":\
        "file://\(folder)/a.flex","languageId":"flexsh","version":3,"text":"clsoe\\n"}}}
        """)
      let input = Self.start + open + Self.shutdown + Self.exit
      let result = try await Executable.run(
        ["lsp"], input: input, environment: ["TWILIO_ACCOUNT_SID": "nonsense", "HOME": folder],
        folder: folder)
      #expect(result.status == 0)
      #expect(result.errors == "")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.flex"])
    }
  }

  @Test func itEndsWithItsClient() async throws {
    try await blocking {
      let client = try ChildProcess(["/bin/sleep", "600"], environment: [:])
      let stdin = Pipe()
      let process = try ChildProcess(
        [Executable.path, "lsp"], environment: [:],
        input: .file(stdin.fileHandleForReading), output: .nothing, errors: .nothing)
      let start = Self.frame(
        """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":\
        \(client.processIdentifier),"capabilities":{}}}
        """)
      try stdin.fileHandleForWriting.write(contentsOf: Data(start.utf8))
      #expect(process.isRunning)
      // It is a zombie then: nobody has asked for its status.
      kill(client.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      client.waitUntilExit()
      try stdin.fileHandleForWriting.close()
    }
  }
}
