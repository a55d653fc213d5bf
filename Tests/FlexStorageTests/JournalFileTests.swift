import FlexAPI
import FlexRuntime
import FlexStorage
import FlexTestSupport
import Foundation
import Testing

/// What a journal's file holds when a process ends at some point.
struct JournalFileTests {
  private func withJournal(
    _ body: (JournalFile, RunDirectory) async throws -> Void
  ) async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let directory = RunDirectory(root.path(), environment: [:], isSimulated: false)
    let file = JournalFile(of: "R", in: directory) { () throws(JournalFailure) in
      JournalHeader(
        run: "R", started: 0, version: "0", folder: "/", scripts: [], files: [], arguments: [:],
        account: "AC", baseURL: "http://127.0.0.1", isSimulated: false, keepsGoing: false,
        isPlan: false, boot: SystemBoot.name())
    }
    try await body(file, directory)
  }

  private func intent(_ number: Int, isAhead: Bool) throws -> ActionIntent {
    let agent = try #require(ParticipantSID(Sample.agent))
    return try #require(
      ActionIntent(
        number: number, at: "s.flex:\(number):1", sentence: nil,
        operation: .close(agent, on: Sample.path), isAhead: isAhead))
  }

  @Test func whatBeganIsWrittenBeforeItsRequestLeaves() async throws {
    try await withJournal { file, directory in
      let mark = file.writeAhead(try (1...3).map { try intent($0, isAhead: true) })
      let marks = [file.begin(1, after: mark), file.begin(2, after: mark)]
      for mark in marks where !(try file.write(to: mark)) { try await file.settle(mark) }
      #expect(try file.write(to: marks[1]), "it is there, and stays so")
      let past = try directory.read("R")
      if SystemBoot.name() != nil {
        #expect(past.inOrder.map(\.intent.number) == [1, 2])
      } else {
        #expect(past.inOrder.map(\.intent.number) == [1, 2, 3])
      }
      #expect(past.inOrder.allSatisfy { $0.result == nil })
      // What begins later is not there before somebody asks for it.
      let late = file.begin(3, after: mark)
      let count = try directory.read("R").actions.count
      #expect(count == (SystemBoot.name() == nil ? 3 : 2))
      #expect(try file.write(to: late))
      #expect(try directory.read("R").actions.count == 3)
    }
  }

  @Test func manyWaitForOneWriteAndAllAreThere() async throws {
    try await withJournal { file, directory in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...200 {
          let entry = JournalEntry.intent(try intent(number, isAhead: false))
          group.addTask { try await file.commit(entry) }
        }
        try await group.waitForAll()
      }
      #expect(try directory.read("R").actions.count == 200)
      try await file.commit(.end(exit: 0, time: nil, RunSummary()))
      #expect(try directory.read("R").isFinished)
    }
  }

  @Test func tellsEverybodyThatItCannotBeWritten() async throws {
    let directory = RunDirectory("/dev/null/x", environment: [:], isSimulated: false)
    let file = JournalFile(of: "R", in: directory) { () throws(JournalFailure) in
      throw JournalFailure(reason: "no header")
    }
    let mark = file.writeAhead([try intent(1, isAhead: true)])
    await #expect(throws: JournalFailure.self) { try await file.settle(file.begin(1, after: mark)) }
    #expect(throws: JournalFailure.self) { try file.write(to: mark) }
    await #expect(throws: JournalFailure.self) {
      try await file.commit(.intent(try intent(2, isAhead: false)))
    }
    #expect(file.failure?.reason == "no header")
  }

  /// A run that only reads keeps no more in memory than the file is worth.
  @Test func manyLookUpsAreNotKeptInMemory() async throws {
    try await withJournal { file, directory in
      let answer = JSON.string(String(repeating: "x", count: 1000))
      for number in 1...100 { file.note(.read(number, last: nil, path: "/v1/x", answer: answer)) }
      #expect(!file.isBegun, "what is little needs no file")
      for number in 101...2000 {
        file.note(.read(number, last: nil, path: "/v1/x", answer: answer))
      }
      #expect(file.isBegun)
      try await file.commit(.end(exit: 0, time: nil, RunSummary()))
      #expect(try directory.read("R").reads.count == 2000)
    }
  }

  /// At the prompt nothing can be resumed, so nothing that was looked up is kept.
  @Test func thePromptKeepsNoLookUps() async throws {
    let folder = try TemporaryFolder()
    let directory = RunDirectory(folder.path, environment: [:], isSimulated: false)
    let file = JournalFile(of: "R", in: directory, keepsReads: false) {
      () throws(JournalFailure) in
      JournalHeader(
        run: "R", started: 0, version: "0", folder: "/", scripts: [], files: [], arguments: [:],
        account: "AC", baseURL: "http://127.0.0.1", isSimulated: false, keepsGoing: false,
        isPlan: false, boot: nil)
    }
    for number in 1...2000 {
      file.note(
        .read(number, last: nil, path: "/", answer: .string(String(repeating: "x", count: 1000))))
    }
    #expect(!file.isBegun)
    #expect(folder.names.isEmpty)
  }
}
