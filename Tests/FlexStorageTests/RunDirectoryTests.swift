import CPlatform
import FlexRuntime
import FlexStorage
import FlexTestSupport
import Foundation
import SystemPackage
import Testing

/// The folder of journals.
struct RunDirectoryTests {
  private let folder: TemporaryFolder
  private let runs: RunDirectory

  init() throws {
    folder = try TemporaryFolder()
    runs = RunDirectory(folder.file("runs"), environment: [:], isSimulated: false)
  }

  private static func name(_ milliseconds: UInt64) -> String {
    var generator = SystemRandomNumberGenerator()
    return RunID.make(milliseconds: milliseconds, using: &generator)
  }

  /// Makes a journal that was cut off after its first line.
  private func begin(_ name: String) async throws {
    try await write(name)
    // The journal's own queue lets go of the file a moment after the last commit.
    try await waiting { !runs.isInUse(name) }
  }

  private func write(_ name: String) async throws {
    let file = JournalFile(of: name, in: runs) {
      JournalHeader(
        run: name, started: 0, version: "0", folder: "/", scripts: [], files: [], arguments: [:],
        account: "AC", baseURL: "https://h", isSimulated: false, keepsGoing: false, isPlan: false,
        boot: nil)
    }
    try await file.commit(.resumed(at: 0, boot: nil))
  }

  @Test func whatCannotHaveSentAnythingIsNoRun() async throws {
    let real = Self.name(1000)
    try await begin(real)
    let later = (0..<5).map { Self.name(UInt64(2000 + $0)) }
    try Data().write(to: URL(filePath: "\(runs.path)/\(later[0]).jsonl"))
    try FileManager.default.createDirectory(
      atPath: "\(runs.path)/\(later[1]).jsonl", withIntermediateDirectories: false)
    #expect(mkfifo("\(runs.path)/\(later[2]).jsonl", 0o600) == 0)
    #expect(symlink("\(real).jsonl", "\(runs.path)/\(later[3]).jsonl") == 0)
    #expect(runs.runs() == [real])
    // A first line that was torn.
    try Data("{\"t\":\"run\",".utf8).write(to: URL(filePath: "\(runs.path)/\(later[4]).jsonl"))
    #expect(throws: RecordedRun.Problem.noBeginning) { try runs.read(later[4]) }
    // None of these blocks.
    for name in later {
      #expect(throws: RecordedRun.Problem.self) { try runs.read(name) }
      #expect(!runs.isInUse(name))
    }
  }

  /// A process that looks takes nothing from one that is about to take the lock.
  @Test func lookingTakesNoLock() async throws {
    let name = Self.name(1000)
    try await begin(name)
    let descriptor = open("\(runs.path)/\(name).jsonl", O_RDWR)
    defer { close(descriptor) }
    #expect(flexsh_lock_file(descriptor, 0) == 0)
    #expect(runs.isInUse(name))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { for _ in 0..<500 { _ = runs.isInUse(name) } }
      }
      group.addTask {
        for _ in 0..<500 {
          let other = open("\(runs.path)/\(name).jsonl", O_RDWR)
          #expect(flexsh_lock_file(other, 0) != 0, "it is taken")
          close(other)
        }
      }
    }
    // While others look, a free lock can always be taken.
    let free = Self.name(1001)
    try await begin(free)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { for _ in 0..<500 { _ = runs.isInUse(free) } }
      }
      group.addTask {
        for _ in 0..<500 {
          let own = open("\(runs.path)/\(free).jsonl", O_RDWR)
          #expect(flexsh_lock_file(own, 0) == 0)
          // A process that another test starts now holds the file too, until it runs a program:
          // the lock is given up here, not by closing the file.
          let lockOperation: Int32 = 37  // F_OFD_SETLK
          var lock = flock()
          lock.l_type = Int16(F_UNLCK)
          #expect(fcntl(own, lockOperation, &lock) == 0)
          close(own)
        }
      }
    }
  }

  @Test func prunesWhateverIsOldAndNeverWhatRuns() async throws {
    let names = (0..<6).map { Self.name(UInt64(1000 + $0)) }
    for name in names { try await begin(name) }
    let running = open("\(runs.path)/\(names[0]).jsonl", O_RDWR)
    defer { close(running) }
    #expect(flexsh_lock_file(running, 0) == 0)
    // What is not a journal takes no place, and is left alone.
    try Data().write(to: URL(filePath: "\(runs.path)/\(Self.name(2000)).jsonl"))
    #expect(mkfifo("\(runs.path)/\(Self.name(999)).jsonl", 0o600) == 0)
    #expect(symlink("victim", "\(runs.path)/\(Self.name(998)).jsonl") == 0)
    runs.removeOld(keeping: 2, since: 0)
    #expect(Set(runs.runs()) == [names[0], names[4], names[5]])
    runs.removeOld(keeping: 100, since: 1005)
    #expect(Set(runs.runs()) == [names[0], names[5]])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: runs.path.string).count == 5)
  }

  /// Somebody who can rename a folder above can put other journals there.
  @Test func refusesAFolderThatOthersCanReplace() async throws {
    let open = folder.file("open")
    try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: false)
    #expect(chmod(open, 0o777) == 0)
    let below = RunDirectory(open + "/a/runs", environment: [:], isSimulated: false)
    #expect(throws: JournalFailure.self) {
      try below.keep([1], as: 0, of: Self.name(1), isOnlyCopy: true)
    }
    #expect(chmod(open, 0o1777) == 0)
    try below.keep([1], as: 0, of: Self.name(1), isOnlyCopy: true)
  }
}
