import FlexAPI
import FlexLanguageServer
import FlexTestSupport
import Testing

/// An editor whose language server runs in the same process, and whose clock stands until it is moved.
struct Editor {
  private var server = LanguageServer(version: "test")
  private var now = ContinuousClock.now
  private var number = 0
  /// What the server sent by itself, the oldest first.
  private var notifications: [JSON] = []

  /// The capabilities of an editor that knows everything.
  static let capabilities = """
    {"general": {"positionEncodings": ["ENCODING"]}, "textDocument": {
      "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
      "codeAction": {"codeActionLiteralSupport": {}}, "hover": {"contentFormat": ["markdown"]}}}
    """

  /// Starts a server, and initializes it; `folder`: that of the workspace.
  init(folder: String? = nil, encoding: String = "utf-16", capabilities: String? = nil) throws {
    let capabilities =
      capabilities ?? Self.capabilities.replacing("ENCODING", with: encoding)
    let root = folder.map { "\"file://\($0)\"" } ?? "null"
    _ = try result(
      "initialize",
      """
      {"processId": null, "rootUri": \(root), "capabilities": \(capabilities)}
      """)
  }

  /// A server that has not been initialized.
  init(new: Void) {}

  /// Sends a message as it is.
  mutating func send(_ message: String) -> [JSON] {
    _ = server.receive(Array(message.utf8), at: now)
    return server.takeMessages()
  }

  /// The status with which the server ends.
  var exitStatus: Int32? { server.exitStatus }

  /// Sends a request, and returns the response.
  mutating func response(_ method: String, _ parameters: String) throws -> JSONObject {
    number += 1
    let sent = send(
      """
      {"jsonrpc": "2.0", "id": \(number), "method": "\(method)", "params": \(parameters)}
      """)
    let id = JSON.number(number)
    notifications += sent.filter { $0.object?["method"] != nil }
    return try #require(sent.first { $0.object?["id"] == id }?.object)
  }

  /// Sends a request that succeeds, and returns its result.
  mutating func result(_ method: String, _ parameters: String) throws -> JSON {
    let response = try response(method, parameters)
    return try #require(response["result"], "\(JSON.object(response).serialized)")
  }

  /// Sends a request that fails, and returns the code and the message of its error.
  mutating func failure(
    _ method: String, _ parameters: String
  ) throws -> (code: Int?, message: String) {
    let error = try #require(try response(method, parameters)["error"]?.object)
    return (error["code"]?.integer, error["message"]?.text ?? "")
  }

  mutating func notify(_ method: String, _ parameters: String) {
    notifications += send(
      """
      {"jsonrpc": "2.0", "method": "\(method)", "params": \(parameters)}
      """)
  }

  // MARK: Documents

  mutating func open(_ uri: String, _ text: String, language: String = "flexsh") {
    notify(
      "textDocument/didOpen",
      """
      {"textDocument": {"uri": "\(uri)", "languageId": "\(language)", "version": 1,
        "text": \(JSON.string(text).serialized)}}
      """)
  }

  mutating func change(_ uri: String, _ text: String, version: Int) {
    notify(
      "textDocument/didChange",
      """
      {"textDocument": {"uri": "\(uri)", "version": \(version)},
        "contentChanges": [{"text": \(JSON.string(text).serialized)}]}
      """)
  }

  /// Lets time pass, and returns what the server publishes meanwhile, by file.
  mutating func wait(_ duration: Duration) -> [(uri: String, parameters: JSONObject)] {
    now += duration
    server.check(at: now)
    notifications += server.takeMessages()
    defer { notifications = [] }
    return notifications.compactMap { notification in
      guard notification.object?["method"] == .string("textDocument/publishDiagnostics"),
        let parameters = notification.object?["params"]?.object,
        let uri = parameters["uri"]?.text
      else { return nil }
      return (uri, parameters)
    }
  }

  /// What the server says of a document after its text has rested: `2:4-2:9 error id message`, with
  /// lines and units from 0.
  mutating func diagnostics(of uri: String) throws -> [String] {
    let published = wait(.milliseconds(200)).last { $0.uri == uri }
    return Self.lines(try #require(published, "nothing was published for \(uri)").parameters)
  }

  static func lines(_ parameters: JSONObject) -> [String] {
    (parameters["diagnostics"]?.array ?? []).compactMap(\.object).map { diagnostic in
      let severity = diagnostic["severity"]?.integer == 1 ? "error" : "warning"
      return
        "\(range(diagnostic["range"])) \(severity) \(diagnostic["code"]?.text ?? "") "
        + (diagnostic["message"]?.text ?? "")
    }
  }

  /// A range in short: `0:4-0:9`.
  static func range(_ json: JSON?) -> String {
    func position(_ name: String) -> String {
      let position = json?.object?[name]?.object
      return "\(position?["line"]?.integer ?? -1):\(position?["character"]?.integer ?? -1)"
    }
    return "\(position("start"))-\(position("end"))"
  }

  // MARK: Requests

  /// Parameters of a request about a place in a document.
  static func at(_ uri: String, _ line: Int, _ character: Int, more: String = "") -> String {
    """
    {"textDocument": {"uri": "\(uri)"}, "position": {"line": \(line), "character": \(character)}
      \(more)}
    """
  }

  /// Parameters of a request about a whole document.
  static func about(_ uri: String, more: String = "") -> String {
    "{\"textDocument\": {\"uri\": \"\(uri)\"}\(more)}"
  }

  /// A text with the edits of a result, whose positions are counted in UTF-16.
  static func apply(_ edits: [JSON], to text: String) throws -> String {
    var units = Array(text.utf16)
    var starts = [0]
    for (index, unit) in units.enumerated() where unit == 0x0A { starts.append(index + 1) }
    func offset(_ json: JSON?) throws -> Int {
      let line = try #require(json?.object?["line"]?.integer)
      let character = try #require(json?.object?["character"]?.integer)
      return line < starts.count ? starts[line] + character : units.count
    }
    let changes = try edits.map { edit in
      let range = edit.object?["range"]?.object
      return (
        try offset(range?["start"]), try offset(range?["end"]),
        try #require(edit.object?["newText"]?.text)
      )
    }
    for (start, end, new) in changes.sorted(by: { ($0.0, $0.1) > ($1.0, $1.1) }) {
      units.replaceSubrange(start..<end, with: Array(new.utf16))
    }
    return String(decoding: units, as: UTF16.self)
  }
}
