import Synchronization
import Testing

@testable import FlexScript

/// When the files of a run are looked at.
struct CheckedFilesTests {
  private final class Content: CheckedContent {
    private let state = Mutex((looks: 0, hasChanged: false))

    var looks: Int { state.withLock { $0.looks } }

    func change() { state.withLock { $0.hasChanged = true } }

    func verify() throws(SourceFailure) {
      let hasChanged = state.withLock { state in
        state.looks += 1
        return state.hasChanged
      }
      if hasChanged { throw SourceFailure(reason: "it changed", isChange: true) }
    }
    func look() throws(SourceFailure) { try verify() }
    func lookNow() throws(SourceFailure) { try verify() }
  }

  private static func files(_ content: Content) -> CheckedFiles {
    let files = CheckedFiles()
    files.add(
      OpenedFile(identity: "a", name: "a.flex", source: BytesSource([]), content: content))
    return files
  }

  @Test func eachAnswerMakesALookDue() throws {
    let content = Content()
    let files = Self.files(content)
    for answers in [0, 1, 2, 5] { try files.look(after: answers) }
    #expect(content.looks == 4)
    for _ in 0..<3 { try files.look() }
    #expect(content.looks == 7)
  }

  /// Of a hundred requests that are sent together, a few look: how many depends on how long they take.
  @Test func requestsThatAreSentTogetherShareALook() throws {
    let content = Content()
    let files = Self.files(content)
    var together = 0
    while content.looks == together, together < 1_000_000 {
      try files.look(after: 7)
      together += 1
    }
    #expect(together > content.looks)
  }

  @Test func aChangeIsSeenAgain() throws {
    let content = Content()
    let files = Self.files(content)
    try files.look(after: 1)
    content.change()
    for answers in [2, 2, 2, 2] {
      let failure = #expect(throws: SourceFailure.self) { try files.look(after: answers) }
      #expect(failure?.file == "a.flex")
    }
    #expect(content.looks == 5)
  }

  @Test func aFileThatIsAddedIsLookedAt() throws {
    let (first, second) = (Content(), Content())
    let files = Self.files(first)
    for _ in 0..<3 { try files.look(after: 1) }
    files.add(OpenedFile(identity: "b", name: "b.csv", source: BytesSource([]), content: second))
    try files.look(after: 1)
    #expect(second.looks == 1)
  }
}
