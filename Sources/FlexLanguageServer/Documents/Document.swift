import FlexAPI
import FlexScript
import FlexStorage

/// A file that is open in the editor.
struct Document {
  /// Its URI, as the client writes it.
  let uri: String
  /// Its path; `nil` if it has never been saved.
  let path: String?
  /// Whether it is a script, and not a data file or something else.
  let isScript: Bool
  /// The version that the client gave its text.
  var version: JSON
  /// Its text, and where its lines are.
  private(set) var lines: LineTable
  /// When it is checked; `nil` if it has been since its last change.
  var due: ContinuousClock.Instant?
  private var outlined: ScriptOutline?
  private var analyzed: Analysis?

  init(
    uri: String, language: String, version: JSON, text: [UInt8], encoding: PositionEncoding
  ) {
    self.uri = uri
    path = FileURI.path(uri)
    // lex and its successors name their files like this, too.
    isScript =
      ["flexsh", "flex"].contains(language)
      || (uri.hasSuffix(".flex") && !["lex", "jflex"].contains(language))
    self.version = version
    lines = LineTable(text, encoding: encoding)
  }

  var bytes: [UInt8] { lines.bytes }

  /// The name of the file in messages.
  var name: String { path ?? uri }

  /// Takes a new text.
  mutating func replace(_ text: [UInt8]) {
    lines = LineTable(text, encoding: lines.encoding)
    outlined = nil
    analyzed = nil
  }

  /// Forgets the result of the check, because another file has changed.
  mutating func forget() { analyzed = nil }

  /// The parts of the script.
  mutating func outline() -> ScriptOutline {
    if let outlined { return outlined }
    let outline = ScriptOutline(bytes)
    outlined = outline
    return outline
  }

  /// What the check finds; `buffers` take precedence over the disk.
  mutating func analysis(_ buffers: OpenBuffers) -> Analysis {
    if let analyzed { return analyzed }
    let analysis = Analysis(bytes, name: name, files: files(buffers))
    analyzed = analysis
    return analysis
  }

  /// The files that the script can name.
  func files(_ buffers: OpenBuffers) -> any ScriptFiles {
    path.map { Files(root: $0, isRecording: false, buffers: buffers) } ?? NoFolder(buffers: buffers)
  }

  // MARK: Positions

  /// A range of the text as the protocol has it.
  func range(_ range: SourceRange) -> JSON {
    self.range(range.start.offset..<range.end.offset)
  }

  /// A range of offsets as the protocol has it.
  func range(_ range: Range<Int>) -> JSON {
    .object([
      "start": lines.position(range.lowerBound).json, "end": lines.position(range.upperBound).json,
    ])
  }

  /// The text of a range.
  func text(_ range: SourceRange) -> String {
    String(decoding: bytes[range.start.offset..<range.end.offset], as: UTF8.self)
  }
}

/// The files of a script that has never been saved: it has no folder to which paths are relative.
private struct NoFolder: ScriptFiles {
  let buffers: OpenBuffers

  func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    throw Self.problem
  }

  func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    guard path.hasPrefix("/") else { throw Self.problem }
    if let buffer = buffers.open(path) { return buffer }
    return try Files.open(path)
  }

  private static let problem = FileProblem(
    reason: "this script is no file on the disk, so it has no folder",
    help: "save the script; paths are relative to it")
}

/// What the check finds in a script.
struct Analysis {
  /// The diagnostics of the script and of the files that it names.
  let lists: [DiagnosticList]
  /// The parameters of the script, in order.
  let parameters: [Parameter]
  /// What its names stand for, and how many rows its data files have.
  let annotations: Annotations

  init(_ bytes: [UInt8], name: String, files: any ScriptFiles) {
    let session = CheckSession(files: files)
    session.annotations = Annotations()
    let file = OpenedFile(
      identity: "buffer \(OpenBuffers.key(of: name))", name: name, source: BytesSource(bytes))
    do throws(SourceFailure) {
      parameters = try session.check(file, arguments: nil)
    } catch {
      preconditionFailure("bytes in memory can be read: \(error.reason)")
    }
    lists = session.lists
    annotations = session.annotations ?? Annotations()
  }

  /// Whether the script, or one that it runs, has errors.
  var hasErrors: Bool { lists.contains(where: \.hasErrors) }
}
