import FlexAPI
import FlexScript

/// Something that has one declaration and is used in several places, perhaps in several scripts.
struct Symbol {
  /// The script that declares it.
  let document: Document
  /// Its index among the names of that script.
  let index: Int
  /// The name.
  let name: ScriptOutline.Name
}

extension LanguageServer {
  /// The script that a request is about, and its parts.
  mutating func script(
    _ parameters: Parameters
  ) throws(ResponseError) -> (Document, ScriptOutline) {
    let uri = try parameters.uri()
    guard let outline = workspace.outline(of: uri), let document = workspace[uri] else {
      throw .failed("\(VisibleText.escaped(uri)) is not open")
    }
    guard document.isScript else {
      throw .failed("\(VisibleText.escaped(uri)) is not a script of flexsh")
    }
    return (document, outline)
  }

  /// The parameter that a name in `run … with` means, and the script that declares it.
  func parameter(
    _ argument: ScriptOutline.Argument, _ document: Document
  ) -> (document: Document, name: ScriptOutline.Name)? {
    symbol(argument, document).map { ($0.document, $0.name) }
  }

  private func symbol(_ argument: ScriptOutline.Argument, _ document: Document) -> Symbol? {
    guard let path = workspace.path(of: argument.script, in: document),
      let callee = workspace.document(atPath: path)
    else { return nil }
    let names = ScriptOutline(callee.bytes).names
    guard
      let index = names.firstIndex(where: {
        $0.kind == .parameter && $0.text == argument.name.text
      })
    else { return nil }
    return Symbol(document: callee, index: index, name: names[index])
  }

  /// The name at an offset, and the range of the word there.
  func symbol(
    at offset: Int, _ document: Document, _ outline: ScriptOutline
  ) -> (symbol: Symbol, range: SourceRange)? {
    if let index = outline.name(at: offset) {
      let name = outline.names[index]
      guard let range = name.occurrences.first(where: { $0.touches(offset) }) else { return nil }
      return (Symbol(document: document, index: index, name: name), range)
    }
    guard let argument = outline.arguments.first(where: { $0.name.range.touches(offset) }),
      let symbol = symbol(argument, document)
    else { return nil }
    return (symbol, argument.name.range)
  }

  /// Where scripts give a value to a parameter: in open documents and in the workspace's folders.
  func uses(of symbol: Symbol) -> [(document: Document, range: SourceRange)] {
    guard symbol.name.kind == .parameter, let path = symbol.document.path else { return [] }
    return workspace.allScripts().flatMap { script in
      ScriptOutline(script.bytes).arguments.filter { argument in
        argument.name.text == symbol.name.text
          && workspace.path(of: argument.script, in: script).map { workspace.isSame($0, path) }
            == true
      }.map { (script, $0.name.range) }
    }
  }

  /// Where the name, the parameter or the file under the cursor comes from.
  mutating func definition(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let offset = document.lines.offset(try parameters.position())
    if let (symbol, _) = symbol(at: offset, document, outline) {
      return location(symbol.document, symbol.name.declaration)
    }
    guard let file = outline.files.first(where: { $0.range.touches(offset) }),
      let path = workspace.path(of: file.path, in: document),
      let target = workspace.document(atPath: path)
    else { return .null }
    return .object(["uri": .string(target.uri), "range": target.range(0..<0)])
  }

  /// Where the name or the SID under the cursor is used.
  mutating func references(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let offset = document.lines.offset(try parameters.position())
    if let (symbol, _) = symbol(at: offset, document, outline) {
      let declares = parameters.optional("context").object["includeDeclaration"] != .bool(false)
      let own = declares ? symbol.name.occurrences : symbol.name.references
      return .array(
        own.map { location(symbol.document, $0) }
          + uses(of: symbol).map { location($0.document, $0.range) })
    }
    guard let written = outline.sids.first(where: { $0.range.touches(offset) }) else {
      return .array([])
    }
    return .array(
      outline.sids.filter { $0.sid == written.sid }.map { location(document, $0.range) })
  }

  /// The other places in the script of the name or the SID under the cursor.
  mutating func documentHighlight(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let offset = document.lines.offset(try parameters.position())
    // Source: Language Server Protocol 3.17, `DocumentHighlightKind`: text, read, write.
    func highlight(_ range: SourceRange, _ kind: Int) -> JSON {
      .object(["range": document.range(range), "kind": .number(kind)])
    }
    if let index = outline.name(at: offset) {
      let name = outline.names[index]
      return .array([highlight(name.declaration, 3)] + name.references.map { highlight($0, 2) })
    }
    guard let written = outline.sids.first(where: { $0.range.touches(offset) }) else {
      return .array([])
    }
    return .array(
      outline.sids.filter { $0.sid == written.sid }.map { highlight($0.range, 1) })
  }

  func location(_ document: Document, _ range: SourceRange) -> JSON {
    .object(["uri": .string(document.uri), "range": document.range(range)])
  }
}
