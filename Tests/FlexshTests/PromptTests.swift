import FlexTestSupport
import Foundation
import Testing

/// The prompt, typed at in a real pseudo-terminal.
@Suite(.serialized) struct PromptTests {
  /// Types lines, each when the prompt asks for it, and gives back what the screen showed.
  private func session(
    _ typed: [String], state: String? = nil
  ) async throws -> (screen: String, status: Int32) {
    // `script` gives the program a terminal of its own; what it shows is copied to a pipe.
    // Should the program end early, that is a failure to report and not to die of.
    signal(SIGPIPE, SIG_IGN)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/script")
    process.arguments = ["-qec", "\(Executable.path) --simulate", "/dev/null"]
    process.environment = Executable.surroundings([
      "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8",
    ]).merging(state.map { ["XDG_STATE_HOME": $0] } ?? [:]) { $1 }
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        var screen = ""
        var prompts = 0
        for line in typed {
          // The next prompt says that the last line has been carried out.
          while screen.matches(of: #/(> )|(\.\.\. )/#).count <= prompts {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            screen += String(decoding: data, as: UTF8.self)
          }
          prompts = screen.matches(of: #/(> )|(\.\.\. )/#).count
          try? input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
        }
        screen += String(
          decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        continuation.resume(returning: (screen, process.terminationStatus))
      }
    }
  }

  private var isPossible: Bool { FileManager.default.fileExists(atPath: "/usr/bin/script") }

  @Test func carriesOutWhatIsTypedAndExitsZeroWhateverFailed() async throws {
    guard isPossible else { return }
    let typed = [
      "use channel UO1 in KD1\r", "clsoe UT1\r", "close UT3\r", "close UT1\r",
      "if 1 < 2 {\r", "echo \"inside\"\r", "}\r", "echo \"äé\"\r", "\u{4}",
    ].map { Sample.expand($0) }
    let (screen, status) = try await session(typed)
    #expect(status == 0)
    #expect(screen.contains("sim KD…a1 UO…b2> "))
    #expect(screen.contains("did you mean `close`?"))
    #expect(screen.contains("✗ close \(Sample.customer)"))
    #expect(screen.contains("✓ close \(Sample.agent)"))
    #expect(screen.contains("\ninside\r"))
    #expect(screen.contains("\näé\r"))
  }

  @Test func controlCDropsTheLineAndTheSessionGoesOn() async throws {
    guard isPossible else { return }
    let (screen, status) = try await session(["echo 'never\u{3}", "echo 'after'\r", "exit\r"])
    #expect(status == 0)
    #expect(screen.contains("^C"))
    #expect(screen.contains("\nafter\r"))
    #expect(!screen.contains("unterminated"))
  }

  @Test func keepsItsLinesForTheNextSession() async throws {
    guard isPossible else { return }
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let typed = [
      "echo \"one\"\r", " echo \"hidden\"\r", "echo \"two\"\r", "echo \"one\"\r",
      "echo \"0123456789abcdef0123456789abcdef\"\r", "\u{4}",
    ]
    _ = try await session(typed, state: root.path())
    let file = root.appending(path: "flexsh/history")
    let kept = try String(contentsOf: file, encoding: .utf8)
    #expect(kept == "echo \"two\"\necho \"one\"\n")
    let mode = try FileManager.default.attributesOfItem(atPath: file.path())
    #expect(mode[.posixPermissions] as? Int == 0o600)
    // Up brings the last line back.
    let (screen, _) = try await session(["\u{1B}[A\r", "\u{4}"], state: root.path())
    #expect(screen.contains("\none\r"))

    // What was done at the prompt is in a journal, and no default of resume.
    _ = try await session(
      [Sample.expand("close UT1 on UO1 in KD1\r"), "\u{4}"], state: root.path())
    let runs = try await Executable.run(["runs"], environment: ["XDG_STATE_HOME": root.path()])
    #expect(runs.output.contains("finished  1 done  at the prompt  simulated"))
    let resumed = try await Executable.run(["resume"], environment: ["XDG_STATE_HOME": root.path()])
    #expect(resumed.status == 0)

    // What somebody else wrote into it is never obeyed, and a link is not followed.
    try Data("echo \u{1B}]0;title\u{7}\n".utf8).write(to: file)
    let (clean, _) = try await session(["\u{1B}[A\r", "\u{4}"], state: root.path())
    #expect(!clean.contains("\u{1B}]0;title"))
    try FileManager.default.removeItem(at: file)
    let victim = root.appending(path: "victim")
    try Data("untouched\n".utf8).write(to: victim)
    try FileManager.default.createSymbolicLink(at: file, withDestinationURL: victim)
    _ = try await session(["echo \"three\"\r", "\u{4}"], state: root.path())
    #expect(try String(contentsOf: victim, encoding: .utf8) == "untouched\n")
  }
}
