import FlexScript
import Synchronization
import SystemPackage

/// What was first read of a file; every later reading is compared with it.
///
/// It holds a digest for each block, of everything up to the end of that block: eight bytes for
/// 256 KiB, whatever the length of the file. The digests are keyed with a secret of this process, so
/// that no content can be made to match another one.
final class ContentRecord: CheckedContent {
  /// The length of a block, in bytes.
  static let block = StatementReader.chunk
  /// How often the file's status is looked at while its content is being used.
  private static let interval = Duration.milliseconds(100)

  private struct State {
    /// The digest of everything up to the end of each block.
    var digests: [UInt64] = []
    /// The length of the file; `nil` until it was read to its end.
    var length: Int?
    /// The status of the file when its content was last known to be the recorded one.
    var status: FileIdentity?
    /// Whether any later change would show in the status.
    var isCertain = false
    /// Why it is not the recorded content any more; `nil` while it is.
    var change: String?
    var lastLook: ContinuousClock.Instant?
    var hash: String?
  }

  private let path: FilePath
  private let state = Mutex(State())

  /// A record of the file at a path, which has not been read yet.
  init(of path: FilePath) {
    self.path = path
  }

  /// The SHA-256 of the content in hexadecimal, once it has been computed.
  var hash: String? {
    get { state.withLock { $0.hash } }
    set { state.withLock { $0.hash = newValue } }
  }

  /// Makes sure that the file still has the recorded content, as far as it was read.
  ///
  /// If the status says that something may have changed, the content decides: all of it is read.
  package func verify() throws(SourceFailure) {
    let (known, isCertain) = state.withLock { ($0.status, $0.isCertain) }
    guard let now = FileIdentity(of: path) else { throw changed("it is not there any more") }
    if now == known, isCertain { return }
    try compareAll()
  }

  package func lookNow() throws(SourceFailure) {
    let (known, change) = state.withLock { ($0.status, $0.change) }
    if let change { throw changed(change) }
    guard let known, FileIdentity(of: path) != known else { return }
    try verify()
  }

  package func look() throws(SourceFailure) {
    let now = ContinuousClock.now
    let (isDue, known) =
      state.withLock { state in
        guard state.lastLook.map({ now - $0 >= Self.interval }) ?? true else { return (false, nil) }
        state.lastLook = now
        return (true, state.status)
      } as (Bool, FileIdentity?)
    guard isDue, let known, FileIdentity(of: path) != known else { return }
    try verify()
  }

  /// Begins a reading from the first byte.
  func begin() throws(SourceFailure) {
    if let change = state.withLock({ $0.change }) { throw changed(change) }
    if state.withLock({ $0.length != nil }) { return try verify() }
    // Taken before the content: a change while it is being read shows.
    noteStatus(FileIdentity(of: path))
  }

  /// Records a block, or compares it with what was recorded.
  ///
  /// - Parameters:
  ///   - number: Its number, from 0.
  ///   - digest: The digest of everything up to its end.
  ///   - end: Where it ends.
  ///   - isLast: Whether the file ends there.
  /// - Throws: `SourceFailure` if the block is not the one that was checked.
  func note(_ number: Int, digest: UInt64, end: Int, isLast: Bool) throws(SourceFailure) {
    let isSame = state.withLock { state in
      if let length = state.length, isLast != (end == length) { return false }
      if number < state.digests.count { return state.digests[number] == digest }
      state.digests.append(digest)
      if isLast { state.length = end }
      return true
    }
    if !isSame { throw changed() }
  }

  /// Reads the whole file, and compares it with what was recorded.
  private func compareAll() throws(SourceFailure) {
    let status = FileIdentity(of: path)
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
    } catch {
      throw changed("it cannot be read any more: \(Files.words(for: error))")
    }
    var source = FileSource(FileOwner(descriptor))
    var reading = BlockReading()
    let (count, length) = state.withLock { ($0.digests.count, $0.length) }
    while length != nil || reading.number < count {
      try reading.add(try source.readBlock(), to: self)
      if reading.isAtEnd { break }
    }
    noteStatus(status)
  }

  private func noteStatus(_ status: FileIdentity?) {
    let isCertain = status?.isOlder(than: .seconds(2)) ?? false
    state.withLock { ($0.status, $0.isCertain) = (status, isCertain) }
  }

  private func changed(_ reason: String = "it changed after it was checked") -> SourceFailure {
    state.withLock { $0.change = $0.change ?? reason }
    return SourceFailure(reason: reason, isChange: true)
  }
}

/// A reading of a file from its first byte, block by block.
struct BlockReading {
  private var digest = ContentDigest()
  /// The number of the next block.
  private(set) var number = 0
  private var end = 0
  /// Whether the last block has been added.
  private(set) var isAtEnd = false

  /// Adds the next block to a record, or compares it.
  ///
  /// A block that is shorter than the others is the last one.
  mutating func add(_ bytes: [UInt8], to record: ContentRecord) throws(SourceFailure) {
    digest.add(bytes)
    end += bytes.count
    isAtEnd = bytes.count < ContentRecord.block
    try record.note(number, digest: digest.value, end: end, isLast: isAtEnd)
    number += 1
  }
}
