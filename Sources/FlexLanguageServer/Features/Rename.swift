import FlexAPI
import FlexScript
import FlexStorage

extension LanguageServer {
  /// The range of the name under the cursor; an error if there is none that can be renamed.
  mutating func prepareRename(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let (symbol, range) = try renamed(parameters, document, outline)
    return .object([
      "range": document.range(range), "placeholder": .string(symbol.name.text),
    ])
  }

  /// Renames a name everywhere, also across `run … with`.
  mutating func rename(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let (symbol, _) = try renamed(parameters, document, outline)
    let newName = try parameters.text("newName")
    guard NameSyntax.isName(newName) else {
      throw .failed(
        "`\(VisibleText.escaped(newName))` is not a valid name: it starts with a lower-case letter, "
          + "followed by lower-case letters, digits and `_`")
    }
    guard newName != symbol.name.text else { return edit([]) }
    var changes: [(document: Document, ranges: [SourceRange])] = [
      (symbol.document, symbol.name.occurrences)
    ]
    for use in uses(of: symbol) {
      if let index = changes.firstIndex(where: { $0.document.uri == use.document.uri }) {
        changes[index].ranges.append(use.range)
      } else {
        changes.append((use.document, [use.range]))
      }
    }
    for change in changes {
      try requireNoErrors(change.document)
    }
    // A name is visible in inner blocks, too, so it may not be declared twice.
    if ScriptOutline(symbol.document.bytes).names.contains(where: { $0.text == newName }) {
      throw .failed("\(symbol.document.name) already has a name `\(newName)`")
    }
    return edit(
      changes.map { change in
        (change.document, change.ranges.map { (change.document.range($0), newName) })
      })
  }

  private func renamed(
    _ parameters: Parameters, _ document: Document, _ outline: ScriptOutline
  ) throws(ResponseError) -> (symbol: Symbol, range: SourceRange) {
    let offset = document.lines.offset(try parameters.position())
    guard let found = symbol(at: offset, document, outline) else {
      throw .failed("there is no name here that can be renamed")
    }
    return found
  }

  /// A script with errors may use names in ways that cannot be seen.
  private func requireNoErrors(_ document: Document) throws(ResponseError) {
    let analysis = Analysis(
      document.bytes, name: document.name, files: document.files(workspace.buffers))
    guard let list = analysis.lists.first(where: \.hasErrors) else { return }
    let line = list.all.first { $0.severity == .error }?.range?.start.line
    throw .failed(
      "\(list.file) has errors, so nothing is renamed"
        + (line.map { "; the first is on line \($0)" } ?? ""))
  }

  /// Edits of several documents.
  func edit(_ changes: [(document: Document, edits: [(range: JSON, text: String)])]) -> JSON {
    func edits(_ edits: [(range: JSON, text: String)]) -> JSON {
      .array(edits.map { .object(["range": $0.range, "newText": .string($0.text)]) })
    }
    if client.knowsVersionedEdits {
      let documents = changes.map { change in
        JSON.object([
          "textDocument": .object([
            "uri": .string(change.document.uri), "version": change.document.version,
          ]),
          "edits": edits(change.edits),
        ])
      }
      return .object(["documentChanges": .array(documents)])
    }
    var object = JSONObject()
    for change in changes { object[change.document.uri] = edits(change.edits) }
    return .object(["changes": .object(object)])
  }
}
