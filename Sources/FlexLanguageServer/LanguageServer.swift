package import FlexAPI
import FlexScript
import FlexStorage

/// Answers an editor's questions about scripts, from the same parser, checker, completion, fixes and
/// formatter as everything else.
///
/// It reads credentials of no kind, opens no socket and writes no file. It is a function of the
/// messages and the time: what reads and writes the streams is ``LanguageServerLoop``.
///
/// Source: Language Server Protocol 3.17.
package struct LanguageServer {
  /// How long a text has to rest before it is checked.
  package static let rest = Duration.milliseconds(100)

  private enum Phase {
    case new, running, shutDown
  }

  private let version: String
  private var phase = Phase.new
  var workspace = Workspace()
  var client = ClientCapabilities()
  private var diagnostics = PublishedDiagnostics()
  /// What is to be sent.
  private var outgoing: [JSON] = []
  /// The status with which the program is to end.
  package private(set) var exitStatus: Int32?
  /// The client's process; the server ends when that is gone.
  package private(set) var clientProcess: Int?

  /// Creates a server; `version`: that of the program.
  package init(version: String) {
    self.version = version
  }

  /// Returns what is to be sent, and forgets it.
  package mutating func takeMessages() -> [JSON] {
    defer { outgoing = [] }
    return outgoing
  }

  // MARK: Messages

  /// Takes the body of a message.
  ///
  /// - Returns: Whether it is JSON; if not, the next message has to be found.
  package mutating func receive(_ body: [UInt8], at now: ContinuousClock.Instant) -> Bool {
    let message: JSON
    do throws(JSONReader.Failure) {
      message = try JSONReader.read(body)
    } catch {
      let reason = "this is not JSON: \(error.reason), at byte \(error.offset)"
      send(ResponseError(code: .parseError, message: reason).response(id: .null))
      return false
    }
    receive(message, at: now)
    return true
  }

  /// Reports a header that cannot be used.
  package mutating func reportBadHeader() {
    let error = ResponseError(
      code: .parseError, message: "a header with `Content-Length: ` and a number should be here")
    send(error.response(id: .null))
  }

  private mutating func receive(_ message: JSON, at now: ContinuousClock.Instant) {
    let object = message.object
    let id = object?["id"]
    guard let method = object?["method"]?.text else {
      // A response: the server sends no requests that need one.
      if let object, object["result"] != nil || object["error"] != nil { return }
      let error = ResponseError(
        code: .invalidRequest, message: "a message is an object with a `method`")
      send(error.response(id: Self.isID(id) ? id ?? .null : .null))
      return
    }
    let parameters = Parameters(object?["params"])
    guard let id, id != .null else { return notify(method, parameters, at: now) }
    do throws(ResponseError) {
      guard Self.isID(id) else {
        throw ResponseError(code: .invalidRequest, message: "an `id` is a number or a text")
      }
      let result = try respond(to: method, parameters, at: now)
      send(.object(["jsonrpc": .string("2.0"), "id": id, "result": result]))
    } catch {
      send(error.response(id: Self.isID(id) ? id : .null))
    }
  }

  private static func isID(_ id: JSON?) -> Bool { id?.integer != nil || id?.text != nil }

  private mutating func send(_ message: JSON) { outgoing.append(message) }

  private mutating func notify(_ method: String, _ parameters: JSON) {
    send(
      .object(["jsonrpc": .string("2.0"), "method": .string(method), "params": parameters]))
  }

  // MARK: Requests

  private mutating func respond(
    to method: String, _ parameters: Parameters, at now: ContinuousClock.Instant
  ) throws(ResponseError) -> JSON {
    switch phase {
    case .new where method != "initialize":
      throw ResponseError(code: .serverNotInitialized, message: "`initialize` comes first")
    case .running where method == "initialize":
      throw ResponseError(code: .invalidRequest, message: "the server is initialized already")
    case .shutDown:
      throw ResponseError(code: .invalidRequest, message: "the server is shut down")
    case .new, .running: break
    }
    guard let request = Request(rawValue: method) else {
      throw ResponseError(
        code: .methodNotFound, message: "there is no method `\(VisibleText.escaped(method))`")
    }
    switch request {
    case .initialize: return initialize(parameters)
    case .shutdown:
      phase = .shutDown
      return .null
    case .completion: return try completion(parameters)
    case .hover: return try hover(parameters)
    case .definition: return try definition(parameters)
    case .references: return try references(parameters)
    case .documentHighlight: return try documentHighlight(parameters)
    case .documentSymbol: return try documentSymbol(parameters)
    case .foldingRange: return try foldingRange(parameters)
    case .documentLink: return try documentLink(parameters)
    case .formatting: return try formatting(parameters)
    case .rangeFormatting: return try rangeFormatting(parameters)
    case .codeAction: return try codeAction(parameters)
    case .semanticTokens: return try semanticTokens(parameters)
    case .inlayHint: return try inlayHint(parameters)
    case .prepareRename: return try prepareRename(parameters)
    case .rename: return try rename(parameters)
    }
  }

  private mutating func initialize(_ parameters: Parameters) -> JSON {
    phase = .running
    client = ClientCapabilities(parameters.optional("capabilities"))
    clientProcess = parameters.object["processId"]?.integer
    workspace.encoding = client.encoding
    let folders = parameters.object["workspaceFolders"]?.array ?? []
    let uris = folders.compactMap { $0.object?["uri"]?.text }
    let root = parameters.object["rootUri"]?.text
    workspace.folders = (uris.isEmpty ? [root].compactMap(\.self) : uris).compactMap(FileURI.path)
      .map(OpenBuffers.normalized)
    if workspace.folders.isEmpty, root == nil, let path = parameters.object["rootPath"]?.text {
      workspace.folders = [path]
    }
    return .object([
      "capabilities": ServerCapabilities.json(encoding: client.encoding),
      "serverInfo": .object(["name": .string("flexsh"), "version": .string(version)]),
    ])
  }

  // MARK: Notifications

  private mutating func notify(
    _ method: String, _ parameters: Parameters, at now: ContinuousClock.Instant
  ) {
    if method == "exit" {
      exitStatus = phase == .shutDown ? 0 : 1
      return
    }
    // A notification that comes too early or too late, is unknown, or lacks something has no answer.
    guard phase == .running, let notification = Notification(rawValue: method) else { return }
    do throws(ResponseError) {
      switch notification {
      case .didOpen: try didOpen(parameters, at: now)
      case .didChange: try didChange(parameters, at: now)
      case .didSave: forgetChecks(except: nil, at: now)
      case .didClose: try didClose(parameters, at: now)
      case .didChangeWatchedFiles: forgetChecks(except: nil, at: now)
      case .didChangeFolders: didChangeFolders(parameters)
      }
    } catch {
      notify(
        "window/logMessage",
        .object(["type": .number(1), "message": .string("\(method): \(error.message)")]))
    }
  }

  private mutating func didOpen(
    _ parameters: Parameters, at now: ContinuousClock.Instant
  ) throws(ResponseError) {
    let item = try parameters.parameters("textDocument")
    var document = Document(
      uri: try item.text("uri"), language: item.object["languageId"]?.text ?? "",
      version: item.object["version"] ?? .null, text: Array(try item.text("text").utf8),
      encoding: workspace.encoding)
    document.due = document.isScript ? now : nil
    workspace.open(document)
    forgetChecks(except: document.uri, at: now)
  }

  private mutating func didChange(
    _ parameters: Parameters, at now: ContinuousClock.Instant
  ) throws(ResponseError) {
    let item = try parameters.parameters("textDocument")
    let uri = try item.text("uri")
    guard let document = workspace[uri] else {
      throw .failed("\(uri) is not open")
    }
    guard let changes = parameters.object["contentChanges"]?.array else {
      throw .missing("contentChanges")
    }
    var bytes = document.bytes
    for change in changes.map({ Parameters($0) }) {
      let text = Array(try change.text("text").utf8)
      if change.object["range"] == nil {
        bytes = text
      } else {
        let range = try change.range()
        let lines = LineTable(bytes, encoding: workspace.encoding)
        let start = lines.offset(range.start)
        bytes.replaceSubrange(start..<max(start, lines.offset(range.end)), with: text)
      }
    }
    workspace.replace(uri, with: bytes)
    let version = item.object["version"] ?? .null
    workspace.update(uri) { document in
      document.version = version
      if document.isScript { document.due = now + Self.rest }
    }
    forgetChecks(except: uri, at: now + Self.rest)
  }

  private mutating func didClose(
    _ parameters: Parameters, at now: ContinuousClock.Instant
  ) throws(ResponseError) {
    let uri = try parameters.uri()
    guard workspace[uri] != nil else { throw .failed("\(uri) is not open") }
    workspace.close(uri)
    publish(diagnostics.forget(uri, in: workspace))
    forgetChecks(except: uri, at: now)
  }

  private mutating func didChangeFolders(_ parameters: Parameters) {
    let event = parameters.optional("event")
    func paths(_ name: String) -> [String] {
      (event.object[name]?.array ?? []).compactMap { folder in
        folder.object?["uri"]?.text.flatMap(FileURI.path).map(OpenBuffers.normalized)
      }
    }
    let removed = paths("removed")
    workspace.folders.removeAll { removed.contains($0) }
    workspace.folders += paths("added")
  }

  /// Checks again, at a time, every script that names files: one of them has changed.
  private mutating func forgetChecks(except uri: String?, at time: ContinuousClock.Instant) {
    for script in workspace.scripts where script != uri {
      guard let outline = workspace.outline(of: script), outline.namesFiles else { continue }
      workspace.update(script) { document in
        document.forget()
        document.due = document.due ?? time
      }
    }
  }

  // MARK: Diagnostics

  /// When the next check is due; `nil` if none is.
  package var nextCheck: ContinuousClock.Instant? {
    workspace.documents.values.compactMap(\.due).min()
  }

  /// Checks the scripts whose texts have rested.
  package mutating func check(at now: ContinuousClock.Instant) {
    for uri in workspace.scripts {
      guard let due = workspace[uri]?.due, due <= now else { continue }
      workspace.update(uri) { $0.due = nil }
      guard let analysis = workspace.analysis(of: uri) else { continue }
      publish(diagnostics.note(analysis, of: uri, in: workspace))
    }
  }

  private mutating func publish(_ notifications: [JSON]) {
    for parameters in notifications { notify("textDocument/publishDiagnostics", parameters) }
  }
}

/// The requests that are answered.
private enum Request: String {
  case initialize, shutdown
  case completion = "textDocument/completion"
  case hover = "textDocument/hover"
  case definition = "textDocument/definition"
  case references = "textDocument/references"
  case documentHighlight = "textDocument/documentHighlight"
  case documentSymbol = "textDocument/documentSymbol"
  case foldingRange = "textDocument/foldingRange"
  case documentLink = "textDocument/documentLink"
  case formatting = "textDocument/formatting"
  case rangeFormatting = "textDocument/rangeFormatting"
  case codeAction = "textDocument/codeAction"
  case semanticTokens = "textDocument/semanticTokens/full"
  case inlayHint = "textDocument/inlayHint"
  case prepareRename = "textDocument/prepareRename"
  case rename = "textDocument/rename"
}

/// The notifications that are heard, besides `exit`.
private enum Notification: String {
  case didOpen = "textDocument/didOpen"
  case didChange = "textDocument/didChange"
  case didSave = "textDocument/didSave"
  case didClose = "textDocument/didClose"
  case didChangeWatchedFiles = "workspace/didChangeWatchedFiles"
  case didChangeFolders = "workspace/didChangeWorkspaceFolders"
}

extension ScriptOutline {
  /// Whether the check may read other files.
  fileprivate var namesFiles: Bool {
    !files.isEmpty || keywords.contains { $0.keyword == .rows }
  }
}
