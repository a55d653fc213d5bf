import FlexAPI
import FlexConsole
import FlexScript
import FlexStorage
import SystemPackage

/// The reports of a run in files: kept while it runs, written at its end.
///
/// All of them are made of the run's record alone. Source: CLI.md, §4.
final class ReportFiles: RecordSink {
  private var files: [(request: ReportRequest, file: PendingFile)]
  /// What is kept; `nil` if no report can be written.
  private let record: SpooledRecord?
  /// What a report could not be written for, in lower case; `nil` as long as all is well.
  private(set) var problem: String?

  /// The scripts of the run.
  var scripts: [OpenedFile] {
    get { record?.scripts ?? [] }
    set { record?.scripts = newValue }
  }

  /// When the run began; milliseconds since 1970.
  var began: Int {
    get { record?.began ?? 0 }
    set { record?.began = newValue }
  }

  /// Creates the files next to their names; `nil` if none is asked for.
  ///
  /// Those that can be created are written even if another one cannot.
  init?(_ requests: [ReportRequest]) {
    guard !requests.isEmpty else { return nil }
    var files: [(request: ReportRequest, file: PendingFile)] = []
    var record: SpooledRecord?
    var found: String?
    for request in requests {
      do throws(FileProblem) {
        let file = try PendingFile(request.file)
        if record == nil { record = try SpooledRecord(beside: request.file) }
        files.append((request, file))
      } catch {
        found = found ?? Self.words(request, error)
      }
    }
    self.files = files
    self.record = record
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
  var isLost: Bool { record?.problem != nil }

  /// Makes copies to share of everything; called before anything is taken.
  var copy: SharedCopy?

  func take(_ object: [UInt8], _ part: RecordPart) {
    var object = object
    if let copy, let whole = (try? JSONReader.read(object))?.object {
      object = []
      copy.object(whole, part).write(into: &object)
    }
    record?.take(object, part)
    if part == .summary { write() }
  }

  private func write() {
    guard let record else { return }
    for (request, file) in files {
      let output = FileOutput(file)
      switch request.kind {
      case .json: JSONReport.write(record, to: output)
      case .junit: JUnitReport.write(record, to: output)
      case .md: MarkdownReport.write(record, to: output)
      case .html: HTMLReport.write(record, to: output)
      }
      do throws(FileProblem) {
        if let problem = record.problem { throw problem }
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

/// A run's record in temporary files, so that its length costs no memory.
final class SpooledRecord: KeptRecord {
  private(set) var start = JSONObject()
  private(set) var summary = JSONObject()
  private let events: LineSpool
  private let attempts: LineSpool
  var began = Int(WallClock.now())
  var scripts: [OpenedFile] = []

  init(beside name: String) throws(FileProblem) {
    events = try LineSpool(beside: name)
    attempts = try LineSpool(beside: name)
  }

  /// Why the record is not whole; `nil` if it is.
  var problem: FileProblem? { events.problem ?? attempts.problem }

  func take(_ object: [UInt8], _ part: RecordPart) {
    switch part {
    case .start: start = Self.object(object[...])
    case .event: events.append(object)
    case .attempt: attempts.append(object)
    case .summary: summary = Self.object(object[...])
    }
  }

  func forEachEvent(_ body: (JSONObject) -> Bool) {
    events.forEachLine { body(Self.object($0)) }
  }

  func forEachAttempt(_ body: (JSONObject) -> Bool) {
    attempts.forEachLine { body(Self.object($0)) }
  }

  func text(ofScript name: String) -> [UInt8]? {
    guard let script = scripts.first(where: { $0.name == name }) else { return nil }
    return (try? script.bytes(atMost: 16 << 20)).flatMap { $0 }
  }

  private static func object(_ line: ArraySlice<UInt8>) -> JSONObject {
    (try? JSONReader.read(Array(line)))?.object ?? JSONObject()
  }
}
