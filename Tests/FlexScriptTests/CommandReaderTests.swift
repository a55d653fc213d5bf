import FlexScript
import FlexTestSupport
import Synchronization
import Testing

/// Reading a script again while it runs.
struct CommandReaderTests {
  /// Files that may change between the check and the run, and note which ones are opened.
  private final class ChangingFiles: ScriptFiles {
    private let files: Mutex<[String: String]>
    private let log = Mutex<[String]>([])

    init(_ files: [String: String]) {
      self.files = Mutex(files)
    }

    /// The names of the files that were opened since somebody asked.
    func opened() -> [String] {
      log.withLock { log in
        defer { log = [] }
        return log
      }
    }

    func change(_ name: String, to text: String) {
      files.withLock { $0[name] = text }
    }

    func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
      try open(path)
    }

    func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
      try open(path)
    }

    func open(_ path: String) throws(FileProblem) -> OpenedFile {
      log.withLock { $0.append(path) }
      guard let text = files.withLock({ $0[path] }) else {
        throw FileProblem(reason: "no such file")
      }
      // Another text is another file: an editor puts a new one in the place of the old one.
      return OpenedFile(identity: "\(path) \(text)", name: path, source: BytesSource(text))
    }
  }

  private static let closes = (1...3).map { "close UT\($0) on UO1 in KD1\n" }.joined()

  /// A reader of a script that has been checked.
  private func reader(_ files: ChangingFiles) throws -> CommandReader {
    let session = CheckSession(files: files)
    try session.check(files.open("main.flex"), arguments: [:])
    #expect(!session.hasErrors)
    session.isNoting = false
    let reader = try CommandReader(files.open("main.flex"), session: session, arguments: [:])
    _ = files.opened()
    return reader
  }

  @Test func whatAnotherFileSaysIsReadWhenItIsReached() throws {
    let files = ChangingFiles([
      "main.flex": Sample.expand(
        Self.closes + "for r in rows of \"stuck.csv\" { close $r.p on UO1 in KD1 }\n" + Self.closes),
      "stuck.csv": "p\n\(Sample.agent)\n",
    ])
    var reader = try reader(files)
    for _ in 1...3 { #expect(try reader.next() != nil) }
    #expect(files.opened().isEmpty)
    files.change("stuck.csv", to: "p\nnonsense\n")
    #expect(throws: SourceFailure.self) { try reader.next() }
    #expect(files.opened() == ["stuck.csv"])
    #expect(throws: SourceFailure.self, "and so it stays") { try reader.next() }
  }

  @Test(arguments: [0, 1, 31, 32, 33, 64, 100])
  func handsOutEverythingBeforeAMistake(_ count: Int) throws {
    let lines = Array(
      repeating: Sample.expand("close UT1 on UO1 in KD1\n"), count: count
    ).joined()
    let files = ChangingFiles(["main.flex": lines])
    let session = CheckSession(files: files)
    var whole = try CommandReader(files.open("main.flex"), session: session, arguments: [:])
    for _ in 0..<count { #expect(try whole.next() != nil) }
    #expect(try whole.next() == nil)
    #expect(try whole.next() == nil)
    files.change("main.flex", to: lines + "clothe\n" + lines)
    var changed = try CommandReader(files.open("main.flex"), session: session, arguments: [:])
    for _ in 0..<count { #expect(try changed.next() != nil) }
    #expect(throws: SourceFailure.self) { try changed.next() }
  }
}
