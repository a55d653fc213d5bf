import FlexAPI
import FlexScript
import FlexStorage

/// The diagnostics that the client has been told, by file.
///
/// What is found in a script that is open is told as its own. What is found in a file that is not a
/// script, or not open, is told as that file's, as long as an open script leads to it.
struct PublishedDiagnostics {
  /// What each open script leads to: the diagnostics of other files, by their URIs.
  private var found: [String: [String: [JSON]]] = [:]
  /// What the client knows of other files.
  private var told: [String: [JSON]] = [:]

  /// Takes the result of a check, and returns what is to be published.
  mutating func note(_ analysis: Analysis, of uri: String, in workspace: Workspace) -> [JSON] {
    guard let document = workspace[uri] else { return [] }
    var own: [JSON] = []
    var others: [String: [JSON]] = [:]
    for list in analysis.lists {
      if list.file == document.name {
        own += list.all.map { Self.json($0, in: document) }
        continue
      }
      let file = workspace.document(atPath: list.file)
      if let file, workspace[file.uri] != nil, file.isScript { continue }
      others[file?.uri ?? FileURI.uri(list.file), default: []] += list.all.map {
        Self.json($0, in: file)
      }
    }
    found[uri] = others
    return [Self.parameters(uri, own, version: document.version)] + changes(in: workspace)
  }

  /// Forgets a script that was closed, and returns what is to be published.
  mutating func forget(_ uri: String, in workspace: Workspace) -> [JSON] {
    found[uri] = nil
    told[uri] = nil
    return [Self.parameters(uri, [], version: nil)] + changes(in: workspace)
  }

  /// What has changed in files that are not open scripts.
  private mutating func changes(in workspace: Workspace) -> [JSON] {
    var current: [String: [JSON]] = [:]
    for owner in found.keys.sorted() {
      for (uri, diagnostics) in found[owner] ?? [:] {
        for diagnostic in diagnostics where current[uri]?.contains(diagnostic) != true {
          current[uri, default: []].append(diagnostic)
        }
      }
    }
    let uris = Set(current.keys).union(told.keys).sorted()
    let changed = uris.filter { current[$0] != told[$0] }
    told = current
    return changed.map {
      Self.parameters($0, current[$0] ?? [], version: workspace[$0]?.version)
    }
  }

  private static func parameters(_ uri: String, _ diagnostics: [JSON], version: JSON?) -> JSON {
    var object = JSONObject()
    object["uri"] = .string(uri)
    if let version, version != .null { object["version"] = version }
    object["diagnostics"] = .array(diagnostics)
    return .object(object)
  }

  /// A diagnostic as the protocol has it; `document`: the file that it is in, `nil` if that cannot be
  /// read.
  static func json(_ diagnostic: Diagnostic, in document: Document?) -> JSON {
    var object = JSONObject()
    object["range"] = range(diagnostic, document)
    object["severity"] = .number(diagnostic.severity == .error ? 1 : 2)
    object["code"] = .string(diagnostic.id.rawValue)
    object["source"] = .string("flexsh")
    object["message"] = .string(
      diagnostic.message + (diagnostic.help.map { "\n" + $0 } ?? ""))
    // An editor shows these dimmed.
    if diagnostic.id == .unusedName || diagnostic.id == .unreachable {
      object["tags"] = .array([.number(1)])
    }
    return .object(object)
  }

  private static func range(_ diagnostic: Diagnostic, _ document: Document?) -> JSON {
    guard let range = diagnostic.range else {
      let start = Position(line: 0, character: 0)
      return .object(["start": start.json, "end": start.json])
    }
    if let document, document.isScript { return document.range(range) }
    func position(_ position: SourcePosition) -> JSON {
      let exact = document?.lines.position(line: position.line, column: position.column)
      return (exact ?? Position(line: position.line - 1, character: position.column - 1)).json
    }
    return .object(["start": position(range.start), "end": position(range.end)])
  }
}
