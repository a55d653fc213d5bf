import FlexAPI
import FlexConsole
import FlexScript
import FlexStorage
import SystemPackage

/// The reports of a run, or of the runs of several accounts, in files: kept while they run, written at
/// their end.
///
/// All of them are made of the run's record alone. Source: CLI.md, §4.
final class ReportFiles: RecordSink {
  private var files: [(request: ReportRequest, file: PendingFile)]
  /// What is kept; `nil` if no report can be written.
  private let spool: RecordSpool?
  private var runs: [SpooledRecord] = []
  /// Whether there are the runs of several accounts, which a total follows.
  var areSeveral = false
  /// What a report could not be written for, in lower case; `nil` as long as all is well.
  private(set) var problem: String?

  /// The scripts of the run.
  var scripts: [OpenedFile] = []
  /// When the run whose start is taken next began; milliseconds since 1970.
  var began = Int(WallClock.now())

  /// Creates the files next to their names; `nil` if none is asked for.
  ///
  /// Those that can be created are written even if another one cannot.
  init?(_ requests: [ReportRequest]) {
    guard !requests.isEmpty else { return nil }
    var files: [(request: ReportRequest, file: PendingFile)] = []
    var spool: RecordSpool?
    var found: String?
    for request in requests {
      do throws(FileProblem) {
        let file = try PendingFile(request.file)
        if spool == nil { spool = try RecordSpool(beside: request.file) }
        files.append((request, file))
      } catch {
        found = found ?? Self.words(request, error)
      }
    }
    self.files = files
    self.spool = spool
    openingProblem = found
  }

  /// Why a report cannot be written, in lower case; then nothing is sent.
  let openingProblem: String?

  /// Refuses a report whose file is one of those that the run reads.
  func refuse(_ inputs: [OpenedFile]) throws {
    for (request, _) in files {
      guard let existing = try? Files.open(request.file),
        let input = inputs.first(where: { $0.identity == existing.identity })
      else { continue }
      files.removeAll { $0.request == request }
      throw CommandEnd(
        status: ExitStatus.usage,
        message: "the report \(request.file) would replace \(input.name), which the run reads; "
          + "nothing was sent")
    }
  }

  private static func words(_ request: ReportRequest, _ problem: FileProblem) -> String {
    "the report cannot be written to \(request.file): \(problem.reason)"
  }

  var keepsAttempts: Bool { true }
  var isLost: Bool { spool?.problem != nil }

  /// Makes copies to share of everything; called before anything is taken.
  var copy: SharedCopy?

  func take(_ object: [UInt8], _ part: RecordPart) {
    var object = object
    if let copy, let whole = (try? JSONReader.read(object))?.object {
      object = []
      copy.object(whole, part).write(into: &object)
    }
    guard let spool else { return }
    switch part {
    case .start: runs.append(SpooledRecord(spool, start: Self.object(object), self))
    case .event: spool.events.append(object)
    case .attempt: spool.attempts.append(object)
    case .summary:
      runs[runs.count - 1].end(with: Self.object(object))
      if !areSeveral { write(.one(runs[0]), spool) }
    case .total:
      if areSeveral { write(.several(runs, total: Self.object(object)), spool) }
    }
  }

  private static func object(_ bytes: [UInt8]) -> JSONObject {
    (try? JSONReader.read(bytes))?.object ?? JSONObject()
  }

  /// Makes copies to share of everything; called before anything is taken.
  func share(with key: ShareKey) {
    copy = SharedCopy(SharedNames(digest: key.digest))
    scripts = []
  }

  private func write(_ runs: KeptRuns<SpooledRecord>, _ spool: RecordSpool) {
    for (request, file) in files {
      let output = FileOutput(file)
      switch request.kind {
      case .json: JSONReport.write(runs, to: output)
      case .junit: JUnitReport.write(runs, to: output)
      case .md: MarkdownReport.write(runs, to: output)
      case .html: HTMLReport.write(runs, to: output)
      }
      do throws(FileProblem) {
        if let problem = spool.problem { throw problem }
        try file.commit()
      } catch {
        problem = problem ?? Self.words(request, error)
      }
    }
  }
}

/// Writes a report to a file.
private final class FileOutput: ReportOutput {
  private let file: PendingFile

  init(_ file: PendingFile) { self.file = file }

  func write(_ bytes: [UInt8]) { file.write(bytes) }
}

/// The events of runs and the requests of actions, in temporary files, so that their number costs no
/// memory.
final class RecordSpool {
  let events: LineSpool
  let attempts: LineSpool

  init(beside name: String) throws(FileProblem) {
    events = try LineSpool(beside: name)
    attempts = try LineSpool(beside: name)
  }

  /// Why the records are not whole; `nil` if they are.
  var problem: FileProblem? { events.problem ?? attempts.problem }
}

/// A run's record in temporary files.
struct SpooledRecord: KeptRecord {
  let start: JSONObject
  private(set) var summary = JSONObject()
  let began: Int
  private let scripts: [OpenedFile]
  private let spool: RecordSpool
  private var events: Range<Int64>
  private var attempts: Range<Int64>

  /// Begins a record, which everything belongs to that is spooled from now on.
  init(_ spool: RecordSpool, start: JSONObject, _ files: ReportFiles) {
    self.start = start
    self.spool = spool
    (began, scripts) = (files.began, files.scripts)
    events = spool.events.end..<spool.events.end
    attempts = spool.attempts.end..<spool.attempts.end
  }

  /// Ends it.
  mutating func end(with summary: JSONObject) {
    self.summary = summary
    events = events.lowerBound..<spool.events.end
    attempts = attempts.lowerBound..<spool.attempts.end
  }

  func forEachEvent(_ body: (JSONObject) -> Bool) {
    spool.events.forEachLine(in: events) { body(Self.object($0)) }
  }

  func forEachAttempt(_ body: (JSONObject) -> Bool) {
    spool.attempts.forEachLine(in: attempts) { body(Self.object($0)) }
  }

  func text(ofScript name: String) -> [UInt8]? {
    guard let script = scripts.first(where: { $0.name == name }) else { return nil }
    return (try? script.bytes(atMost: 16 << 20)).flatMap { $0 }
  }

  private static func object(_ line: ArraySlice<UInt8>) -> JSONObject {
    (try? JSONReader.read(Array(line)))?.object ?? JSONObject()
  }
}
