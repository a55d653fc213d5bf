import FlexAPI
import FlexConsole
import FlexScript
import FlexStorage
import Synchronization

/// What the runs of several accounts print, in the order of the accounts.
///
/// The run whose turn it is prints at once; what a later one prints meanwhile is kept in a file. It holds
/// its lock while it writes, so that a reader that is slow slows the runs down, and is not outrun.
final class RunsOutput: Sendable {
  /// Something that a run prints.
  enum Piece {
    /// Results, which go to standard output.
    case output(String)
    /// Messages, which go to standard error.
    case errors(String)
    /// An object of its record; `time`: in milliseconds since 1970.
    case record([UInt8], RecordPart, time: Int)
  }

  private struct State {
    /// The run that prints at once.
    var turn = 0
    var finished: Set<Int> = []
    var held: [Int: HeldOutput] = [:]
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    /// Whether something could not be kept, or a run could not print.
    var isUnkept = false
    /// What writes the records to standard output.
    var sinks: [any RecordSink]
    /// The reports in files; `nil` if none is asked for.
    let files: ReportFiles?
    var output: OutputStream
    var errors: OutputStream
  }

  private let state: Mutex<State>
  /// Whether the requests of actions are wanted, and the sentence of each.
  let keepsAttempts: Bool
  /// Whether the records of the runs go anywhere.
  let keepsRecord: Bool
  /// The key of the copies to share, which all runs have in common.
  let shareKey = ShareKey()
  /// Why a report cannot be written, in lower case; then nothing is sent.
  let openingProblem: String?
  private let settings: OutputSettings
  private let context: CommandContext

  /// Opens the reports in files.
  init(_ settings: OutputSettings, _ context: CommandContext) {
    self.settings = settings
    self.context = context
    keepsAttempts = !settings.reports.isEmpty
    keepsRecord = keepsAttempts || settings.format != .text
    var problem: String?
    state = Mutex(Self.begin(settings, context, &problem))
    openingProblem = problem
  }

  private static func begin(
    _ settings: OutputSettings, _ context: CommandContext, _ problem: inout String?
  ) -> State {
    let files = ReportFiles(settings.reports)
    problem = files?.openingProblem
    let sinks = StandardSinks.make(settings, context, nil)
    for case let stream as JSONStream in sinks { stream.last = .total }
    for case let script as FlexSink in sinks { script.namesProfiles = true }
    return State(
      sinks: sinks, files: files, output: context.outputStream(isBuffered: false),
      errors: context.errorStream(isBuffered: false))
  }

  /// Chooses the table that is printed, if one is.
  func choose(_ shape: TableShape) {
    guard settings.format.isTable else { return }
    state.withLock { $0.sinks = StandardSinks.make(settings, context, shape) }
  }

  /// Changes the reports in files, if there are any.
  func withFiles<Result: Sendable>(
    _ body: @Sendable (ReportFiles) throws -> Result
  ) rethrows -> Result? {
    try state.withLock { state in try state.files.map(body) }
  }

  /// Makes sure that what waits for its turn can be kept; otherwise nothing is sent.
  func requireRoom() throws {
    let path = Self.temporary(context.variables)
    do throws(FileProblem) {
      _ = try HeldOutput(beside: path)
    } catch {
      throw CommandEnd(
        status: ExitStatus.outputFailed,
        message:
          "temporary files cannot be written beside \(path): \(error.reason); nothing was sent",
        help: "TMPDIR names another folder; without --parallel-profiles none are needed")
    }
  }

  /// Begins the first run: what is taken from here on is of runs, and a total follows.
  func begin() {
    withFiles { files in
      files.areSeveral = true
      if settings.isShared { files.share(with: shareKey) }
    }
  }

  /// Whether something could not be written: then no further action is begun.
  var isLost: Bool {
    state.withLock { state in
      state.isUnkept || state.output.failure != nil || state.sinks.contains { $0.isLost }
        || state.files?.isLost == true
    }
  }

  /// Notes that a run could not print.
  func noteLoss() {
    state.withLock { $0.isUnkept = true }
  }

  /// Takes something that a run prints.
  func take(_ piece: Piece, from run: Int) {
    state.withLock { state in
      guard run != state.turn else { return Self.write(piece, &state) }
      let held: HeldOutput
      if let known = state.held[run] {
        held = known
      } else {
        do throws(FileProblem) {
          held = try HeldOutput(beside: Self.temporary(context.variables))
        } catch {
          state.isUnkept = true
          return
        }
        state.held[run] = held
      }
      held.append(piece)
      if held.isBroken { state.isUnkept = true }
    }
  }

  /// Notes that a run prints nothing any more: the next one that does has its turn.
  func finish(_ run: Int) {
    let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.finished.insert(run)
      while state.finished.contains(state.turn) {
        state.turn += 1
        if let held = state.held.removeValue(forKey: state.turn) {
          held.release { Self.write($0, &state) }
          if held.isBroken { state.isUnkept = true }
        }
      }
      return state.waiting.removeValue(forKey: state.turn)
    }
    waiting?.resume()
  }

  /// Waits until it is the turn of a run: what it asks is then seen when it asks.
  func wait(for run: Int) async {
    await withCheckedContinuation { continuation in
      let isNow = state.withLock { state in
        if run != state.turn { state.waiting[run] = continuation }
        return run == state.turn
      }
      if isNow { continuation.resume() }
    }
  }

  /// Writes a message at once, in turn or not.
  func say(_ text: String) {
    state.withLock { $0.errors.write(text) }
  }

  /// Writes the object with the totals, and all that has waited for it.
  ///
  /// - Returns: Why a report could not be written; `nil` if all is well.
  func end(with total: [UInt8]) -> String? {
    state.withLock { state in
      for sink in state.sinks {
        sink.take(total, .total)
        sink.flush()
      }
      state.files?.take(total, .total)
      return state.files?.problem
    }
  }

  private static func write(_ piece: Piece, _ state: inout State) {
    switch piece {
    case .output(let text): state.output.write(text)
    case .errors(let text): state.errors.write(text)
    case .record(let object, let part, let time):
      if part == .start { state.files?.began = time }
      for sink in state.sinks where part != .attempt {
        sink.take(object, part)
        if part == .summary { sink.flush() }
      }
      state.files?.take(object, part)
    }
  }

  private static func temporary(_ environment: [String: String]) -> String {
    (environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp") + "/flexsh"
  }
}

/// What a run prints before its turn, in a temporary file.
private final class HeldOutput {
  private let spool: LineSpool

  init(beside name: String) throws(FileProblem) {
    spool = try LineSpool(beside: name)
  }

  var isBroken: Bool { spool.problem != nil }

  /// A piece is a line: its kind, its time, and its bytes, which for a text are a JSON string.
  func append(_ piece: RunsOutput.Piece) {
    switch piece {
    case .output(let text): spool.append(Self.line("o", 0, Self.json(text)))
    case .errors(let text): spool.append(Self.line("e", 0, Self.json(text)))
    case .record(let object, let part, let time):
      spool.append(Self.line(Self.letters[part] ?? "", time, object))
    }
  }

  /// Passes every piece to a body, in order.
  func release(_ body: (RunsOutput.Piece) -> Void) {
    spool.forEachLine(in: 0..<spool.end) { line in
      if let piece = Self.piece(line) { body(piece) }
      return true
    }
  }

  private static let letters: [RecordPart: String] = [
    .start: "s", .event: "v", .attempt: "a", .summary: "m", .total: "t",
  ]
  private static let parts = Dictionary(uniqueKeysWithValues: letters.map { ($1, $0) })

  private static func json(_ text: String) -> [UInt8] { Array(JSON.string(text).serialized.utf8) }

  private static func line(_ letter: String, _ time: Int, _ bytes: [UInt8]) -> [UInt8] {
    Array("\(letter)\(time) ".utf8) + bytes
  }

  private static func piece(_ line: ArraySlice<UInt8>) -> RunsOutput.Piece? {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")), let first = line.first else {
      return nil
    }
    let letter = String(decoding: [first], as: UTF8.self)
    let time = Int(String(decoding: line[(line.startIndex + 1)..<space], as: UTF8.self)) ?? 0
    let bytes = Array(line[(space + 1)...])
    if let part = parts[letter] { return .record(bytes, part, time: time) }
    let text = (try? JSONReader.read(bytes))?.text ?? ""
    return letter == "o" ? .output(text) : .errors(text)
  }
}
